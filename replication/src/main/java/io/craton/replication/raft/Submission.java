package io.craton.replication.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import io.craton.core.metric.Latencies;
import io.craton.storage.log.CommitLog;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The fate of one submitted entry. The applier reports success after the run it belongs to; everything else comes from JRaft as a status,
 * of which only some prove that the entry was never appended. The first report counts: after a failed run JRaft reports once more.
 */
final class Submission implements Closure {
    private final CommitLog.Completion completion;
    private final Latencies times;
    private final long begunNanos = System.nanoTime();
    private final AtomicBoolean completed = new AtomicBoolean();
    /** Set by the applier before it completes the run. */
    private long position;

    /** @param times takes how long the way to the disks of a majority, and into the projections, was */
    Submission(CommitLog.Completion completion, Latencies times) {
        this.completion = completion;
        this.times = times;
    }

    /** It changes rows alone, and few: any thread may apply it. */
    boolean isQuick() {
        return completion.isQuick();
    }

    /** It is on the disks of a majority. */
    void replicated() {
        completion.replicated();
    }

    void appliedAt(long appliedPosition) {
        position = appliedPosition;
    }

    @Override
    public void run(Status status) {
        if (!completed.compareAndSet(false, true)) return;
        if (status.isOk()) {
            times.record(System.nanoTime() - begunNanos);
            completion.committed(position);
        } else if (neverAppended(status)) completion.rejected(status.getErrorMsg());
        else completion.unknown(status.getErrorMsg());
    }

    /**
     * JRaft 1.4.1 says EPERM both when it refuses a task and when a leader that had appended it steps down; only the texts tell them apart.
     * A text that is not known counts as unknown, so a newer JRaft can make this vaguer, never wrong.
     */
    private static boolean neverAppended(Status status) {
        RaftError error = status.getRaftError();
        String text = status.getErrorMsg();
        return switch (error) {
            case EBUSY, ENODESHUTDOWN -> true;
            case EPERM -> text.equals("Is not leader.") || text.startsWith("expected_term=");
            default -> false;
        };
    }
}
