package io.craton.replication.cluster;

import io.craton.core.session.Leadership;
import io.craton.core.session.Leadership.Leader;
import io.craton.replication.raft.GroupStatus;
import io.craton.replication.raft.MemberName;
import io.craton.replication.raft.RaftGroup;
import io.craton.replication.raft.RaftGroupConfig;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.io.FileStore;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's member of one raft group, as long as the node runs. Raft's own member starts later and may be started again; the log and the leadership that sessions
 * hold stay the same. The group's keeper, {@link FirstGroup} or {@link OtherGroup}, starts it; any thread may look.
 */
final class GroupMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMember.class);
    private static final Duration TRANSFER_PATIENCE = Duration.ofSeconds(3);

    /** What the members of all groups of a node have in common. */
    record Node(ClusterConfig config, MemberName self, FileStore meta, ToIntFunction<ByteBuffer> tenantOf, ClusterNode.Host host) {}

    final int number;
    final EventLog log;
    private final Node node;
    private final EntryConsumer consumer;
    private final LateLog commitLog = new LateLog();
    private final GroupLeadership leadership;
    private volatile @Nullable RaftGroup group;

    GroupMember(int number, Node node, EventLog log, EntryConsumer consumer) {
        this.number = number;
        this.node = node;
        this.log = log;
        this.consumer = consumer;
        leadership = new GroupLeadership(node.self());
    }

    /** Whose member it is. */
    MemberName self() {
        return node.self();
    }

    /** @param founds it begins as the group's only member; else it is what its folder says, or waits to be taken in */
    RaftGroup start(boolean founds) throws IOException {
        RaftGroup started = RaftGroup.start(new RaftGroupConfig(GroupFolder.name(number), number, self().toString(), founds ? List.of(self().toString()) : List.of(), node.meta(),
                node.config().timings(), node.config().security(), node.config().forceRecover(), node.tenantOf()), log, consumer, node.host()::failed, leadership::changed);
        group = started;
        leadership.runs(started);
        commitLog.open(started.commitLog());
        leadership.changed();
        return started;
    }

    RaftGroup startAgain(boolean founds) throws IOException {
        RaftGroup running = group;
        leadership.runs(null);
        group = null;
        if (running != null) running.close();
        return start(founds);
    }

    /** Null before it is started. */
    @Nullable RaftGroup running() {
        return group;
    }

    /** The group as this node sees it; null before it is started. */
    @Nullable GroupStatus status() {
        RaftGroup running = group;
        return running == null ? null : running.status();
    }

    /** The same for operators. */
    ClusterStatus.Group standing() {
        GroupStatus status = status();
        return status == null ? new ClusterStatus.Group(number, 0, 0, 0, 0, log.lastIndex(), List.of()) : ClusterStatus.Group.of(number, status);
    }

    /** What another node is told of this member. */
    Note answer() {
        return Note.of("runs", group != null, "last", log.lastIndex());
    }

    Leadership leadership() {
        return leadership;
    }

    CommitLog commitLog() {
        return commitLog;
    }

    /** Hands leadership to another node if this one has it, and waits a little for that to happen. */
    void stepDown() throws InterruptedException {
        RaftGroup running = group;
        if (running == null || !running.status().leading() || running.status().voters().size() < 2) return;
        String what = number == 0 ? "leadership" : "leadership of " + GroupFolder.name(number);
        var moved = new CountDownLatch(1);
        leadership.onChange(() -> {
            Leader known = leadership.leader();
            if (known != null && !known.here()) moved.countDown();
        });
        String refusal = running.transferLeadership(null);
        if (refusal != null) {
            LOG.info("{} stays until this node is gone: {}", what, refusal);
            return;
        }
        if (!moved.await(TRANSFER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) LOG.info("nobody took over {} within {}", what, TRANSFER_PATIENCE);
    }

    @Override
    public void close() {
        RaftGroup running = group;
        if (running != null) running.close();
    }
}
