package io.craton.storage.txn;

import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.KeptPast;
import io.craton.storage.projection.RowVersion;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.txn.Transaction.Waiting;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction reads of other moments than its own. Where the tenant's projection does not keep them any more they come from one that is made from the log; it is
 * held until the transaction ends.
 */
final class TransactionPast {
    private final LocalTransaction transaction;
    private final TransactionManager manager;
    private final TransactionLocks locks;
    /** What was asked for last. */
    private @Nullable PastReads last;
    /** A projection of what the tenant's own keeps no more; acquired. */
    private @Nullable TenantProjection rebuilt;

    TransactionPast(LocalTransaction transaction, TransactionManager manager, TransactionLocks locks) {
        this.transaction = transaction;
        this.manager = manager;
        this.locks = locks;
    }

    PastReads at(long position) {
        PastReads before = last;
        if (before != null && before.position() == position) return before;
        return last = new PastReads(this, manager.stateAt(position), position);
    }

    /** Whether reads must come from memory, or not at all. */
    boolean mayNotWait() {
        return transaction.waiting() == Waiting.NEVER;
    }

    /** Where a table's rows are as they were at a position: here, or in a projection made from the log. */
    TenantProjection projectionAt(TableDef table, long position) {
        if (manager.projection.kept().from(table.storageId()) <= position) return manager.projection;
        return rebuilt(position);
    }

    private TenantProjection rebuilt(long position) {
        TenantProjection made = rebuilt;
        if (made != null && made.state().position() >= position) return made;
        if (mayNotWait()) throw WouldBlockException.INSTANCE;
        TenantProjection acquired = manager.past.acquire(position, locks::interrupted);
        if (made != null) manager.past.release();
        return rebuilt = acquired;
    }

    void versions(TableDef table, byte @Nullable [] key, Consumer<RowVersion> visitor) {
        long kept = manager.projection.kept().from(table.storageId());
        if (kept == 0) {
            manager.projection.eachVersion(table.storageId(), key, visitor);
            return;
        }
        // Versions that ended before are in the rebuilt past; that one may be ahead, and the trimming too.
        TenantProjection whole = rebuilt(kept == KeptPast.NOTHING ? manager.newestPosition() : kept);
        long seam = kept == KeptPast.NOTHING ? Long.MAX_VALUE : kept;
        whole.eachVersion(table.storageId(), key, version -> {
            if (version.to() <= seam) visitor.accept(version);
        });
        if (kept == KeptPast.NOTHING) return;
        manager.projection.eachVersion(table.storageId(), key, version -> {
            if (version.to() > seam) visitor.accept(version);
        });
        manager.projection.kept().require(table.storageId(), seam);
    }

    /** The transaction ends. */
    void release() {
        if (rebuilt == null) return;
        rebuilt = null;
        manager.past.release();
    }
}
