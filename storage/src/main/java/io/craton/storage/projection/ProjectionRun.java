package io.craton.storage.projection;

import io.craton.core.audit.AuditRecord;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.HighestIds;
import io.craton.storage.entry.AuditCodec;
import io.craton.storage.entry.CatalogCodec;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.entry.NewerEntryException;
import io.craton.storage.entry.SchemaRecord;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one tenant on their way into its projection: collected in one batch, written and published together. Everything is derived from the
 * entries and the state before them, so every replica does the same. The applier's thread only.
 */
public final class ProjectionRun {
    /** Entries of an index beyond this come in files. */
    private static final int BACKFILL_BATCH_BYTES = 1 << 20;
    private static final int ADMIT_ROWS = 64;

    /** What became of a row: its newest image, null when it was deleted, and whether there was no row in front of this run. */
    private record Change(byte @Nullable [] image, boolean isNew) {}

    private final TenantProjection projection;
    private final WriteBatchBuilder batch;
    private Map<RowCache.Key, Change> rows = new HashMap<>();
    private final Map<Long, Long> counts = new HashMap<>();
    /** Of the entry being added: they count when it is complete. */
    private final Map<Long, Long> entryCounts = new HashMap<>();
    /** Index entries that the entry being added puts, keys and values in turn. */
    private final List<byte[]> entryPuts = new ArrayList<>();
    /** Storages whose rows the batch changes. */
    private final java.util.Set<Long> changed = new java.util.HashSet<>();
    /** Storages of which the batch changes rows that nobody can name one by one. */
    private final java.util.Set<Long> changedAtLarge = new java.util.HashSet<>(0);
    private Schema schema;
    private ImagesAhead ahead = ImagesAhead.NONE;
    /** Position and timestamp of the last entry that is wholly in the batch, and of the one being added. */
    private long complete;
    private long completeTimestamp;
    private long lastTransaction;
    private long position;
    private long timestamp;
    private boolean removes;
    private boolean dirty;
    /** Storages of indexes that the present entry has made of rows that were there. */
    private final Set<Long> made = new HashSet<>();

    public ProjectionRun(TenantProjection projection) {
        this.projection = projection;
        batch = new WriteBatchBuilder(projection.store().cipher());
        schema = projection.state().schema();
    }

    /** Images that somebody has read already of what the next entries replace. */
    public void ahead(ImagesAhead images) {
        ahead = images;
    }

    /** Adds one committed transaction. An expected version that does not match is a broken invariant. */
    public void apply(long entryPosition, EntryReader entry, List<CatalogChange> changes) {
        begin(entryPosition, entry.header().timestampMicros());
        lastTransaction = Math.max(lastTransaction, entry.header().transaction());
        changeCatalog(changes, entry);
        keepSchema(entry, changes);
        while (entry.next()) changeRow(entry);
        putIndexEntries();
        made.clear();
        end();
    }

    /**
     * Applies a committed transaction whose effects are worked out already; what was added before is committed first. Files are taken whole: a crash behind that
     * finds the rows there and their transaction's position known, and goes on with the rest.
     */
    public void applyStaged(long entryPosition, EntryReader entry, List<CatalogChange> changes, StagedWrites staged) {
        commit();
        begin(entryPosition, entry.header().timestampMicros());
        lastTransaction = Math.max(lastTransaction, entry.header().transaction());
        if (!projection.hasTaken(staged.transaction())) take(staged);
        Schema before = schema;
        changeCatalog(changes, null);
        keepSchema(entry, changes);
        backfillCreated(staged, before);
        dropForgotten(staged, before);
        end();
        commit();
    }

    private void take(StagedWrites staged) {
        staged.finish();
        Map<Long, Long> deltas = staged.counts();
        projection.willTake(staged.transaction(), position);
        for (long storage : deltas.keySet()) projection.changing(storage, position);
        staged.highest().forEach((storage, key) -> {
            projection.seenKey(storage, key);
            TableLayout layout = staged.layout(storage);
            if (layout != null && layout.keyedByRowId()) projection.seenRowId(storage, key);
        });
        removes = true;
        if (staged.inMemory()) {
            batch.put(StoreKeys.storage(StoreKeys.LATE, staged.transaction()), number(position));
            staged.writeTo(batch);
            deltas.forEach((storage, delta) -> counts.merge(storage, delta, Long::sum));
            changedAtLarge.addAll(deltas.keySet());
        } else {
            takeFiles(staged, deltas);
        }
    }

