package io.craton.replication.raft;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.ApplyTaskMode;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.util.concurrent.DefaultFixedThreadsExecutorGroupFactory;
import io.craton.core.metric.Latencies;
import io.craton.replication.rpc.PeerOptions;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One member of one raft group, running. A node that is alone for good has a {@link LoneGroup}.
 * The log belongs to the caller and outlives the group.
 */
public final class RaftGroup implements AutoCloseable {
    /** Enough for the sessions of a node; three rings of it cost half a megabyte. A full ring makes submitters wait. */
    private static final int RING_ENTRIES = 4096;
    /** To each follower; with the largest entries that are some megabytes, which a disk takes within an election timeout. */
    private static final int MESSAGES_IN_FLIGHT = 16;
    /** What lone nodes were called before folders had incarnations. */
    private static final String LONE_NAME_BEFORE = "127.0.0.1:7001";

    private final NodeImpl node;
    private final PeerId self;
    private final EntryApplier applier;
    private final RaftLogStorage storage;
    private final RaftCommitLog commitLog;
    private final RaftVote vote;
    private final ReadRounds rounds;

    private RaftGroup(NodeImpl node, PeerId self, EntryApplier applier, RaftLogStorage storage, RaftCommitLog commitLog, RaftVote vote, ReadRounds rounds) {
        this.node = node;
        this.self = self;
        this.applier = applier;
        this.storage = storage;
        this.commitLog = commitLog;
        this.vote = vote;
        this.rounds = rounds;
    }

    /**
     * Starts the member. Entries above the consumer's applied position are replayed to it, from another thread. {@code onFailure} is called at
     * most once, from any thread, when the member can no longer work (the log failed, an entry could not be applied): the node must stop.
     */
    public static RaftGroup start(RaftGroupConfig config, EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure) throws IOException {
        return start(config, log, consumer, onFailure, () -> {});
    }

    /** As above; {@code leadershipChanged} is called when this member begins or ceases to lead or follows another, from raft's threads; it must not wait. */
    public static RaftGroup start(RaftGroupConfig config, EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure,
            Runnable leadershipChanged) throws IOException {
        long applied = consumer.appliedPosition();
        if (applied > log.lastIndex()) {
            throw new IOException("the projections are at position " + applied + ", but the log ends at " + log.lastIndex());
        }
        PeerId self = Members.peer(config.self());
        Consumer<Throwable> failOnce = once(onFailure);
        var applier = new EntryApplier(log, consumer, failOnce, leadershipChanged);
        var first = new Members(config.members().stream().map(Members::peer).toList(), List.of(), List.of(), List.of());
        var storage = new RaftLogStorage(log, config.tenantOf(), applied, first, failOnce);
        var vote = new RaftVote(config.meta(), config.group(), failOnce);
        var parts = new RaftParts(storage, vote, new MarkerSnapshots(log, applied));
        // Never taken back: members of other groups, which start and end at other times, have the same.
        NodeManager.getInstance().addAddress(self.getEndpoint());
        GroupThreads.serve(config.group());
        var node = new NodeImpl(config.group(), self);
        boolean started = false;
        try {
            started = node.init(options(config, applier, parts));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (!started) {
                node.shutdown();
            }
        }
        if (!started) throw new IOException("raft group " + config.group() + " could not start; the log says why");
        adoptName(config, node, storage.members());
        var rounds = new ReadRounds(new ReadLane.Member(config.number(), node, self, applier, vote, storage::members), config.network(), config.timings().electionTimeoutMax());
        applier.serve(rounds::appliedMore, rounds::anyWaitsForApplying);
        var submitter = new Submitter(node, storage::members, LoopApplier.of(node, applier), failOnce);
        return new RaftGroup(node, self, applier, storage, new RaftCommitLog(submitter, log, applier, rounds), vote, rounds);
    }

    /** The only voter so far was this same folder under another address: it goes on under its new one. */
    private static void adoptName(RaftGroupConfig config, NodeImpl node, Members members) {
        if (members.voters().isEmpty() || members.voters().contains(Members.peer(config.self()))) return;
        if (config.decrees()) {
            node.resetPeers(new Configuration(List.of(Members.peer(config.self()))));
            return;
        }
        if (members.voters().size() > 1 || !members.oldVoters().isEmpty()) return;
        String only = members.voters().getFirst().toString();
        boolean same = only.equals(LONE_NAME_BEFORE) || MemberName.parse(only).sameFolder(MemberName.parse(config.self()));
        if (same) node.resetPeers(new Configuration(List.of(Members.peer(config.self()))));
    }

    private static Consumer<Throwable> once(Consumer<Throwable> onFailure) {
        var told = new AtomicBoolean();
        return cause -> {
            if (told.compareAndSet(false, true)) onFailure.accept(cause);
        };
    }

    private static NodeOptions options(RaftGroupConfig config, EntryApplier applier, RaftParts parts) {
        var members = new Configuration();
        for (String member : config.members()) members.addPeer(Members.peer(member));
        var options = new PeerOptions(config.network());
        options.setServiceFactory(parts);
        options.setFsm(applier);
        options.setInitialConf(members);
        options.setElectionTimeoutMs(Math.toIntExact(config.timings().electionTimeoutMin().toMillis()));
        options.setLogUri("log");
        options.setRaftMetaUri("meta");
        options.setSnapshotUri("projections");
        options.setSnapshotIntervalSecs(0);
        options.setDisableCli(true);
        options.setEnableMetrics(false);
        options.setApplyTaskMode(ApplyTaskMode.Blocking);
        options.setSharedElectionTimer(true);
        options.setSharedVoteTimer(true);
        options.setSharedStepDownTimer(true);
        options.setSharedSnapshotTimer(true);
        options.setSharedTimerPool(true);
        options.setTimerPoolSize(1);
        options.setAppendEntriesExecutors(DefaultFixedThreadsExecutorGroupFactory.INSTANCE.newExecutorGroup(1, "raft-append", 4096, true));
        options.setRaftOptions(raftOptions(config));
        return options;
    }

