package io.craton.storage.projection;

import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.entry.CatalogCodec;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entries of one tenant on their way into its projection: collected in one batch, written and published together. Everything is derived from the
 * entries and the state before them, so every replica does the same. The applier's thread only.
 */
public final class ProjectionRun {
    private static final int ADMIT_ROWS = 64;
    private static final int PIECE_BYTES = 4 << 20;
    private static final int BACKFILL_BATCH_BYTES = 1 << 20;
    private static final byte[] DELETED = new byte[0];

    private final TenantProjection projection;
    private final WriteBatchBuilder batch = new WriteBatchBuilder();
    /** Rows changed by this run: their newest image, or DELETED. */
    private Map<RowCache.Key, byte[]> rows = new HashMap<>();
    private final Map<Long, Long> counts = new HashMap<>();
    /** Of the entry being added: they count when it is complete. */
    private final Map<Long, Long> entryCounts = new HashMap<>();
    /** Index entries that the entry being added puts, keys and values in turn. */
    private final List<byte[]> entryPuts = new ArrayList<>();
    /** Storages whose rows the batch changes. */
    private final java.util.Set<Long> changed = new java.util.HashSet<>();
    private Schema schema;
    /** Position and timestamp of the last entry that is wholly in the batch, and of the one being added. */
    private long complete;
    private long completeTimestamp;
    private long lastTransaction;
    private boolean inPieces;
    private long position;
    private long timestamp;
    private boolean removes;
    private boolean dirty;

    public ProjectionRun(TenantProjection projection) {
        this.projection = projection;
        schema = projection.state().schema();
    }

    /** Row operations of a large transaction that came before its end, in pieces. */
    public interface Chunks {
        Chunks NONE = consumer -> {};

        void each(java.util.function.Consumer<EntryReader> chunk);
    }

    /** Adds one committed transaction. An expected version that does not match is a broken invariant. */
    public void apply(long entryPosition, EntryReader entry, List<CatalogChange> changes, Chunks chunks) {
        begin(entryPosition, entry.header().timestampMicros());
        lastTransaction = Math.max(lastTransaction, entry.header().transaction());
        changeCatalog(changes);
        inPieces = false;
        chunks.each(this::piece);
        while (entry.next()) changeRow(entry);
        putIndexEntries();
        end();
    }

    /**
     * One piece of a large transaction: written, and not published, when the batch is large. Readers cannot see it, for its versions are above every snapshot. After a
     * crash in between, the applied position is still in front, and the pieces that are there are recognised.
     */
    private void piece(EntryReader chunk) {
        // Who owns a unique key is asked of the store: entries in front of this one must be there.
        if (!inPieces && !batch.isEmpty()) write();
        inPieces = true;
        while (chunk.next()) changeRow(chunk);
        boolean newEntries = !entryPuts.isEmpty();
        putIndexEntries();
        if (newEntries || batch.size() > PIECE_BYTES) write();
    }

    /** Adds changes of the catalog alone. */
    public void applyCatalog(long entryPosition, long entryTimestamp, List<CatalogChange> changes) {
        begin(entryPosition, entryTimestamp);
        changeCatalog(changes);
        end();
    }

    public void sequence(long entryPosition, long entryTimestamp, EntryReader.Sequence sequence) {
        begin(entryPosition, entryTimestamp);
        byte[] value = new byte[9];
        Bytes.setLong(value, 0, sequence.value());
        value[8] = (byte) (sequence.called() ? 1 : 0);
        batch.put(StoreKeys.storage(StoreKeys.SEQUENCE, sequence.storageId()), value);
        end();
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
        rows.forEach((key, row) -> cache.change(key, row == DELETED ? null : row, admit));
        if (admit) rows.clear();
        else rows = new HashMap<>();
        batch.clear();
        removes = false;
    }

