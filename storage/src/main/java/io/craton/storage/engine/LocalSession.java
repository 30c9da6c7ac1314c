package io.craton.storage.engine;

import io.craton.core.error.PgException;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.LockOwner;
import io.craton.storage.txn.TemporarySpace;
import io.craton.storage.txn.Transaction;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session on this node's own projections. */
final class LocalSession implements TenantSession {
    private final Tenant tenant;
    private final LockOwner owner;
    private final TemporarySpace temporary;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param tenant pinned, for this session */
    LocalSession(Tenant tenant, int processId) {
        this.tenant = tenant;
        this.owner = tenant.transactions.newOwner(processId);
        this.temporary = tenant.transactions.newSpace();
    }

    @Override
    public int tenantNumber() {
        return tenant.number;
    }

    @Override
    public Catalog catalog() {
        return temporary.over(tenant.projection.state().schema()).catalog();
    }

    @Override
    public Transaction begin(IsolationLevel isolation, AccessMode mode) {
        return tenant.transactions.begin(owner, temporary, isolation, mode);
    }

    @Override
    public int temporarySchema() {
        return temporary.schemaOid();
    }

    @Override
    public int makeTemporarySchema(String name, int roleOid) {
        return temporary.makeSchema(name, roleOid);
    }

    @Override
    public @Nullable String lockWait() {
        return owner.waitEvent();
    }

    @Override
    public boolean holdsSessionLocks() {
        return tenant.transactions.holdsSessionLocks(owner);
    }

    @Override
    public boolean readsWait() {
        return tenant.transactions.readsNeedBarrier();
    }

    @Override
    public void awaitReads() {
        tenant.transactions.readBarrier();
    }

    @Override
    public boolean leads() {
        return tenant.transactions.leads();
    }

    @Override
    public void awaitFollowerReads() {
        tenant.transactions.followerBarrier();
    }

    @Override
    public void confirmReads(Consumer<@Nullable PgException> done) {
        tenant.transactions.confirmReads(done);
    }

    @Override
    public long ageNanos() {
        return tenant.transactions.ageNanos();
    }

    @Override
    public boolean hasTemporaryObjects() {
        return temporary.hasObjects();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) return;
        try {
            tenant.transactions.endSession(owner, temporary);
        } finally {
            tenant.unpin();
        }
    }
}
