package io.craton.replication.cluster;

import io.craton.core.error.PgException;
import io.craton.core.metric.Latencies;
import io.craton.core.session.Leadership;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import io.craton.replication.raft.ReadQuestions;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node among the others. {@link #start} opens the cluster port and returns; in the background the node forms a cluster with its peers, or asks to be taken into
 * the one they have, and from then on watches over both.
 *
 * <ul>
 *   <li>{@link FirstGroup} is the background: it has the cluster formed or found ({@link Formation}), runs this node's member of the first group and looks after it
 *       ({@link Attendance}). Each further group has an {@link OtherGroup}.
 *   <li>{@link Groups} are this node's members of them all, {@link Places} where others are, {@link Acquaintances} what these said last, {@link Standing} what this node says.
 *   <li>Questions of other nodes come in here and are answered by whom they are about; those that only the leader can answer by {@link LeaderRequests}.
 * </ul>
 *
 * <p>A node with an empty log asks all its peers. If one of them has a cluster, the node joins that. If all of them answer and none has one, the node
 * with the lowest id founds it as a group of one, and the others join. A node with a log has its cluster already; if it was alone so far, others can join it.
 * The leader takes in who asks and knows the cluster's secret ({@link Admission}): first it brings the newcomer up to date, then that one votes, in place of an earlier
 * incarnation of the same node if there was one.
 */
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);

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
    private final Groups groups;
    private final PeerServer server;
    private final Asking asking;
    private final Acquaintances acquaintances;
    private final Admission admission;
    private final Standing standing;
    private final Invitations invitations;
    private final LeaderRequests requests;
    private final LateOffer offer = new LateOffer();
    private final FirstGroup firstGroup;
    private final List<OtherGroup> otherGroups = new ArrayList<>();
    private volatile Consumer<Channel> carried = Channel::close;

    private ClusterNode(ClusterConfig config, FolderIdentity identity, Groups groups, Host host) {
        this.config = config;
        this.identity = identity;
        this.groups = groups;
        var places = new Places(config, groups.first());
        server = PeerRpcFactory.raftServer(config.listen(), config.security(), channel -> carried.accept(channel));
        asking = new Asking(config.security());
        acquaintances = new Acquaintances(asking, self());
        admission = new Admission(identity, self(), acquaintances);
        standing = new Standing(identity, groups, acquaintances, admission);
        invitations = new Invitations(identity, self(), places, asking, acquaintances, standing);
        requests = new LeaderRequests(groups, asking, admission, invitations);
        var formation = new Formation(identity, self(), places, asking, standing, groups.count());
        var attendance = new Attendance(identity, standing, groups, places, asking, acquaintances, admission);
        firstGroup = new FirstGroup(groups.first(), identity, formation, attendance, places, offer, config.security(), host);
        for (GroupMember other : groups.others()) otherGroups.add(new OtherGroup(other, groups, asking, acquaintances, standing, host));
        server.memberHosts(places::isMembers);
        server.registerProcessor(Asking.answering(this::answer));
        server.registerProcessor(new PieceServer(offer, new Throttle(COPY_BYTES_PER_SECOND)));
        ReadQuestions.answering(groups::running).forEach(server::registerProcessor);
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
        var self = new MemberName(config.nodeId(), identity.incarnation(), config.advertise().host(), config.advertise().port());
        var common = new GroupMember.Node(config, self, meta, tenantOf, host);
        List<GroupMember> members = new ArrayList<>();
        for (int number = 0; number < logs.size(); number++) members.add(new GroupMember(number, common, logs.get(number), consumers.get(number)));
        var node = new ClusterNode(config, identity, new Groups(members), host);
        if (!node.server.init(null)) {
            node.asking.close();
            identity.close();
            throw new BindException("the cluster address " + config.listen() + " cannot be used");
        }
        node.firstGroup.start();
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

    // ---- for other nodes -----------------------------------------------------------------------------------------

    private Note answer(Note question) {
        return switch (question.text("ask")) {
            case "hello" -> standing.answer();
            case "join" -> {
                RaftGroup running = groups.first().running();
                yield running == null ? Note.of("wait", true) : admission.join(running, question, groups.count());
            }
            case "change", "note", "cluster change" -> requests.answer(question);
            case "invited" -> invitations.receive(question);
            case "arriving" -> acquaintances.arrivals().told(question);
            case "group" -> groups.answer((int) question.number("group"));
            case "copy" -> groups.first().running() == null ? Note.of("refused", "this node is starting") : offer.offer();
            default -> Note.of("refused", "this node does not know the question \"" + question.text("ask") + "\"");
        };
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
        offer.open(new CopyOffer(groups.first().log, scratch, copier));
    }

    /** Takes what other members want written down, where this one leads; false when it could not. */
    public void onNotes(Predicate<byte[]> listener) {
        requests.onNotes(listener);
    }

    /** Takes the changes of roles and databases that other nodes send, where this one leads the first group. */
    public void onClusterChange(ClusterChangeTaker taker) {
        requests.onClusterChange(taker);
    }

    // ---- for operators -------------------------------------------------------------------------------------------

    public ClusterStatus status() {
        return standing.status();
    }

    /** Lets another voter lead, of this number or the one with most of the log when 0. Null, or why not. */
    public @Nullable String transferLeader(int node) {
        return requests.transferLeader(node);
    }

    /** Lets a node go. Null, or why not. */
    public @Nullable String remove(int node) {
        return requests.remove(node);
    }

    /** Invites the node at a place, which joins a little later. Null, or why not. */
    public @Nullable String add(HostPort newcomer) {
        return requests.add(newcomer);
    }

    /** Told on the leader, in a few words, what an operator has done to the cluster. */
    public void onAdministered(Consumer<String> listener) {
        requests.onAdministered(listener);
    }

    // ---- for this node -------------------------------------------------------------------------------------------

    /** Has the leader write something down; false when that may not have happened. Waits. */
    public boolean note(byte[] bytes) {
        return requests.note(bytes) == null;
    }

    /** Has the first group's leader change roles or databases. Waits; null, or what went wrong. */
    public @Nullable PgException changeCluster(byte[] payload, long base) {
        return requests.changeCluster(payload, base);
    }

    /** Whether all members that are known read entries with another group's audit records: while older versions run, these stay in that group's log. */
    public boolean takeAudits() {
        return acquaintances.takeAudits();
    }

    /** Whether all members have said that they read compressed entries: while one is of an older version, or was not heard of since this node's start, none are made. */
    public boolean takeCompressed() {
        return acquaintances.takeCompressed();
    }

    public CommitLog commitLog() {
        return commitLog(0);
    }

    public CommitLog commitLog(int number) {
        return groups.get(number).commitLog();
    }

    /** Who leads a group. */
    public Leadership leadership(int number) {
        return groups.get(number).leadership();
    }

    /** See {@link RaftGroup#commitTimes}, by group; null until the group is there. */
    public List<Supplier<@Nullable Latencies>> commitTimes() {
        return groups.commitTimes();
    }

    Groups groups() {
        return groups;
    }

    public MemberName self() {
        return groups.first().self();
    }

    /** The projections of this node are damaged: it still votes and keeps the log, and gives leadership away whenever it gets it. */
    public void damaged() {
        standing.damage();
        LOG.error("this node gives leadership away from now on; stop it, remove projections in its data folder, and start it again: they are built anew from the log");
    }

    public PeerDialer dialer() {
        return new PeerDialer(config.security(), 1000);
    }

    /** Hands leadership of all groups to other nodes where this one has it, and waits a little for that to happen: before a clean stop. */
    public void stepDown() throws InterruptedException {
        for (OtherGroup other : otherGroups) {
            other.end();
            other.member().stepDown();
        }
        groups.first().stepDown();
    }

    @Override
    public void close() throws IOException {
        firstGroup.close();
        // Nobody may ask for a vote any more when the group closes what votes are written into.
        server.shutdown();
        otherGroups.forEach(OtherGroup::close);
        groups.close();
        offer.close();
        asking.close();
        identity.close();
    }
}
