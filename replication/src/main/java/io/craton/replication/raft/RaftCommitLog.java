package io.craton.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.entity.Task;
import io.craton.core.metric.Latencies;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EventLog;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** {@link CommitLog} over a running raft node. Any thread. */
final class RaftCommitLog implements CommitLog {
    private final Node node;
    private final EventLog log;
    private final EntryApplier applier;
    private final ReadRounds rounds;
    /** Held for reading around every call of the node, so that none is under way when the node's queues disappear. */
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;
    private final Latencies times = new Latencies();

    RaftCommitLog(Node node, EventLog log, EntryApplier applier, ReadRounds rounds) {
        this.node = node;
        this.log = log;
        this.applier = applier;
        this.rounds = rounds;
    }

    @Override
    public void submit(byte[] payload, long expectedTerm, Completion completion) {
        if (expectedTerm <= 0) {
            completion.rejected("this node does not lead its group");
            return;
        }
        String refusal = log.refusal();
        if (refusal != null && !EntryHeader.givesUpSpace(payload)) {
            completion.noSpace(refusal);
            return;
        }
        open.readLock().lock();
        try {
            if (closed) completion.rejected("this node is shutting down");
            else node.apply(new Task(ByteBuffer.wrap(payload), new Submission(completion, times), expectedTerm));
        } finally {
            open.readLock().unlock();
        }
    }

    /** From submission to completion of entries that were committed. */
    Latencies times() {
        return times;
    }

    /** No call reaches the node after this. */
    void close() {
        open.writeLock().lock();
        closed = true;
        open.writeLock().unlock();
    }

    @Override
    public long leaderTerm() {
        return applier.leaderTerm();
    }

    @Override
    public boolean readsNeedBarrier() {
        return true;
    }

    @Override
    public long freshNanos() {
        return applier.freshNanos();
    }

    @Override
    public void readBarrier(Barrier barrier) {
        rounds.await(barrier);
    }
}
