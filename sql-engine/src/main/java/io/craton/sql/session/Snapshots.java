package io.craton.sql.session;

import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;

/** When a client's statement sees what: everything that was committed, anywhere in the cluster, before now is in its snapshot. */
record Snapshots(TenantSession store, LocalReads reads) {
    /** The one place where a client's statement takes its snapshot, for a statement whose answer is a promise of its own. May wait. */
    void take(Transaction transaction) {
        take(transaction, false);
    }

    /** @param proved see {@link #mustWait} */
    void take(Transaction transaction, boolean proved) {
        if (mustWait(transaction, proved)) store.awaitReads();
        transaction.beginStatement();
    }

    /** A snapshot to look at definitions; the statement's own comes later, but where the transaction has one for all. */
    void look(Transaction transaction) {
        if (transaction.isolation() == IsolationLevel.READ_COMMITTED) transaction.beginStatement();
        else take(transaction);
    }

    /**
     * Must the statement wait before its snapshot?
     *
     * @param proved the statement tells no rows before its transaction's commit, which is refused unless this node has led ever since the transaction began: not when that has
     *               written, as it has such a proof to come
     */
    boolean mustWait(Transaction transaction, boolean proved) {
        return transaction.takesSnapshot() && !(proved && transaction.isolation() == IsolationLevel.READ_COMMITTED && transaction.hasWrites())
                && store.readsWait() && !reads.confirmed() && !reads.here(transaction);
    }
}
