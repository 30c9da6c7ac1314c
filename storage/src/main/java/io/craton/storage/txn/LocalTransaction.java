package io.craton.storage.txn;

import io.craton.core.error.Invariant;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.RowSource;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.projection.TenantState;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the node that leads. Reads go to the projection at the snapshot under the write set's overlay; writes collect in the write set, under
 * locks; COMMIT makes one entry of them. Locks are kept until the entry is applied. One thread at a time.
 */
final class LocalTransaction implements Transaction {
    private final TransactionManager manager;
    private final LockOwner owner;
    private final IsolationLevel isolation;
    private AccessMode mode;
    private final long id;
    private final long term;
    private final long startMicros;
    private final WriteSet writes = new WriteSet();
    private final SchemaChanges changes = new SchemaChanges();
    private final TransactionLocks locks;
    private List<EntryWriter.Notification> notifications = new ArrayList<>(0);
    private TenantState state;
    private boolean snapshotTaken;
    /** Of a serializable transaction with a snapshot. */
    private @Nullable ReadSet reads;
    private RecentCommits.@Nullable Reader reader;
    private int command;
    private Waiting waiting = Waiting.ALLOWED;
    private String role = "";
    private String tag = "";
    private @Nullable String ddl;
    private boolean ended;

    LocalTransaction(TransactionManager manager, LockOwner owner, IsolationLevel isolation, AccessMode mode) {
        this.manager = manager;
        this.owner = owner;
        this.isolation = isolation == IsolationLevel.READ_UNCOMMITTED ? IsolationLevel.READ_COMMITTED : isolation;
        this.mode = mode;
        id = manager.newTransactionId();
        term = manager.pipeline.term();
        startMicros = manager.pipeline.nowMicros();
        owner.transactionId = id;
        locks = new TransactionLocks(manager, owner);
        state = manager.projection.state();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public IsolationLevel isolation() {
        return isolation;
    }

    @Override
    public boolean readOnly() {
        return mode == AccessMode.READ_ONLY;
    }

    @Override
    public void becomeReadOnly() {
        mode = AccessMode.READ_ONLY;
    }

    @Override
    public long startMicros() {
        return startMicros;
    }

    // ---- catalog -------------------------------------------------------------------------------------------------

    @Override
    public Catalog catalog() {
        return schema().catalog();
    }

    private Schema schema() {
        return changes.isEmpty() ? state.schema() : changes.over(manager.projection.state().schema());
    }

    @Override
    public void change(CatalogChange change) {
        changes.add(change);
    }

    @Override
    public int newOid() {
        return manager.newOid();
    }

    @Override
    public long newStorageId() {
        return manager.newStorageId();
    }

    // ---- statements ----------------------------------------------------------------------------------------------

    @Override
    public int beginStatement() {
        if (isolation == IsolationLevel.READ_COMMITTED || !snapshotTaken) {
            takeSnapshot();
        }
        return ++command;
    }

    private void takeSnapshot() {
        if (isolation == IsolationLevel.SERIALIZABLE) {
            reads = new ReadSet();
            reader = manager.recent.open(reads);
        }
        state = manager.projection.state();
        snapshotTaken = true;
        if (reader != null) manager.recent.snapshot(reader, state.position());
    }

    @Override
    public int nextCommand() {
        return ++command;
    }

    @Override
    public long snapshotPosition() {
        return state.position();
    }

    @Override
    public void waiting(Waiting value) {
        waiting = value;
        locks.mayWait(value == Waiting.ALLOWED);
    }

    @Override
    public void interrupts(Interrupts interrupts) {
        locks.interrupts(interrupts);
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    @Override
    public byte @Nullable [] get(TableDef table, byte[] key) {
        long storage = table.storageId();
        WriteSet.RowWrite own = writes.find(storage, key);
        if (own != null) {
            WriteSet.Version version = own.visibleTo(command);
            if (version != null) return version.image;
        }
        if (reads != null) reads.key(schema().layout(table), key);
        if (waiting == Waiting.NEVER) {
            byte[] row = manager.projection.getFromMemory(storage, key, state.position(), NOT_CACHED);
            if (row == NOT_CACHED) throw WouldBlockException.INSTANCE;
            return row;
        }
        return manager.projection.get(storage, key, state.position());
    }

    @Override
    public byte @Nullable [] getCached(TableDef table, byte[] key) {
        WriteSet.RowWrite own = writes.find(table.storageId(), key);
        if (own != null) {
            WriteSet.Version version = own.visibleTo(command);
            if (version != null) return version.image;
        }
        if (reads != null) reads.key(schema().layout(table), key);
        return manager.projection.getFromMemory(table.storageId(), key, state.position(), NOT_CACHED);
    }

    @Override
    public RowCursor scan(TableDef table, KeyRange range, boolean reverse) {
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        if (reads != null) reads.range(schema().layout(table), range);
        RowSource rows = manager.projection.scan(table.storageId(), range.from(), range.to(), reverse, state.position());
        WriteSet.TableWrites own = writes.table(table.storageId());
        if (own == null) return new PlainRows(rows);
        return new OverlayRows(rows, new SortedEntries<>(own.rows, range.from(), range.to(), reverse), reverse, command);
    }

    @Override
    public @Nullable ColumnScan columns(TableDef table, int[] columns, Runnable interrupts) {
        long storage = table.storageId();
        if (waiting == Waiting.NEVER || !changes.isEmpty() || writes.table(storage) != null) return null;
        long snapshot = state.position();
        long version = manager.projection.lastChange(storage);
        if (version > snapshot) return null;
        TableLayout layout = schema().layout(table);
        if (reads != null) reads.range(layout, KeyRange.ALL);
        return ColumnScan.open(manager.columnCache, manager.projection.tenant(), storage, version, layout.rows(), columns,
                key -> manager.projection.scan(storage, key, null, false, snapshot), interrupts);
    }

    @Override
    public RowCursor scanIndex(TableDef table, IndexDef index, KeyRange range, boolean reverse) {
        if (index.clustered()) return scan(table, range, reverse);
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        IndexLayout layout = schema().layout(table).index(index);
        if (reads != null) reads.indexRange(schema().layout(table), layout, range);
        if (changes.createdIndex(index)) return SortedIndexRows.of(scan(table, KeyRange.ALL, false), layout, range, reverse);
        RowSource rows = manager.projection.scanIndex(table.storageId(), layout, range.from(), range.to(), reverse, state.position());
        WriteSet.TableWrites own = writes.table(table.storageId());
        if (own == null) return new PlainRows(rows);
        WriteSet.Candidates candidates = writes.candidates(own, layout);
        return new OverlayIndexRows(rows, new SortedEntries<>(candidates.entries, range.from(), range.to(), reverse), own, layout,
                reverse, command);
    }

    /** Newest committed rows, own writes left out. */
    RowCursor committedRows(TableDef table) {
        return new PlainRows(manager.projection.scan(table.storageId(), null, null, false, Long.MAX_VALUE));
    }

    @Override
    public long rowCount(TableDef table) {
        return manager.projection.rowCount(table.storageId());
    }

    // ---- writing -------------------------------------------------------------------------------------------------

    private void mayWrite() {
        if (mode == AccessMode.READ_ONLY) {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write in a read-only transaction");
        }
        Invariant.check(!ended, "write after the end of a transaction");
    }

    @Override
    public WriteOutcome insert(TableDef table, Object[] values) {
        mayWrite();
        TableLayout layout = schema().layout(table);
        byte[] image = layout.rows().encode(values);
        int mark = locks.mark();
        byte[] key;
        if (layout.keyedByRowId()) {
            key = new byte[8];
            Bytes.setLong(key, 0, manager.projection.newRowId(table.storageId()));
        } else {
            key = layout.key().encodeValues(values);
            if (occupied(table, key)) {
                locks.releaseTo(mark);
                return new WriteOutcome.Conflict(layout.clusteredIndex(), key);
            }
        }
        WriteOutcome conflict = uniqueConflict(table, layout, key, null, image, mark);
        if (conflict != null) return conflict;
        writes.put(writes.table(layout), key, null, image, command);
        return new WriteOutcome.Written(key);
    }

    /** Whether a committed or own row has this key. Locks the key. */
    private boolean occupied(TableDef table, byte[] key) {
        locks.row(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
        WriteSet.RowWrite own = writes.find(table.storageId(), key);
        return (own != null ? own.newestImage() : newest(table.storageId(), key)) != null;
    }

    private byte @Nullable [] newest(long storage, byte[] key) {
        if (manager.projection.behindAll(storage, key)) return null;
        if (waiting == Waiting.ALLOWED) return manager.projection.newest(storage, key);
        byte[] row = manager.projection.getFromMemory(storage, key, Long.MAX_VALUE, NOT_CACHED);
        if (row == NOT_CACHED) throw WouldBlockException.INSTANCE;
        return row;
    }

    private @Nullable WriteOutcome uniqueConflict(TableDef table, TableLayout layout, byte[] key, byte @Nullable [] old, byte[] image, int mark) {
        List<IndexLayout> indexes = layout.indexes();
        for (int i = 0; i < indexes.size(); i++) {
            IndexLayout index = indexes.get(i);
            if (!index.def().unique()) continue;
            byte[] parts = index.partsOf(image);
            if (parts == null || !index.exclusive(parts)) continue;
            if (old != null && java.util.Arrays.equals(parts, index.partsOf(old))) continue;
            locks.uniqueKey(index, parts);
            byte[] existing = findUnique(table, layout, index, parts);
            if (existing != null && !java.util.Arrays.equals(existing, key)) {
                locks.releaseTo(mark);
                return new WriteOutcome.Conflict(index.def(), existing);
            }
        }
        return null;
    }

    /** Key of the newest row, committed or own, that has these parts. */
    private byte @Nullable [] findUnique(TableDef table, TableLayout layout, IndexLayout index, byte[] parts) {
        WriteSet.TableWrites own = writes.table(table.storageId());
        if (own != null) {
            WriteSet.Candidates candidates = writes.candidates(own, index);
            SortedEntries<byte[]> entries = new SortedEntries<>(candidates.entries, parts, Bytes.successor(parts), false);
            while (entries.hasNext()) {
                byte[] key = entries.next().getValue();
                WriteSet.RowWrite write = own.rows.get(key);
                byte[] image = write == null ? null : write.newestImage();
                if (image != null && java.util.Arrays.equals(parts, index.partsOf(image))) return key;
            }
        }
        byte[] committed = changes.createdIndex(index.def())
                ? changes.findInCreated(this, table, index, parts)
                : manager.projection.findUnique(index, parts);
        if (committed == null || own != null && own.rows.containsKey(committed)) return null;
        return committed;
    }

    private void put(TableLayout layout, byte[] key, byte @Nullable [] image) {
        WriteSet.TableWrites own = writes.table(layout);
        byte[] base = own.rows.containsKey(key) ? null : newest(layout.table().storageId(), key);
        writes.put(own, key, base, image, command);
    }

    @Override
    public WriteOutcome update(TableDef table, byte[] key, Object[] values) {
        mayWrite();
        TableLayout layout = schema().layout(table);
        byte[] image = layout.rows().encode(values);
        byte[] old = current(table, key);
        int mark = locks.mark();
        byte[] newKey = layout.keyedByRowId() ? key : layout.key().encodeValues(values);
        boolean moves = !java.util.Arrays.equals(key, newKey);
        if (moves && occupied(table, newKey)) {
            locks.releaseTo(mark);
            return new WriteOutcome.Conflict(layout.clusteredIndex(), newKey);
        }
        WriteOutcome conflict = uniqueConflict(table, layout, key, old, image, mark);
        if (conflict != null) return conflict;
        if (moves) put(layout, key, null);
        put(layout, newKey, image);
        return new WriteOutcome.Written(newKey);
    }

    /** The newest image of a locked row: own or committed. */
    private byte[] current(TableDef table, byte[] key) {
        WriteSet.RowWrite own = writes.find(table.storageId(), key);
        byte[] image = own != null ? own.newestImage() : newest(table.storageId(), key);
        Invariant.check(image != null, "a locked row exists");
        return java.util.Objects.requireNonNull(image);
    }

    @Override
    public void delete(TableDef table, byte[] key) {
        mayWrite();
        TableLayout layout = schema().layout(table);
        current(table, key);
        put(layout, key, null);
    }

    @Override
    public TableDef truncate(TableDef table) {
        mayWrite();
        TableDef emptied = SchemaChanges.withStorage(table, newStorageId());
        change(new CatalogChange.Put(emptied));
        for (IndexDef index : catalog().indexes(table.oid())) {
            if (!index.clustered()) change(new CatalogChange.Put(SchemaChanges.withStorage(index, newStorageId())));
        }
        return emptied;
    }

    // ---- locks ---------------------------------------------------------------------------------------------------

    @Override
    public LockOutcome lock(TableDef table, byte[] key, RowLockMode lockMode, WaitPolicy wait) {
        WriteSet.RowWrite own = writes.find(table.storageId(), key);
        if (own != null && own.newest != null && own.newest.command >= command) return new LockOutcome.ChangedByCommand();
        int mark = locks.mark();
        if (!locks.row(table, key, lockMode, wait)) return new LockOutcome.Skipped();
        if (own != null) return new LockOutcome.Locked();
        byte[] newest;
        try {
            newest = newest(table.storageId(), key);
        } catch (WouldBlockException e) {
            locks.releaseTo(mark);
            throw e;
        }
        if (newest != null && RowCodec.version(newest) <= state.position()) return new LockOutcome.Locked();
        if (isolation != IsolationLevel.READ_COMMITTED) {
            if (newest != null && lockMode == RowLockMode.KEY_SHARE) return new LockOutcome.Locked();
            throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE,
                    "could not serialize access due to concurrent " + (newest == null ? "delete" : "update"));
        }
        if (newest == null) locks.releaseTo(mark);
        return new LockOutcome.Changed(newest);
    }

    @Override
    public boolean lockTable(int tableOid, int lockMode, WaitPolicy wait) {
        return locks.table(tableOid, lockMode, wait, catalog());
    }

    @Override
    public boolean advisoryLock(AdvisoryKey key, boolean shared, AdvisoryScope scope, WaitPolicy wait) {
        return locks.advisory(key, shared, scope, wait);
    }

    @Override
    public boolean advisoryUnlock(AdvisoryKey key, boolean shared) {
        return locks.advisoryUnlock(key, shared);
    }

    @Override
    public void advisoryUnlockAll() {
        manager.advisoryLocks.releaseSession(owner);
    }

    /** Locks a key, or throws when that would mean waiting; for tests that have one thread. */
    void probe(TableDef table, byte[] key) {
        locks.row(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
    }

    void probe(TableDef table, IndexDef index, byte[] parts) {
        locks.uniqueKey(schema().layout(table).index(index), parts);
    }

    // ---- sequences -----------------------------------------------------------------------------------------------

    @Override
    public long nextValue(SequenceDef sequence) {
        Long value = manager.sequences.next(sequence, waiting == Waiting.ALLOWED);
        if (value == null) throw WouldBlockException.INSTANCE;
        return value;
    }

    @Override
    public void setValue(SequenceDef sequence, long value, boolean called) {
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        manager.sequences.set(sequence, value, called);
    }

    @Override
    public SequenceState sequenceState(SequenceDef sequence) {
        return manager.sequences.state(sequence);
    }

    // ---- end -----------------------------------------------------------------------------------------------------

    private record Mark(int writes, int changes, int notifications, int locks) implements Savepoint {}

    @Override
    public Savepoint savepoint() {
        return new Mark(writes.mark(), changes.mark(), notifications.size(), locks.mark());
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        Mark mark = (Mark) savepoint;
        writes.rollbackTo(mark.writes);
        changes.rollbackTo(mark.changes);
        notifications.subList(mark.notifications, notifications.size()).clear();
        locks.releaseTo(mark.locks);
    }

    @Override
    public void release(Savepoint savepoint) {
        Invariant.check(savepoint instanceof Mark, "a savepoint of this transaction");
    }

    @Override
    public boolean hasWrites() {
        return !writes.isEmpty() || !changes.isEmpty() || !notifications.isEmpty();
    }

    @Override
    public void notify(String channel, String payload) {
        EntryWriter.Notification notification = new EntryWriter.Notification(channel, payload);
        if (!notifications.contains(notification)) notifications.add(notification);
    }

    @Override
    public void describe(String roleName, String commandTag, @Nullable String ddlText) {
        role = roleName;
        tag = commandTag;
        if (ddlText != null) ddl = ddl == null ? ddlText : ddl + ";\n" + ddlText;
    }

    @Override
    public void commit() {
        CommitPipeline.Ending ending = new CommitPipeline.Ending();
        if (!start(ending)) return;
        PgException error = ending.await();
        if (error != null) throw error;
    }

    @Override
    public void commitAsync(Consumer<@Nullable PgException> done) {
        if (writes.bytes() > manager.entryBytesMax) {
            Thread.startVirtualThread(() -> {
                try {
                    commit();
                    done.accept(null);
                } catch (PgException e) {
                    done.accept(e);
                }
            });
            return;
        }
        if (!start(done)) done.accept(null);
    }

    /** Submits what there is; false when there is nothing. Locks are released when the entry has ended. */
    private boolean start(Consumer<@Nullable PgException> done) {
        Invariant.check(!ended, "one end of a transaction");
        if (!hasWrites()) {
            rollback();
            return false;
        }
        byte[] payload;
        try {
            payload = encode();
        } catch (RuntimeException e) {
            dropChunks();
            rollback();
            throw e;
        }
        ended = true;
        boolean submitted = false;
        try {
            Submission submission = new Submission(done);
            manager.pipeline.submit(payload, term, submission::validate, submission);
            submitted = true;
        } finally {
            if (!submitted) {
                dropChunks();
                closeReader();
                locks.releaseTo(0);
            }
        }
        return true;
    }

    /** Chunks that are in the log, and whose end will not come, are given up. */
    private void dropChunks() {
        if (writes.bytes() <= manager.entryBytesMax) return;
        manager.pipeline.submit(EntryWriter.dropChunks(manager.projection.tenant(), id), term, () -> {}, (position, error) -> {});
    }

    /** From submission to the end: locks stay until what was written can be read. */
    private final class Submission implements CommitPipeline.Outcome {
        private final Consumer<@Nullable PgException> done;
        private RecentCommits.@Nullable Submitted recent;

        Submission(Consumer<@Nullable PgException> done) {
            this.done = done;
        }

        /** In the order of submission. */
        void validate() {
            if (reader != null) manager.recent.validate(reader);
            recent = manager.recent.submitted(writes);
        }

        @Override
        public void ended(long position, @Nullable PgException error) {
            if (recent != null) manager.recent.ended(recent, position);
            closeReader();
            locks.releaseTo(0);
            done.accept(error);
        }
    }

    private void closeReader() {
        if (reader != null) manager.recent.close(reader);
    }

    /** The entry that ends the transaction; chunks in front of it, when it is large, are in the log by then. */
    private byte[] encode() {
        EntryWriter entry = new EntryWriter(256);
        List<CatalogChange> effective = changes.effective(manager.projection.state().schema().catalog());
        EntryWriter.Origin origin = new EntryWriter.Origin(owner.processId, role, tag, ddl);
        int tenant = manager.projection.tenant();
        if (writes.bytes() > manager.entryBytesMax) {
            int chunks = new ChunkedWrites(manager, id, term).submit(writes, schema());
            return entry.beginCommit(tenant, id, chunks, origin, effective, notifications).finish();
        }
        entry.beginCommit(tenant, id, 0, origin, effective, notifications);
        writes.each(schema(), row -> put(entry, row));
        return entry.finish();
    }

    static void put(EntryWriter entry, WriteSet.RowWrite row) {
        byte[] image = row.newestImage();
        long replaced = row.base == null ? 0 : RowCodec.version(row.base);
        if (image != null) entry.put(row.table.storage, row.key, replaced, image);
        else if (row.base != null) entry.delete(row.table.storage, row.key, replaced);
    }

    @Override
    public void rollback() {
        if (ended) return;
        ended = true;
        closeReader();
        locks.releaseTo(0);
    }
}
