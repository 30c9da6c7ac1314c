package io.craton.storage.txn;

/** What to do when a lock is held by another: wait, fail with 55P03, or skip. */
public enum WaitPolicy {
    WAIT, NO_WAIT, SKIP_LOCKED
}
