package io.craton.storage.log;

/**
 * How an {@link EventLog} lays itself out.
 *
 * @param segmentBytes    size at which a segment is full; it is allocated in advance
 * @param syncMode        when an append answers
 * @param openCheckBytes  how many bytes of the newest sealed segments are read and checked when the log opens; unsealed ones always are
 * @param reserveBytes    free disk space below which new entries are refused, so that projections and spills of what is under way have room
 */
public record LogOptions(long segmentBytes, SyncMode syncMode, long openCheckBytes, long reserveBytes) {
    public static final long SEGMENT_BYTES_MIN = 4096;
    public static final long SEGMENT_BYTES_MAX = 1L << 30;
    public static final LogOptions DEFAULT = new LogOptions(64L << 20, SyncMode.FSYNC, 64L << 20, 0);

    public LogOptions {
        if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes > SEGMENT_BYTES_MAX) {
            throw new IllegalArgumentException("segment size " + segmentBytes + " is outside " + SEGMENT_BYTES_MIN + " .. " + SEGMENT_BYTES_MAX);
        }
        if (openCheckBytes < 0) throw new IllegalArgumentException("openCheckBytes " + openCheckBytes);
    }

    public LogOptions withSegmentBytes(long bytes) {
        return new LogOptions(bytes, syncMode, openCheckBytes, reserveBytes);
    }

    public LogOptions withSyncMode(SyncMode mode) {
        return new LogOptions(segmentBytes, mode, openCheckBytes, reserveBytes);
    }

    public LogOptions withReserveBytes(long bytes) {
        return new LogOptions(segmentBytes, syncMode, openCheckBytes, bytes);
    }
}
