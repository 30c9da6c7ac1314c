package io.craton.replication.raft;

import io.craton.core.metric.Latencies;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EventLog;

/** {@link CommitLog} over a running raft node. Any thread. */
final class RaftCommitLog implements CommitLog {
    private final Submitter submitter;
    private final EventLog log;
    private final EntryApplier applier;
    private final ReadRounds rounds;
    private final Latencies times = new Latencies();

    RaftCommitLog(Submitter submitter, EventLog log, EntryApplier applier, ReadRounds rounds) {
        this.submitter = submitter;
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
        submitter.submit(payload, expectedTerm, new Submission(completion, times));
    }

    /** From submission to completion of entries that were committed. */
    Latencies times() {
        return times;
    }

    /** No call reaches the node after this. */
    void close() {
        submitter.close();
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
