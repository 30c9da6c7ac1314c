package io.craton.storage.engine;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.txn.ClusterChanges;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tenants that moved between groups of a node with several: what their own entries say counts at once, and the list of databases, which is the first group's, is told afterwards by the node
 * that leads the tenant. Any thread.
 */
final class TenantMoves {
    private static final Logger LOG = LoggerFactory.getLogger(TenantMoves.class);
    private static final long TELL_NANOS = 20_000_000;
    /** Others' changes of roles and databases come in between for as long as their entries wait for a disk. */
    private static final long TELL_NANOS_MAX = 30_000_000_000L;

    private final ClusterChanges changes;
    private final IntFunction<@Nullable Tenant> open;
    private final IntFunction<@Nullable DatabaseDef> listed;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Held by who tells: whoever finds a list that is behind would otherwise be in the others' way. */
    private final ReentrantLock telling = new ReentrantLock();

    /**
     * @param open the open tenant with a number
     * @param listed what the list of databases has under a number
     */
    TenantMoves(ClusterChanges changes, IntFunction<@Nullable Tenant> open, IntFunction<@Nullable DatabaseDef> listed) {
        this.changes = changes;
        this.open = open;
        this.listed = listed;
    }

    void onMove(Runnable listener) {
        listeners.add(listener);
    }

    void happened() {
        listeners.forEach(Runnable::run);
    }

    /** Whether the list of databases has this tenant in another group than its own entries. */
    boolean untold(Tenant tenant) {
        DatabaseDef database = listed.apply(tenant.number);
        return database != null && database.group() != tenant.projection.stays().group();
    }

    /** Tells the list of databases where the tenant is by now, if this node leads it. */
    void tellIfLed(Tenant tenant) {
        if (!untold(tenant) || !tenant.transactions.leads()) return;
        try {
            tell(tenant.number);
        } catch (PgException e) {
            LOG.info("the list of databases does not say yet that tenant {} is in group {}: {}", tenant.number, tenant.projection.stays().group(), e.getMessage());
        }
    }

    /** Waits until the list of databases says where the tenant is; 40001 when others' changes kept coming in between. */
    void tell(int number) {
        long start = System.nanoTime();
        telling.lock();
        try {
            tell(number, start + TELL_NANOS_MAX);
        } finally {
            telling.unlock();
        }
    }

    private void tell(int number, long deadlineNanos) {
        while (true) {
            long base = changes.base();
            DatabaseDef database = listed.apply(number);
            Tenant tenant = open.apply(number);
            if (database == null || tenant == null || !untold(tenant)) return;
            PgException failure = changes.change(List.of(new CatalogChange.Put(database.inGroup(tenant.projection.stays().group()))), base);
            if (failure == null) return;
            if (failure.state() != SqlState.T_R_SERIALIZATION_FAILURE || System.nanoTime() - deadlineNanos > 0) throw failure;
            LockSupport.parkNanos(TELL_NANOS);
        }
    }
}
