package io.craton.storage.engine;

import io.craton.storage.projection.ProjectionRun;
import io.craton.storage.projection.ScratchStore;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.TransactionManager;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An open tenant: its projection, the run on its way into it, the scratch store of its sessions, and its transactions. Who uses it pins it: {@link #seal} succeeds
 * only where nobody does, and then nobody gets in any more.
 */
final class Tenant implements AutoCloseable {
    private static final int SEALED = Integer.MIN_VALUE;

    final int number;
    /** Where its entries come from; the applier of the group that it leaves changes it. */
    volatile GroupState group;
    final TenantProjection projection;
    private final ScratchStore scratch;
    final TransactionManager transactions;
    final RebuiltPast past;
    /** The applier's. */
    final ProjectionRun run;
    /** Position of the newest entry in the projection, set by the applier when it is written, and of the newest one that is flushed. */
    volatile long dirtyPosition;
    volatile long flushedPosition;
    /** How many use it; negative when it is closed, or about to be. */
    private final AtomicInteger pins = new AtomicInteger();
    private volatile @Nullable Runnable whenUnused;
    private volatile long unusedSinceNanos = System.nanoTime();

    Tenant(int number, GroupState group, TenantProjection projection, ScratchStore scratch, TransactionManager transactions, RebuiltPast past) {
        this.past = past;
        this.number = number;
        this.group = group;
        this.projection = projection;
        this.scratch = scratch;
        this.transactions = transactions;
        this.run = new ProjectionRun(projection);
    }

    /** False when it is closed: open it again. */
    boolean pin() {
        for (int now = pins.get(); now >= 0; now = pins.get()) if (pins.compareAndSet(now, now + 1)) return true;
        return false;
    }

    void unpin() {
        unusedSinceNanos = System.nanoTime();
        if (pins.decrementAndGet() == 0 && whenUnused != null) end();
    }

    /** Runs this when nobody uses the tenant any more: now, or later on the thread of the last one. Once for a tenant, which nobody finds any more. */
    void whenUnused(Runnable end) {
        whenUnused = end;
        end();
    }

    private void end() {
        Runnable end = whenUnused;
        if (end != null && seal()) end.run();
    }

    boolean unusedFor(long nanos) {
        return pins.get() == 0 && System.nanoTime() - unusedSinceNanos >= nanos;
    }

    boolean seal() {
        return pins.compareAndSet(0, SEALED);
    }

    /** It is in use again after all. */
    void unseal() {
        pins.set(0);
    }

    @Override
    public void close() {
        past.close();
        scratch.close();
        projection.close();
    }
}
