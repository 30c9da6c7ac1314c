package io.craton.storage.engine;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The door of storage. Order of life: {@link #open}; give {@link #consumer} to replication, which replays the log from {@link #recoveryPosition};
 * {@link #attach} the log; sessions; {@link #close}. Any thread, but {@link EntryConsumer} belongs to the one applier thread.
 */
public final class StorageEngine implements AutoCloseable {
    private StorageEngine() {}

    public static StorageEngine open(StorageConfig config) {
        throw new UnsupportedOperationException();
    }

    /** What applies the log to the projections. */
    public EntryConsumer consumer() {
        throw new UnsupportedOperationException();
    }

    /** Where transactions send their entries. Once, before the first session. */
    public void attach(CommitLog log) {
        throw new UnsupportedOperationException();
    }

    /** Roles, memberships, databases, role settings: the system tenant's catalog. They are in every tenant's {@link Catalog} as well. */
    public Catalog cluster() {
        throw new UnsupportedOperationException();
    }

    public @Nullable DatabaseDef database(String name) {
        throw new UnsupportedOperationException();
    }

    /** A number for a database to be created: {@code Put(DatabaseDef)} in any tenant's transaction makes it, {@code Drop} removes it and its rows. */
    public int newTenantNumber() {
        throw new UnsupportedOperationException();
    }

    /** One client's place in a tenant. {@code processId} names it in deadlock reports. */
    public TenantSession openSession(int tenantNumber, int processId) {
        throw new UnsupportedOperationException();
    }

    /** Receives notifications of committed transactions, in commit order, from the applier thread; must not block. */
    public interface NotificationListener {
        void notified(int tenantNumber, String channel, String payload, int processId);
    }

    public void onNotification(NotificationListener listener) {
        throw new UnsupportedOperationException();
    }

    /** Makes everything applied so far durable in the projections and answers the position from which the log must be replayed after a crash. */
    public long checkpoint() {
        throw new UnsupportedOperationException();
    }

    /** Entries behind this position must be applied again after a start. */
    public long recoveryPosition() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
