package io.craton.storage.txn;

import io.craton.core.audit.AuditRecord;
import io.craton.core.error.Invariant;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.columnar.ColumnScan;
import io.craton.storage.entry.SchemaHash;
import io.craton.storage.entry.SchemaRecord;
import io.craton.storage.projection.Creation;
import io.craton.storage.projection.OnlineIndex;
import io.craton.storage.projection.RowVersion;
import io.craton.storage.projection.Schema;
import io.craton.storage.projection.TenantState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the node that leads. Reads go to the projection at the snapshot under the write set's overlay; writes collect in the write set, under
 * locks; COMMIT makes one entry of them. Locks are kept until the entry is applied. The session's own tables have a projection and a write set of their own, and
 * no part in the entry. One thread at a time.
 */
final class LocalTransaction implements Transaction {
    /** SHARE UPDATE EXCLUSIVE, the weakest lock under which definitions change. */
    private static final int DEFINITION_LOCK = 4;
    /** How long to look away while the applier shows what it has applied. */
    private static final long PUBLISH_NANOS = 50_000;

    private final TransactionManager manager;
    private final LockOwner owner;
    private final IsolationLevel isolation;
    private AccessMode mode;
    private final long id;
    /** Where it began, and the term there. */
    private final Home home;
    private final long term;
    private final long startMicros;
    private final TemporarySpace temporary;
    final TransactionRows rows;
    /** What of it is logged ahead of its end. */
    private @Nullable LargeWrites large;
    /** Savepoints that may be rolled back to, in order. */
    private final List<Mark> savepoints = new ArrayList<>(0);
    private final SchemaChanges changes = new SchemaChanges();
    private final TransactionLocks locks;
    final TransactionEnd end;
    private TenantState state;
    private boolean snapshotTaken;
    /** The transaction's snapshot while a statement that changes a table sees the newest rows. */
    private @Nullable TenantState pinned;
    /** Of a serializable transaction with a snapshot. */
    private @Nullable ReadSet reads;
    private RecentCommits.@Nullable Reader reader;
    /** The command at which it was looked whether what was read is still so. */
    private int readsChecked = -1;
    private int command;
    private int commandNewest;
    private Waiting waiting = Waiting.ALLOWED;
    private boolean idAssigned;
    /** It sees a moment that the session chose, and keeps to it. */
    private boolean isPast;
    private @Nullable PgException refusal;
    private @Nullable TransactionPast past;
    /** Where this node does not lead: tables that are read, with the schema under which they were locked first. */
    private @Nullable Map<Integer, Schema> followed;
    private long clusterBase = -1;