    private void takeFiles(StagedWrites staged, Map<Long, Long> deltas) {
        projection.store().flush(); // files are durable at once; what is in front of them must be so before
        TreeMap<byte[], byte[]> end = new TreeMap<>(Arrays::compareUnsigned);
        end.put(StoreKeys.storage(StoreKeys.LATE, staged.transaction()), number(position));
        Map<Long, Long> rowCounts = new TreeMap<>(deltas);
        rowCounts.replaceAll((storage, delta) -> projection.rowCount(storage) + delta);
        rowCounts.forEach((storage, count) -> end.put(StoreKeys.storage(StoreKeys.COUNT, storage), number(count)));
        List<Path> files = new ArrayList<>(staged.files());
        files.add(staged.endFile(end));
        projection.beginWrite(position, true);
        projection.store().take(files);
        rowCounts.forEach(projection::count);
        changedAtLarge(rowCounts.keySet());
    }

    /** What is cached of these storages counts no more. */
    private void changedAtLarge(java.util.Set<Long> storages) {
        projection.cacheNames().rename(storages);
        for (long storage : storages) {
            projection.filters().forget(storage);
            RowWatcher watcher = projection.watcher(storage);
            if (watcher != null) watcher.lost(position);
        }
    }

    private static byte[] number(long value) {
        byte[] bytes = new byte[8];
        Bytes.setLong(bytes, 0, value);
        return bytes;
    }

    /** Rows and entries of tables and indexes that the transaction made and dropped again. */
    private void dropForgotten(StagedWrites staged, Schema before) {
        for (long storage : staged.storages()) {
            if (schema.byStorage(storage) == null && before.byStorage(storage) == null) dropRows(storage);
        }
        for (long storage : staged.indexStorages()) {
            if (schema.hasIndexStorage(storage) || before.hasIndexStorage(storage)) continue;
            dropRange(StoreKeys.INDEX, storage);
            dropRange(StoreKeys.INDEX_HISTORY, storage);
        }
    }

    /** Adds changes of the catalog alone, and audit records. */
    public void applyCatalog(long entryPosition, long entryTimestamp, List<CatalogChange> changes, List<AuditRecord> audits) {
        begin(entryPosition, entryTimestamp);
        for (CatalogChange change : changes) if (change.object() instanceof DatabaseDef database) keepCreation(change, database);
        changeCatalog(changes, null);
        for (int i = 0; i < audits.size(); i++) batch.put(StoreKeys.audit(entryPosition, i), AuditCodec.toBytes(audits.get(i)));
        end();
    }

    /** A number may come again when its database was dropped. */
    private void keepCreation(CatalogChange change, DatabaseDef database) {
        boolean made = change instanceof CatalogChange.Put && schema.catalog().find(DatabaseDef.class, database.oid()) == null;
        Creation creation = made ? new Creation(position, timestamp) : projection.creation(database.tenantNumber());
        batch.put(StoreKeys.database(database.tenantNumber()), creation.toBytes());
        projection.creation(database.tenantNumber(), creation);
    }

    /** Adds the audit records of another group's entries. */
    public void auditsTold(long entryPosition, long entryTimestamp, EntryReader.Told told) {
        applyCatalog(entryPosition, entryTimestamp, List.of(), told.records());
        byte[] upTo = new byte[8];
        Bytes.setLong(upTo, 0, told.upTo());
        batch.put(StoreKeys.told(told.group()), upTo);
    }

    public void sequence(long entryPosition, long entryTimestamp, EntryReader.Sequence sequence) {
        begin(entryPosition, entryTimestamp);
        byte[] value = new byte[9];
        Bytes.setLong(value, 0, sequence.value());
        value[8] = (byte) (sequence.called() ? 1 : 0);
        batch.put(StoreKeys.storage(StoreKeys.SEQUENCE, sequence.storageId()), value);
        end();
    }

    /** The tenant goes to another group's log; what was added before is committed first. */
    public void move(long entryPosition, long entryTimestamp, Stays next) {
        commit();
        begin(entryPosition, entryTimestamp);
        batch.put(StoreKeys.STAYS, next.toBytes());
        end();
        commit();
        projection.stays(next);
    }

    private void begin(long entryPosition, long entryTimestamp) {
        if (!dirty) {
            schema = projection.state().schema();
            complete = projection.state().position();
            completeTimestamp = projection.timestampMicros();
            lastTransaction = projection.lastTransaction();
        }
        dirty = true;
        position = entryPosition;
        timestamp = Math.max(entryTimestamp, completeTimestamp);
    }

