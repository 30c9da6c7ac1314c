package io.craton.replication.cluster;

import io.craton.storage.log.CommitLog;
import org.jspecify.annotations.Nullable;

/** The log of a group that may not have started yet; until then this node does not lead. */
final class LateLog implements CommitLog {
    private volatile @Nullable CommitLog log;

    void open(CommitLog started) {
        log = started;
    }

    @Override
    public void submit(byte[] payload, long expectedTerm, Completion completion) {
        CommitLog started = log;
        if (started == null) completion.rejected("this node has no cluster yet");
        else started.submit(payload, expectedTerm, completion);
    }

    @Override
    public long leaderTerm() {
        CommitLog started = log;
        return started == null ? 0 : started.leaderTerm();
    }

    @Override
    public boolean readsNeedBarrier() {
        return true;
    }

    @Override
    public long freshNanos() {
        CommitLog started = log;
        return started == null ? System.nanoTime() - Long.MAX_VALUE / 2 : started.freshNanos();
    }

    @Override
    public void readBarrier(Barrier barrier) {
        CommitLog started = log;
        if (started == null) barrier.failed("this node has no cluster yet");
        else started.readBarrier(barrier);
    }
}
