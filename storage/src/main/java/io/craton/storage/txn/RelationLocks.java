package io.craton.storage.txn;

import io.craton.core.error.Invariant;
import io.craton.storage.txn.LockTable.Result;
import io.craton.storage.txn.LockTable.Scope;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Locks of tables. The modes that statements take, 1 to 3, do not conflict with one another: they are noted with their owner and looked for only by who asks for a mode
 * that conflicts with them, as in PostgreSQL's fast path. Any thread.
 *
 * <ul>
 *   <li>{@code strong} counts, by part of the oids, who holds or seeks a mode from 5 on. While a part's count is not 0, weak modes go to the lock table as well.
 *   <li>Who seeks a strong mode raises the count first and then moves every owner's notes to the lock table. A note is made under its owner's lock and only when
 *       the count is 0 then: it is made before the move, which finds it, or not at all.
 * </ul>
 */
final class RelationLocks {
    private static final int PARTS = 1024;
    private static final int WEAK_MAX = 3;
    private static final int STRONG_MIN = 5;

    private final AtomicIntegerArray strong = new AtomicIntegerArray(PARTS);
    private final Set<LockOwner> owners = ConcurrentHashMap.newKeySet();
    private final LockTable table;

    RelationLocks(DeadlockDetector deadlocks) {
        table = new LockTable(LockSpace.TABLE, deadlocks, new LockTable.Listener() {
            @Override
            public void granted(long key, int mode) {
                if (mode >= STRONG_MIN) strong.incrementAndGet(part(key));
            }

            @Override
            public void released(long key, int mode) {
                if (mode >= STRONG_MIN) strong.decrementAndGet(part(key));
            }
        });
    }

    void enter(LockOwner owner) {
        owners.add(owner);
    }

    void leave(LockOwner owner) {
        owners.remove(owner);
    }

    /** Who may hold locks: all sessions. */
    Iterable<LockOwner> owners() {
        return owners;
    }

    /** Processes that keep this one waiting: holders, and those who wait in front of it. */
    List<Integer> blockers(int processId) {
        for (LockOwner owner : owners) {
            LockTable.Waiter waiter = owner.processId == processId ? owner.waiting : null;
            if (waiter != null) return waiter.entry.table().blockers(waiter).stream().map(blocker -> blocker.processId).toList();
        }
        return List.of();
    }

    /** Locks in the table; those that are only noted are their owners' to tell. */
    void visit(LockTable.Visitor visitor) {
        table.visit(visitor);
    }

    /** Of all sessions' transactions that are at work. */
    long[] transactionIds() {
        return owners.stream().mapToLong(owner -> owner.transactionId).filter(id -> id != 0).toArray();
    }

    /** Whether nobody holds or seeks a strong mode. */
    boolean quiet() {
        for (int i = 0; i < PARTS; i++) if (strong.get(i) != 0) return false;
        return true;
    }

    private static int part(long oid) {
        return (int) oid & PARTS - 1;
    }

    /** The quick way: true when the owner has the lock, which only a weak mode can be got by. */
    boolean note(LockOwner owner, int oid, int mode) {
        return mode <= WEAK_MAX && owner.note(oid, mode, strong, part(oid));
    }

    /** The owner has this lock, which is not a strong one, to the end of its transaction: it keeps it beyond that. */
    void keep(LockOwner owner, int oid, int mode, Object target) {
        Invariant.check(mode < STRONG_MIN, "a lock that is not strong");
        table.acquire(owner, oid, mode, Scope.SESSION, target, null);
    }

    void releaseOfSession(LockOwner owner, int oid, int mode) {
        table.releaseSession(owner, oid, mode);
    }

    /** As {@link LockTable#acquire}, to the end of the transaction. */
    Result acquire(LockOwner owner, int oid, int mode, Object target, @Nullable Waits waits) {
        int part = part(oid);
        if (mode < STRONG_MIN) return table.acquire(owner, oid, mode, Scope.TRANSACTION, target, waits);
        strong.incrementAndGet(part);
        try {
            for (LockOwner each : owners) each.moveNotes(oid, table, target);
            return table.acquire(owner, oid, mode, Scope.TRANSACTION, target, waits);
        } finally {
            strong.decrementAndGet(part);
        }
    }
}
