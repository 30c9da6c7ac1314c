package io.craton.storage.projection;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows behind index entries, each read at the snapshot and, where entries may be stale, checked to have the entry's parts. */
final class IndexRows implements RowSource {
    private final TenantProjection projection;
    private final long storage;
    private final IndexLayout index;
    private final IndexEntries entries;
    private final long snapshot;
    private final boolean exact;
    private byte @Nullable [] order;
    private byte[] row = new byte[0];

    IndexRows(TenantProjection projection, long storage, IndexLayout index, IndexEntries entries, long snapshot, boolean exact) {
        this.projection = projection;
        this.storage = storage;
        this.index = index;
        this.entries = entries;
        this.snapshot = snapshot;
        this.exact = exact;
    }

    @Override
    public boolean next() {
        while (entries.next()) {
            byte[] candidate = entries.order();
            if (order != null && Arrays.equals(order, candidate)) continue;
            byte[] found = projection.get(storage, entries.rowKey(), snapshot);
            if (found == null) continue;
            if (!exact) {
                byte[] parts = index.partsOf(found);
                if (parts == null || !startsWith(candidate, parts)) continue;
            }
            order = candidate;
            row = found;
            return true;
        }
        return false;
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public byte[] order() {
        return order == null ? new byte[0] : order;
    }

    @Override
    public byte[] key() {
        return entries.rowKey();
    }

    @Override
    public byte[] row() {
        return row;
    }

    @Override
    public void close() {
        entries.close();
    }
}
