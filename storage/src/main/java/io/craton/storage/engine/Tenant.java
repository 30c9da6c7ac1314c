package io.craton.storage.engine;

import io.craton.storage.projection.ProjectionRun;
import io.craton.storage.projection.ScratchStore;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.TransactionManager;

/** An open tenant: its projection, the run on its way into it, the scratch store of its sessions, and its transactions. */
final class Tenant implements AutoCloseable {
    final int number;
    final TenantProjection projection;
    private final ScratchStore scratch;
    final TransactionManager transactions;
    /** The applier's. */
    final ProjectionRun run;
    /** Position of the newest entry in the projection, set by the applier when it is written, and of the newest one that is flushed. */
    volatile long dirtyPosition;
    volatile long flushedPosition;

    Tenant(int number, TenantProjection projection, ScratchStore scratch, TransactionManager transactions) {
        this.number = number;
        this.projection = projection;
        this.scratch = scratch;
        this.transactions = transactions;
        this.run = new ProjectionRun(projection);
    }

    @Override
    public void close() {
        scratch.close();
        projection.close();
    }
}
