package io.craton.storage.txn;

import io.craton.core.error.Invariant;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.columnar.StoredTable;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.IndexLayout;
import io.craton.storage.projection.RowSource;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TableLayout;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.projection.TenantState;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the node that leads. Reads go to the projection at the snapshot under the write set's overlay; writes collect in the write set, under
 * locks; COMMIT makes one entry of them. Locks are kept until the entry is applied. The session's own tables have a projection and a write set of their own, and
 * no part in the entry. One thread at a time.
 */
final class LocalTransaction implements Transaction {
    /** A transaction that wrote more to a table scans it by row. */
    private static final int OWN_ROWS_MAX = 20_000;

    private final TransactionManager manager;
    private final LockOwner owner;
    private final IsolationLevel isolation;
    private AccessMode mode;
    private final long id;
    private final long term;
    private final long startMicros;
    private final TemporarySpace temporary;
    private final WriteSet logged = new WriteSet();
    /** Writes to the session's own tables, which are not logged; made when there are some. */
    private @Nullable WriteSet ownWrites;
    /** SHARE UPDATE EXCLUSIVE, the weakest lock under which definitions change. */
    private static final int DEFINITION_LOCK = 4;

    private final SchemaChanges changes = new SchemaChanges();
    private final List<String> exported = new ArrayList<>(0);
    private final TransactionLocks locks;
    /** Of the newest write. */
    private List<Doubt> doubts = List.of();
    /** Each once, in order; null while there are none. */
    private @Nullable SequencedSet<EntryWriter.Notification> notifications;
    private TenantState state;
    private boolean snapshotTaken;
    /** Of a serializable transaction with a snapshot. */
    private @Nullable ReadSet reads;
    private RecentCommits.@Nullable Reader reader;
    private int command;
    private int commandNewest;
    private Waiting waiting = Waiting.ALLOWED;
    private String role = "";
    private String tag = "";
    private @Nullable String ddl;
    private boolean ended;
    private boolean idAssigned;

