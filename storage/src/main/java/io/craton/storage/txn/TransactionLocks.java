package io.craton.storage.txn;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.row.Bytes;
import org.jspecify.annotations.Nullable;

/** A transaction's way to the lock tables: keys, PostgreSQL's messages, interrupts and time-outs. One thread, but for the final release. */
final class TransactionLocks implements Waits {
    /** Mode of a lock of a catalog object. */
    private static final int EXCLUSIVE = 8;

    private final TransactionManager manager;
    private final LockOwner owner;
    private Transaction.@Nullable Interrupts interrupts;
    private boolean mayWait = true;
    private long waitNanosMax;
    private long waitedBefore;
    private boolean atLimit;
    private long deadline;

    TransactionLocks(TransactionManager manager, LockOwner owner) {
        this.manager = manager;
        this.owner = owner;
    }

    void interrupts(Transaction.Interrupts value) {
        interrupts = value;
    }

    void mayWait(boolean value) {
        mayWait = value;
    }

    int mark() {
        return owner.count();
    }

    void releaseTo(int mark) {
        owner.releaseTo(mark);
    }

    /** Locks a row; false when it is to be skipped. Nobody else has rows of the session's own tables. */
    boolean row(TableDef table, byte[] key, RowLockMode mode, WaitPolicy wait) {
        if (table.persistence() == 't') return true;
        Message busy = () -> "could not obtain lock on row in relation \"" + table.name() + "\"";
        int mark = owner.count();
        if (!take(manager.rowLocks, rowHash(table.storageId(), key), mode.ordinal(), table, wait, busy)) return false;
        if (manager.large.isEmpty()) return true;
        for (LargeWrites other = holder(table.storageId(), key); other != null; other = holder(table.storageId(), key)) {
            if (wait == WaitPolicy.WAIT && mayWait) {
                await(other);
                continue;
            }
            owner.releaseTo(mark);
            return notTaken(wait, busy);
        }
        return true;
    }

    private @Nullable LargeWrites holder(long storage, byte[] key) {
        for (LargeWrites large : manager.large) if (large.owner() != owner && large.holdsRow(storage, key)) return large;
        return null;
    }

    /** Waits for the end of a transaction that no longer has a lock for each of its rows. */
    private void await(LargeWrites other) {
        int mark = owner.count();
        take(manager.rowLocks, other.lockKey(), RowLockMode.KEY_SHARE.ordinal(), "", WaitPolicy.WAIT, () -> "");
        owner.releaseTo(mark);
    }

    void uniqueKey(TableLayout table, IndexLayout index, byte[] parts) {
        int mark = owner.count();
        take(manager.rowLocks, uniqueHash(index, parts), RowLockMode.UPDATE.ordinal(), index.def(), WaitPolicy.WAIT, () -> "");
        if (manager.large.isEmpty()) return;
        long storage = table.table().storageId();
        for (LargeWrites large : manager.large) {
            while (large.owner() != owner && large.holdsKey(storage, index, parts)) {
                if (!mayWait) {
                    owner.releaseTo(mark);
                    throw WouldBlockException.INSTANCE;
                }
                await(large);
            }
        }
    }

    static long rowHash(long storage, byte[] key) {
        return Bytes.hash(storage, key);
    }

    static long uniqueHash(IndexLayout index, byte[] parts) {
        return Bytes.hash(index.storage(), parts);
    }

    /** The transaction gives up locks of rows and unique keys that its runs tell of from now on; {@code mark}: the newest one that it may be rolled back to. */
    void giveUp(int mark, LongSet keys) {
        owner.releaseSince(mark, manager.rowLocks, keys);
    }

    /** What others wait for in place of rows. */
    void lockTransaction(long key) {
        manager.rowLocks.acquire(owner, key, RowLockMode.UPDATE.ordinal(), LockTable.Scope.SESSION, "", null);
    }

    void unlockTransaction(long key) {
        manager.rowLocks.releaseSession(owner, key, RowLockMode.UPDATE.ordinal());
    }

    record Relation(int oid, int database) {
        @Override
        public String toString() {
            return "relation " + Integer.toUnsignedString(oid) + " of database " + Integer.toUnsignedString(database);
        }
    }

    boolean table(int oid, int mode, WaitPolicy wait, Catalog catalog) {
        if (manager.tableLocks.note(owner, oid, mode)) return true;
        boolean waits = wait == WaitPolicy.WAIT && mayWait;
        return taken(manager.tableLocks.acquire(owner, oid, mode, new Relation(oid, manager.databaseOid), waits ? this : null), wait, () -> {
            TableDef table = catalog.table(oid);
            return table == null
                    ? "could not obtain lock on relation with OID " + Integer.toUnsignedString(oid)
                    : "could not obtain lock on relation \"" + table.name() + "\"";
        });
    }

