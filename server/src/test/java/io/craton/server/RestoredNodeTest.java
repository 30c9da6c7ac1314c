package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.replication.cluster.ClusterClient;
import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.cluster.HostPort;
import io.craton.replication.raft.RaftTimings;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.engine.ProjectionCopy;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** Three nodes in one process, of which one loses its folder and gets it back from the others. */
@Timeout(400)
class RestoredNodeTest {
    private static final int SEGMENT_BYTES = 256 << 10;

    @TempDir Path folder;
    private final List<HostPort> places = new ArrayList<>();
    private final @Nullable Running[] nodes = new Running[4];

    private record Running(NodeAssembly assembly, DataFolder folder) implements AutoCloseable {
        String url() {
            return "jdbc:postgresql://127.0.0.1:" + assembly.address().getPort() + "/postgres?user=postgres";
        }

        String status() {
            return page("/status");
        }

        String page(String path) {
            URI page = URI.create("http://127.0.0.1:" + assembly.address().getPort() + path);
            try (HttpClient client = HttpClient.newHttpClient()) {
                return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString()).body();
            } catch (IOException e) {
                return "";
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            assembly.close();
            folder.close();
        }
    }

    @BeforeEach
    void findPorts() throws Exception {
        for (int i = 0; i < 3; i++) places.add(new HostPort("127.0.0.1", FreePorts.next()));
        for (int number = 1; number <= 3; number++) start(number);
        await("three voters", () -> nodes[1] != null && nodes[1].status().split("\"voter\":true", -1).length == 3);
    }

    @AfterEach
    void stopAll() {
        for (Running node : nodes) if (node != null) node.close();
    }

    private Path data(int number) {
        return folder.resolve("node" + number);
    }

    private Running start(int number) {
        HostPort own = places.get(number - 1);
        List<HostPort> peers = new ArrayList<>(places);
        peers.remove(own);
        ClusterConfig cluster = new ClusterConfig(number, new InetSocketAddress("127.0.0.1", own.port()), own, peers, PeerSecurity.ofSecret("shared"),
                RaftTimings.of(Duration.ofMillis(300)), false);
        DataFolder data = DataFolder.open(data(number));
        NodeConfig bare = NodeConfig.of(data.root(), new InetSocketAddress("127.0.0.1", 0));
        NodeConfig config = new NodeConfig(bare.dataDir(), number, bare.log().withSegmentBytes(SEGMENT_BYTES), bare.storage(), bare.wire(), null, cluster, null, false);
        Running node = new Running(NodeAssembly.start(config, data, () -> {}), data);
        nodes[number] = node;
        return node;
    }

    private void stop(int number) {
        Running node = nodes[number];
        nodes[number] = null;
        if (node != null) node.close();
    }

