package io.craton.storage.engine;

import io.craton.storage.projection.ProjectionRun;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.TransactionManager;

/** An open tenant: its projection, the run on its way into it, and its transactions. */
final class Tenant implements AutoCloseable {
    final int number;
    final TenantProjection projection;
    final TransactionManager transactions;
    /** The applier's. */
    final ProjectionRun run;
    /** Position of the newest entry in the projection, set by the applier when it is written, and of the newest one that is flushed. */
    volatile long dirtyPosition;
    volatile long flushedPosition;

    Tenant(int number, TenantProjection projection, TransactionManager transactions) {
        this.number = number;
        this.projection = projection;
        this.transactions = transactions;
        this.run = new ProjectionRun(projection);
    }

    @Override
    public void close() {
        projection.close();
    }
}