    private static RaftOptions raftOptions(RaftGroupConfig config) {
        var raft = new RaftOptions();
        raft.setSync(true);
        raft.setSyncMeta(true);
        raft.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
        // JRaft's own checksum guards entries in memory and on the network; on disk ours does.
        raft.setEnableLogEntryChecksum(true);
        raft.setMaxElectionDelayMs(Math.toIntExact(config.timings().electionTimeoutMax().minus(config.timings().electionTimeoutMin()).toMillis()));
        raft.setElectionHeartbeatFactor(config.timings().heartbeatFactor());
        raft.setMaxReplicatorInflightMsgs(MESSAGES_IN_FLIGHT);
        raft.setMaxEntriesSize(config.timings().entriesPerRpc());
        raft.setDisruptorBufferSize(RING_ENTRIES);
        raft.setApplyBatch(256);
        raft.setMaxAppendBufferSize(1 << 20);
        raft.setOpenStatistics(false);
        return raft;
    }

    public CommitLog commitLog() {
        return commitLog;
    }

    /** How long entries of this member took from submission until they were committed and applied. */
    public Latencies commitTimes() {
        return commitLog.times();
    }

    /** The newest term in which this member may have voted: what the leader asks before it answers a read. Does not wait. */
    public long promisedTerm() {
        return vote.promised();
    }

    /** Tells the newest committed position when this member leads and a majority says so; -1 when not. Does not wait. */
    public void confirmedPosition(LongConsumer answer) {
        rounds.answerIndex(answer);
    }

    /** Whom this member follows, or itself; null when it knows no leader. Cheap, and safe at any time. */
    public @Nullable String leader() {
        PeerId leader = node.getLeaderId();
        return leader == null || leader.isEmpty() ? null : leader.toString();
    }

    /** The newest term in which this member led or followed. */
    public long term() {
        return applier.knownTerm();
    }

    /** JRaft 1.4.1 gives a learner no election timer, and none when it becomes a voter either, until its term changes: alone with others like it, it would wait for a leader for good. */
    public boolean mustStartAgain() {
        return storage.promoted(self);
    }

    /** The group as this member sees it. A follower that has no leader, or that waits to be taken in, names none. */
    public GroupStatus status() {
        Members members = storage.members();
        return new GroupStatus(applier.leaderTerm() > 0, leader(), applier.knownTerm(),
                names(members.voters()), names(members.learners()), !members.oldVoters().isEmpty(),
                committed(), Math.max(applier.applied(), node.getLastAppliedLogIndex()), node.getLastLogIndex());
    }

    /** A node that stops because something failed is still asked for its state. */
    private long committed() {
        try {
            return Math.max(node.getLastCommittedIndex(), applier.applied());
        } catch (IllegalStateException e) {
            return node.getLastAppliedLogIndex();
        }
    }

    private static List<String> names(Collection<PeerId> peers) {
        return peers.stream().map(PeerId::toString).sorted().toList();
    }

    /**
     * Changes who votes, on the leader: a newcomer is first brought up to date, then old and new members agree jointly. Ends with null, or says why it did not
     * happen (another change is under way, a newcomer could not be reached, leadership was lost).
     */
    public CompletableFuture<@Nullable String> changeMembers(List<String> voters) {
        List<PeerId> peers = voters.stream().map(Members::peer).toList();
        return change(peers, storage.members().learners().stream().filter(learner -> !peers.contains(learner)).toList());
    }

    private CompletableFuture<@Nullable String> change(List<PeerId> voters, List<PeerId> learners) {
        var done = new CompletableFuture<@Nullable String>();
        node.changePeers(new Configuration(voters, learners), status -> done.complete(status.isOk() ? null : status.getErrorMsg()));
        return done;
    }

    /** Changes who is told everything and does not vote, on the leader. Ends as {@link #changeMembers}. */
    public CompletableFuture<@Nullable String> changeLearners(List<String> learners) {
        return change(storage.members().voters(), learners.stream().map(Members::peer).toList());
    }

    /**
     * Decrees who votes without asking the others, and seeks election by them. For a member that alone is left of its group: entries that only the
     * others had are lost. Null, or why not.
     */
    public @Nullable String resetMembers(List<String> voters) {
        var wanted = new Configuration();
        for (String voter : voters) wanted.addPeer(Members.peer(voter));
        Status status = node.resetPeers(wanted);
        return status.isOk() ? null : status.getErrorMsg();
    }

    /** Asks another member, or whichever has most of the log when null, to lead instead. Null, or why not; it takes effect a little later, or not at all. */
    public @Nullable String transferLeadership(@Nullable String to) {
        Status status = node.transferLeadershipTo(to == null ? PeerId.ANY_PEER : Members.peer(to));
        return status.isOk() ? null : status.getErrorMsg();
    }

    /** Waits until this member leads and has applied everything from before its own term; false after the time-out. */
    public boolean awaitLeader(Duration timeout) throws InterruptedException {
        return applier.awaitLeader(timeout);
    }

    /** Stops raft and waits for its threads; what was submitted and is not committed ends as unknown. */
    @Override
    public void close() {
        rounds.close();
        commitLog.close();
        node.shutdown();
        try {
            node.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
