package io.craton.storage.txn;

import org.jspecify.annotations.Nullable;

/**
 * A lock that a session has or waits for, as pg_locks shows it.
 *
 * @param database oid; 0 for what belongs to no database
 * @param transactionId of the session's open transaction; 0 none
 * @param mode PostgreSQL's name of the mode
 * @param fastPath not in the lock table
 * @param waitStart micros since 2000 when the wait began; null when the lock is granted
 */
public record LockReport(int processId, long transactionId, int database, Target target, String mode, boolean granted, boolean fastPath,
        @Nullable Long waitStart) {
    /** What is locked. */
    public sealed interface Target {}

    public record Relation(int oid) implements Target {}

    /** A transaction's own id: who waits for a row that it locked waits for this. */
    public record TransactionEnd(long id) implements Target {}

    /** A transaction itself. */
    public record Virtual() implements Target {}

    public record Advisory(Transaction.AdvisoryKey key) implements Target {}
}
