package io.craton.sql.session;

import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;

/** When a client's statement sees what: everything that was committed, anywhere in the cluster, before now is in its snapshot. */
record Snapshots(TenantSession store, LocalReads reads) {
    /** The one place where a client's statement takes its snapshot. May wait. */
    void take(Transaction transaction) {
        if (mustWait(transaction)) store.awaitReads();
        transaction.beginStatement();
    }

    /** A snapshot to look at definitions; the statement's own comes later, but where the transaction has one for all. */
    void look(Transaction transaction) {
        if (transaction.isolation() == IsolationLevel.READ_COMMITTED) transaction.beginStatement();
        else take(transaction);
    }

    /**
     * Must the statement wait before its snapshot? Not when its transaction has written: the commit is refused unless this node has led ever since the transaction began.
     */
    boolean mustWait(Transaction transaction) {
        return transaction.takesSnapshot() && !(transaction.isolation() == IsolationLevel.READ_COMMITTED && transaction.hasWrites()) && store.readsWait() && !reads.confirmed() && !reads.here(transaction);
    }
}