    private void end() {
        entryCounts.forEach((storage, delta) -> counts.merge(storage, delta, Long::sum));
        entryCounts.clear();
        complete = position;
        completeTimestamp = timestamp;
    }

    public boolean isEmpty() {
        return !dirty;
    }

    /** Bytes collected so far. */
    public int size() {
        return batch.size();
    }

    /** Writes and publishes everything added. */
    public void commit() {
        if (!dirty) return;
        write();
        projection.publish(new TenantState(position, schema), timestamp, lastTransaction);
        dirty = false;
    }

    private void write() {
        byte[] applied = new byte[24];
        Bytes.setLong(applied, 0, complete);
        Bytes.setLong(applied, 8, completeTimestamp);
        Bytes.setLong(applied, 16, lastTransaction);
        batch.put(StoreKeys.APPLIED, applied);
        counts.forEach((storage, delta) -> {
            long rowCount = projection.rowCount(storage) + delta;
            byte[] value = new byte[8];
            Bytes.setLong(value, 0, rowCount);
            batch.put(StoreKeys.storage(StoreKeys.COUNT, storage), value);
            projection.count(storage, rowCount);
        });
        counts.clear();
        boolean watched = false;
        for (long storage : changed) {
            projection.changing(storage, position);
            watched |= projection.watcher(storage) != null;
        }
        changed.clear();
        projection.beginWrite(position, removes);
        RowCache cache = projection.cache();
        for (RowCache.Key key : rows.keySet()) cache.beginChange(key);
        projection.store().write(batch.toBytes());
        if (watched) tellWatchers();
        boolean admit = rows.size() <= ADMIT_ROWS;
        // New rows are in RocksDB's memory, where their first reader finds them; in the cache, a load would fill the heap with what nobody asks for.
        rows.forEach((key, change) -> cache.change(key, change.image(), admit && !change.isNew()));
        if (!projection.filters().isEmpty()) tellFilters();
        if (!changedAtLarge.isEmpty()) changedAtLarge(changedAtLarge);
        changedAtLarge.clear();
        if (admit) rows.clear();
        else rows = new HashMap<>();
        batch.clear();
        removes = false;
    }

    private void tellFilters() {
        rows.forEach((key, change) -> {
            if (change.isNew() && change.image() != null) projection.filters().added(projection.cacheNames().storage(key.storage()), key.key());
        });
    }

