package io.craton.replication.cluster;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.metric.Latencies;
import io.craton.core.session.Leadership;
import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import io.craton.replication.raft.ReadQuestions;
import io.craton.replication.raft.RaftGroupConfig;
import io.craton.replication.rpc.PeerDialer;
import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerServer;
import io.craton.replication.transfer.PieceServer;
import io.craton.replication.transfer.Throttle;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.Base64;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * This node among the others. {@link #start} opens the cluster port and returns; in the background the node forms a cluster with its peers, or asks to be taken into
 * the one they have, and from then on watches over both.
 *
 * <p>Formation: a node with an empty log asks all its peers. If one of them has a cluster, the node joins that. If all of them answer and none has one, the node
 * with the lowest id founds it as a group of one, and the others join. A node with a log has its cluster already; if it was alone so far, others can join it.
 * The leader takes in who asks and knows the cluster's secret: first it brings the newcomer up to date, then that one votes, in place of an earlier incarnation of the
 * same node if there was one.
 */
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final int CLUSTER_CHANGE_MILLIS = 10_000;

    /** What others may copy from this node: enough to be quick, little enough to leave most of a disk and a network to the clients. */
    private static final long COPY_BYTES_PER_SECOND = 200L << 20;

    /** What a node does for its cluster's sake. */
    public interface Host {
        /** The node can no longer work and must stop. At most once. */
        void failed(Throwable cause);
    }

    /** Changes roles or databases, on the first group's leader. */
    public interface ClusterChangeTaker {
        /** Waits until the entry is committed; null, or what went wrong. */
        @Nullable PgException take(byte[] payload, long base);
    }

    /** Makes copies of the projections. */
    public interface Copier {
        /** Answers the position that the copy in this new folder is at. */
        long copyTo(Path folder) throws IOException;
    }

    private final ClusterConfig config;
    private final FolderIdentity identity;
    private final MemberName self;
    private final String selfText;
    private final FileStore meta;
    private final EventLog log;
    private final EntryConsumer consumer;
    private final ToIntFunction<ByteBuffer> tenantOf;
    private final Host host;
    private final PeerServer server;
    private final Asking asking;
    private final Acquaintances acquaintances;
    private final Admission admission;
    private final Thread keeper;
    private final LateLog commitLog = new LateLog();
    private final GroupLeadership leadership;
    private final List<OtherGroup> otherGroups = new ArrayList<>();
    /** Leader and term of the last line about them. */
    private final AtomicReference<String> toldLeader = new AtomicReference<>("");
    /** What this node gives others to begin with; null before it can. */
    private volatile @Nullable CopyOffer offer;
    private volatile boolean damaged;
    /** Of the leader. The keeper's. */
    private String told = "";
    private volatile @Nullable RaftGroup group;
    private volatile Consumer<Channel> carried = Channel::close;
    /** Members of a cluster that would have this node. */
    private volatile Consumer<String> administered = _ -> {};
    private volatile Predicate<byte[]> notes = _ -> false;
    private volatile @Nullable ClusterChangeTaker changes;
    private final Set<HostPort> invited = ConcurrentHashMap.newKeySet();
    private @Nullable String toldRefusal;
    private volatile boolean closed;

    private ClusterNode(ClusterConfig config, FolderIdentity identity, FileStore meta, EventLog log, EntryConsumer consumer,
            ToIntFunction<ByteBuffer> tenantOf, Host host) {
        this.config = config;
        this.identity = identity;
        this.self = new MemberName(config.nodeId(), identity.incarnation(), config.advertise().host(), config.advertise().port());
        this.selfText = self.toString();
        this.leadership = new GroupLeadership(self);
        this.meta = meta;
        this.log = log;
        this.consumer = consumer;
        this.tenantOf = tenantOf;
        this.host = host;
        this.server = PeerRpcFactory.raftServer(config.listen(), config.security(), channel -> carried.accept(channel));
        this.asking = new Asking(config.security());
        this.acquaintances = new Acquaintances(asking, self);
        this.admission = new Admission(identity, self, acquaintances);
        this.keeper = Thread.ofPlatform().name("cluster").unstarted(this::keep);
        server.memberHosts(this::isMembers);
        server.registerProcessor(Asking.answering(this::answer));
        server.registerProcessor(new PieceServer(this::piece, new Throttle(COPY_BYTES_PER_SECOND)));
        ReadQuestions.answering(this::running).forEach(server::registerProcessor);
    }

    /** The name of a node that is alone for good, with the incarnation of its folder; a new one when it leaves lost members behind. */
    public static String loneName(FileStore meta, int nodeId, List<EventLog> logs, boolean forceRecover) throws IOException {
        try (FolderIdentity identity = FolderIdentity.open(meta, nodeId, logs.getFirst().lastIndex() == 0)) {
            if (forceRecover) ForcedRecovery.begin(identity, logs);
            return new MemberName(nodeId, identity.incarnation(), "127.0.0.1", 7001).toString();
        }
    }

    public static ClusterNode start(ClusterConfig config, FileStore meta, EventLog log, EntryConsumer consumer, ToIntFunction<ByteBuffer> tenantOf,
            Host host) throws IOException {
        return start(config, meta, List.of(log), List.of(consumer), tenantOf, host);
    }

    /** With several groups: their logs and what reads them, in the order of their numbers. */
    public static ClusterNode start(ClusterConfig config, FileStore meta, List<EventLog> logs, List<EntryConsumer> consumers, ToIntFunction<ByteBuffer> tenantOf,
            Host host) throws IOException {
        EventLog log = logs.getFirst();
        FolderIdentity identity = FolderIdentity.open(meta, config.nodeId(), log.lastIndex() == 0);
        if (config.forceRecover()) {
            boolean good = false;
            try {
                if (!ForcedRecovery.begin(identity, logs)) config = config.withoutForce();
                good = true;
            } finally {
                if (!good) identity.close();
            }
        }
        if (identity.removed()) {
            identity.close();
            throw new IOException("this node was removed from its cluster; to join again it needs an empty data folder");
        }
        var node = new ClusterNode(config, identity, meta, log, consumers.getFirst(), tenantOf, host);
        for (int number = 1; number < logs.size(); number++) {
            node.otherGroups.add(new OtherGroup(number, node, config, meta, new OtherGroup.Parts(logs.get(number), consumers.get(number)), tenantOf, host));
        }
        if (!node.server.init(null)) {
            node.asking.close();
            identity.close();
            throw new BindException("the cluster address " + config.listen() + " cannot be used");
        }
        node.keeper.start();
        node.otherGroups.forEach(OtherGroup::start);
        return node;
    }

    /** What this node gave up when it went on without its cluster, until {@link #recoveryTold}; empty for nothing. */
    public String recovery() {
        return identity.recovery();
    }

    public void recoveryTold() throws IOException {
        identity.recoveryTold();
    }

    // ---- the keeper ----------------------------------------------------------------------------------------------

    private void keep() {
        try {
            boolean founds = log.lastIndex() == 0 && meetPeers();
            if (founds) identity.cluster(FolderIdentity.newCluster());
            boolean whole = log.history().whole();
            RaftGroup started = startGroup(founds ? List.of(self.toString()) : List.of());
            if (identity.cluster().isEmpty()) identity.cluster(FolderIdentity.newCluster());
            try (HistoryFetch _ = whole ? null : new HistoryFetch(log, config.security(), this::others, host::failed)) {
                while (!closed) {
                    boolean complete = !whole && log.history().whole();
                    if (complete || started.mustStartAgain()) {
                        // Raft learns where its log begins when it starts.
                        whole |= complete;
                        group = null;
                        leadership.runs(null);
                        started.close();
                        started = startGroup(List.of());
                    }
                    watch(started, whole);
                    Thread.sleep(500);
                }
            }
        } catch (InterruptedException e) {
            // The node closes.
        } catch (IOException | RuntimeException e) {
            if (!closed) host.failed(e);
        }
    }

    private RaftGroup startGroup(List<String> first) throws IOException {
        RaftGroup started = RaftGroup.start(new RaftGroupConfig(RaftGroupConfig.FIRST_GROUP, 0, self.toString(), first, meta, config.timings(), config.security(),
                config.forceRecover(), tenantOf), log, consumer, host::failed, this::leadershipChanged);
        group = started;
        leadership.runs(started);
        commitLog.open(started.commitLog());
        leadershipChanged();
        return started;
    }

    /** Whether one of these hosts is that of a member or of a peer. */
    private boolean isMembers(Set<String> hosts) {
        Set<String> known = new LinkedHashSet<>();
        known.add(self.host());
        for (HostPort peer : config.peers()) known.add(peer.host());
        RaftGroup running = group;
        if (running != null) for (String voter : running.status().voters()) known.add(MemberName.parse(voter).host());
        return known.stream().anyMatch(host -> hosts.contains(host.toLowerCase(Locale.ROOT)));
    }

    /** Where the other members are, and who else is known. */
    private List<HostPort> others() {
        Set<HostPort> places = new LinkedHashSet<>(config.peers());
        places.addAll(invited);
        RaftGroup running = group;
        if (running != null) for (String voter : running.status().voters()) places.add(place(MemberName.parse(voter)));
        places.remove(place(self));
        return List.copyOf(places);
    }

    /** True when this node is to found the cluster; false when it knows which to join. */
    private boolean meetPeers() throws InterruptedException, IOException {
        for (int round = 0; ; round++) {
            boolean all = true;
            int lowest = config.nodeId();
            List<HostPort> silent = new ArrayList<>();
            for (HostPort place : others()) {
                Note answer = asking.ask(place, hello());
                if (answer == null) {
                    all = false;
                    silent.add(place);
                    continue;
                }
                MemberName other = MemberName.parse(answer.text("name"));
                if (other.sameFolder(self)) continue;
                if (other.node() == self.node()) {
                    throw new IOException("node id " + self.node() + " is used by the node at " + place + " as well; give each node its own --node-id");
                }
                String refusal = Likeness.refusal(groups(), other, place, answer);
                if (refusal != null) throw new IOException(refusal);
                if (answer.number("last") > 0) {
                    identity.cluster(answer.text("cluster"));
                    LOG.info("joining cluster {} that node {} at {} belongs to", identity.cluster(), other.node(), place);
                    return false;
                }
                lowest = Math.min(lowest, other.node());
            }
            if (all && lowest == config.nodeId()) {
                LOG.info("all {} peers are there and new: node {} founds the cluster", others().size(), config.nodeId());
                return true;
            }
            if (!silent.isEmpty() && round % 25 == 0) LOG.info("waiting for {} to form a cluster", silent);
            Thread.sleep(200);
        }
    }

    private int groups() {
        return 1 + otherGroups.size();
    }

    private Note hello() {
        return Note.of("ask", "hello", "name", self, "cluster", identity.cluster(), "clock", Clocks.now());
    }

    private void watch(RaftGroup started, boolean whole) throws InterruptedException, IOException {
        CopyOffer given = offer;
        if (given != null) given.tidy();
        GroupStatus status = started.status();
        tellLeader(status);
        if (status.leading() && log.refusal() != null) leaveToOneWithRoom(started, status);
        if (damaged && status.leading() && status.voters().size() > 1) started.transferLeadership(null);
        List<String> members = new ArrayList<>(status.voters());
        members.addAll(status.learners());
        Positions positions = positions(status);
        acquaintances.round(positions);
        List<HostPort> places = new ArrayList<>(others());
        places.addAll(admission.newcomers());
        acquaintances.greet(hello(), places, members);
        if (status.voters().contains(self.toString()) || identity.removed()) return;
        String leader = status.leader();
        HostPort place = leader == null ? acquaintances.leader() : place(MemberName.parse(leader));
        if (place == null) return;
        Note answer = asking.ask(place, Note.of("ask", "join", "name", self, "cluster", identity.cluster(), "learn", !whole, "groups", groups()));
        if (answer == null || answer.text("refused").isEmpty()) return;
        String refusal = place + " does not take this node in: " + answer.text("refused");
        if (!refusal.equals(toldRefusal)) LOG.warn("{}", refusal);
        toldRefusal = refusal;
        if (answer.flag("removed")) identity.markRemoved();
    }

    private void tellLeader(GroupStatus status) {
        String leads = status.leader() == null ? "no leader is known" : (status.leader().equals(selfText) ? "this node" : "node " + MemberName.parse(status.leader()).node())
                + " leads, in term " + status.term();
        boolean beginsTo = selfText.equals(status.leader()) && !status.leading();
        if (beginsTo || leads.equals(told)) return;
        told = leads;
        LOG.info("{}", leads);
    }

    /** The disk is full here: writes go on at a member whose disk is not. */
    private void leaveToOneWithRoom(RaftGroup running, GroupStatus status) {
        MemberName other = acquaintances.withRoom(status.voters());
        if (other == null) return;
        LOG.warn("the disk is full: leadership goes to node {}", other.node());
        String refusal = running.transferLeadership(other.toString());
        if (refusal != null) LOG.warn("leadership stays here for now: {}", refusal);
    }

    static HostPort place(MemberName name) {
        return new HostPort(name.host(), name.port());
    }

    /** A line for each change of the leader. */
    private void tellLeader() {
        Leader now = leadership.leader();
        String text = now == null ? "" : now.nodeId() + "/" + now.term();
        if (text.equals(toldLeader.getAndSet(text))) return;
        LoggingEventBuilder line = LOG.atInfo().addKeyValue("node_id", config.nodeId()).addKeyValue("commit_index", log.committedIndex());
        if (now == null) line.log("No leader is known");
        else if (now.here()) line.addKeyValue("view", now.term()).log("Became leader");
        else line.addKeyValue("view", now.term()).addKeyValue("leader", now.nodeId()).log("Following the leader");
    }

    private void leadershipChanged() {
        tellLeader();
        leadership.changed();
    }

    // ---- questions of others -------------------------------------------------------------------------------------

    private Note answer(Note question) {
        RaftGroup running = group;
        return switch (question.text("ask")) {
            case "hello" -> {
                GroupStatus status = running == null ? null : running.status();
                yield Note.of("name", self, "cluster", identity.cluster(), "last", running == null ? 0 : log.lastIndex(), "whole", log.history().whole(),
                        "leader", status == null || status.leader() == null ? "" : status.leader(), "state", state(), "clock", Clocks.now(), "groups", groups(), "full", log.refusal() != null, "audits", true,
                        "applied", status == null ? 0 : status.applied(), "positions", status == null ? "" : positions(status), "first", log.firstIndex(), "change", status == null ? "" : change(status));
            }
            case "join" -> running == null ? Note.of("wait", true) : admission.join(running, question, groups());
            case "change" -> change(question);
            case "invited" -> invited(question);
            case "note" -> noted(question);
            case "cluster change" -> clusterChange(question);
            case "arriving" -> acquaintances.arrivals().told(question);
            case "group" -> {
                OtherGroup other = otherGroup((int) question.number("group"));
                yield other == null ? Note.of("runs", false) : other.answer();
            }
            case "copy" -> {
                CopyOffer given = offer;
                yield given == null || running == null ? Note.of("refused", "this node is starting") : given.offer();
            }
            default -> Note.of("refused", "this node does not know the question \"" + question.text("ask") + "\"");
        };
    }

    private byte[] piece(long id, String name, long offset, int count) throws IOException {
        CopyOffer given = offer;
        if (given == null) throw new IOException("this node is starting");
        return given.read(id, name, offset, count);
    }

    private String state() {
        RaftGroup running = group;
        if (identity.removed()) return "removed";
        if (running == null) return log.lastIndex() == 0 ? "forming" : "joining";
        GroupStatus status = running.status();
        if (status.leading()) return "leader";
        if (damaged) return "damaged";
        return status.voters().contains(self.toString()) ? "follower" : "joining";
    }

    // ---- what the operator asks for ------------------------------------------------------------------------------

    public ClusterStatus status() {
        RaftGroup running = group;
        if (running == null) return new ClusterStatus(self.node(), identity.cluster(), state(), 0, 0, 0, 0, log.lastIndex(), log.firstIndex(), acquaintances.peers(List.of()));
        GroupStatus status = running.status();
        ClusterStatus own = new ClusterStatus(self.node(), identity.cluster(), state(), status.leader() == null ? 0 : MemberName.parse(status.leader()).node(), status.term(),
                status.committed(), status.applied(), status.last(), log.firstIndex(), acquaintances.peers(status.voters()))
                        .withProgress(acquaintances.progress(positions(status).applied(), change(status)));
        return otherGroups.isEmpty() ? own : own.withGroups(groups(status));
    }

    private List<ClusterStatus.Group> groups(GroupStatus first) {
        List<ClusterStatus.Group> all = new ArrayList<>(List.of(ClusterStatus.Group.of(0, first)));
        for (OtherGroup other : otherGroups) all.add(other.status());
        return all;
    }

    private Positions positions(GroupStatus first) {
        return Positions.of(groups(first));
    }

    /** The change of members that is under way, as far as this node knows, in words; empty for none. */
    private String change(GroupStatus status) {
        String begun = status.leading() ? admission.underWay() : "";
        return begun.isEmpty() && status.changing() ? "not all voters have agreed to it" : begun;
    }

    /** Lets another voter lead, of this number or the one with most of the log when 0. Null, or why not. */
    public @Nullable String transferLeader(int node) {
        return onLeader(Note.of("ask", "change", "what", "transfer", "node", node));
    }

    private @Nullable OtherGroup otherGroup(int number) {
        return number < 1 || number > otherGroups.size() ? null : otherGroups.get(number - 1);
    }

    private @Nullable RaftGroup running(int number) {
        if (number == 0) return group;
        OtherGroup other = otherGroup(number);
        return other == null ? null : other.running();
    }

    // ---- for the other groups ------------------------------------------------------------------------------------

    /** As this node sees the first group; null before it has a cluster. */
    @Nullable GroupStatus firstGroup() {
        RaftGroup running = group;
        return running == null ? null : running.status();
    }

    @Nullable Note ask(MemberName member, Note question) throws InterruptedException {
        return asking.ask(place(member), question);
    }

    /** Others should lead if they can. */
    boolean avoidsLeading() {
        return damaged || identity.removed();
    }

    @Nullable MemberName withRoom(List<String> voters) {
        return acquaintances.withRoom(voters);
    }

    /** The voter that leads at least two groups less than this node does, where this group is the highest that this node leads; null when there is none, or some group has no leader. */
    @Nullable MemberName leadsLess(int highest, List<String> voters) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int number = 0; number <= otherGroups.size(); number++) {
            Leader leads = leadership(number).leader();
            if (leads == null || leads.here() && number > highest) return null;
            counts.merge(leads.nodeId(), 1, Integer::sum);
        }
        int most = counts.getOrDefault(self.node(), 0) - 2;
        MemberName least = null;
        for (String voter : voters) {
            MemberName name = MemberName.parse(voter);
            int count = counts.getOrDefault(name.node(), 0);
            if (count > most || !acquaintances.hears(name)) continue;
            most = count - 1;
            least = name;
        }
        return least;
    }

    /** Lets a node go. Null, or why not. */
    public @Nullable String remove(int node) {
        return onLeader(Note.of("ask", "change", "what", "remove", "node", node));
    }

    /** Invites the node at a place, which joins a little later. Null, or why not. */
    public @Nullable String add(HostPort newcomer) {
        return onLeader(Note.of("ask", "change", "what", "add", "place", newcomer));
    }

    private @Nullable String onLeader(Note question) {
        RaftGroup running = group;
        if (running == null) return "the cluster is not formed yet";
        String leader = running.status().leader();
        if (leader == null) return "the cluster has no leader at present";
        try {
            Note answer = leader.equals(self.toString()) ? question.text("ask").equals("note") ? noted(question) : change(question) : asking.ask(place(MemberName.parse(leader)), question);
            if (answer == null) return "the leader does not answer; whether it was done is not known";
            return answer.text("refused").isEmpty() ? null : answer.text("refused");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** A cluster would have this node: it asks there from now on, if it has none. */
    private Note invited(Note question) {
        if (!identity.cluster().isEmpty() && !identity.cluster().equals(question.text("cluster"))) {
            return Note.of("refused", "node " + self.node() + " belongs to another cluster (" + identity.cluster() + "); it needs an empty data folder");
        }
        for (String place : question.text("members").split(",")) if (!place.isEmpty()) invited.add(HostPort.parse(place));
        return Note.of("done", true, "node", self.node());
    }

    /** Sends the newcomer at this place to the members, which take it in when it asks. Null, or why not. */
    private @Nullable String invite(GroupStatus status, String text) {
        try {
            HostPort place = HostPort.parse(text);
            Note there = asking.ask(place, hello());
            if (there == null) return "no node answers at " + place + " that knows the same secret";
            MemberName newcomer = MemberName.parse(there.text("name"));
            if (status.voters().contains(newcomer.toString())) return "node " + newcomer.node() + " is a member already";
            HostPort namesake = newcomer.node() == self.node() ? place(self) : acquaintances.namesake(newcomer);
            if (namesake != null) return "node id " + newcomer.node() + " is used by the node at " + namesake + "; give each node its own --node-id";
            String members = String.join(",", status.voters().stream().map(voter -> MemberName.parse(voter).address()).toList());
            Note answer = asking.ask(place, Note.of("ask", "invited", "cluster", identity.cluster(), "members", members));
            return answer == null ? "the node at " + place + " does not answer any more" : answer.text("refused").isEmpty() ? null : answer.text("refused");
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Told on the leader, in a few words, what an operator has done to the cluster. */
    public void onAdministered(Consumer<String> listener) {
        administered = listener;
    }

    /** Takes what other members want written down, where this one leads; false when it could not. */
    public void onNotes(Predicate<byte[]> listener) {
        notes = listener;
    }

    /** Has the leader write something down; false when that may not have happened. Waits. */
    public boolean note(byte[] bytes) {
        return onLeader(Note.of("ask", "note", "bytes", Base64.getEncoder().encodeToString(bytes))) == null;
    }

    private Note noted(Note question) {
        return notes.test(Base64.getDecoder().decode(question.text("bytes"))) ? Note.of("done", true) : Note.of("refused", "node does not lead");
    }

    /** Has the first group's leader change roles or databases. Waits; null, or what went wrong. */
    public @Nullable PgException changeCluster(byte[] payload, long base) {
        RaftGroup running = group;
        String leader = running == null ? null : running.leader();
        if (leader == null) return new PgException(SqlState.CANNOT_CONNECT_NOW, "the cluster has no leader at present");
        try {
            Note answer = asking.ask(place(MemberName.parse(leader)), Note.of("ask", "cluster change", "base", base, "bytes", Base64.getEncoder().encodeToString(payload)), CLUSTER_CHANGE_MILLIS);
            if (answer == null) return new PgException(SqlState.TRANSACTION_RESOLUTION_UNKNOWN, "the outcome of the transaction is unknown: the leader of the first group does not answer");
            if (answer.text("refused").isEmpty()) return null;
            SqlState state = SqlState.of(answer.text("state"));
            return new PgException(state == null ? SqlState.INTERNAL_ERROR : state, answer.text("refused"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PgException(SqlState.TRANSACTION_RESOLUTION_UNKNOWN, "the outcome of the transaction is unknown: interrupted");
        }
    }

    /** Whether all members that are known read entries with another group's audit records: while older versions run, these stay in that group's log. */
    public boolean takeAudits() {
        return acquaintances.takeAudits();
    }

    /** Takes the changes of roles and databases that other nodes send, where this one leads the first group. */
    public void onClusterChange(ClusterChangeTaker taker) {
        changes = taker;
    }

    private Note clusterChange(Note question) {
        ClusterChangeTaker taker = changes;
        if (taker == null) return Note.of("refused", "this node is starting", "state", SqlState.CANNOT_CONNECT_NOW.code);
        PgException failure = taker.take(Base64.getDecoder().decode(question.text("bytes")), question.number("base"));
        return failure == null ? Note.of("done", true) : Note.of("refused", failure.error().message(), "state", failure.error().state().code);
    }

    private Note change(Note question) {
        RaftGroup running = running((int) question.number("group"));
        if (running == null) return Note.of("refused", "the cluster is not formed yet");
        GroupStatus status = running.status();
        if (!status.leading()) {
            String leader = status.leader();
            return leader == null ? Note.of("refused", "the cluster has no leader at present") : Note.of("refused", "node does not lead", "leader", leader);
        }
        int node = (int) question.number("node");
        String refusal = switch (question.text("what")) {
            case "transfer" -> admission.transfer(running, node);
            case "remove" -> {
                leaveOtherGroups(node);
                yield admission.remove(running, node);
            }
            case "add" -> invite(status, question.text("place"));
            default -> "unknown change \"" + question.text("what") + "\"";
        };
        if (refusal == null) administered.accept(question.text("what") + (node == 0 ? question.text("place").isEmpty() ? "" : " " + question.text("place") : " node " + node));
        return refusal == null ? Note.of("done", true) : Note.of("refused", refusal);
    }

    /** A node that goes leads nothing first: afterwards nobody tells it any more. */
    private void leaveOtherGroups(int node) {
        for (OtherGroup other : otherGroups) {
            Leader leads = other.leadership().leader();
            if (leads == null || leads.nodeId() != node) continue;
            try {
                asking.ask(new HostPort(leads.host(), leads.port()), Note.of("ask", "change", "what", "transfer", "node", 0, "group", other.number));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- what the node needs -------------------------------------------------------------------------------------

    public CommitLog commitLog() {
        return commitLog;
    }

    public CommitLog commitLog(int number) {
        return number == 0 ? commitLog : Objects.requireNonNull(otherGroup(number)).commitLog();
    }

    /** Who leads a group. */
    public Leadership leadership(int number) {
        return number == 0 ? leadership : Objects.requireNonNull(otherGroup(number)).leadership();
    }

    /** See {@link RaftGroup#commitTimes}, by group; null until the group is there. */
    public List<Supplier<@Nullable Latencies>> commitTimes() {
        List<Supplier<@Nullable Latencies>> all = new ArrayList<>();
        for (int number = 0; number <= otherGroups.size(); number++) {
            int each = number;
            all.add(() -> {
                RaftGroup running = running(each);
                return running == null ? null : running.commitTimes();
            });
        }
        return all;
    }

    public MemberName self() {
        return self;
    }

    /**
     * Whoever takes the sessions that other nodes bring from now on; it adds its handler to the channel, which both ends have greeted, before it returns. Earlier ones are
     * turned away.
     */
    public void carriedTo(Consumer<Channel> taker) {
        carried = taker;
    }

    /**
     * From now on other nodes may have copies of the projections, made here, and the log.
     *
     * @param scratch a folder for the copies, on the disk of the projections
     */
    public void offer(Path scratch, Copier copier) throws IOException {
        offer = new CopyOffer(log, scratch, copier);
    }

    /** The projections of this node are damaged: it still votes and keeps the log, and gives leadership away whenever it gets it. */
    public void damaged() {
        damaged = true;
        LOG.error("this node gives leadership away from now on; stop it, remove projections in its data folder, and start it again: they are built anew from the log");
    }

    public PeerDialer dialer() {
        return new PeerDialer(config.security(), 1000);
    }

    /** Hands leadership of all groups to other nodes where this one has it, and waits a little for that to happen: before a clean stop. */
    public void stepDown() throws InterruptedException {
        for (OtherGroup other : otherGroups) other.stepDown();
        RaftGroup running = group;
        if (running != null) OtherGroup.stepDown(running, leadership, "");
    }

    @Override
    public void close() throws IOException {
        closed = true;
        keeper.interrupt();
        try {
            keeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Nobody may ask for a vote any more when the group closes what votes are written into.
        server.shutdown();
        otherGroups.forEach(OtherGroup::close);
        RaftGroup running = group;
        if (running != null) running.close();
        CopyOffer given = offer;
        if (given != null) given.close();
        asking.close();
        identity.close();
    }
}