    LocalTransaction(TransactionManager manager, LockOwner owner, TemporarySpace temporary, IsolationLevel isolation, AccessMode mode) {
        this.manager = manager;
        this.owner = owner;
        this.temporary = temporary;
        this.isolation = isolation == IsolationLevel.READ_UNCOMMITTED ? IsolationLevel.READ_COMMITTED : isolation;
        this.mode = mode;
        id = manager.newTransactionId();
        home = manager.home();
        term = home.pipeline().term();
        startMicros = manager.nowMicros();
        owner.transactionId = id;
        locks = new TransactionLocks(manager, owner);
        rows = new TransactionRows(this, manager, temporary, locks);
        end = new TransactionEnd(this, manager, owner, temporary, locks);
        state = manager.projection.state();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isQueued() {
        return owner.waiting != null;
    }

    @Override
    public void leaveQueue(boolean keeps) {
        LockTable.Waiter place = owner.waiting;
        if (place != null) LockTable.leave(place, keeps);
    }

    @Override
    public boolean whenGranted(Runnable call) {
        return LockTable.whenGranted(owner, call);
    }

    @Override
    public AccessStatistics statistics() {
        return manager.statistics;
    }

    @Override
    public void analyzed(TableDef table) {
        manager.statistics.of(table).analyzed(manager.nowMicros());
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

    Schema schema() {
        return changes.isEmpty() ? temporary.over(state.schema()) : changes.over(temporary.over(manager.projection.state().schema()));
    }

    @Override
    public void change(CatalogChange change) {
        requireCurrent(change.object());
        if (change instanceof CatalogChange.Drop(TableDef table)) manager.statistics.forget(table.oid());
        if (change instanceof CatalogChange.Drop(IndexDef index)) manager.statistics.forget(index.oid());
        changes.add(change);
    }

    @Override
    public void readsCluster() {
        ClusterChanges cluster = manager.cluster;
        if (cluster == null || !changes.isEmpty() && clusterBase >= 0) return;
        clusterBase = cluster.base();
        if (!catalog().hasClusterOf(manager.projection.state().schema().catalog())) throw ClusterChanges.changedMeanwhile();
    }

    /** Position in the first group's log at which this transaction knew roles and databases when it changed them. */
    long clusterBase() {
        return Math.max(clusterBase, 0);
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
    public boolean takesSnapshot() {
        return !isPast && (isolation == IsolationLevel.READ_COMMITTED || !snapshotTaken);
    }

    @Override
    public int beginStatement() {
        if (refusal != null) throw refusal;
        manager.settle(); // nobody who has committed is in the way, whatever the snapshot is
        if (takesSnapshot()) {
            takeSnapshot();
        } else if (pinned != null) {
            state = pinned;
            pinned = null;
        }
        return command = ++commandNewest;
    }

    private void takeSnapshot() {
        if (isolation == IsolationLevel.SERIALIZABLE) {
            reads = new ReadSet();
            reader = manager.recent.open(reads);
        }
        manager.settle();
        state = manager.projection.state();
        // A plan made under the snapshot before is about to run with this one, and no lock has kept its tables as they were.
        if (followed != null) requireSettled(followed, state.schema());
        snapshotTaken = true;
        if (reader != null) manager.recent.snapshot(reader, state.position());
        if (term != 0 && (large != null || !rows.logged.isEmpty())) requireTerm();
    }

    /** Its locks kept others from the rows that it has written as long as this node has led since it began; else they do not fit a newer snapshot. */
    private void requireTerm() {
        Home now = manager.home();
        long valid = now.termFor(home, term);
        if (valid != 0 && valid == now.pipeline().term()) return;
        throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "could not serialize access: this node has not led since the transaction began");
    }

    @Override
    public String exportSnapshot() {
        String id = manager.exports.add(state);
        end.exports(id);
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

    @Override
    public TableDef truncate(TableDef table) {
        rows.mayWrite(table);
        TableDef emptied = SchemaChanges.withStorage(table, newStorageId());
        change(new CatalogChange.Put(emptied));
        for (IndexDef index : catalog().indexes(table.oid())) {
            if (!index.clustered()) change(new CatalogChange.Put(SchemaChanges.withStorage(index, newStorageId())));
        }
        return emptied;
    }

    // ---- locks ---------------------------------------------------------------------------------------------------

    @Override
    public boolean lockTable(int tableOid, int lockMode, WaitPolicy wait) {
        if (isPast) return locks.table(tableOid, lockMode, wait, catalog());
        if (term == 0) {
            if (followed == null) followed = new HashMap<>();
            followed.putIfAbsent(tableOid, state.schema());
        }
        boolean taken = locks.table(tableOid, lockMode, wait, catalog());
        // what the lock was waited for may have changed the table: look again, as PostgreSQL does
        if (taken && lockMode >= DEFINITION_LOCK && snapshotTaken) {
            if (isolation == IsolationLevel.READ_COMMITTED) {
                takeSnapshot();
            } else {
                // Rows that a changed table would lose are none of the snapshot's; the next statement has that again.
                if (pinned == null) pinned = state;
                state = manager.projection.state();
            }
        }
        return taken;
    }

    @Override
    public boolean lockTableWithin(int tableOid, int lockMode, long nanos, long waitedNanos) {
        locks.waitAtMost(nanos, waitedNanos);
        try {
            return lockTable(tableOid, lockMode, WaitPolicy.WAIT);
        } catch (PgException e) {
            if (e.state() != SqlState.LOCK_NOT_AVAILABLE || locks.atLimit()) throw e;
            return false;
        } finally {
            locks.waitAtMost(0, 0);
        }
    }

    @Override
    public void keepTableLock(int tableOid, int lockMode) {
        locks.keepTable(tableOid, lockMode);
    }

    @Override
    public void unlockTableOfSession(int tableOid, int lockMode) {
        manager.tableLocks.releaseOfSession(owner, tableOid, lockMode);
    }

    @Override
    public ChangedRows follow(TableDef table) {
        ChangedRows changes = new ChangedRows(manager.projection, table.storageId());
        long untold = changes.begin();
        while (manager.projection.state().position() < untold) {
            locks.interrupted();
            LockSupport.parkNanos(PUBLISH_NANOS);
        }
        return changes;
    }

    @Override
    public void writeAhead() {
        if (large == null) return;
        spill();
        large.settle();
    }

    @Override
    public @Nullable OnlineIndex online(IndexDef index) {
        return manager.projection.onlineBuilds().get(index.storageId());
    }

    @Override
    public byte @Nullable [] duplicate(TableDef table, IndexDef index, LongPredicate memory) {
        return rows.duplicate(table, index, memory);
    }

    @Override
    public boolean startedEmpty(TableDef table) {
        return changes.createdStorage(table);
    }

    @Override
    public boolean definitionHolds(TableDef table) {
        if (isPast) return true;
        Schema newest = temporary.over(manager.projection.state().schema());
        Schema known = changes.isEmpty() ? temporary.over(state.schema()) : changes.base();
        if (known == newest || known == null || known.sameDefinition(table.oid(), newest)) return true;
        if (isolation != IsolationLevel.READ_COMMITTED && snapshotTaken) {
            throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE,
                    "could not serialize access due to a concurrent change of the definition of table \"" + table.name() + "\"");
        }
        return false;
    }

    @Override
    public boolean led() {
        return term != 0;
    }

    @Override
    public void requireSettled() {
        if (followed != null) requireSettled(followed, manager.projection.upcoming());
    }

    private static void requireSettled(Map<Integer, Schema> tables, Schema now) {
        for (Map.Entry<Integer, Schema> table : tables.entrySet()) {
            if (table.getValue() == now || table.getValue().sameDefinition(table.getKey(), now)) continue;
            throw PgError.error(SqlState.T_R_SERIALIZATION_FAILURE, "canceling statement due to conflict with recovery")
                    .withDetail("The definition of a table was changed at the leader while this node read it.").exception();
        }
    }

    @Override
    public void lockDefinition(int oid) {
        locks.object(oid);
        if (takesSnapshot() && snapshotTaken) takeSnapshot();
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

    // ---- rows ----------------------------------------------------------------------------------------------------

    @Override
    public byte @Nullable [] get(TableDef table, byte[] key) {
        return rows.get(table, key);
    }

    @Override
    public byte @Nullable [] getCached(TableDef table, byte[] key) {
        return rows.getCached(table, key);
    }

    @Override
    public RowCursor scan(TableDef table, KeyRange range, boolean reverse) {
        return rows.scan(table, range, reverse);
    }

    @Override
    public @Nullable ColumnScan columns(TableDef table, int[] columns, Runnable interrupts) {
        return isPast ? null : rows.columns(table, columns, interrupts);
    }

    @Override
    public RowCursor scanIndex(TableDef table, IndexDef index, KeyRange range, boolean reverse) {
        return rows.scanIndex(table, index, range, reverse);
    }

    /** Reads of other moments than its own; made when the first one is asked for. */
    TransactionPast past() {
        TransactionPast made = past;
        return made != null ? made : (past = new TransactionPast(this, manager, locks));
    }

    @Override
    public RowReads at(long position) {
        return past().at(position);
    }

    private void releasePast() {
        if (past != null) past.release();
    }

    @Override
    public long trimPast() {
        return manager.past.trim(locks::interrupted);
    }

    @Override
    public Catalog catalogAt(long position) {
        return manager.stateAt(position).schema().catalog();
    }

    @Override
    public void versions(TableDef table, byte @Nullable [] key, Consumer<RowVersion> visitor) {
        past().versions(table, key, visitor);
    }

    @Override
    public void becomePast(long position) {
        Invariant.check(!snapshotTaken && !hasWrites(), "nothing has been read or written");
        state = manager.stateAt(position);
        if (state.position() > position) throw new IllegalStateException("a state behind its position");
        isPast = true;
        snapshotTaken = true;
        mode = AccessMode.READ_ONLY;
    }

    @Override
    public void refuse(PgException reason) {
        refusal = reason;
    }

    @Override
    public boolean isPast() {
        return isPast;
    }

    @Override
    public TenantLog log() {
        return manager.log();
    }

    @Override
    public void schemaChanges(long behind, long to, BiConsumer<Long, SchemaRecord> visitor) {
        manager.projection.schemas().each(behind, Math.min(to, state.position()), visitor);
    }

    @Override
    public byte[] schemaHash() {
        return state == manager.projection.state() ? SchemaHash.of(state.schema().catalog()) : manager.projection.schemas().hashAt(state.position());
    }

    @Override
    public List<CatalogChange> birth() {
        return manager.projection.schemas().birth();
    }

    @Override
    public Creation creation() {
        return manager.creation();
    }

    @Override
    public long newestPosition() {
        return manager.newestPosition();
    }

    @Override
    public long rowCount(TableDef table) {
        return rows.rowCount(table);
    }

    @Override
    public WriteOutcome insert(TableDef table, Object[] values) {
        return rows.insert(table, values);
    }

    @Override
    public WriteOutcome insertCopy(TableDef table, byte[] key, Object[] values) {
        return rows.insertCopy(table, key, values);
    }

    @Override
    public WriteOutcome.@Nullable Conflict conflict(TableDef table, Object[] values, Collection<Integer> indexes) {
        return rows.conflict(table, values, indexes);
    }

    @Override
    public WriteOutcome update(TableDef table, byte[] key, Object[] values) {
        return rows.update(table, key, values);
    }

    @Override
    public void delete(TableDef table, byte[] key) {
        rows.delete(table, key);
    }

    @Override
    public List<byte[]> holders(TableDef table, Doubt doubt) {
        return rows.holders(table, doubt);
    }

    @Override
    public void requireVisible(TableDef table, byte[] key) {
        rows.requireVisible(table, key);
    }

    @Override
    public LockOutcome lock(TableDef table, byte[] key, RowLockMode lockMode, WaitPolicy wait) {
        return rows.lock(table, key, lockMode, wait);
    }

    /** Locks a key, or throws when that would mean waiting; for tests that have one thread. */
    void probe(TableDef table, byte[] key) {
        rows.probe(table, key);
    }

    void probe(TableDef table, IndexDef index, byte[] parts) {
        rows.probe(table, index, parts);
    }

    void mayWrite() {
        Invariant.check(!end.hasEnded(), "write after the end of a transaction");
        if (reader != null && readsChecked != command) requireReads();
    }

    /** Fails at a write as COMMIT would: what was read has been changed by others. */
    void requireReads() {
        readsChecked = command;
        if (reader != null) manager.recent.validate(reader, "write");
    }

    int command() {
        return command;
    }

    Waiting waiting() {
        return waiting;
    }

    /** Of a serializable transaction with a snapshot. */
    RecentCommits.@Nullable Reader reader() {
        return reader;
    }

    /** The raft term in which it may end. */
    long term() {
        return term;
    }

    Home home() {
        return home;
    }

    @Nullable ReadSet reads() {
        return reads;
    }

    SchemaChanges changes() {
        return changes;
    }

    // ---- more than memory should hold ----------------------------------------------------------------------------

    /** Logs what was written so far, ahead of the end, and frees its memory. */
    void spill() {
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        List<LargeWrites.Point> points = new ArrayList<>(savepoints.size());
        for (Mark mark : savepoints) points.add(new LargeWrites.Point(mark.logged, mark.changes));
        largeWrites().spill(points, changes.mark(), savepoints.isEmpty() ? 0 : savepoints.getLast().locks);
    }

    /** Moves writes to the session's own tables out of memory. */
    void spillOwn(WriteSet ownWrites) {
        if (waiting == Waiting.NEVER) throw WouldBlockException.INSTANCE;
        Stretch.spill(ownWrites, savepoints.stream().map(Mark::own).toList(), ownWrites.file(manager.limits.folder()));
    }

    /** What is logged ahead; null when nothing is. */
    @Nullable LargeWrites large() {
        return large;
    }

    LargeWrites largeWrites() {
        LargeWrites made = large;
        if (made == null) large = made = new LargeWrites(manager, rows.logged, owner, locks, id, home, term, this::view);
        return made;
    }

    /** The catalog for large writes, after the first so many changes. */
    private LargeWrites.View view(int count) {
        Schema committed = manager.projection.state().schema();
        if (count == 0) return new LargeWrites.View(List.of(), committed);
        List<CatalogChange> effective = changes.effective(committed.catalog(), count);
        temporary.takeOwn(effective);
        return new LargeWrites.View(effective, new Schema(committed.catalog().with(effective), committed));
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
        if (isPast && sequence.persistence() != 't') throw PgException.notSupported("the value that a sequence had in the past");
        return sequences(sequence).state(sequence);
    }

    // ---- end -----------------------------------------------------------------------------------------------------

    void forgetSavepoints() {
        savepoints.clear();
    }

    private record Mark(int logged, int own, int changes, int notifications, int audits, int described, int locks) implements Savepoint {}

    @Override
    public Savepoint savepoint() {
        WriteSet ownWrites = rows.ownWrites();
        Mark mark = new Mark(rows.logged.mark(), ownWrites == null ? 0 : ownWrites.mark(), changes.mark(), end.notified(), end.audited(), end.described(),
                locks.mark());
        savepoints.add(mark);
        return mark;
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        Mark mark = (Mark) savepoint;
        while (!savepoints.isEmpty() && savepoints.getLast() != mark) savepoints.removeLast();
        rows.rollbackTo(mark.logged, mark.own);
        if (large != null) large.rolledBackTo(mark.logged);
        changes.rollbackTo(mark.changes);
        end.forgetNotifications(mark.notifications);
        end.forgetAudits(mark.audits);
        end.forgetDescribed(mark.described);
        locks.releaseTo(mark.locks);
    }

    @Override
    public void release(Savepoint savepoint) {
        Invariant.check(savepoint instanceof Mark, "a savepoint of this transaction");
        if (!savepoints.contains(savepoint)) return;
        while (savepoints.removeLast() != savepoint) continue;
    }

    @Override
    public boolean hasWrites() {
        return !rows.logged.isEmpty() || !changes.isEmpty() || end.notifies() || end.audited() > 0 || rows.ownWrites() != null;
    }

    @Override
    public boolean changesCatalog() {
        return !changes.isEmpty();
    }

    @Override
    public void notify(String channel, String payload) {
        end.notify(channel, payload);
    }

    @Override
    public void describe(String roleName, String commandTag, @Nullable String ddlText) {
        end.describe(roleName, commandTag, ddlText);
    }

    @Override
    public void audit(AuditRecord record) {
        end.audit(record);
    }

    @Override
    public void timed(CommitTimes times) {
        end.timed(times);
    }

    @Override
    public void discardRows(TableDef table) {
        Invariant.check(TransactionRows.isOwn(table), "rows of the session's own");
        WriteSet ownWrites = rows.ownWrites();
        if (ownWrites != null) ownWrites.discard(table.storageId());
    }

    @Override
    public void commit() {
        releasePast();
        end.commit();
    }

    @Override
    public void commitAsync(@Nullable Executor lingers, Consumer<@Nullable PgException> done) {
        releasePast();
        end.commitAsync(lingers, done);
    }

    @Override
    public void rollback() {
        releasePast();
        end.rollback();
    }
}
