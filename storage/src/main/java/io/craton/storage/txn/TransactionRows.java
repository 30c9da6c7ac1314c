package io.craton.storage.txn;

import io.craton.core.error.Invariant;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.memory.MemoryLease;
import io.craton.core.type.ByteWriter;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.columnar.StoredTable;
import io.craton.storage.projection.DuplicateSearch;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.RowSource;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.projection.TenantState;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.Transaction.Doubt;
import io.craton.storage.txn.Transaction.LockOutcome;
import io.craton.storage.txn.Transaction.WriteOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of tables as one transaction sees and changes them: the projection at its snapshot under what it has written; keys and unique keys locked as they are
 * written. One thread at a time.
 */
final class TransactionRows {
    /** A transaction with more writes than this leaves the cache to the others. */
    private static final int WRITES_MANY = 2_000;
    /** Own rows that a scan by columns can do with. */
    private static final int OWN_ROWS_MAX = 20_000;
    /** Less than this is not worth a file, or entries of the log, however little memory the tenant has left. */
    private static final long SPILL_BYTES_MIN = 256 << 10;
    private static final long LOOK_BYTES = MemoryLease.FREE;

    private final LocalTransaction transaction;
    private final TransactionManager manager;
    private final TemporarySpace temporary;
    private final TransactionLocks locks;
    final WriteSet logged = new WriteSet();
    /** Writes to the session's own tables, which are not logged; made when there are some. */
    private @Nullable WriteSet ownWrites;
    /** The row that was locked last, and not written since: its newest image needs no second look-up. */
    private long lockedStorage;
    private byte @Nullable [] lockedKey;
    private byte @Nullable [] lockedImage;
    /** Counters of the table that was used last. */
    private AccessStatistics.@Nullable Table counted;
    /** Where row images are made. */
    private @Nullable ByteWriter image;
    /** Of what the write sets take; null as long as that is not much. */
    private volatile @Nullable MemoryLease lease;
    /** The lease follows when they take so much. */
    private long lookAt = LOOK_BYTES;
    /** Of the newest write. */
    private List<Doubt> doubts = List.of();

    TransactionRows(LocalTransaction transaction, TransactionManager manager, TemporarySpace temporary, TransactionLocks locks) {
        this.transaction = transaction;
        this.manager = manager;
        this.temporary = temporary;
        this.locks = locks;
    }

    private void remember(TableDef table, byte[] key, byte @Nullable [] newest) {
        lockedStorage = table.storageId();
        lockedKey = key;
        lockedImage = newest;
    }

    /** Back to a mark of the logged writes, and of the session's own. */
    void rollbackTo(int loggedMark, int ownMark) {
        lockedKey = null;
        logged.rollbackTo(loggedMark);
        if (ownWrites != null) ownWrites.rollbackTo(ownMark);
    }

    @Nullable WriteSet ownWrites() {
        return ownWrites;
    }

    // ---- permanent or the session's own ---------------------------------------------------------------------------

    static boolean isOwn(TableDef table) {
        return table.persistence() == 't';
    }

    TenantProjection projection(TableDef table) {
        if (isOwn(table)) return temporary.projection();
        return transaction.isPast() ? transaction.past().projectionAt(table, transaction.snapshotPosition()) : manager.projection;
    }

    /** Own rows have no history: nobody changes them behind this transaction's back. */
    private long snapshot(TableDef table) {
        return isOwn(table) ? Long.MAX_VALUE : transaction.snapshotPosition();
    }

