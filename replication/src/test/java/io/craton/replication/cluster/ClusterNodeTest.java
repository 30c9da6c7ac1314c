package io.craton.replication.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.replication.raft.LoneGroup;
import io.craton.replication.raft.LoneGroupConfig;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftTimings;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.replication.rpc.PeerTls;
import io.craton.replication.rpc.TestAuthority;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes in one process form a cluster, lose members, take them back, grow out of a lone node. */
@Timeout(180)
class ClusterNodeTest {
    private static final Duration ELECTION = Duration.ofMillis(300);

    @TempDir Path folder;
    /** Number of the node whose disk counts as full: its log would leave more free than there is. */
    private int full;
    private final List<Node> open = new CopyOnWriteArrayList<>();

    /** Collects what is applied. */
    private static final class Collecting implements EntryConsumer {
        private final List<String> entries = new CopyOnWriteArrayList<>();

        @Override
        public void apply(long position, long term, byte[] payload) {
            entries.add(new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void endOfRun() {}

        @Override
        public long appliedPosition() {
            return 0;
        }
    }

    private final class Node implements AutoCloseable, ClusterNode.Host {
        private final int number;
        private final EventLog log;
        private final Collecting consumer = new Collecting();
        private final ClusterNode cluster;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Node(List<HostPort> places, int number, String secret) throws IOException {
            this(places, number, secret, false);
        }

        Node(List<HostPort> places, int number, String secret, boolean forceRecover) throws IOException {
            this("node" + number, places.get(number - 1), places, number, PeerSecurity.ofSecret(secret), forceRecover);
        }

        Node(String name, HostPort own, List<HostPort> places, int number, String secret, boolean forceRecover) throws IOException {
            this(name, own, places, number, PeerSecurity.ofSecret(secret), forceRecover);
        }

        Node(String name, HostPort own, List<HostPort> places, int number, PeerSecurity security, boolean forceRecover) throws IOException {
            this.number = number;
            FileStore files = RealFiles.at(folder.resolve(name));
            log = EventLog.open(files.folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10).withReserveBytes(number == full ? Long.MAX_VALUE / 2 : 0), failure::set);
            List<HostPort> peers = new ArrayList<>(places);
            peers.remove(own);
            cluster = ClusterNode.start(new ClusterConfig(number, new InetSocketAddress("127.0.0.1", own.port()), own, peers, security, RaftTimings.of(ELECTION), forceRecover),
                    files.folder("meta"), log, consumer, _ -> 1, this);
            open.add(this);
        }

        boolean leads() {
            return cluster.commitLog().leaderTerm() > 0;
        }

        int voters() {
            return 1 + (int) cluster.status().peers().stream().filter(ClusterStatus.Peer::voter).count();
        }

        @Override
        public void failed(Throwable cause) {
            failure.set(cause);
        }

        @Override
        public void close() throws IOException {
            if (!open.remove(this)) return;
            cluster.close();
            log.close();
        }

        void wipe() throws IOException {
            close();
            try (Stream<Path> paths = Files.walk(folder.resolve("node" + number))) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
            }
        }
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Node node : List.copyOf(open)) {
            assertThat(node.failure.get()).isNull();
            node.close();
        }
    }

    private static List<HostPort> freePlaces(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<HostPort> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            places.add(new HostPort("127.0.0.1", sockets.getLast().getLocalPort()));
        }
        for (ServerSocket socket : sockets) socket.close();
        return places;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("waited in vain: " + what);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private Node leader() {
        await("a leader", () -> open.stream().anyMatch(Node::leads));
        return open.stream().filter(Node::leads).findFirst().orElseThrow();
    }

    private static boolean commit(CommitLog log, String payload) throws Exception {
        var done = new CompletableFuture<Boolean>();
        log.submit(payload.getBytes(StandardCharsets.UTF_8), log.leaderTerm(), new CommitLog.Completion() {
            @Override
            public void committed(long position) {
                done.complete(true);
            }

            @Override
            public void rejected(String reason) {
                done.complete(false);
            }

            @Override
            public void unknown(String reason) {
                done.complete(false);
            }
        });
        return done.get(20, TimeUnit.SECONDS);
    }

    private void commitOne(String payload) throws Exception {
        while (!commit(leader().cluster.commitLog(), payload)) LockSupport.parkNanos(10_000_000);
    }

    private void commitSome(String prefix, int count) throws Exception {
        for (int i = 0; i < count; i++) commitOne(prefix + i);
    }

    private static List<String> payloads(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private List<Node> form(List<HostPort> places) throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (int number = places.size(); number > 0; number--) nodes.addFirst(new Node(places, number, "shared"));
        for (Node node : nodes) await("three voters on node " + node.number, () -> node.voters() == places.size() && node.cluster.leadership(0).leader() != null);
        return nodes;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void newNodesBecomeOneCluster(int count) throws Exception {
        List<Node> nodes = form(freePlaces(count));
        commitSome("a", 50);
        for (Node node : nodes) await("all entries", () -> node.consumer.entries.containsAll(payloads("a", 50)));
        assertThat(nodes.stream().map(node -> node.cluster.status().cluster()).distinct()).hasSize(1).doesNotContain("");
        for (Node node : nodes) await("health", () -> node.cluster.status().healthy());

        Node first = leader();
        assertThat(first.cluster.transferLeader(first.number % 3 + 1)).isNull();
        await("another leader", () -> open.stream().anyMatch(node -> node != first && node.leads()));
        commitSome("b", 10);
    }

    @Test
    void aWipedNodeComesBackAsAnotherAndThenVotes() throws Exception {
        List<HostPort> places = freePlaces(3);
        List<Node> nodes = form(places);
        commitSome("a", 100);
        Node lost = leader();
        String before = lost.cluster.self().incarnation();
        lost.wipe();
        commitSome("b", 20);
        Node back = new Node(places, lost.number, "shared");
        assertThat(back.cluster.self().incarnation()).isNotEqualTo(before);
        await("its vote", () -> back.cluster.status().state().matches("follower|leader") && back.voters() == 3);
        await("all entries", () -> back.consumer.entries.containsAll(payloads("a", 100)) && back.consumer.entries.containsAll(payloads("b", 20)));
        // Now one more may go: the new one counts, and its former self no longer does.
        await("the end of the change", () -> !leader().cluster.groups().first().status().changing());
        Node other = nodes.stream().filter(node -> node != lost && !node.leads()).findFirst().orElseThrow();
        other.close();
        commitSome("c", 5);
        await("the same chain", () -> leader().log.tip().equals(back.log.tip()));
    }

    @Test
    void aLoneNodeWithDataBecomesThree() throws Exception {
        List<HostPort> places = freePlaces(3);
        FileStore files = RealFiles.at(folder.resolve("node1"));
        try (EventLog log = EventLog.open(files.folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10), failure -> {});
                LoneGroup alone = LoneGroup.start(LoneGroupConfig.of(ClusterNode.loneName(files.folder("meta"), 1, List.of(log), false), files.folder("meta"), _ -> 1), log,
                        new Collecting(), failure -> {})) {
            assertThat(alone.awaitLeader(Duration.ofSeconds(10))).isTrue();
            for (int i = 0; i < 30; i++) assertThat(commit(alone.commitLog(), "alone" + i)).isTrue();
        }
        List<Node> nodes = form(places);
        commitSome("together", 10);
        for (Node node : nodes) {
            await("all entries", () -> node.consumer.entries.containsAll(payloads("alone", 30)) && node.consumer.entries.containsAll(payloads("together", 10)));
        }
        for (Node node : nodes) node.close();
        // The folder of a member does not start alone: it could not know what the others have.
        try (EventLog log = EventLog.open(files.folder("log"), LogOptions.DEFAULT.withSegmentBytes(64 << 10), failure -> {})) {
            String name = ClusterNode.loneName(files.folder("meta"), 1, List.of(log), false);
            assertThatThrownBy(() -> LoneGroup.start(LoneGroupConfig.of(name, files.folder("meta"), _ -> 1), log, new Collecting(), failure -> {}))
                    .hasMessageContaining("--cluster-peers");
        }
    }

    @Test
    void aNodeUnderTheNumberOfAnotherThatIsAliveStaysOut() throws Exception {
        List<HostPort> places = freePlaces(5);
        form(places.subList(0, 3));
        Node leader = leader();
        int taken = leader.number % 3 + 1;
        // It names the leader only, so that it does not meet its namesake.
        Node twin = new Node("twin", places.get(3), List.of(places.get(leader.number - 1)), taken, "shared", false);
        await("its wish to join", () -> twin.cluster.status().state().equals("joining"));
        assertThat(leader.cluster.add(places.get(3))).isEqualTo("node id " + taken + " is used by the node at " + places.get(taken - 1) + "; give each node its own --node-id");
        LockSupport.parkNanos(1_200_000_000); // it asks twice a second
        assertThat(leader.voters()).isEqualTo(3);
        commitSome("a", 5);
        // Nobody else can be met by this one; it is invited.
        Node lost = new Node("node4", places.get(4), List.of(new HostPort("127.0.0.1", 1)), 4, "shared", false);
        assertThat(leader.cluster.add(new HostPort("127.0.0.1", 1))).isEqualTo("no node answers at 127.0.0.1:1 that knows the same secret");
        assertThat(leader.cluster.add(places.get(4))).isNull();
        await("its vote", () -> lost.cluster.status().state().equals("follower") && leader.voters() == 4);
        assertThat(leader.cluster.add(places.get(4))).isEqualTo("node 4 is a member already");
    }

    /** Whichever of the two asked last used to take the other's place, and the cluster changed its members without end. */
    @Test
    void aCopyOfAFolderStaysOutWhileTheOtherRuns() throws Exception {
        List<HostPort> places = freePlaces(4);
        form(places.subList(0, 3));
        commitSome("a", 5);
        Node leader = leader();
        int taken = leader.number % 3 + 1;
        Node before = open.stream().filter(node -> node.number == taken).findFirst().orElseThrow();
        before.close();
        Path original = folder.resolve("node" + taken);
        try (Stream<Path> paths = Files.walk(original)) {
            for (Path path : paths.toList()) Files.copy(path, folder.resolve("copy").resolve(original.relativize(path)));
        }
        Node first = new Node(places.subList(0, 3), taken, "shared");
        await("its vote", () -> first.cluster.status().state().equals("follower"));
        String voted = first.cluster.self().toString();
        await("the leader's knowledge of it", () -> leader.cluster.status().peers().stream().anyMatch(peer -> peer.nodeId() == taken && peer.state().equals("follower")));
        Node copy = new Node("copy", places.get(3), places.subList(0, 3), taken, "shared", false);
        await("its wish to join", () -> copy.cluster.status().state().equals("joining"));
        for (int i = 0; i < 30; i++) {
            assertThat(leader.cluster.groups().first().status().voters()).contains(voted);
            LockSupport.parkNanos(50_000_000); // it asks twice a second
        }
        commitSome("b", 5);
        first.close();
        await("the copy in its place", () -> copy.cluster.status().state().equals("follower") && copy.consumer.entries.containsAll(payloads("b", 5)));
    }

    @Test
    void aNodeOfAnotherClusterStaysOut() throws Exception {
        List<HostPort> places = freePlaces(4);
        Node other = new Node("other", places.get(3), List.of(), 4, "shared", false);
        await("a cluster of its own", () -> other.leads());
        List<Node> nodes = form(places.subList(0, 3));
        assertThat(nodes.getFirst().cluster.add(places.get(3))).isEqualTo(
                "node 4 belongs to another cluster (" + other.cluster.status().cluster() + "); it needs an empty data folder");
        other.close();
        Node again = new Node("other", places.get(3), places, 4, "shared", false);
        await("its own cluster", () -> again.leads());
        await("still three", () -> nodes.getFirst().voters() == 3 && nodes.getFirst().cluster.leadership(0).leader() != null);
        assertThat(again.voters()).isEqualTo(1);
    }

    @Test
    void aClockThatIsHoursOffIsRefused() {
        var other = new MemberName(2, "x", "h", 7001);
        var place = new HostPort("h", 7001);
        assertThat(Clocks.refusal(other, place, Note.of("clock", System.currentTimeMillis() - 60_000))).isNull();
        assertThat(Clocks.refusal(other, place, Note.of())).isNull();
        assertThat(Clocks.refusal(other, place, Note.of("clock", System.currentTimeMillis() - 3 * 3_600_000 - 1000)))
                .isEqualTo("this machine's clock is 3 h 0 min ahead of that of node 2 at h:7001; set it before the node joins");
        assertThat(Clocks.refusal(other, place, Note.of("clock", System.currentTimeMillis() + 2 * 3_600_000 + 90_000))).contains("2 h 1 min behind that of node 2");
    }

    @Test
    void aLeaderWhoseDiskIsFullLeavesToOneWithRoom() throws Exception {
        full = 1;
        List<Node> nodes = form(freePlaces(3)); // the first founds it, and leads
        await("another leader", () -> !nodes.getFirst().leads() && nodes.stream().anyMatch(Node::leads));
        commitSome("a", 20);
        for (Node node : nodes) await("all entries", () -> node.consumer.entries.containsAll(payloads("a", 20)));
    }

    @Test
    void aRemovedNodeStaysOut() throws Exception {
        List<HostPort> places = freePlaces(3);
        form(places);
        commitSome("a", 5);
        Node leader = leader();
        Node leaving = open.stream().filter(node -> node != leader).findFirst().orElseThrow();
        assertThat(leaving.cluster.remove(leader.number)).isEqualTo("node " + leader.number + " leads; transfer leadership first");
        assertThat(leader.cluster.remove(9)).isEqualTo("node 9 is not a voter of this cluster");
        assertThat(leader.cluster.remove(leaving.number)).isNull();
        await("two voters", () -> leader.voters() == 2);
        commitSome("b", 5);
        await("its knowledge", () -> leaving.cluster.status().state().equals("removed"));
        leaving.close();
        assertThatThrownBy(() -> new Node(places, leaving.number, "shared")).hasMessageContaining("was removed from its cluster");
    }

    @Test
    void aSurvivorGoesOnAloneWhenToldTo() throws Exception {
        List<HostPort> places = freePlaces(3);
        List<Node> nodes = form(places);
        commitSome("a", 20);
        for (Node node : nodes) await("all entries", () -> node.consumer.entries.containsAll(payloads("a", 20)));
        for (Node node : nodes) node.close();
        Node survivor = new Node(places, 2, "shared", true);
        commitSome("b", 5);
        assertThat(survivor.voters()).isEqualTo(1);
        assertThat(survivor.consumer.entries).containsAll(payloads("a", 20)).containsAll(payloads("b", 5));
        // Who comes back with what it had belongs to the cluster that was; who comes back empty is welcome.
        Node old = new Node(places, 1, "shared");
        await("its refusal", () -> old.cluster.status().leader() == 0 && old.cluster.status().peers().stream().anyMatch(peer -> peer.state().equals("leader")));
        commitSome("c", 5);
        assertThat(survivor.voters()).isEqualTo(1);
        assertThat(old.consumer.entries).doesNotContainAnyElementsOf(payloads("c", 5));
        old.wipe();
        Node empty = new Node(places, 1, "shared");
        await("two voters", () -> survivor.voters() == 2 && empty.consumer.entries.containsAll(payloads("c", 5)));
    }

    private Node secure(List<HostPort> places, int number, PeerTls tls) throws IOException {
        return new Node("node" + number, places.get(number - 1), places, number, PeerSecurity.ofSecret("").withTls(tls), false);
    }

    @Test
    void threeNodesSpeakTlsAndOneWithAnotherAuthorityStaysOut() throws Exception {
        List<HostPort> places = freePlaces(3);
        var authority = new TestAuthority(folder.resolve("authority"), "cluster");
        List<Node> nodes = new ArrayList<>();
        for (int number = 1; number <= 3; number++) nodes.add(secure(places, number, authority.node("node" + number)));
        for (Node node : nodes) await("three voters on node " + node.number, () -> node.voters() == 3 && node.cluster.leadership(0).leader() != null);
        commitSome("a", 20);
        for (Node node : nodes) await("all entries", () -> node.consumer.entries.containsAll(payloads("a", 20)));
        Node stranger = nodes.stream().filter(node -> !node.leads()).findFirst().orElseThrow();
        stranger.close();
        var other = new TestAuthority(folder.resolve("other"), "other");
        Node strange = secure(places, stranger.number, other.node("strange"));
        commitSome("b", 20);
        LockSupport.parkNanos(1_000_000_000);
        assertThat(strange.consumer.entries).doesNotContainAnyElementsOf(payloads("b", 20));
        assertThat(strange.cluster.status().leader()).isZero();
        strange.close();
        Node back = secure(places, stranger.number, authority.node("again"));
        await("all entries", () -> back.consumer.entries.containsAll(payloads("b", 20)));
    }

    @Test
    void whoDoesNotKnowTheSecretStaysOut() throws Exception {
        List<HostPort> places = freePlaces(2);
        Node one = new Node(places, 1, "shared");
        Node two = new Node(places, 2, "guessed");
        LockSupport.parkNanos(1_000_000_000);
        assertThat(one.cluster.status().state()).isEqualTo("forming");
        assertThat(two.cluster.status().state()).isEqualTo("forming");
    }
}
