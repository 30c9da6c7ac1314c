package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one session's temporary tables on their way into the scratch store. Only the newest images are kept: nobody else reads them, and the session reads nothing
 * older. Written in pieces, for nobody looks meanwhile. The session's thread.
 */
public final class ScratchRun {
    private static final int PIECE_BYTES = 4 << 20;
    /** Up to so many rows are deleted one by one: every range deletion costs later reads of all sessions a little. */
    private static final long SINGLE_DELETES_MAX = 10_000;

    private final ScratchStore scratch;
    private final TenantProjection projection;
    private final WriteBatchBuilder batch;
    private final Map<RowCache.Key, byte @Nullable []> rows = new HashMap<>();

    public ScratchRun(ScratchStore scratch, TenantProjection projection) {
        this.scratch = scratch;
        this.projection = projection;
        batch = new WriteBatchBuilder(projection.store().cipher());
    }

    /** Removes the index entries that a changed row no longer has; for every row before {@link #row} for any. */
    public void unindex(TableLayout layout, byte[] key, byte @Nullable [] old, byte @Nullable [] row) {
        if (old == null) return;
        for (IndexLayout index : layout.indexes()) {
            byte[] before = index.partsOf(old);
            byte[] after = row == null ? null : index.partsOf(row);
            if (before == null || Arrays.equals(before, after)) continue;
            batch.delete(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(before, key)));
            if (batch.size() > PIECE_BYTES) write();
        }
    }

    /** Puts a row, or removes it when {@code row} is null, and puts its new index entries. */
    public void row(TableLayout layout, byte[] key, byte @Nullable [] old, byte @Nullable [] row, long version) {
        if (old == null && row == null) return;
        long storage = layout.table().storageId();
        byte[] storedKey = StoreKeys.of(StoreKeys.ROW, storage, key);
        if (row == null) {
            batch.delete(storedKey);
        } else {
            RowCodec.setVersion(row, version);
            batch.put(storedKey, row);
            if (old == null) projection.seenKey(storage, key);
        }
        rows.put(new RowCache.Key(projection.tenant(), storage, key), row);
        if (row != null) {
            for (IndexLayout index : layout.indexes()) {
                byte[] after = index.partsOf(row);
                byte[] before = old == null ? null : index.partsOf(old);
                if (after == null || Arrays.equals(before, after)) continue;
                batch.put(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(after, key)), index.entryValue(after, key));
            }
        }
        if (batch.size() > PIECE_BYTES) write();
    }

    /** The table has so many rows more, by changes that {@code version} made. */
    public void changed(long storage, long more, long version) {
        projection.changing(storage, version);
        RowWatcher watcher = projection.watcher(storage);
        if (watcher != null) watcher.lost(version);
        projection.count(storage, projection.rowCount(storage) + more);
    }

    /** Entries of a new index for the rows that are there. */
    public void fill(TableLayout layout, IndexLayout index) {
        write();
        byte[] from = StoreKeys.storage(StoreKeys.ROW, layout.table().storageId());
        try (RocksStore.Scan scan = projection.store().scan(from, Bytes.successor(from), null)) {
            for (scan.first(); scan.valid(); scan.next()) {
                byte[] parts = index.partsOf(scan.value());
                if (parts == null) continue;
                byte[] key = scan.keyFrom(StoreKeys.PREFIX);
                batch.put(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(parts, key)), index.entryValue(parts, key));
                if (batch.size() > PIECE_BYTES) write();
            }
        }
    }

    public void dropRows(long storage) {
        drop(StoreKeys.ROW, storage);
        projection.forget(storage);
    }

    public void dropEntries(long storage) {
        drop(StoreKeys.INDEX, storage);
    }

    private void drop(byte kind, long storage) {
        write();
        byte[] from = StoreKeys.storage(kind, storage);
        byte[] to = Bytes.successor(from);
        long seen = 0;
        try (RocksStore.Scan scan = projection.store().scan(from, to, null)) {
            for (scan.first(); scan.valid() && seen < SINGLE_DELETES_MAX; scan.next(), seen++) {
                byte[] stored = scan.key();
                batch.delete(stored);
                if (kind == StoreKeys.ROW) rows.put(new RowCache.Key(projection.tenant(), storage, StoreKeys.strip(stored, 0)), null);
            }
            if (scan.valid() && to != null) batch.deleteRange(from, to);
        }
    }

    /** Writes everything that was added. */
    public void write() {
        if (batch.isEmpty()) return;
        RowCache cache = projection.cache();
        for (RowCache.Key key : rows.keySet()) cache.beginChange(key);
        try {
            projection.store().write(batch.toBytes());
        } catch (StoreFailedException e) {
            scratch.failed(projection);
            throw e;
        }
        rows.forEach((key, row) -> cache.change(key, row, false));
        rows.clear();
        batch.clear();
    }
}
