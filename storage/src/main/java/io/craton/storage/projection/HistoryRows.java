package io.craton.storage.projection;

import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Older images of a key range that were valid at a snapshot: version at or below it, end above it. At most one for each key. */
final class HistoryRows implements RowSource {
    private final TenantProjection projection;
    private final RocksStore.Scan scan;
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean reverse;
    private final long snapshot;
    private boolean started;
    private byte[] key = new byte[0];
    private byte[] row = new byte[0];

    HistoryRows(TenantProjection projection, RocksStore.@Nullable View view, long storage, byte @Nullable [] from, byte @Nullable [] to, boolean reverse,
            long snapshot) {
        byte[] lower = from == null ? StoreKeys.storage(StoreKeys.HISTORY, storage) : StoreKeys.of(StoreKeys.HISTORY, storage, from);
        byte[] upper = to == null
                ? Bytes.successor(StoreKeys.storage(StoreKeys.HISTORY, storage))
                : StoreKeys.history(StoreKeys.HISTORY, storage, to, 0);
        this.projection = projection;
        this.scan = projection.store().scan(lower, upper, view);
        this.from = from;
        this.to = to;
        this.reverse = reverse;
        this.snapshot = snapshot;
    }

    @Override
    public boolean next() {
        while (true) {
            if (!started) {
                started = true;
                if (reverse) scan.last();
                else scan.first();
            } else if (reverse) {
                scan.previous();
            } else {
                scan.next();
            }
            if (!scan.valid()) return false;
            byte[] value = scan.value();
            projection.settle(value);
            if (Bytes.getLong(value, 0) <= snapshot || Bytes.getLong(value, 8) > snapshot) continue;
            key = StoreKeys.strip(scan.key(), 8);
            if (from != null && Arrays.compareUnsigned(key, from) < 0 || to != null && Arrays.compareUnsigned(key, to) >= 0) continue;
            row = Arrays.copyOfRange(value, 8, value.length);
            return true;
        }
    }

    /** The image of one key that was valid at the snapshot, or null. */
    static byte @Nullable [] get(TenantProjection projection, long storage, byte[] key, long snapshot) {
        return image(projection, key, projection.store().ceiling(StoreKeys.history(StoreKeys.HISTORY, storage, key, snapshot)), storage, snapshot);
    }

    /** As {@link #get} from memory alone; {@code missing} when a disk might have to be read. */
    static byte @Nullable [] getFromMemory(TenantProjection projection, long storage, byte[] key, long snapshot, byte[] missing) {
        RocksStore.Found found = projection.store().ceilingFromMemory(StoreKeys.history(StoreKeys.HISTORY, storage, key, snapshot));
        return found == RocksStore.Found.MISSING ? missing : image(projection, key, found, storage, snapshot);
    }

    /** What was found behind the newest image that the snapshot could see, if it is that one. */
    private static byte @Nullable [] image(TenantProjection projection, byte[] key, RocksStore.@Nullable Found found, long storage, long snapshot) {
        if (found == null || !isOf(found.key(), storage, key)) return null;
        byte[] value = found.value();
        projection.settle(value);
        if (Bytes.getLong(value, 0) <= snapshot) return null;
        byte[] row = Arrays.copyOfRange(value, 8, value.length);
        return RowCodec.version(row) <= snapshot ? row : null;
    }

    private static boolean isOf(byte[] stored, long storage, byte[] key) {
        int end = StoreKeys.PREFIX + key.length;
        return stored.length == end + 8 && stored[0] == StoreKeys.HISTORY && Bytes.getLong(stored, 1) == storage
                && Arrays.equals(stored, StoreKeys.PREFIX, end, key, 0, key.length);
    }

    @Override
    public byte[] order() {
        return key;
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte[] row() {
        return row;
    }

    @Override
    public void close() {
        scan.close();
    }
}