    private WriteSet writes(TableDef table) {
        if (!isOwn(table)) return logged;
        WriteSet set = ownWrites;
        if (set == null) ownWrites = set = new WriteSet();
        return set;
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    byte @Nullable [] get(TableDef table, byte[] key) {
        long storage = table.storageId();
        WriteSet.RowWrite own = writes(table).find(storage, key);
        if (own != null) {
            WriteSet.Version version = own.visibleTo(transaction.command());
            if (version != null) return version.image;
        }
        if (transaction.reads() != null) transaction.reads().key(transaction.schema().layout(table), key);
        if (transaction.waiting() == Transaction.Waiting.NEVER) {
            byte[] row = projection(table).getFromMemory(storage, key, snapshot(table), Transaction.NOT_CACHED);
            if (row == Transaction.NOT_CACHED) throw WouldBlockException.INSTANCE;
            return fetched(table, row);
        }
        return fetched(table, projection(table).get(storage, key, snapshot(table)));
    }

    private byte @Nullable [] fetched(TableDef table, byte @Nullable [] row) {
        AccessStatistics.Table counters = counters(table);
        counters.indexScans.increment();
        if (row != null) counters.fetched.increment();
        return row;
    }

    private AccessStatistics.Table counters(TableDef table) {
        AccessStatistics.Table last = counted;
        if (last == null || last.oid != table.oid()) counted = last = manager.statistics.of(table);
        return last;
    }

    byte @Nullable [] getCached(TableDef table, byte[] key) {
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        if (own != null) {
            WriteSet.Version version = own.visibleTo(transaction.command());
            if (version != null) return version.image;
        }
        if (transaction.reads() != null) transaction.reads().key(transaction.schema().layout(table), key);
        byte[] row = projection(table).getFromMemory(table.storageId(), key, snapshot(table), Transaction.NOT_CACHED);
        return row == Transaction.NOT_CACHED ? row : fetched(table, row);
    }

    RowCursor scan(TableDef table, KeyRange range, boolean reverse) {
        if (transaction.waiting() == Transaction.Waiting.NEVER) throw WouldBlockException.INSTANCE;
        if (transaction.reads() != null) transaction.reads().range(transaction.schema().layout(table), range);
        RowSource rows = projection(table).scan(table.storageId(), range.from(), range.to(), reverse, snapshot(table));
        WriteSet.TableWrites own = writes(table).table(table.storageId());
        RowCursor cursor = own == null ? new PlainRows(rows)
                : new OverlayRows(rows, own.rows(range.from(), range.to(), reverse), reverse, transaction.command());
        AccessStatistics.Table counters = counters(table);
        boolean whole = range.from() == null && range.to() == null;
        (whole ? counters.scans : counters.indexScans).increment();
        LongAdder read = whole ? counters.scanned : counters.fetched;
        return new CountedRows(cursor, read, read);
    }

    @Nullable ColumnScan columns(TableDef table, int[] columns, Runnable interrupts) {
        long storage = table.storageId();
        WriteSet.TableWrites own = writes(table).table(storage);
        if (transaction.waiting() == Transaction.Waiting.NEVER || !transaction.changes().isEmpty()) return null;
        if (own != null && (own.rows.size() > OWN_ROWS_MAX || !own.runs.isEmpty())) return null;
        TableLayout layout = transaction.schema().layout(table);
        ColumnScan scan = ColumnScan.open(manager.columnCache, new StoredTable(projection(table), storage, layout.rows(), isOwn(table)), columns,
                snapshot(table), own == null ? ColumnScan.OwnWrites.NONE : ownWrites(own, transaction.command()), interrupts);
        if (scan != null) {
            AccessStatistics.Table counters = counters(table);
            counters.scans.increment();
            counters.scanned.add(rowCount(table));
        }
        if (scan != null && transaction.reads() != null) transaction.reads().range(layout, KeyRange.ALL);
        return scan;
    }

    private static ColumnScan.OwnWrites ownWrites(WriteSet.TableWrites own, int command) {
        return (from, to, each) -> {
            OwnRows rows = own.rows(from, to, false);
            for (WriteSet.RowWrite row = rows.next(); row != null; row = rows.next()) {
                WriteSet.Version version = row.visibleTo(command);
                if (version != null) each.accept(row.key, version.image);
            }
        };
    }

    RowCursor scanIndex(TableDef table, IndexDef index, KeyRange range, boolean reverse) {
        if (index.clustered()) return scan(table, range, reverse);
        if (transaction.waiting() == Transaction.Waiting.NEVER) throw WouldBlockException.INSTANCE;
        IndexLayout layout = transaction.schema().layout(table).index(index);
        if (transaction.reads() != null) transaction.reads().indexRange(transaction.schema().layout(table), layout, range);
        if (transaction.changes().createdIndex(index)) return SortedIndexRows.of(scan(table, KeyRange.ALL, false), layout, range, reverse);
        RowSource rows = projection(table).scanIndex(table.storageId(), layout, range.from(), range.to(), reverse, snapshot(table));
        WriteSet.TableWrites own = writes(table).table(table.storageId());
        RowCursor cursor = own == null ? new PlainRows(rows)
                : new OverlayIndexRows(rows, writes(table).entries(own, layout, range.from(), range.to(), reverse), own, layout, reverse, transaction.command());
        AccessStatistics.Table counters = counters(table);
        AccessStatistics.Index entries = manager.statistics.of(index);
        counters.indexScans.increment();
        entries.scans.increment();
        return new CountedRows(cursor, entries.read, counters.fetched);
    }

    byte @Nullable [] duplicate(TableDef table, IndexDef index, LongPredicate memory) {
        if (transaction.waiting() == Transaction.Waiting.NEVER) throw WouldBlockException.INSTANCE;
        TenantProjection projection = projection(table);
        long storage = table.storageId();
        WriteSet.TableWrites own = writes(table).table(storage);
        DuplicateSearch.Rows newest = (from, to) -> {
            RowSource rows = projection.scan(storage, from, to, false, Long.MAX_VALUE);
            return own == null ? rows : new OverlayRows(rows, own.rows(from, to, false), false, Integer.MAX_VALUE);
        };
        AccessStatistics.Table counters = counters(table);
        counters.scans.increment();
        try (DuplicateSearch search = new DuplicateSearch(projection, table, index, transaction.schema().catalog(), newest, manager.limits.folder(), memory, locks::interrupted)) {
            byte[] row = search.run();
            counters.scanned.add(search.rowsRead());
            return row;
        }
    }

    /** Newest committed rows, own writes left out. */
    RowCursor committedRows(TableDef table) {
        return new PlainRows(projection(table).scan(table.storageId(), null, null, false, Long.MAX_VALUE));
    }

    long rowCount(TableDef table) {
        return projection(table).rowCount(table.storageId());
    }

    // ---- writing -------------------------------------------------------------------------------------------------

    void mayWrite(TableDef table) {
        if (isOwn(table)) {
            if (ownWrites != null && ownWrites.bytes() > manager.limits.writeSetBytes()) transaction.spillOwn(ownWrites);
            if (memory() > lookAt) followMemory();
            return;
        }
        if (transaction.readOnly()) throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write in a read-only transaction");
        transaction.mayWrite();
        if (logged.bytes() > manager.limits.writeSetBytes()) transaction.spill();
        if (memory() > lookAt) followMemory();
    }

    private long memory() {
        return logged.memory() + (ownWrites == null ? 0 : ownWrites.memory()) + transaction.end.retained();
    }

    /** What the transaction keeps beside its rows has grown; 53200 when it must not. */
    void retainedMore() {
        if (memory() > lookAt) followMemory();
    }

    /** Takes what the write sets have grown by from the tenant's memory; when little of that is left, they go to files. */
    private void followMemory() {
        MemoryLease held = lease;
        if (held == null) lease = held = new MemoryLease(manager.limits.memory(), this::memory);
        if (!held.follow()) {
            long before = memory();
            if (ownWrites != null && ownWrites.memory() >= SPILL_BYTES_MIN) transaction.spillOwn(ownWrites);
            if (logged.memory() >= SPILL_BYTES_MIN) transaction.spill();
            if (memory() < before) held.ease();
            else held.insist();
        }
        lookAt = memory() + LOOK_BYTES;
    }

    /** The transaction has ended. Any thread. */
    void giveMemoryBack() {
        MemoryLease held = lease;
        if (held != null) held.close();
    }

    private byte[] encode(TableLayout layout, @Nullable Object[] values) {
        ByteWriter out = image;
        if (out == null) image = out = new ByteWriter(256);
        layout.rows().encode(values, out);
        int most = manager.limits.rowBytesMax();
        if (out.size() > most) {
            throw PgError.error(SqlState.PROGRAM_LIMIT_EXCEEDED, "row is too big: size " + out.size() + ", maximum size " + most)
                    .withHint("Split the row, or raise max_record_size in the configuration file, section [limits].").exception();
        }
        return out.toByteArray();
    }

    WriteOutcome insert(TableDef table, Object[] values) {
        mayWrite(table);
        TableLayout layout = transaction.schema().layout(table);
        byte[] image = encode(layout, values);
        int mark = locks.mark();
        byte[] key;
        if (layout.keyedByRowId()) {
            key = new byte[8];
            Bytes.setLong(key, 0, projection(table).newRowId(table.storageId()));
        } else {
            key = layout.key().encodeValues(values);
            if (occupied(table, key)) {
                locks.releaseTo(mark);
                transaction.requireReads();
                return new WriteOutcome.Conflict(layout.clusteredIndex(), key);
            }
        }
        return insert(table, layout, key, image, mark);
    }

    WriteOutcome insertCopy(TableDef table, byte[] key, Object[] values) {
        mayWrite(table);
        TableLayout layout = transaction.schema().layout(table);
        Invariant.check(layout.keyedByRowId(), "a table whose rows have no key of their own");
        projection(table).takeRowId(table.storageId(), Bytes.getLong(key, 0));
        return insert(table, layout, key, encode(layout, values), locks.mark());
    }

    private WriteOutcome insert(TableDef table, TableLayout layout, byte[] key, byte[] image, int mark) {
        WriteOutcome conflict = uniqueConflict(table, layout, key, null, image, mark);
        if (conflict != null) return conflict;
        WriteSet writes = writes(table);
        writes.put(writes.table(layout), key, null, image, transaction.command());
        counters(table).inserted.increment();
        return new WriteOutcome.Written(key, doubts);
    }

    WriteOutcome.@Nullable Conflict conflict(TableDef table, Object[] values, Collection<Integer> indexes) {
        TableLayout layout = transaction.schema().layout(table);
        int mark = locks.mark();
        try {
            byte[] key = layout.keyedByRowId() ? null : layout.key().encodeValues(values);
            if (key != null && indexes.contains(layout.clusteredIndex().oid()) && occupied(table, key)) return new WriteOutcome.Conflict(layout.clusteredIndex(), key);
            byte[] image = encode(layout, values);
            for (IndexLayout index : layout.indexes()) {
                if (!indexes.contains(index.def().oid())) continue;
                byte[] parts = index.partsOf(image);
                if (parts == null || !index.exclusive(parts)) continue;
                if (!isOwn(table)) locks.uniqueKey(layout, index, parts);
                byte[] existing = findUnique(table, index, parts, null);
                if (existing != null) return new WriteOutcome.Conflict(index.def(), existing);
            }
            return null;
        } finally {
            locks.releaseTo(mark);
        }
    }

    /** Whether a committed or own row has this key. Locks the key. */
    private boolean occupied(TableDef table, byte[] key) {
        locks.row(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        return (own != null ? own.newestImage() : newest(table, key)) != null;
    }

    private byte @Nullable [] newest(TableDef table, byte[] key) {
        long storage = table.storageId();
        if (lockedKey != null && lockedStorage == storage && Arrays.equals(lockedKey, key)) return lockedImage;
        TenantProjection projection = projection(table);
        if (projection.knownAbsent(storage, key)) return null;
        if (transaction.waiting() == Transaction.Waiting.ALLOWED) {
            byte[] row = logged.mark() < WRITES_MANY ? projection.newest(storage, key) : projection.newestUncached(storage, key);
            if (row == null) projection.missed(storage);
            return row;
        }
        byte[] row = projection.getFromMemory(storage, key, Long.MAX_VALUE, Transaction.NOT_CACHED);
        if (row == Transaction.NOT_CACHED) throw WouldBlockException.INSTANCE;
        if (row == null) projection.missed(storage);
        return row;
    }

    /** A conflict, or null with what is to be checked later in {@link #doubts}. */
    private @Nullable WriteOutcome uniqueConflict(TableDef table, TableLayout layout, byte[] key, byte @Nullable [] old, byte[] image, int mark) {
        doubts = List.of();
        List<IndexLayout> indexes = layout.indexes();
        for (int i = 0; i < indexes.size(); i++) {
            IndexLayout index = indexes.get(i);
            if (!index.def().unique()) continue;
            byte[] parts = index.partsOf(image);
            if (parts == null || !index.exclusive(parts)) continue;
            if (old != null && Arrays.equals(parts, index.partsOf(old))) continue;
            if (!isOwn(table)) locks.uniqueKey(layout, index, parts);
            byte[] existing = findUnique(table, index, parts, key);
            if (existing == null) continue;
            if (index.deferrable()) {
                if (doubts.isEmpty()) doubts = new ArrayList<>(1);
                doubts.add(new Doubt(index.def(), parts));
            } else {
                locks.releaseTo(mark);
                transaction.requireReads();
                return new WriteOutcome.Conflict(index.def(), existing);
            }
        }
        return null;
    }

    List<byte[]> holders(TableDef table, Doubt doubt) {
        TableLayout layout = transaction.schema().layout(table);
        IndexLayout index = layout.index(doubt.index());
        byte[] first = findUnique(table, index, doubt.parts(), null);
        if (first == null) return List.of();
        byte[] second = findUnique(table, index, doubt.parts(), first);
        return second == null ? List.of(first) : List.of(first, second);
    }

    /** Key of a row, committed or own, that has these parts now, other than {@code except}. */
    byte @Nullable [] findUnique(TableDef table, IndexLayout index, byte[] parts, byte @Nullable [] except) {
        WriteSet.TableWrites own = writes(table).table(table.storageId());
        if (own != null) {
            for (byte[] key : writes(table).withParts(own, index, parts)) {
                if (Arrays.equals(key, except)) continue;
                WriteSet.RowWrite write = own.find(key);
                byte[] image = write == null ? null : write.newestImage();
                if (image != null && Arrays.equals(parts, index.partsOf(image))) return key;
            }
        }
        byte[] committed = transaction.changes().createdIndex(index.def())
                ? transaction.changes().findInCreated(this, table, index, parts)
                : projection(table).findUnique(index, parts);
        if (committed == null || own != null && own.find(committed) != null) return null;
        return Arrays.equals(committed, except) ? null : committed;
    }

    private void put(TableLayout layout, byte[] key, byte @Nullable [] image) {
        WriteSet writes = writes(layout.table());
        WriteSet.TableWrites own = writes.table(layout);
        byte[] base = own.find(key) != null ? null : newest(layout.table(), key);
        writes.put(own, key, base, image, transaction.command());
        if (Arrays.equals(lockedKey, key)) lockedKey = null;
    }

    WriteOutcome update(TableDef table, byte[] key, Object[] values) {
        mayWrite(table);
        TableLayout layout = transaction.schema().layout(table);
        byte[] image = encode(layout, values);
        byte[] old = current(table, key);
        int mark = locks.mark();
        byte[] newKey = layout.keyedByRowId() ? key : layout.key().encodeValues(values);
        boolean moves = !Arrays.equals(key, newKey);
        if (moves && occupied(table, newKey)) {
            locks.releaseTo(mark);
            transaction.requireReads();
            return new WriteOutcome.Conflict(layout.clusteredIndex(), newKey);
        }
        WriteOutcome conflict = uniqueConflict(table, layout, key, old, image, mark);
        if (conflict != null) return conflict;
        if (moves) put(layout, key, null);
        put(layout, newKey, image);
        counters(table).updated.increment();
        return new WriteOutcome.Written(newKey, doubts);
    }

    /** The newest image of a locked row: own or committed. */
    private byte[] current(TableDef table, byte[] key) {
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        byte[] image = own != null ? own.newestImage() : newest(table, key);
        Invariant.check(image != null, "a locked row exists");
        if (own == null) remember(table, key, image);
        return java.util.Objects.requireNonNull(image);
    }

    void delete(TableDef table, byte[] key) {
        mayWrite(table);
        TableLayout layout = transaction.schema().layout(table);
        current(table, key);
        put(layout, key, null);
        counters(table).deleted.increment();
    }

    LockOutcome lock(TableDef table, byte[] key, RowLockMode lockMode, WaitPolicy wait) {
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        if (own != null && own.newest != null && own.newest.command >= transaction.command()) {
            return new LockOutcome.ChangedByCommand(own.newest.command > transaction.command());
        }
        if (isOwn(table)) return new LockOutcome.Locked();
        int mark = locks.mark();
        if (!locks.row(table, key, lockMode, wait)) return new LockOutcome.Skipped();
        if (own != null) return new LockOutcome.Locked();
        lockedKey = null;
        if (!projection(table).changedSince(table.storageId(), transaction.snapshotPosition())) return new LockOutcome.Locked();
        byte[] newest;
        try {
            newest = newest(table, key);
        } catch (WouldBlockException e) {
            locks.releaseTo(mark);
            throw e;
        }
        if (newest != null && RowCodec.version(newest) <= transaction.snapshotPosition()) {
            remember(table, key, newest);
            return new LockOutcome.Locked();
        }
        if (transaction.isolation() != IsolationLevel.READ_COMMITTED) {
            if (newest != null && lockMode == RowLockMode.KEY_SHARE && sameKeys(table, key, newest)) return new LockOutcome.Locked();
            throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE,
                    "could not serialize access due to concurrent " + (newest == null ? "delete" : "update"));
        }
        if (newest == null) locks.releaseTo(mark);
        return new LockOutcome.Changed(newest);
    }

    /** Whether a row has the unique keys that it has in the snapshot. */
    private boolean sameKeys(TableDef table, byte[] key, byte[] newest) {
        byte[] seen = projection(table).get(table.storageId(), key, snapshot(table));
        if (seen == null) return false;
        for (IndexLayout index : transaction.schema().layout(table).indexes()) {
            if (index.def().unique() && !Arrays.equals(index.partsOf(seen), index.partsOf(newest))) return false;
        }
        return true;
    }

    /** 40001 when the snapshot does not have a row that is there. */
    void requireVisible(TableDef table, byte[] key) {
        if (transaction.isolation() == IsolationLevel.READ_COMMITTED || isOwn(table) || writes(table).find(table.storageId(), key) != null) return;
        byte[] newest = newest(table, key);
        if (newest != null && RowCodec.version(newest) > transaction.snapshotPosition()) {
            throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "could not serialize access due to concurrent update");
        }
    }

    /** Locks a key, or throws when that would mean waiting; for tests that have one thread. */
    void probe(TableDef table, byte[] key) {
        locks.row(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
    }

    void probe(TableDef table, IndexDef index, byte[] parts) {
        locks.uniqueKey(transaction.schema().layout(table), transaction.schema().layout(table).index(index), parts);
    }

}
