package io.craton.replication.raft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.closure.ReadIndexClosure;
import com.alipay.sofa.jraft.entity.Task;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.metric.Latencies;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EventLog;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** {@link CommitLog} over a running raft node. Any thread. */
final class RaftCommitLog implements CommitLog {
    private static final byte[] NO_CONTEXT = new byte[0];

    private final Node node;
    private final EventLog log;
    private final EntryApplier applier;
    private final boolean networked;
    /** Held for reading around every call of the node, so that none is under way when the node's queues disappear. */
    private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
    private boolean closed;
    private final Latencies times = new Latencies();
    /** Everything committed before this {@link System#nanoTime} is applied here. */
    private final AtomicLong fresh = new AtomicLong(System.nanoTime() - Long.MAX_VALUE / 2);

    RaftCommitLog(Node node, EventLog log, EntryApplier applier, boolean networked) {
        this.node = node;
        this.log = log;
        this.applier = applier;
        this.networked = networked;
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

    /** Alone, this member leads as long as it lives, and nothing is applied but by itself. */
    @Override
    public boolean readsNeedBarrier() {
        return networked;
    }

    @Override
    public long freshNanos() {
        return networked ? fresh.get() : System.nanoTime();
    }

    private void fresh(long nanos) {
        fresh.accumulateAndGet(nanos, (known, more) -> more - known > 0 ? more : known);
    }

    @Override
    public void readBarrier() {
        long asked = System.nanoTime();
        var reached = new CompletableFuture<Status>();
        open.readLock().lock();
        try {
            if (closed) throw new PgException(PgError.error(SqlState.ADMIN_SHUTDOWN, "the database system is shutting down"));
            node.readIndex(NO_CONTEXT, new ReadIndexClosure() {
                @Override
                public void run(Status status, long index, byte[] context) {
                    reached.complete(status);
                }
            });
        } finally {
            open.readLock().unlock();
        }
        Status status = reached.join();
        if (status.isOk()) {
            fresh(asked);
        } else {
            throw new PgException(PgError.error(SqlState.CANNOT_CONNECT_NOW, "cannot confirm the newest state of the database: " + status.getErrorMsg()));
        }
    }
}