    private void tellWatchers() {
        rows.forEach((key, row) -> {
            RowWatcher watcher = projection.watcher(key.storage());
            if (watcher != null) watcher.changed(key.key(), row == DELETED ? null : row, position);
        });
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    private void changeRow(EntryReader entry) {
        long storage = entry.storageId();
        byte[] key = entry.key();
        TableLayout layout = schema.byStorage(storage);
        if (layout == null) throw new IllegalStateException("tenant " + projection.tenant() + ": no table has storage " + storage);
        RowCache.Key cacheKey = new RowCache.Key(projection.tenant(), storage, key);
        byte[] storedKey = StoreKeys.of(StoreKeys.ROW, storage, key);
        boolean behindAll = projection.behindAll(storage, key);
        byte[] old = behindAll ? null : current(cacheKey, storedKey);
        long replaced = old == null ? 0 : RowCodec.version(old);
        if (replaced != entry.replacedVersion()) {
            if (inPieces && doneBefore(entry, old)) {
                count(entry);
                return;
            }
            throw new IllegalStateException("entry " + position + " replaces version " + entry.replacedVersion() + " of a row of "
                    + layout.table().name() + " (storage " + storage + ") which has version " + replaced);
        }
        changed.add(storage);
        byte[] row = entry.row();
        if (row != null) {
            RowCodec.setVersion(row, position);
            batch.put(storedKey, row);
            rows.put(cacheKey, row);
            if (behindAll) projection.seenKey(storage, key);
            if (layout.keyedByRowId()) projection.seenRowId(storage, key);
        } else {
            batch.delete(storedKey);
            rows.put(cacheKey, DELETED);
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

    /** This very operation was written before a crash that came in the middle of its entry. */
    private boolean doneBefore(EntryReader entry, byte @Nullable [] old) {
        if (entry.row() != null) return old != null && RowCodec.version(old) == position;
        if (old != null) return false;
        byte[] history = projection.store().get(
                StoreKeys.history(StoreKeys.HISTORY, entry.storageId(), entry.key(), entry.replacedVersion()));
        return history != null && Bytes.getLong(history, 0) == position;
    }

    private byte @Nullable [] current(RowCache.Key cacheKey, byte[] storedKey) {
        byte[] row = rows.get(cacheKey);
        if (row != null) return row == DELETED ? null : row;
        row = projection.cache().get(cacheKey);
        return row != null ? row : projection.store().get(storedKey);
    }

    private void keepHistory(long storage, byte[] key, byte[] old) {
        byte[] value = new byte[8 + old.length];
        Bytes.setLong(value, 0, position);
        System.arraycopy(old, 0, value, 8, old.length);
        batch.put(StoreKeys.history(StoreKeys.HISTORY, storage, key, RowCodec.version(old)), value);
    }

    private void changeIndex(IndexLayout index, byte[] key, byte @Nullable [] old, byte @Nullable [] row) {
        byte[] before = old == null ? null : index.partsOf(old);
        byte[] after = row == null ? null : index.partsOf(row);
        if (before != null && after != null && Arrays.equals(before, after)) return;
        if (before != null) {
            byte[] entryKey = StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(before, key));
            if (!inPieces || !index.exclusive(before) || ownedBy(entryKey, key)) batch.delete(entryKey);
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

    /** Whether an entry still leads to this row: an earlier piece may have given its unique key to another one. */
    private boolean ownedBy(byte[] entryKey, byte[] rowKey) {
        byte[] value = projection.store().get(entryKey);
        return value != null && Arrays.equals(IndexLayout.rowKey(entryKey, value, 0), rowKey);
    }

    /** One row may take over a unique key that another row of the same entry gives up: what is new goes behind everything that is removed. */
    private void putIndexEntries() {
        for (int i = 0; i < entryPuts.size(); i += 2) batch.put(entryPuts.get(i), entryPuts.get(i + 1));
        entryPuts.clear();
    }

    // ---- catalog -------------------------------------------------------------------------------------------------

    private void changeCatalog(List<CatalogChange> changes) {
        if (changes.isEmpty()) return;
        Schema before = schema;
        schema = new Schema(before.catalog().with(changes), before);
        backfill(before, schema);
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

    /** Storages that the catalog named before and no longer does. */
    private void dropStorages(Schema before, Schema after) {
        for (TableDef table : before.catalog().all(TableDef.class)) {
            TableDef now = after.catalog().table(table.oid());
            if (table.storageId() != 0 && (now == null || now.storageId() != table.storageId())) dropRows(table.storageId());
        }
        for (IndexDef index : before.catalog().all(IndexDef.class)) {
            IndexDef now = after.catalog().find(IndexDef.class, index.oid());
            if (index.storageId() != 0 && (now == null || now.storageId() != index.storageId())) {
                dropRange(StoreKeys.INDEX, index.storageId());
                dropRange(StoreKeys.INDEX_HISTORY, index.storageId());
            }
        }
        for (SequenceDef sequence : before.catalog().all(SequenceDef.class)) {
            SequenceDef now = after.catalog().find(SequenceDef.class, sequence.oid());
            if (now == null || now.storageId() != sequence.storageId()) {
                batch.delete(StoreKeys.storage(StoreKeys.SEQUENCE, sequence.storageId()));
            }
        }
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
        rows.keySet().removeIf(key -> key.storage() == storage);
        removes = true;
    }

    private void dropRange(byte kind, long storage) {
        byte[] from = StoreKeys.storage(kind, storage);
        byte[] to = Bytes.successor(from);
        if (to != null) batch.deleteRange(from, to);
    }

    /**
     * Entries of new indexes for the rows that exist, in batches of their own. Nobody reads them before the catalog is published, and a crash in between leaves
     * the applied position in front of this entry, so that it all happens again.
     */
    private void backfill(Schema before, Schema after) {
        for (IndexDef index : after.catalog().all(IndexDef.class)) {
            if (index.clustered()) continue;
            IndexDef old = before.catalog().find(IndexDef.class, index.oid());
            if (old != null && old.storageId() == index.storageId()) continue;
            TableDef table = after.catalog().table(index.tableOid());
            TableDef oldTable = before.catalog().table(index.tableOid());
            if (table == null || oldTable == null || oldTable.storageId() != table.storageId() || table.storageId() == 0) continue;
            backfill(after.layout(table), after.layout(table).index(index));
        }
    }

    private void backfill(TableLayout layout, IndexLayout index) {
        write();
        long storage = layout.table().storageId();
        byte[] from = StoreKeys.storage(StoreKeys.ROW, storage);
        try (RocksStore.Scan scan = projection.store().scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) {
                byte[] parts = index.partsOf(scan.value());
                if (parts == null) continue;
                byte[] key = StoreKeys.strip(scan.key(), 0);
                batch.put(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(parts, key)), index.entryValue(parts, key));
                if (batch.size() > BACKFILL_BATCH_BYTES) write();
            }
        }
    }
}