    LocalTransaction(TransactionManager manager, LockOwner owner, TemporarySpace temporary, IsolationLevel isolation, AccessMode mode) {
        this.manager = manager;
        this.owner = owner;
        this.temporary = temporary;
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
    public long assignId() {
        idAssigned = true;
        return id;
    }

    @Override
    public boolean hasAssignedId() {
        return idAssigned || hasWrites();
    }

    @Override
    public long[] runningIds() {
        return manager.runningIds();
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
        return changes.isEmpty() ? temporary.over(state.schema()) : changes.over(temporary.over(manager.projection.state().schema()));
    }

    // ---- permanent or the session's own ---------------------------------------------------------------------------

    private static boolean isOwn(TableDef table) {
        return table.persistence() == 't';
    }

    private TenantProjection projection(TableDef table) {
        return isOwn(table) ? temporary.projection() : manager.projection;
    }

    /** Own rows have no history: nobody changes them behind this transaction's back. */
    private long snapshot(TableDef table) {
        return isOwn(table) ? Long.MAX_VALUE : state.position();
    }

    private WriteSet writes(TableDef table) {
        if (!isOwn(table)) return logged;
        WriteSet set = ownWrites;
        if (set == null) ownWrites = set = new WriteSet();
        return set;
    }

    @Override
    public void change(CatalogChange change) {
        requireCurrent(change.object());
        changes.add(change);
    }

    /**
     * Nobody else may have changed the object since this transaction looked at it, and nobody else may until it ends: else the later change would undo the
     * earlier one.
     */
    private void requireCurrent(CatalogObject object) {
        if (object instanceof CatalogObject.StatisticsDef) return; // the last one counts
        Schema seen = changes.base() == null ? temporary.over(state.schema()) : changes.base();
        CatalogObject before = seen.catalog().find(object.getClass(), object.oid());
        if (before == null) return;
        locks.object(object.oid());
        CatalogObject now = temporary.over(manager.projection.state().schema()).catalog().find(object.getClass(), object.oid());
        if (now != before && !before.equals(now)) {
            throw new PgException(SqlState.INTERNAL_ERROR, "tuple concurrently " + (now == null ? "deleted" : "updated"));
        }
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
        return command = ++commandNewest;
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
    public String exportSnapshot() {
        String id = manager.exports.add(state);
        exported.add(id);
        return id;
    }

    @Override
    public boolean importSnapshot(String id) {
        TenantState found = manager.exports.find(id);
        if (found == null) return false;
        Invariant.check(isolation == IsolationLevel.REPEATABLE_READ, "an imported snapshot lasts for the transaction");
        state = found;
        snapshotTaken = true;
        return true;
    }

    @Override
    public int nextCommand() {
        return command = ++commandNewest;
    }

    private record Sight(TenantState state, int command) implements View {}

    @Override
    public View view() {
        return new Sight(state, command);
    }

    @Override
    public void view(View view) {
        Sight sight = (Sight) view;
        state = sight.state;
        command = sight.command;
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
        WriteSet.RowWrite own = writes(table).find(storage, key);
        if (own != null) {
            WriteSet.Version version = own.visibleTo(command);
            if (version != null) return version.image;
        }
        if (reads != null) reads.key(schema().layout(table), key);
        if (waiting == Waiting.NEVER) {
            byte[] row = projection(table).getFromMemory(storage, key, snapshot(table), NOT_CACHED);
            if (row == NOT_CACHED) throw WouldBlockException.INSTANCE;
            return row;
        }
        return projection(table).get(storage, key, snapshot(table));
    }

    @Override
    public byte @Nullable [] getCached(TableDef table, byte[] key) {
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        if (own != null) {
            WriteSet.Version version = own.visibleTo(command);
            if (version != null) return version.image;
        }
        if (reads != null) reads.key(schema().layout(table), key);
        return projection(table).getFromMemory(table.storageId(), key, snapshot(table), NOT_CACHED);
    }

    @Override
    public RowCursor scan(TableDef table, KeyRange range, boolean reverse) {
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        if (reads != null) reads.range(schema().layout(table), range);
        RowSource rows = projection(table).scan(table.storageId(), range.from(), range.to(), reverse, snapshot(table));
        WriteSet.TableWrites own = writes(table).table(table.storageId());
        if (own == null) return new PlainRows(rows);
        return new OverlayRows(rows, new SortedEntries<>(own.rows, range.from(), range.to(), reverse), reverse, command);
    }

    @Override
    public @Nullable ColumnScan columns(TableDef table, int[] columns, Runnable interrupts) {
        long storage = table.storageId();
        WriteSet.TableWrites own = writes(table).table(storage);
        if (waiting == Waiting.NEVER || !changes.isEmpty() || own != null && own.rows.size() > OWN_ROWS_MAX) return null;
        TableLayout layout = schema().layout(table);
        ColumnScan scan = ColumnScan.open(manager.columnCache, new StoredTable(projection(table), storage, layout.rows(), isOwn(table)), columns,
                snapshot(table), own == null ? ColumnScan.OwnWrites.NONE : ownWrites(own, command), interrupts);
        if (scan != null && reads != null) reads.range(layout, KeyRange.ALL);
        return scan;
    }

    private static ColumnScan.OwnWrites ownWrites(WriteSet.TableWrites own, int command) {
        return (from, to, each) -> {
            var entries = new SortedEntries<>(own.rows, from, to, false);
            while (entries.hasNext()) {
                var entry = entries.next();
                WriteSet.Version version = entry.getValue().visibleTo(command);
                if (version != null) each.accept(entry.getKey(), version.image);
            }
        };
    }

    @Override
    public RowCursor scanIndex(TableDef table, IndexDef index, KeyRange range, boolean reverse) {
        if (index.clustered()) return scan(table, range, reverse);
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        IndexLayout layout = schema().layout(table).index(index);
        if (reads != null) reads.indexRange(schema().layout(table), layout, range);
        if (changes.createdIndex(index)) return SortedIndexRows.of(scan(table, KeyRange.ALL, false), layout, range, reverse);
        RowSource rows = projection(table).scanIndex(table.storageId(), layout, range.from(), range.to(), reverse, snapshot(table));
        WriteSet.TableWrites own = writes(table).table(table.storageId());
        if (own == null) return new PlainRows(rows);
        WriteSet.Candidates candidates = writes(table).candidates(own, layout);
        return new OverlayIndexRows(rows, new SortedEntries<>(candidates.entries, range.from(), range.to(), reverse), own, layout,
                reverse, command);
    }

    /** Newest committed rows, own writes left out. */
    RowCursor committedRows(TableDef table) {
        return new PlainRows(projection(table).scan(table.storageId(), null, null, false, Long.MAX_VALUE));
    }

    @Override
    public long rowCount(TableDef table) {
        return projection(table).rowCount(table.storageId());
    }

    // ---- writing -------------------------------------------------------------------------------------------------

    private void mayWrite(TableDef table) {
        if (mode == AccessMode.READ_ONLY && !isOwn(table)) {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write in a read-only transaction");
        }
        Invariant.check(!ended, "write after the end of a transaction");
    }

    @Override
    public WriteOutcome insert(TableDef table, Object[] values) {
        mayWrite(table);
        TableLayout layout = schema().layout(table);
        byte[] image = layout.rows().encode(values);
        int mark = locks.mark();
        byte[] key;
        if (layout.keyedByRowId()) {
            key = new byte[8];
            Bytes.setLong(key, 0, projection(table).newRowId(table.storageId()));
        } else {
            key = layout.key().encodeValues(values);
            if (occupied(table, key)) {
                locks.releaseTo(mark);
                return new WriteOutcome.Conflict(layout.clusteredIndex(), key);
            }
        }
        WriteOutcome conflict = uniqueConflict(table, layout, key, null, image, mark);
        if (conflict != null) return conflict;
        WriteSet writes = writes(table);
        writes.put(writes.table(layout), key, null, image, command);
        return new WriteOutcome.Written(key, doubts);
    }

    /** Whether a committed or own row has this key. Locks the key. */
    private boolean occupied(TableDef table, byte[] key) {
        locks.row(table, key, RowLockMode.UPDATE, WaitPolicy.WAIT);
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        return (own != null ? own.newestImage() : newest(table, key)) != null;
    }

    private byte @Nullable [] newest(TableDef table, byte[] key) {
        long storage = table.storageId();
        TenantProjection projection = projection(table);
        if (projection.behindAll(storage, key)) return null;
        if (waiting == Waiting.ALLOWED) return projection.newest(storage, key);
        byte[] row = projection.getFromMemory(storage, key, Long.MAX_VALUE, NOT_CACHED);
        if (row == NOT_CACHED) throw WouldBlockException.INSTANCE;
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
            if (old != null && java.util.Arrays.equals(parts, index.partsOf(old))) continue;
            if (!isOwn(table)) locks.uniqueKey(index, parts);
            byte[] existing = findUnique(table, index, parts, key);
            if (existing == null) continue;
            if (index.deferrable()) {
                if (doubts.isEmpty()) doubts = new ArrayList<>(1);
                doubts.add(new Doubt(index.def(), parts));
            } else {
                locks.releaseTo(mark);
                return new WriteOutcome.Conflict(index.def(), existing);
            }
        }
        return null;
    }

    @Override
    public List<byte[]> holders(TableDef table, Doubt doubt) {
        TableLayout layout = schema().layout(table);
        IndexLayout index = layout.index(doubt.index());
        byte[] first = findUnique(table, index, doubt.parts(), null);
        if (first == null) return List.of();
        byte[] second = findUnique(table, index, doubt.parts(), first);
        return second == null ? List.of(first) : List.of(first, second);
    }

    /** Key of a row, committed or own, that has these parts now, other than {@code except}. */
    private byte @Nullable [] findUnique(TableDef table, IndexLayout index, byte[] parts, byte @Nullable [] except) {
        WriteSet.TableWrites own = writes(table).table(table.storageId());
        if (own != null) {
            WriteSet.Candidates candidates = writes(table).candidates(own, index);
            SortedEntries<byte[]> entries = new SortedEntries<>(candidates.entries, parts, Bytes.successor(parts), false);
            while (entries.hasNext()) {
                byte[] key = entries.next().getValue();
                if (java.util.Arrays.equals(key, except)) continue;
                WriteSet.RowWrite write = own.rows.get(key);
                byte[] image = write == null ? null : write.newestImage();
                if (image != null && java.util.Arrays.equals(parts, index.partsOf(image))) return key;
            }
        }
        byte[] committed = changes.createdIndex(index.def())
                ? changes.findInCreated(this, table, index, parts)
                : projection(table).findUnique(index, parts);
        if (committed == null || own != null && own.rows.containsKey(committed)) return null;
        return java.util.Arrays.equals(committed, except) ? null : committed;
    }

    private void put(TableLayout layout, byte[] key, byte @Nullable [] image) {
        WriteSet writes = writes(layout.table());
        WriteSet.TableWrites own = writes.table(layout);
        byte[] base = own.rows.containsKey(key) ? null : newest(layout.table(), key);
        writes.put(own, key, base, image, command);
    }

    @Override
    public WriteOutcome update(TableDef table, byte[] key, Object[] values) {
        mayWrite(table);
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
        return new WriteOutcome.Written(newKey, doubts);
    }

    /** The newest image of a locked row: own or committed. */
    private byte[] current(TableDef table, byte[] key) {
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        byte[] image = own != null ? own.newestImage() : newest(table, key);
        Invariant.check(image != null, "a locked row exists");
        return java.util.Objects.requireNonNull(image);
    }

    @Override
    public void delete(TableDef table, byte[] key) {
        mayWrite(table);
        TableLayout layout = schema().layout(table);
        current(table, key);
        put(layout, key, null);
    }

    @Override
    public TableDef truncate(TableDef table) {
        mayWrite(table);
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
        WriteSet.RowWrite own = writes(table).find(table.storageId(), key);
        if (own != null && own.newest != null && own.newest.command >= command) {
            return new LockOutcome.ChangedByCommand(own.newest.command > command);
        }
        if (isOwn(table)) return new LockOutcome.Locked();
        int mark = locks.mark();
        if (!locks.row(table, key, lockMode, wait)) return new LockOutcome.Skipped();
        if (own != null) return new LockOutcome.Locked();
        byte[] newest;
        try {
            newest = newest(table, key);
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
        boolean taken = locks.table(tableOid, lockMode, wait, catalog());
        // what the lock was waited for may have changed the table: look again, as PostgreSQL does
        if (taken && lockMode >= DEFINITION_LOCK && isolation == IsolationLevel.READ_COMMITTED && snapshotTaken) takeSnapshot();
        return taken;
    }

    @Override
    public void lockDefinition(int oid) {
        locks.object(oid);
        if (isolation == IsolationLevel.READ_COMMITTED && snapshotTaken) takeSnapshot();
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

    private Sequences sequences(SequenceDef sequence) {
        return sequence.persistence() == 't' ? temporary.sequences() : manager.sequences;
    }

    @Override
    public long nextValue(SequenceDef sequence) {
        Long value = sequences(sequence).next(sequence, waiting == Waiting.ALLOWED);
        if (value == null) throw WouldBlockException.INSTANCE;
        return value;
    }

    @Override
    public void setValue(SequenceDef sequence, long value, boolean called) {
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        sequences(sequence).set(sequence, value, called);
    }

    @Override
    public SequenceState sequenceState(SequenceDef sequence) {
        return sequences(sequence).state(sequence);
    }

    // ---- end -----------------------------------------------------------------------------------------------------

    private record Mark(int logged, int own, int changes, int notifications, int locks) implements Savepoint {}

    @Override
    public Savepoint savepoint() {
        return new Mark(logged.mark(), ownWrites == null ? 0 : ownWrites.mark(), changes.mark(), notifications == null ? 0 : notifications.size(), locks.mark());
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        Mark mark = (Mark) savepoint;
        logged.rollbackTo(mark.logged);
        if (ownWrites != null) ownWrites.rollbackTo(mark.own);
        changes.rollbackTo(mark.changes);
        while (notifications != null && notifications.size() > mark.notifications) notifications.removeLast();
        locks.releaseTo(mark.locks);
    }

    @Override
    public void release(Savepoint savepoint) {
        Invariant.check(savepoint instanceof Mark, "a savepoint of this transaction");
    }

    @Override
    public boolean hasWrites() {
        return !logged.isEmpty() || !changes.isEmpty() || notifications != null || ownWrites != null;
    }

    @Override
    public void notify(String channel, String payload) {
        if (notifications == null) notifications = new LinkedHashSet<>();
        notifications.add(new EntryWriter.Notification(channel, payload));
    }

    private List<EntryWriter.Notification> notifications() {
        return notifications == null ? List.of() : List.copyOf(notifications);
    }

    @Override
    public void describe(String roleName, String commandTag, @Nullable String ddlText) {
        role = roleName;
        tag = commandTag;
        if (ddlText != null) ddl = ddl == null ? ddlText : ddl + ";\n" + ddlText;
    }

    @Override
    public void discardRows(TableDef table) {
        Invariant.check(isOwn(table), "rows of the session's own");
        if (ownWrites != null) ownWrites.discard(table.storageId());
    }

    /** What a transaction leaves: to the log and to the session. */
    private final class Effects {
        final Schema before = temporary.over(manager.projection.state().schema());
        final Schema after = changes.isEmpty() ? before : changes.over(before);
        final List<CatalogChange> loggedChanges = changes.effective(before.catalog());
        final List<CatalogChange> ownChanges = temporary.takeOwn(loggedChanges);

        boolean mustLog() {
            return !logged.isEmpty() || !loggedChanges.isEmpty() || notifications != null;
        }

        boolean keepsOwn() {
            return ownWrites != null || !ownChanges.isEmpty();
        }

        void keepOwn() {
            if (keepsOwn()) temporary.commit(ownWrites, ownChanges, before, after);
        }
    }

    @Override
    public void commit() {
        if (!hasWrites()) {
            rollback();
            return;
        }
        Effects effects = new Effects();
        if (effects.mustLog()) {
            CommitPipeline.Ending ending = new CommitPipeline.Ending();
            start(effects, ending);
            PgException error = ending.await();
            if (error != null) throw error;
        } else {
            end();
        }
        effects.keepOwn();
    }

    @Override
    public void commitAsync(Consumer<@Nullable PgException> done) {
        if (logged.bytes() > manager.entryBytesMax || ownWrites != null) {
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
        if (!hasWrites()) {
            rollback();
            done.accept(null);
            return;
        }
        Effects effects = new Effects();
        if (effects.mustLog()) {
            start(effects, effects.keepsOwn() ? error -> {
                if (error == null) effects.keepOwn();
                done.accept(error);
            } : done);
            return;
        }
        end();
        effects.keepOwn();
        done.accept(null);
    }

    /** Submits what is to be logged. Locks are released when the entry has ended. */
    private void start(Effects effects, Consumer<@Nullable PgException> done) {
        Invariant.check(!ended, "one end of a transaction");
        byte[] payload;
        try {
            payload = encode(effects.loggedChanges);
        } catch (RuntimeException e) {
            dropChunks();
            rollback();
            throw e;
        }
        ended = true;
        owner.transactionId = 0;
        exported.forEach(manager.exports::remove);
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
    }

    /** Chunks that are in the log, and whose end will not come, are given up. */
    private void dropChunks() {
        if (logged.bytes() <= manager.entryBytesMax) return;
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
            recent = manager.recent.submitted(logged);
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
    private byte[] encode(List<CatalogChange> effective) {
        EntryWriter entry = new EntryWriter(256);
        EntryWriter.Origin origin = new EntryWriter.Origin(owner.processId, role, tag, ddl);
        int tenant = manager.projection.tenant();
        if (logged.bytes() > manager.entryBytesMax) {
            int chunks = new ChunkedWrites(manager, id, term).submit(logged, schema());
            return entry.beginCommit(tenant, id, chunks, origin, effective, notifications()).finish();
        }
        entry.beginCommit(tenant, id, 0, origin, effective, notifications());
        logged.each(schema(), row -> put(entry, row));
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
        end();
        if (ownWrites != null) temporary.ended(ownWrites, temporary.over(manager.projection.state().schema()));
    }

    private void end() {
        ended = true;
        owner.transactionId = 0;
        exported.forEach(manager.exports::remove);
        closeReader();
        locks.releaseTo(0);
    }
}
