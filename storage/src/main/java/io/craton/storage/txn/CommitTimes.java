package io.craton.storage.txn;

/** When a transaction's entry was submitted, on the disks of a majority, and applied: {@link System#nanoTime}, 0 for not yet. Written by whoever gets there. */
public final class CommitTimes {
    private volatile long submitted;
    private volatile long replicated;
    private volatile long applied;

    void submitted() {
        submitted = System.nanoTime();
    }

    void replicated() {
        replicated = System.nanoTime();
    }

    void applied() {
        applied = System.nanoTime();
    }

    public long submittedNanos() {
        return submitted;
    }

    public long replicatedNanos() {
        return replicated;
    }

    public long appliedNanos() {
        return applied;
    }
}