    /** A lock of this transaction is the session's as well, until {@link RelationLocks#releaseOfSession}. */
    void keepTable(int oid, int mode) {
        manager.tableLocks.keep(owner, oid, mode, new Relation(oid, manager.databaseOid));
    }

    /** No wait takes longer than this from now on, 0 for any time, nor longer than the session's own limit less what was waited before. */
    void waitAtMost(long nanos, long waitedNanos) {
        waitNanosMax = nanos;
        waitedBefore = waitedNanos;
    }

    /** Whether the wait that ended last was bounded by the session's own limit. */
    boolean atLimit() {
        return atLimit;
    }

    private record ObjectLock(int oid) {}

    /** A catalog object that is being changed. */
    void object(int oid) {
        take(manager.objectLocks, oid, EXCLUSIVE, new ObjectLock(oid), WaitPolicy.WAIT, () -> "");
    }

    record Advisory(Transaction.AdvisoryKey key, int database) {
        @Override
        public String toString() {
            return "advisory lock [" + Integer.toUnsignedString(database) + "," + Integer.toUnsignedString(key.high()) + ","
                    + Integer.toUnsignedString(key.low()) + "," + (key.twoKeys() ? 2 : 1) + "]";
        }
    }

    boolean advisory(Transaction.AdvisoryKey key, boolean shared, Transaction.AdvisoryScope scope, WaitPolicy wait) {
        LockTable.Scope lockScope = scope == Transaction.AdvisoryScope.SESSION ? LockTable.Scope.SESSION : LockTable.Scope.TRANSACTION;
        boolean waits = wait == WaitPolicy.WAIT && mayWait;
        LockTable.Result result = manager.advisoryLocks.acquire(owner, hash(key), advisoryMode(shared), lockScope,
                new Advisory(key, manager.databaseOid), waits ? this : null);
        if (result == LockTable.Result.BUSY && wait == WaitPolicy.WAIT) throw WouldBlockException.INSTANCE;
        if (result == LockTable.Result.BUSY) return false;
        owner.tookSessionLock |= scope == Transaction.AdvisoryScope.SESSION;
        return true;
    }

    boolean advisoryUnlock(Transaction.AdvisoryKey key, boolean shared) {
        return manager.advisoryLocks.releaseSession(owner, hash(key), advisoryMode(shared));
    }

    private static int advisoryMode(boolean shared) {
        return shared ? LockSpace.SHARE_MODE : LockSpace.EXCLUSIVE_MODE;
    }

    private interface Message {
        String text();
    }

    private boolean take(LockTable table, long key, int mode, Object target, WaitPolicy wait, Message busy) {
        boolean waits = wait == WaitPolicy.WAIT && (mayWait || table == manager.rowLocks);
        return taken(table.acquire(owner, key, mode, LockTable.Scope.TRANSACTION, target, waits ? this : null), wait, busy);
    }

    private static boolean taken(LockTable.Result result, WaitPolicy wait, Message busy) {
        return result != LockTable.Result.BUSY || notTaken(wait, busy);
    }

    private static boolean notTaken(WaitPolicy wait, Message busy) {
        return switch (wait) {
            case SKIP_LOCKED -> false;
            case NO_WAIT -> throw new PgException(SqlState.LOCK_NOT_AVAILABLE, busy.text());
            case WAIT -> throw WouldBlockException.INSTANCE;
        };
    }

    /** Throws when the statement is to end. */
    void interrupted() {
        Transaction.Interrupts current = interrupts;
        if (current != null) current.check();
    }

    // ---- waits ---------------------------------------------------------------------------------------------------

    @Override
    public long nowMicros() {
        return manager.nowMicros();
    }

    @Override
    public boolean parks() {
        return mayWait;
    }

    @Override
    public void begin() {
        Transaction.Interrupts current = interrupts;
        long timeout = current == null ? 0 : current.lockTimeoutNanos();
        if (timeout != 0) timeout = Math.max(1, timeout - waitedBefore);
        atLimit = timeout != 0 && (waitNanosMax == 0 || timeout <= waitNanosMax);
        if (!atLimit) timeout = waitNanosMax;
        deadline = timeout == 0 ? 0 : manager.nanos() + timeout;
    }

    @Override
    public void check() {
        Transaction.Interrupts current = interrupts;
        if (current != null) current.check();
        if (deadline != 0 && manager.nanos() - deadline >= 0) {
            throw new PgException(SqlState.LOCK_NOT_AVAILABLE, "canceling statement due to lock timeout");
        }
    }

    // ---- keys ----------------------------------------------------------------------------------------------------

    private static long hash(Transaction.AdvisoryKey key) {
        long bits = (long) key.high() << 32 | key.low() & 0xffffffffL;
        return key.twoKeys() ? Bytes.mix(bits) : Bytes.mix(~bits);
    }
}
