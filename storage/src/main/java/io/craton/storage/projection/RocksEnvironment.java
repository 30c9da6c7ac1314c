package io.craton.storage.projection;

import io.craton.storage.encryption.TenantKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBufferManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the RocksDBs of all tenants share: block cache, memtable budget, background threads. Any thread; closed behind the last store.
 */
public final class RocksEnvironment implements AutoCloseable {
    static {
        RocksDB.loadLibrary();
    }

    private static final long ARENA_BLOCK_BYTES = 32 << 10;
    /** Flushes that wait to be merged with what is older: each merge rewrites a quarter of a gigabyte of random keys. */
    private static final int FILES_BEFORE_MERGE = 8;
    /** Memtable of a store that few write to: a thousand tenants have a thousand of them, and each comes with a Bloom filter of its full size. */
    private static final long SMALL_MEMTABLE_BYTES = 1 << 20;
    /** RocksDB's own 4 MB would be most of what a small tenant takes on disk. */
    private static final long MANIFEST_BYTES = 64 << 10;

    /** What RocksDB writes goes to disk as it is written: a file of 256 MB synced at its end would hold up the log's own syncs. */
    static final long BYTES_PER_SYNC = 1 << 20;

    /** Of the block cache: rows read once, by a scan or a large transaction, do not push out what every look-up needs. */
    private static final double KEPT_FOR_INDEX_AND_FILTER = 0.5;

    /** What is merged again soon is not compressed. The last level is, whichever that is: where it is the only one, RocksDB counts it as the first of these behind the newest files. */
    private static final List<CompressionType> COMPRESSION = List.of(CompressionType.NO_COMPRESSION, CompressionType.NO_COMPRESSION, CompressionType.LZ4_COMPRESSION);

    private static final Logger LOG = LoggerFactory.getLogger(RocksEnvironment.class);

    /** What all stores were given to write since the start. */
    public record Written(LongAdder records, LongAdder bytes) {}

    private final Written written = new Written(new LongAdder(), new LongAdder());
    private final AtomicBoolean damaged = new AtomicBoolean();
    private volatile Consumer<StoreFailedException> onDamage = _ -> {};
    private final Cache blockCache;
    private final WriteBufferManager writeBuffers;
    private final BloomFilter bloom = new BloomFilter(10);
    private final long memtableBytes;
    /** What the filters of keys of all projections may take. */
    private final AtomicLong filterBytes = new AtomicLong(Runtime.getRuntime().maxMemory() / 32);

    public RocksEnvironment(long blockCacheBytes, long writeBufferBytes) {
        blockCache = new LRUCache(blockCacheBytes, -1, false, KEPT_FOR_INDEX_AND_FILTER);
        writeBuffers = new WriteBufferManager(writeBufferBytes, new LRUCache(writeBufferBytes));
        memtableBytes = Math.max(8 << 20, writeBufferBytes / 4);
        Env.getDefault().setBackgroundThreads(2, org.rocksdb.Priority.LOW);
        Env.getDefault().setBackgroundThreads(1, org.rocksdb.Priority.HIGH);
        Env.getDefault().lowerThreadPoolCPUPriority(org.rocksdb.Priority.LOW);
    }

    AtomicLong filterBytes() {
        return filterBytes;
    }

    public Written written() {
        return written;
    }

    public long blockCacheUsage() {
        return blockCache.getUsage();
    }

    /** Who is told once, from any thread, when something turns out not to be as it was written. */
    public void onDamage(Consumer<StoreFailedException> listener) {
        onDamage = listener;
    }

    StoreFailedException failed(String what, RocksDBException cause) {
        var failure = new StoreFailedException(what, cause);
        if (failure.isDamage() && damaged.compareAndSet(false, true)) {
            LOG.error("the projections are damaged: {}", failure.getMessage());
            onDamage.accept(failure);
        }
        return failure;
    }

    /** @param keys null where values are not encrypted */
    RocksStore open(Path folder, @Nullable TenantKeys keys) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Options options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferManager(writeBuffers)
                .setWriteBufferSize(Math.min(memtableBytes, SMALL_MEMTABLE_BYTES))
                .setManifestPreallocationSize(MANIFEST_BYTES)
                .setMaxWriteBufferNumber(4)
                .setLevel0FileNumCompactionTrigger(FILES_BEFORE_MERGE)
                .setArenaBlockSize(ARENA_BLOCK_BYTES)
                .setAtomicFlush(true)
                .setAvoidFlushDuringShutdown(true)
                .setAvoidUnnecessaryBlockingIO(true) // files that fell out of use are deleted behind everybody
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setCompressionPerLevel(COMPRESSION)
                .setBottommostCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(256)
                .setBytesPerSync(BYTES_PER_SYNC)
                .setKeepLogFileNum(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMemtablePrefixBloomSizeRatio(0.02)
                .setMemtableWholeKeyFiltering(true)
                .setTableFormatConfig(format().setFilterPolicy(bloom));
        try {
            return new RocksStore(this, RocksDB.open(options, folder.toString()), options, unfiltered(options), memtableBytes, keys);
        } catch (RocksDBException e) {
            options.close();
            throw new StoreFailedException("cannot open " + folder, e);
        }
    }

    private BlockBasedTableConfig format() {
        return new BlockBasedTableConfig()
                .setBlockCache(blockCache)
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                // A table's file of 256 MB has a filter of megabytes: whole it would not fit into a shard of the cache, and be read again for every row.
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setPinTopLevelIndexAndFilter(true)
                .setFormatVersion(5)
                .setBlockSize(8 << 10);
    }

    private Options unfiltered(Options options) {
        return new Options(options).setTableFormatConfig(format());
    }

    /** Reads a whole store that nobody has open, and checks it by its checksums. */
    public static void check(Path folder) {
        try (Options options = new Options(); RocksDB db = RocksDB.openReadOnly(options, folder.toString())) {
            db.verifyChecksum();
        } catch (RocksDBException e) {
            throw new StoreFailedException("cannot read " + folder, e);
        }
    }

    /** Removes a store that is closed. */
    public static void deleteFolder(Path folder) {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        writeBuffers.close();
        blockCache.close();
        bloom.close();
    }
}