    private void wipe(int number) throws IOException {
        stop(number);
        try (Stream<Path> paths = Files.walk(data(number))) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            if (System.nanoTime() > end) throw new AssertionError("waited in vain: " + what);
            LockSupport.parkNanos(6_000_000);
        }
    }

    private void run(int number, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(nodes[number].url()); Statement statement = connection.createStatement()) {
            for (String each : statements) statement.execute(each);
        }
    }

    private long count(int number) throws SQLException {
        try (Connection connection = DriverManager.getConnection(nodes[number].url()); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from t")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Rows from here to there, in entries that are small enough not to be compressed; again when the leader goes meanwhile. */
    private void insert(int number, int from, int to) throws Exception {
        for (int at = from; at < to; at += 30) {
            String rows = "insert into t select i, md5(i::text) || repeat('x', 60) from generate_series(" + at + ", " + Math.min(to - 1, at + 29) + ") i on conflict do nothing";
            await("a leader that takes " + rows, () -> {
                try {
                    run(number, rows);
                    return true;
                } catch (SQLException e) {
                    return false;
                }
            });
        }
    }

    private void awaitVoter(int number) throws Exception {
        await("the vote of node " + number, () -> nodes[number].status().matches("(?s).\"node_id\":" + number + ",\"state\":\"(follower|leader)\".*")
                && nodes[number].status().contains("\"log_first_index\":1,"));
    }

    /** All three have the same log, each whole, and the projections that it says. */
    private void verifyAll() throws Exception {
        String applied = "(?s).*\"commit_index\":(\\d+),\"applied_index\":\\1,.*";
        await("the newest entry everywhere", () -> Stream.of(1, 2, 3).map(n -> nodes[n].status()).allMatch(status -> status.matches(applied))
                && Stream.of(1, 2, 3).map(n -> nodes[n].status().replaceAll("(?s).*\"commit_index\":(\\d+).*", "$1")).distinct().count() == 1);
        long common = Long.MAX_VALUE;
        for (int number = 1; number <= 3; number++) {
            stop(number);
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(data(number).resolve("log"))), data(number), folder.resolve("scratch"), null).run(bytes -> {});
            assertThat(report.differences()).as("node " + number).isEmpty();
            assertThat(report.logs().getFirst().firstIndex()).isEqualTo(1);
            common = Math.min(common, report.logs().getFirst().lastIndex());
        }
        // An election while they stop may add an entry that not all have; they agree on what they have.
        List<ChainHash> hashes = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            try (EventLog log = EventLog.open(RealFiles.at(data(number).resolve("log")), LogOptions.DEFAULT.withSegmentBytes(SEGMENT_BYTES), failure -> {})) {
                hashes.add(Objects.requireNonNull(log.baseAt(common)).hash());
            }
        }
        assertThat(hashes.stream().distinct()).hasSize(1);
    }

    @Test
    void aNodeRestoredFromABackupJoinsItsClusterAgain() throws Exception {
        run(1, "create table t (i int primary key, s text)");
        insert(1, 0, 4000);
        await("node 3 follows", () -> nodes[3].status().contains("\"state\":\"follower\""));
        String backup = folder.resolve("backup").toUri().toString();
        long committed = Long.parseLong(nodes[1].status().replaceFirst("(?s).*\"commit_index\":(\\d+).*", "$1"));
        await("all rows are in the backup", () -> BackupTest.backup("stream", "--source", data(3).toString(), "--destination", backup, "--once", "--json").done().last()
                .path("position").asLong() >= committed);
        wipe(3);
        BackupTest.restore("--source", backup, "--data-dir", data(3).toString()).done();
        insert(1, 4000, 6000);
        start(3);
        await("the vote of node 3", () -> nodes[3].status().contains("\"state\":\"follower\"") && nodes[1].status().split("\"voter\":true", -1).length == 3);
        await("all rows on node 3", () -> count(3) == 6000);
        stop(1);
        await("a leader without node 1", () -> count(3) == 6000);
        stop(3);
        BackupTest.admin("verify", "--data-dir", data(3).toString()).done();
    }

    @Test
    void aWipedNodeGetsProjectionsFirstAndTheWholeLogAfterwards() throws Exception {
        run(1, "create table t (id int primary key, a text)", "create index on t (a)", "create database other");
        insert(1, 0, 6_000);
        wipe(3);
        insert(1, 6_000, 8_000);
        Running back = start(3);
        assertThat(data(3).resolve("log").resolve("00000000.segment").toFile().exists() || !back.status().contains("\"log_first_index\":1,")).isTrue();
        assertThat(Files.exists(data(3).resolve("wal/arriving"))).isFalse();
        awaitVoter(3);
        insert(3, 8_000, 8_500);
        assertThat(count(3)).isEqualTo(8_500);
        assertThat(Files.exists(data(3).resolve("log/history.base"))).isFalse();
        // It counts now: with another one away there is still a majority.
        stop(2);
        insert(1, 8_500, 9_000);
        start(2);
        awaitVoter(2);
        verifyAll();
    }

    @Test
    void aNodeThatStopsInTheMiddleOfItGoesOn() throws Exception {
        run(1, "create table t (id int primary key, a text)");
        insert(1, 0, 10_000);
        wipe(3);
        for (int pause : new int[] {0, 30, 100}) {
            start(3);
            LockSupport.parkNanos(pause * 1_000_000L);
            stop(3);
        }
        start(3);
        awaitVoter(3);
        verifyAll();
    }

    @Test
    void whatIsDamagedOnOneNodeComesFromAnother() throws Exception {
        run(1, "create table t (id int primary key, a text)");
        insert(1, 0, 6_000);
        int leader = nodes[1].status().contains("\"state\":\"leader\"") ? 1 : 2;
        int damaged = 3 - leader;
        wipe(3);
        stop(damaged);
        start(damaged);
        awaitVoter(damaged);
        await("a leader", () -> !nodes[damaged].status().contains("\"leader\":null"));
        // What it still has to replay would find the damage too early.
        await("all entries", () -> {
            String newest = nodes[leader].status().replaceAll("(?s).*\"commit_index\":(\\d+).*", "$1");
            return nodes[damaged].status().contains("\"commit_index\":" + newest + ",\"applied_index\":" + newest + ",");
        });
        // Asked first, as it does not lead; if it does by now, the test is only less severe.
        flip(data(damaged).resolve("log/00000000.segment"), 5000);
        flip(largest(data(damaged).resolve("projections/tenant_001")), 3000);
        start(3);
        awaitVoter(3);
        stop(3);
        DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(data(3).resolve("log"))), data(3), folder.resolve("scratch"), null).run(bytes -> {});
        assertThat(report.differences()).isEmpty();
        assertThat(report.logs().getFirst().firstIndex()).isEqualTo(1);
    }

    @Test
    void theClusterIsNotHealthyBeforeTheNodeVotes() throws Exception {
        run(1, "create table t (id int primary key, a text)");
        insert(1, 0, 6_000);
        await("health", () -> nodes[1].status().contains("\"healthy\":true,\"waiting_for\":[]"));
        wipe(3);
        // Neither can give the beginning of the log, so that the third stays on its way.
        for (int number : new int[] {1, 2}) flip(data(number).resolve("log/00000000.segment"), 5000);
        Thread watch = Thread.ofPlatform().start(() -> start(3));
        List<String> told = new ArrayList<>();
        String joining = "node 3 is joining (fetches its log in front of position ";
        await("its way", () -> {
            told.add(nodes[1].status().replaceFirst("(?s).*\"waiting_for\"", "\"waiting_for\"").replaceFirst("(?s),\"peers\".*", ""));
            return told.getLast().contains("waiting_for\":[\"" + joining);
        });
        watch.join();
        assertThat(told).as("and before, its copy").anyMatch(status -> status.matches("(?s).*\"waiting_for\":\\[[^\\]]*node 3 is joining \\((waits for a copy|has \\d+ of \\d+ MB of its copy) of the projections\\).*"));
        for (int number : new int[] {1, 2, 3}) {
            await("word of it on node " + number, () -> nodes[number].page("/ready").contains("\"cluster\":{\"status\":\"degraded\",\"message\":\"" + joining));
            String port = Integer.toString(nodes[number].assembly().address().getPort());
            BackupTest.Outcome waiting = BackupTest.admin("cluster", "wait-healthy", "--timeout", "1", "--port", port);
            assertThat(waiting.status()).isEqualTo(1);
            assertThat(waiting.err()).contains("not healthy within 1 s: " + joining);
            BackupTest.Outcome status = BackupTest.admin("cluster", "status", "--port", port);
            assertThat(status.status()).isEqualTo(1);
            assertThat(status.out()).contains("NOT healthy", "waiting for: " + joining);
        }
        for (int number : new int[] {1, 2}) flip(data(number).resolve("log/00000000.segment"), 5000);
        BackupTest.admin("cluster", "wait-healthy", "--port", Integer.toString(nodes[1].assembly().address().getPort())).done();
        assertThat(nodes[3].status()).contains("\"state\":\"follower\"").contains("\"log_first_index\":1,");
        verifyAll();
    }

    @Test
    void aNodeWithDamagedProjectionsGivesLeadershipAwayAndIsMended() throws Exception {
        run(1, "create table t (id int primary key, a text)");
        insert(1, 0, 6_000);
        int number = nodes[1].status().contains("\"state\":\"leader\",\"view") ? 2 : 1;
        stop(number);
        Path file = largest(data(number).resolve("projections/tenant_001"));
        flip(file, Files.size(file) / 2);
        start(number);
        awaitVoter(number);
        try (ClusterClient client = new ClusterClient(PeerSecurity.ofSecret("shared"))) {
            await("its leadership", () -> client.change(places.get(number - 1), "transfer", number) == null && leads(number));
        }
        List<String> states = new ArrayList<>();
        await("the answer of another", () -> {
            try {
                return count(number) == 6_000 && !leads(number);
            } catch (SQLException e) {
                states.add(e.getSQLState());
                return false;
            }
        });
        assertThat(states).contains("XX001");
        assertThat(nodes[number].status()).contains("\"state\":\"damaged\"");
        assertThat(nodes[number].page("/ready")).contains("the projections of this node are damaged");
        stop(number);
        ProjectionCopy.clear(data(number));
        start(number);
        awaitVoter(number);
        verifyAll();
    }

    private boolean leads(int number) {
        return nodes[number] != null && nodes[number].status().contains("\"node_id\":" + number + ",\"state\":\"leader\"");
    }

    private static Path largest(Path projection) throws IOException {
        try (Stream<Path> files = Files.list(projection)) {
            return files.filter(file -> file.toString().endsWith(".sst")).max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
        }
    }

    private static void flip(Path file, long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int old = bytes.read();
            bytes.seek(offset);
            bytes.write(old ^ 8);
        }
    }
}
