package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries of an index that may lead to a row at a snapshot: those that exist, and those removed after it. Sorted by parts and row key. The
 * same one may come twice; {@link IndexRows} checks each against its row.
 */
final class IndexEntries implements AutoCloseable {
    private final TenantProjection projection;
    private final RocksStore.Scan current;
    private final RocksStore.@Nullable Scan removed;
    private final long snapshot;
    private final boolean reverse;
    private boolean started;
    private byte @Nullable [] currentOrder;
    private byte[] currentKey = new byte[0];
    private byte @Nullable [] removedOrder;
    private byte[] removedKey = new byte[0];
    private boolean onCurrent;

    IndexEntries(TenantProjection projection, RocksStore.@Nullable View view, long storage, byte @Nullable [] from, byte @Nullable [] to, boolean reverse,
            long snapshot, boolean withRemoved) {
        this.projection = projection;
        RocksStore store = projection.store();
        current = store.scan(lower(StoreKeys.INDEX, storage, from), upper(StoreKeys.INDEX, storage, to), view);
        removed = withRemoved
                ? store.scan(lower(StoreKeys.INDEX_HISTORY, storage, from), upper(StoreKeys.INDEX_HISTORY, storage, to), view)
                : null;
        this.reverse = reverse;
        this.snapshot = snapshot;
    }

    private static byte[] lower(byte kind, long storage, byte @Nullable [] from) {
        return from == null ? StoreKeys.storage(kind, storage) : StoreKeys.of(kind, storage, from);
    }

    private static byte @Nullable [] upper(byte kind, long storage, byte @Nullable [] to) {
        return to == null ? Bytes.successor(StoreKeys.storage(kind, storage)) : StoreKeys.of(kind, storage, to);
    }

    boolean next() {
        if (!started) {
            started = true;
            start(current);
            readCurrent();
            if (removed != null) {
                start(removed);
                readRemoved();
            }
        } else if (onCurrent) {
            move(current);
            readCurrent();
        } else {
            move(java.util.Objects.requireNonNull(removed));
            readRemoved();
        }
        if (currentOrder == null && removedOrder == null) return false;
        if (currentOrder != null && removedOrder != null) {
            int order = Arrays.compareUnsigned(currentOrder, removedOrder);
            onCurrent = reverse ? order >= 0 : order <= 0;
        } else {
            onCurrent = currentOrder != null;
        }
        return true;
    }

    private void start(RocksStore.Scan scan) {
        if (reverse) scan.last();
        else scan.first();
    }

    private void move(RocksStore.Scan scan) {
        if (reverse) scan.previous();
        else scan.next();
    }

    private void readCurrent() {
        if (!current.valid()) {
            currentOrder = null;
            return;
        }
        byte[] key = current.key();
        byte[] value = current.value();
        currentOrder = IndexLayout.sortKey(key, value);
        currentKey = IndexLayout.rowKey(key, value, 0);
    }

    private void readRemoved() {
        RocksStore.Scan scan = java.util.Objects.requireNonNull(removed);
        for (; scan.valid(); move(scan)) {
            byte[] key = scan.key();
            long end = projection.position(~Bytes.getLong(key, key.length - 8));
            if (end <= snapshot) continue;
            byte[] value = scan.value();
            removedOrder = StoreKeys.strip(key, 8);
            removedKey = Arrays.copyOfRange(removedOrder, removedOrder.length - Bytes.getUnsignedShort(value, 0), removedOrder.length);
            return;
        }
        removedOrder = null;
    }

    byte[] order() {
        return java.util.Objects.requireNonNull(onCurrent ? currentOrder : removedOrder);
    }

    byte[] rowKey() {
        return onCurrent ? currentKey : removedKey;
    }

    @Override
    public void close() {
        current.close();
        if (removed != null) removed.close();
    }
}