    private void tellWatchers() {
        rows.forEach((key, change) -> {
            RowWatcher watcher = projection.watcher(projection.cacheNames().storage(key.storage()));
            if (watcher != null) watcher.changed(key.key(), change.image(), position);
        });
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    private void changeRow(EntryReader entry) {
        long storage = entry.storageId();
        byte[] key = entry.key();
        TableLayout layout = schema.byStorage(storage);
        if (layout == null) throw NewerEntryException.noTable(projection.tenant(), storage);
        RowCache.Key cacheKey = projection.cacheKey(storage, key);
        byte[] storedKey = StoreKeys.of(StoreKeys.ROW, storage, key);
        boolean behindAll = projection.behindAll(storage, key);
        // Whoever inserted found no row while nobody else could make one, so the store is not asked again; a row that is known here would be a broken invariant.
        Change earlier = rows.get(cacheKey);
        byte[] old = earlier != null ? earlier.image() : entry.replacedVersion() == 0 ? projection.cache().get(cacheKey) : current(cacheKey, storedKey, entry.replacedVersion());
        long replaced = old == null ? 0 : RowCodec.version(old);
        if (replaced != entry.replacedVersion()) {
            throw new IllegalStateException("entry " + position + " replaces version " + entry.replacedVersion() + " of a row of "
                    + layout.table().name() + " (storage " + storage + ") which has version " + replaced);
        }
        changed.add(storage);
        byte[] row = entry.row();
        rows.put(cacheKey, new Change(row, earlier == null ? old == null : earlier.isNew()));
        if (row != null) {
            RowCodec.setVersion(row, position);
            batch.put(storedKey, row);
            if (behindAll) projection.seenKey(storage, key);
            if (layout.keyedByRowId()) projection.seenRowId(storage, key);
        } else {
            batch.delete(storedKey);
            removes = true;
        }
        if (old != null) keepHistory(storage, key, old);
        count(entry);
        for (IndexLayout index : layout.indexes()) changeIndex(index, key, old, row);
    }

    private void count(EntryReader entry) {
        if (entry.replacedVersion() == 0) entryCounts.merge(entry.storageId(), 1L, Long::sum);
        else if (entry.row() == null) entryCounts.merge(entry.storageId(), -1L, Long::sum);
    }

    private byte @Nullable [] current(RowCache.Key cacheKey, byte[] storedKey, long version) {
        byte[] row = projection.cache().get(cacheKey);
        if (row == null) row = ahead.take(cacheKey, version, projection);
        if (row != null) return row;
        row = projection.store().get(storedKey);
        if (row != null) projection.settle(row);
        return row;
    }

    private void keepHistory(long storage, byte[] key, byte[] old) {
        byte[] value = new byte[8 + old.length];
        Bytes.setLong(value, 0, position);
        System.arraycopy(old, 0, value, 8, old.length);
        batch.put(StoreKeys.history(StoreKeys.HISTORY, storage, key, RowCodec.version(old)), value);
    }

    private void changeIndex(IndexLayout index, byte[] key, byte @Nullable [] old, byte @Nullable [] row) {
        byte[] before = old == null || made.contains(index.storage()) ? null : index.partsOf(old);
        byte[] after = row == null ? null : index.partsOf(row);
        if (before != null && after != null && Arrays.equals(before, after)) return;
        if (before != null) {
            byte[] entryKey = StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(before, key));
            batch.delete(entryKey);
            byte[] length = new byte[2];
            Bytes.setShort(length, 0, key.length);
            batch.put(StoreKeys.history(StoreKeys.INDEX_HISTORY, index.storage(), IndexLayout.concat(before, key), position), length);
            removes = true;
        }
        if (after != null) {
            entryPuts.add(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(after, key)));
            entryPuts.add(index.entryValue(after, key));
        }
    }

    /** One row may take over a unique key that another row of the same entry gives up: what is new goes behind everything that is removed. */
    private void putIndexEntries() {
        for (int i = 0; i < entryPuts.size(); i += 2) batch.put(entryPuts.get(i), entryPuts.get(i + 1));
        entryPuts.clear();
    }

    // ---- catalog -------------------------------------------------------------------------------------------------

    /** @param rows whose rows are changed behind this; null when none are */
    private void changeCatalog(List<CatalogChange> changes, @Nullable EntryReader rows) {
        if (changes.isEmpty()) return;
        Schema before = schema;
        schema = new Schema(before.catalog().with(changes), before);
        projection.upcoming(schema);
        backfill(before, schema, rows);
        for (CatalogChange change : changes) {
            switch (change) {
                case CatalogChange.Put put -> {
                    CatalogObject object = put.object();
                    batch.put(StoreKeys.catalog(CatalogCodec.kind(object), object.oid()), CatalogCodec.toBytes(object));
                }
                case CatalogChange.Drop drop -> {
                    CatalogObject object = drop.object();
                    batch.delete(StoreKeys.catalog(CatalogCodec.kind(object), object.oid()));
                }
            }
        }
        dropStorages(before, schema);
    }

    private void keepSchema(EntryReader entry, List<CatalogChange> changes) {
        if (!changes.isEmpty()) keepHighest(changes);
        List<CatalogChange> recorded = SchemaHistory.recorded(changes);
        if (!recorded.isEmpty()) batch.put(StoreKeys.storage(StoreKeys.SCHEMA, position), SchemaRecord.of(entry, recorded).toBytes());
    }

    private void keepHighest(List<CatalogChange> changes) {
        HighestIds ids = projection.highestIds();
        for (CatalogChange change : changes) ids = ids.with(change.object());
        if (ids.equals(projection.highestIds())) return;
        projection.highestIds(ids);
        byte[] value = new byte[12];
        Bytes.setInt(value, 0, ids.oid());
        Bytes.setLong(value, 4, ids.storage());
        batch.put(StoreKeys.HIGHEST, value);
    }

    /**
     * Storages that the catalog named before and no longer does. Their rows, history and index entries stay as they are now, for the past: nobody writes to them any
     * more, so they answer every position from which they were in use.
     */
    private void dropStorages(Schema before, Schema after) {
        for (TableDef table : before.catalog().all(TableDef.class)) {
            TableDef now = after.catalog().table(table.oid());
            if (table.storageId() != 0 && (now == null || now.storageId() != table.storageId())) retire(table.storageId());
        }
        for (SequenceDef sequence : before.catalog().all(SequenceDef.class)) {
            SequenceDef now = after.catalog().find(SequenceDef.class, sequence.oid());
            if (now == null || now.storageId() != sequence.storageId()) {
                batch.delete(StoreKeys.storage(StoreKeys.SEQUENCE, sequence.storageId()));
            }
        }
    }

    private void retire(long storage) {
        changed.add(storage);
        projection.unwatch(storage);
    }

    private void dropRows(long storage) {
        changed.add(storage);
        dropRange(StoreKeys.ROW, storage);
        dropRange(StoreKeys.HISTORY, storage);
        batch.delete(StoreKeys.storage(StoreKeys.COUNT, storage));
        counts.remove(storage);
        entryCounts.remove(storage);
        projection.count(storage, null);
        projection.unwatch(storage);
        rows.keySet().removeIf(key -> key.storage() == projection.cacheNames().of(storage));
        removes = true;
    }

    private void dropRange(byte kind, long storage) {
        byte[] from = StoreKeys.storage(kind, storage);
        byte[] to = Bytes.successor(from);
        if (to != null) batch.deleteRange(from, to);
    }

    /**
     * Entries of new indexes for the rows that exist, but for those that the same entry of the log changes: these get theirs when that is done, for until then two rows may have one key. Nobody reads them before the catalog is published, and a crash in between leaves
     * the applied position in front of this entry, so that it all happens again.
     */
    private void backfill(Schema before, Schema after, @Nullable EntryReader rows) {
        for (IndexDef index : after.catalog().all(IndexDef.class)) {
            if (index.clustered()) continue;
            IndexDef old = before.catalog().find(IndexDef.class, index.oid());
            if (old != null && old.storageId() == index.storageId() && old.valid() == index.valid()) continue;
            TableDef table = after.catalog().table(index.tableOid());
            TableDef oldTable = before.catalog().table(index.tableOid());
            if (table == null || oldTable == null || oldTable.storageId() != table.storageId() || table.storageId() == 0) continue;
            if (!index.valid()) projection.onlineBuilds().begin(index, table, after, position);
            else if (!finishOnline(index)) {
                made.add(index.storageId());
                backfill(after.layout(table), after.layout(table).index(index), changedKeys(rows, table.storageId()));
            }
        }
        for (IndexDef index : before.catalog().all(IndexDef.class)) {
            if (index.valid() || after.hasIndexStorage(index.storageId())) continue;
            projection.onlineBuilds().end(index.storageId());
            dropRange(StoreKeys.INDEX, index.storageId());
        }
    }

    /** Whether the index was made ahead and has now all entries but those of what comes behind this entry. */
    private boolean finishOnline(IndexDef index) {
        OnlineIndex made = projection.onlineBuilds().get(index.storageId());
        if (made == null) return false;
        write();
        boolean whole = made.finish(position);
        projection.onlineBuilds().end(index.storageId());
        if (!whole) dropRange(StoreKeys.INDEX, index.storageId());
        return whole;
    }

    /** Entries of indexes that a transaction made after it had written rows of a table that it had made itself, or moved to another storage. */
    private void backfillCreated(StagedWrites staged, Schema before) {
        Schema after = schema;
        if (after == before) return;
        for (IndexDef index : after.catalog().all(IndexDef.class)) {
            if (index.clustered() || !index.valid() || before.hasIndexStorage(index.storageId())) continue;
            TableDef table = after.catalog().table(index.tableOid());
            if (table == null || table.storageId() == 0 || before.byStorage(table.storageId()) != null) continue;
            IndexLayout layout = after.layout(table).index(index);
            if (!staged.indexed(table.storageId(), layout)) backfill(after.layout(table), layout, Set.of());
        }
    }

    private static Set<byte[]> changedKeys(@Nullable EntryReader rows, long storage) {
        Set<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        if (rows == null) return keys;
        EntryReader ahead = rows.again();
        while (ahead.next()) if (ahead.storageId() == storage) keys.add(ahead.key());
        return keys;
    }

    /** @param without keys of rows that get no entry */
    private void backfill(TableLayout layout, IndexLayout index, Set<byte[]> without) {
        write();
        if (backfillFew(layout, index, without)) return;
        batch.clear();
        projection.onlineBuilds().make(layout.table().storageId(), index, without);
    }

    /** False when there are too many for a batch. */
    private boolean backfillFew(TableLayout layout, IndexLayout index, Set<byte[]> without) {
        byte[] from = StoreKeys.storage(StoreKeys.ROW, layout.table().storageId());
        try (RocksStore.Scan scan = projection.store().scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) {
                byte[] parts = index.partsOf(scan.value());
                if (parts == null) continue;
                byte[] key = scan.keyFrom(StoreKeys.PREFIX);
                if (without.contains(key)) continue;
                batch.put(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(parts, key)), index.entryValue(parts, key));
                if (batch.size() > BACKFILL_BATCH_BYTES) return false;
            }
        }
        return true;
    }
}
