package io.craton.storage.txn;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects a tenant's locks into what PostgreSQL shows of them. Row locks that are held are written in the rows there, so that only the holder's transaction id
 * tells of them; who waits for a row waits for that id. Locks of definitions are Craton's own affair.
 */
final class LockReports {
    private final int database;
    private final List<LockReport> all = new ArrayList<>();

    LockReports(int database) {
        this.database = database;
    }

    List<LockReport> of(LockTable rows, RelationLocks tables, LockTable advisory) {
        for (LockOwner owner : tables.owners()) {
            if (owner.transactionId != 0) add(owner, 0, new LockReport.Virtual(), "ExclusiveLock", null);
            owner.notes((oid, mode) -> all.add(new LockReport(owner.processId, owner.transactionId, database, new LockReport.Relation(oid),
                    LockSpace.TABLE.modeName(mode), true, true, null)));
        }
        Set<LockOwner> writers = new LinkedHashSet<>();
        rows.visit(new LockTable.Visitor() {
            @Override
            public void held(LockOwner owner, Object target, int mode) {
                writers.add(owner);
            }

            @Override
            public void waiting(LockTable.Waiter waiter, LockOwner blocker) {
                add(waiter.owner, 0, new LockReport.TransactionEnd(blocker.transactionId), LockSpace.ROW.modeName(waiter.mode), waiter.since);
            }
        });
        for (LockOwner owner : writers) {
            if (owner.transactionId != 0) add(owner, 0, new LockReport.TransactionEnd(owner.transactionId), "ExclusiveLock", null);
        }
        tables.visit(named(LockSpace.TABLE));
        advisory.visit(named(LockSpace.ADVISORY));
        return all;
    }

    private LockTable.Visitor named(LockSpace space) {
        return new LockTable.Visitor() {
            @Override
            public void held(LockOwner owner, Object target, int mode) {
                give(owner, target, mode, null);
            }

            @Override
            public void waiting(LockTable.Waiter waiter, LockOwner blocker) {
                give(waiter.owner, waiter.entry.target(), waiter.mode, waiter.since);
            }

            private void give(LockOwner owner, Object target, int mode, @Nullable Long since) {
                LockReport.Target shown = switch (target) {
                    case TransactionLocks.Relation relation -> new LockReport.Relation(relation.oid());
                    case TransactionLocks.Advisory key -> new LockReport.Advisory(key.key());
                    default -> null;
                };
                if (shown != null) add(owner, database, shown, space.modeName(mode), since);
            }
        };
    }

    private void add(LockOwner owner, int in, LockReport.Target target, String mode, @Nullable Long since) {
        all.add(new LockReport(owner.processId, owner.transactionId, in, target, mode, since == null, false, since));
    }
}
