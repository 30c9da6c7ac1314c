package io.craton.storage.log;

import io.craton.storage.io.DurableRecord;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the log remembers beside its segments: the commit watermark, and a truncation that has been decided. A truncation is written down
 * before it starts and crossed out when it is done, because half of one looks like damage.
 *
 * <pre>
 *  0  version    u32  1
 *  4  zero       u32
 *  8  watermark  u64
 * 16  truncate   u64  last index to keep, plus one; 0 when no truncation is under way
 * </pre>
 */
final class LogState implements AutoCloseable {
    private static final int VERSION = 1;
    private static final int BYTES = 24;

    private final DurableRecord record;
    private long watermark;
    private long truncateTo;

    private LogState(DurableRecord record) {
        this.record = record;
    }

    static LogState open(FileStore store) throws IOException {
        var state = new LogState(DurableRecord.open(store, SegmentName.STATE));
        Optional<byte[]> value = state.record.value();
        if (value.isPresent()) {
            ByteBuffer bytes = checked(store, value.get());
            state.watermark = bytes.getLong(8);
            state.truncateTo = bytes.getLong(16);
        }
        return state;
    }

    private static ByteBuffer checked(FileStore store, byte[] value) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        if (bytes.remaining() == BYTES && bytes.getInt(0) == VERSION) return bytes;
        throw new IOException(store.describe() + "/" + SegmentName.STATE + " was written by another version");
    }

    /** The watermark in a record that may be another process's. */
    static long watermark(FileStore store, DurableRecord record) throws IOException {
        Optional<byte[]> value = record.value();
        return value.isEmpty() ? 0 : checked(store, value.get()).getLong(8);
    }

    static byte[] value(long watermark, long truncateTo) {
        return ByteBuffer.allocate(BYTES).putInt(VERSION).putInt(0).putLong(watermark).putLong(truncateTo).array();
    }

    synchronized long watermark() {
        return watermark;
    }

    /** Last index to keep of a truncation that was decided and perhaps not finished; -1 for none. */
    synchronized long truncation() {
        return truncateTo - 1;
    }

    synchronized void raiseWatermark(long index) throws IOException {
        if (index > watermark) write(index, truncateTo);
    }

    synchronized void beginTruncation(long lastKept) throws IOException {
        write(watermark, lastKept + 1);
    }

    synchronized void endTruncation() throws IOException {
        write(watermark, 0);
    }

    private void write(long newWatermark, long newTruncateTo) throws IOException {
        record.set(value(newWatermark, newTruncateTo));
        watermark = newWatermark;
        truncateTo = newTruncateTo;
    }

    @Override
    public synchronized void close() throws IOException {
        record.close();
    }
}
