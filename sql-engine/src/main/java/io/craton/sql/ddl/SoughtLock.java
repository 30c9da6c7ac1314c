package io.craton.sql.ddl;

import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.Transaction;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A strong lock of a table, sought in short attempts with pauses between them: nobody waits behind it for longer than one attempt. One statement. */
final class SoughtLock {
    static final int SHARE = 5;
    static final int ACCESS_EXCLUSIVE = 8;
    private static final long ATTEMPT_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long PAUSE_MILLIS_MIN = 5;
    private static final long PAUSE_MILLIS_MAX = 400;

    private SoughtLock() {}

    /**
     * Takes the lock; attempts and pauses together are a wait in the sense of lock_timeout (55P03).
     *
     * @param before what is done in front of each attempt; false ends the search
     * @return whether it has the lock
     */
    static boolean take(TableDef table, int mode, Scope scope, BooleanSupplier before) {
        Transaction transaction = scope.context().transaction();
        long pause = PAUSE_MILLIS_MIN;
        long waited = 0;
        while (before.getAsBoolean()) {
            long began = System.nanoTime();
            if (transaction.lockTableWithin(table.oid(), mode, ATTEMPT_NANOS, waited)) return true;
            scope.context().checkInterrupts();
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            waited += System.nanoTime() - began;
            pause = Math.min(PAUSE_MILLIS_MAX, pause * 2);
        }
        return false;
    }
}
