package io.craton.storage.engine;

import java.nio.file.Path;

/**
 * What storage needs to know.
 *
 * @param dataDirectory parent of {@code projections/}, {@code meta/} and {@code wal/}
 * @param blockCacheBytes RocksDB's block cache, shared by all tenants
 * @param rowCacheBytes Caffeine's row cache
 * @param columnCacheBytes column chunks of all tenants
 * @param writeBufferBytes memtables of all tenants together
 * @param writeSetBytes memory of one transaction's write set, as it is logged, and of its effects; what is beyond it goes to {@code wal/}
 * @param entryBytesMax larger transactions are logged in chunks, none of which takes more in the log, were it not compressed
 * @param checkpointEntries flush the projections after so many applied entries
 * @param checkpointBytes or after so many bytes of them, whichever comes first
 * @param segmentRows rows that are kept by column together
 * @param rowBytesMax what a row may take as it is stored
 * @param groups how many raft groups there are, each with a log of its own
 * @param pastBytesMax what a past that the projections keep no more may take while it is rebuilt from the log
 */
public record StorageConfig(
        Path dataDirectory,
        long blockCacheBytes,
        long rowCacheBytes,
        long columnCacheBytes,
        long writeBufferBytes,
        long writeSetBytes,
        int entryBytesMax,
        int checkpointEntries,
        long checkpointBytes,
        int segmentRows,
        int rowBytesMax,
        int groups,
        long pastBytesMax) {
    private static final int SEGMENT_ROWS = 1 << 16;
    private static final long PAST_BYTES = 16L << 30;

    public StorageConfig(Path dataDirectory, long blockCacheBytes, long rowCacheBytes, long columnCacheBytes, long writeBufferBytes, long writeSetBytes,
            int entryBytesMax, int checkpointEntries, long checkpointBytes) {
        this(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, entryBytesMax, checkpointEntries, checkpointBytes,
                SEGMENT_ROWS, Integer.MAX_VALUE, 1, PAST_BYTES);
    }

    /** With segments of so many rows. */
    public StorageConfig withSegmentRows(int rows) {
        return new StorageConfig(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, entryBytesMax, checkpointEntries,
                checkpointBytes, rows, rowBytesMax, groups, pastBytesMax);
    }

    /** With caches of so many bytes together: up to half of the heap for rows and columns, the rest for RocksDB's blocks outside it. */
    public StorageConfig withCacheBytes(long bytes) {
        long inHeap = Math.min(bytes / 4 * 3, Runtime.getRuntime().maxMemory() / 2);
        return new StorageConfig(dataDirectory, bytes - inHeap, inHeap / 3, inHeap - inHeap / 3, writeBufferBytes, writeSetBytes, entryBytesMax, checkpointEntries,
                checkpointBytes, segmentRows, rowBytesMax, groups, pastBytesMax);
    }

    /** What statements may hold of the heap together: half of what the caches leave. The rest is for what nobody counts. */
    public long statementBytes() {
        return Math.max(32L << 20, (Runtime.getRuntime().maxMemory() - rowCacheBytes - columnCacheBytes) / 2);
    }

    public StorageConfig withCheckpointEntries(int entries) {
        return new StorageConfig(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, entryBytesMax, entries,
                checkpointBytes, segmentRows, rowBytesMax, groups, pastBytesMax);
    }

    public StorageConfig withEntryBytesMax(int bytes) {
        return new StorageConfig(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, bytes, checkpointEntries,
                checkpointBytes, segmentRows, rowBytesMax, groups, pastBytesMax);
    }

    public StorageConfig withRowBytesMax(int bytes) {
        return new StorageConfig(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, entryBytesMax, checkpointEntries,
                checkpointBytes, segmentRows, bytes, groups, pastBytesMax);
    }

    public StorageConfig withGroups(int number) {
        return new StorageConfig(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, entryBytesMax, checkpointEntries,
                checkpointBytes, segmentRows, rowBytesMax, number, pastBytesMax);
    }

    public StorageConfig withPastBytesMax(long bytes) {
        return new StorageConfig(dataDirectory, blockCacheBytes, rowCacheBytes, columnCacheBytes, writeBufferBytes, writeSetBytes, entryBytesMax, checkpointEntries,
                checkpointBytes, segmentRows, rowBytesMax, groups, bytes);
    }

    /** Sizes that suit a process of about a gigabyte; columns take a share of a larger heap. */
    public static StorageConfig of(Path dataDirectory) {
        long heap = Runtime.getRuntime().maxMemory();
        long rows = Math.clamp(heap / 6, 64L << 20, 1L << 30);
        long writeSet = Math.clamp(heap / 256, 2L << 20, 8L << 20);      // as objects it is four times that, which every young collection copies
        return new StorageConfig(dataDirectory, 256L << 20, rows, Math.max(64L << 20, heap / 3), 128L << 20, writeSet, 1 << 20, 10_000, 256L << 20);
    }
}
