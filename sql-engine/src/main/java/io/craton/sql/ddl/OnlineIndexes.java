package io.craton.sql.ddl;

import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.OnlineIndex;
import io.craton.storage.txn.Transaction;
import io.craton.storage.txn.WaitPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Indexes made while others write: a transaction declares the index invalid, every replica makes it ahead ({@link OnlineIndex}), another transaction calls it valid.
 * That one holds a strong lock of the table for the last rows; it seeks it in short attempts, so that nobody waits behind it for longer than one of them. What goes
 * wrong in between leaves the invalid index, as in PostgreSQL.
 */
final class OnlineIndexes {
    private static final int SHARE_UPDATE_EXCLUSIVE = 4;
    private static final int FEW_ROWS = 200;
    private static final int ROUNDS_MAX = 50;

    private final Scope scope;

    OnlineIndexes(Scope scope) {
        this.scope = scope;
    }

    /** What the second transaction does when all rows have their entries. */
    interface Last {
        void change(IndexDef made);
    }

    /**
     * Makes an index of a table that the transaction has locked in mode 4. Commits.
     *
     * @param name in a message about two rows with the same key
     * @param lock mode of the last lock
     */
    void make(IndexDef index, TableDef table, String name, int lock, Last last) {
        Transaction declaring = scope.context().transaction();
        IndexDef declared = Tables.withValidity(index, false);
        declaring.change(new CatalogChange.Put(declared));
        declaring.keepTableLock(table.oid(), SHARE_UPDATE_EXCLUSIVE);
        OnlineIndex online = null;
        boolean done = false;
        try {
            scope.commitAndRestart();
            online = scope.context().transaction().online(declared);
            if (online != null) while (!online.awaitScan(50)) scope.context().checkInterrupts();
            requireUnique(index, table, name, online);
            lock(table, lock, online);
            finish(index, table, name, online);
            last.change(Tables.withValidity(index, true));
            done = true;
        } finally {
            if (!done && online != null) online.dropped();
            scope.context().transaction().unlockTableOfSession(table.oid(), SHARE_UPDATE_EXCLUSIVE);
        }
    }

    /** Commits what was done to a table that the transaction has locked in mode 4 or more, keeps mode 4, and goes on. */
    void behindCommit(TableDef table, Runnable work) {
        scope.context().transaction().lockTable(table.oid(), SHARE_UPDATE_EXCLUSIVE, WaitPolicy.WAIT);
        scope.context().transaction().keepTableLock(table.oid(), SHARE_UPDATE_EXCLUSIVE);
        try {
            scope.commitAndRestart();
            scope.context().transaction().lockTable(table.oid(), SHARE_UPDATE_EXCLUSIVE, WaitPolicy.WAIT);
            work.run();
        } finally {
            scope.context().transaction().unlockTableOfSession(table.oid(), SHARE_UPDATE_EXCLUSIVE);
        }
    }

    /** Takes a strong lock of a table without keeping others waiting behind it. */
    void lock(TableDef table, int mode, @Nullable OnlineIndex online) {
        SoughtLock.take(table, mode, scope, () -> {
            if (online != null) for (int i = 0; i < ROUNDS_MAX && online.catchUp() > FEW_ROWS; i++) scope.context().checkInterrupts();
            return true;
        });
    }

    /** Nobody writes to the table any more. */
    private void finish(IndexDef index, TableDef table, String name, @Nullable OnlineIndex online) {
        if (online != null) online.catchUp();
        requireUnique(index, table, name, online);
        if (online == null || !online.usable()) IndexBuild.checkUnique(index, table, scope);
    }

    private void requireUnique(IndexDef index, TableDef table, String name, @Nullable OnlineIndex online) {
        byte[] row = online == null ? null : online.duplicate();
        if (row != null) throw IndexBuild.duplicate(Tables.withName(index, name), table, row, scope);
    }
}
