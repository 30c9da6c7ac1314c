package io.craton.storage.projection;

import io.craton.storage.encryption.TenantKeys;
import io.craton.storage.row.Bytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.Options;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SizeApproximationFlag;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One RocksDB without WAL. Any thread; {@link #close} when nobody uses it any more. */
final class RocksStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);
    /** How long a writer, an event loop maybe, waits for disk space: RocksDB looks for it every five seconds. */
    private static final Duration ROOM_PATIENCE = Duration.ofSeconds(15);
    private static final Duration ROOM_PAUSE = Duration.ofMillis(100);
    private static final long READAHEAD_BYTES = 2 << 20;
    private static final long BYTES_UNTIL_LARGE = 512 << 10;
    private static final int PASSING_BYTES = 256;
    /** Halvings of a range of 2^64. */
    private static final int CUT_STEPS = 40;
    private static final int PASSING_BYTES_MAX = 16 << 10;

    private final RocksEnvironment environment;
    private final RocksDB db;
    private final RocksEnvironment.Written written;
    private final Options options;
    private final Options unfiltered;
    /** What a memtable may take once somebody really writes here; 0 when it may take that already. */
    private long memtableBytes;
    private long bytesUntilLarge = BYTES_UNTIL_LARGE;
    private final WriteOptions writeOptions = new WriteOptions().setDisableWAL(true);
    private final ReadOptions pointReads = new ReadOptions();
    private final ReadOptions memoryReads = new ReadOptions().setReadTier(org.rocksdb.ReadTier.BLOCK_CACHE_TIER);
    private final @Nullable ValueCipher cipher;

    /**
     * @param unfiltered the same without Bloom filters
     * @param keys null where values are not encrypted
     */
    RocksStore(RocksEnvironment environment, RocksDB db, Options options, Options unfiltered, long memtableBytes, @Nullable TenantKeys keys) {
        this.memtableBytes = memtableBytes;
        this.environment = environment;
        this.written = environment.written();
        this.db = db;
        this.options = options;
        this.unfiltered = unfiltered;
        cipher = keys == null ? null : new ValueCipher(this, keys);
    }

    /** Null where values are not encrypted. */
    @Nullable ValueCipher cipher() {
        return cipher;
    }

    private byte @Nullable [] opened(byte[] key, byte @Nullable [] stored) {
        return cipher == null || stored == null ? stored : cipher.open(key, stored);
    }

    byte @Nullable [] get(byte[] key) {
        return opened(key, getRaw(key));
    }

    /** Values of many keys, null where there is none; in one go, which takes less than one by one. */
    List<byte @Nullable []> get(List<byte[]> keys) {
        try {
            List<byte @Nullable []> found = db.multiGetAsList(pointReads, keys);
            if (cipher != null) for (int i = 0; i < keys.size(); i++) found.set(i, opened(keys.get(i), found.get(i)));
            return found;
        } catch (RocksDBException e) {
            throw environment.failed("read", e);
        }
    }

    byte @Nullable [] getRaw(byte[] key) {
        try {
            return db.get(pointReads, key);
        } catch (RocksDBException e) {
            throw environment.failed("read", e);
        }
    }

    /** As {@link #get}, from memory alone; {@code missing} when a disk would have to be read. */
    byte @Nullable [] getFromMemory(byte[] key, byte[] missing) {
        try {
            return opened(key, db.get(memoryReads, key));
        } catch (RocksDBException e) {
            if (e.getStatus() != null && e.getStatus().getCode() == org.rocksdb.Status.Code.Incomplete) return missing;
            throw environment.failed("read", e);
        }
    }

    /** An entry as it is stored. */
    record Found(byte[] key, byte[] value) {
        /** In place of an entry that a disk would have to be read for. */
        static final Found MISSING = new Found(new byte[0], new byte[0]);
    }

    /** The first entry at or behind a key; null when there is none. */
    @Nullable Found ceiling(byte[] key) {
        return ceiling(key, pointReads);
    }

    /** As {@link #ceiling}, from memory alone; {@link Found#MISSING} when a disk would have to be read. */
    @Nullable Found ceilingFromMemory(byte[] key) {
        return ceiling(key, memoryReads);
    }

    private @Nullable Found ceiling(byte[] key, ReadOptions reads) {
        try (RocksIterator iterator = db.newIterator(reads)) {
            iterator.seek(key);
            if (iterator.isValid()) {
                byte[] found = iterator.key();
                return new Found(found, java.util.Objects.requireNonNull(opened(found, iterator.value())));
            }
            iterator.status();
            return null;
        } catch (RocksDBException e) {
            if (reads == memoryReads && e.getStatus() != null && e.getStatus().getCode() == org.rocksdb.Status.Code.Incomplete) return Found.MISSING;
            throw environment.failed("read", e);
        }
    }

    /** Values as they are stored, under keys that begin like this, in order. */
    void eachRaw(byte[] prefix, BiConsumer<byte[], byte[]> visitor) {
        try (Scan scan = scan(prefix, Bytes.successor(prefix), null)) {
            for (scan.first(); scan.valid(); scan.next()) visitor.accept(scan.key(), scan.rawValue());
        }
    }

    private interface Work {
        void run() throws RocksDBException;
    }

    /**
     * Does what takes disk space, again when there was none, for {@link #ROOM_PATIENCE}. What was written before could then not be written out. RocksDB takes that up again by itself, unless somebody asks for a flush
     * meanwhile: so nothing is asked but whether it takes writes.
     */
    private void withRoom(String what, Work work) throws RocksDBException {
        long began = 0;
        while (true) {
            try {
                work.run();
                if (began != 0) LOG.info("the projections have disk space again");
                return;
            } catch (RocksDBException e) {
                if (!StoreFailedException.isNoSpace(e) || began != 0 && System.nanoTime() - began > ROOM_PATIENCE.toNanos()) throw e;
                if (began == 0) LOG.warn("no disk space for the projections, waiting for some ({}): {}", what, e.getMessage());
                if (began == 0) began = System.nanoTime();
                awaitRoom(began + ROOM_PATIENCE.toNanos());
            }
        }
    }

    /** Until RocksDB takes writes; its error when it does not by then. */
    private void awaitRoom(long deadline) throws RocksDBException {
        while (true) {
            try (WriteBatch nothing = new WriteBatch()) {
                Thread.sleep(ROOM_PAUSE);
                db.write(writeOptions, nothing);
                return;
            } catch (RocksDBException e) {
                if (!StoreFailedException.isNoSpace(e) || System.nanoTime() - deadline > 0) throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreFailedException("interrupted while the disk was full", e);
            }
        }
    }

    /** Any thread. */
    void putRaw(byte[] key, byte[] value) {
        try {
            db.put(writeOptions, key, value);
        } catch (RocksDBException e) {
            throw environment.failed("write", e);
        }
    }

    /** One thread at a time. */
    void write(byte[] batch) {
        if (memtableBytes != 0 && (bytesUntilLarge -= batch.length) < 0) enlarge();
        writeBeside(batch);
    }

    /** As {@link #write}, by others than the applier, of what nobody reads yet. Any thread. */
    void writeBeside(byte[] batch) {
        try (WriteBatch writeBatch = new WriteBatch(batch)) {
            withRoom("write", () -> db.write(writeOptions, writeBatch));
            written.records().add(WriteBatchBuilder.count(batch));
            written.bytes().add(batch.length);
        } catch (RocksDBException e) {
            throw environment.failed("write", e);
        }
    }

    private void enlarge() {
        try {
            db.setOptions(MutableColumnFamilyOptions.builder().setWriteBufferSize(memtableBytes).build());
            memtableBytes = 0;
        } catch (RocksDBException e) {
            if (!StoreFailedException.isNoSpace(e)) throw environment.failed("options", e);
            bytesUntilLarge = BYTES_UNTIL_LARGE;
        }
    }

    /** A file that {@link #take} takes later. */
    SortedFile newFile(Path path) {
        return new SortedFile(path, options, cipher);
    }

    /**
     * As {@link #newFile}, for millions of keys in order: no filter is made for it. RocksDB reads a file's whole filter twice when it takes the file, while every commit waits; keys
     * that are often asked for in vain have a filter of ours ({@link KeyFilters}), and the first merge makes one.
     */
    SortedFile newFileWithoutFilter(Path path) {
        return new SortedFile(path, unfiltered, cipher);
    }

    /** Takes whole files, later ones over earlier ones, all or none; they are no longer where they were. Durable when it returns. */
    void take(List<Path> files) {
        try (IngestExternalFileOptions ingest = new IngestExternalFileOptions().setMoveFiles(true).setSnapshotConsistency(true)
                .setAllowGlobalSeqNo(true).setAllowBlockingFlush(true)) {
            db.ingestExternalFile(files.stream().map(Path::toString).toList(), ingest);
        } catch (RocksDBException e) {
            throw environment.failed("taking files", e);
        }
    }

    /** A consistent view; every iterator opened on it sees the same. Close it. */
    View view() {
        return new View(db.getSnapshot());
    }

    /** An iterator over [from, to) of the newest state at the time of the call. */
    Scan scan(byte[] from, byte @Nullable [] to, @Nullable View view) {
        return new Scan(from, to, view);
    }

    /**
     * Keys, ascending, between which there are about as many bytes, at most {@code portions - 1} of them. They are sought by the eight bytes that follow what all keys of the range begin
     * with, so there are fewer where keys differ behind those.
     */
    List<byte[]> cuts(byte[] from, byte[] to, int portions) {
        byte[] first;
        byte[] last;
        try (Scan scan = scan(from, to, null)) {
            scan.first();
            if (!scan.valid()) return List.of();
            first = scan.key();
            scan.last();
            last = scan.key();
        }
        int common = Arrays.mismatch(first, last);
        if (common < 0) return List.of();
        long all = bytes(from, to);
        List<byte[]> cuts = new ArrayList<>();
        for (int portion = 1; portion < portions; portion++) {
            long low = word(first, common);
            long high = word(last, common);
            for (int step = 0; step < CUT_STEPS && low != high; step++) {
                long middle = low + (high - low >>> 1);
                if (bytes(from, key(first, common, middle)) < all * portion / portions) low = middle + 1;
                else high = middle;
            }
            byte[] cut = key(first, common, high);
            if (Arrays.compareUnsigned(cut, cuts.isEmpty() ? first : cuts.getLast()) > 0 && Arrays.compareUnsigned(cut, last) <= 0) cuts.add(cut);
        }
        return cuts;
    }

    private static long word(byte[] key, int at) {
        return Bytes.getLong(Arrays.copyOfRange(key, at, at + Long.BYTES), 0);
    }

    private static byte[] key(byte[] like, int common, long word) {
        byte[] key = Arrays.copyOf(like, common + Long.BYTES);
        Bytes.setLong(key, common, word);
        return key;
    }

    /** About how many bytes a range has. */
    private long bytes(byte[] from, byte[] to) {
        try (Slice lower = new Slice(from); Slice upper = new Slice(to)) {
            return db.getApproximateSizes(List.of(new Range(lower, upper)), SizeApproximationFlag.INCLUDE_FILES, SizeApproximationFlag.INCLUDE_MEMTABLES)[0];
        }
    }

    void flush() {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            withRoom("flush", () -> db.flush(flush));
        } catch (RocksDBException e) {
            throw environment.failed("flush", e);
        }
    }

    /** A copy by hard links in a folder that does not exist yet. Flush before. */
    void checkpoint(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(folder.toString());
        } catch (RocksDBException e) {
            throw environment.failed("checkpoint", e);
        }
    }

    long estimatedBytes() {
        try {
            return db.getLongProperty("rocksdb.total-sst-files-size") + db.getLongProperty("rocksdb.cur-size-all-mem-tables");
        } catch (RocksDBException e) {
            throw environment.failed("statistics", e);
        }
    }

    /** One of RocksDB's own figures, "rocksdb.estimate-pending-compaction-bytes". */
    long property(String name) {
        try {
            return db.getLongProperty(name);
        } catch (RocksDBException e) {
            throw new StoreFailedException("statistics", e);
        }
    }

    /** As {@link #property}, for people. */
    String text(String name) {
        try {
            return db.getProperty(name);
        } catch (RocksDBException e) {
            throw new StoreFailedException("statistics", e);
        }
    }

    @Override
    public void close() {
        db.close();
        options.close();
        unfiltered.close();
        writeOptions.close();
        pointReads.close();
        memoryReads.close();
    }

    /** A RocksDB snapshot. */
    final class View implements AutoCloseable {
        private final Snapshot snapshot;

        private View(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        byte @Nullable [] get(byte[] key) {
            try (ReadOptions read = new ReadOptions().setSnapshot(snapshot)) {
                return opened(key, db.get(read, key));
            } catch (RocksDBException e) {
                throw environment.failed("read", e);
            }
        }

        @Override
        public void close() {
            db.releaseSnapshot(snapshot);
        }
    }

    /** All keys with a prefix, at a moment, from the first on. */
    Walk walk(byte[] prefix, @Nullable View view) {
        return new Walk(prefix, view);
    }

    /**
     * Goes once through what begins with a prefix, and keeps nothing of it in RocksDB's cache: for whoever reads millions of values to compare them. Key and value are looked at where
     * RocksDB copied them to, without an object for each. One thread.
     */
    final class Walk implements AutoCloseable {
        private final ReadOptions read = new ReadOptions().setFillCache(false).setReadaheadSize(READAHEAD_BYTES);
        private final Slice lower;
        private final @Nullable Slice upper;
        private final RocksIterator iterator;
        private ByteBuffer key = ByteBuffer.allocateDirect(1 << 10);
        private ByteBuffer value = ByteBuffer.allocateDirect(1 << 13);
        private boolean valid;
        private boolean valueRead;

        private Walk(byte[] prefix, @Nullable View view) {
            lower = new Slice(prefix);
            byte[] end = Bytes.successor(prefix);
            upper = end == null ? null : new Slice(end);
            read.setIterateLowerBound(lower);
            if (upper != null) read.setIterateUpperBound(upper);
            if (view != null) read.setSnapshot(view.snapshot);
            iterator = db.newIterator(read);
            iterator.seekToFirst();
            settle();
        }

        private void settle() {
            valueRead = false;
            valid = iterator.isValid();
            if (valid) {
                key = filled(key, iterator::key);
                return;
            }
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw environment.failed("scan", e);
            }
        }

        /** The buffer from 0 to the length that was there; a larger one where it needs that. */
        private static ByteBuffer filled(ByteBuffer into, ToIntFunction<ByteBuffer> from) {
            int length = from.applyAsInt(into.clear());
            if (length <= into.capacity()) return into.clear().limit(length);
            ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(length, 2 * into.capacity()));
            int _ = from.applyAsInt(larger);
            return larger.clear().limit(length);
        }

        boolean valid() {
            return valid;
        }

        void next() {
            iterator.next();
            settle();
        }

        int compareKey(Walk other) {
            int at = key.mismatch(other.key);
            if (at < 0) return 0;
            if (at == key.limit() || at == other.key.limit()) return key.limit() - other.key.limit();
            return Byte.compareUnsigned(key.get(at), other.key.get(at));
        }

        /** Whether values are stored as they are. */
        boolean plain() {
            return cipher == null;
        }

        /** Whether the stored values are equal. */
        boolean sameValue(Walk other) {
            return stored().mismatch(other.stored()) < 0;
        }

        private ByteBuffer stored() {
            if (!valueRead) value = filled(value, iterator::value);
            valueRead = true;
            return value;
        }

        byte[] key() {
            return iterator.key();
        }

        byte[] value() {
            return cipher == null ? iterator.value() : cipher.open(iterator.key(), iterator.value());
        }

        @Override
        public void close() {
            iterator.close();
            read.close();
            lower.close();
            if (upper != null) upper.close();
        }
    }

    /** A range scan. One thread. */
    final class Scan implements AutoCloseable {
        private final ReadOptions read;
        private final Slice lower;
        private final @Nullable Slice upper;
        private final RocksIterator iterator;
        /** What RocksDB copies keys and values into: arrays made on its side of JNI take longer than a second copy. */
        private byte[] passing = new byte[PASSING_BYTES];

        private Scan(byte[] from, byte @Nullable [] to, @Nullable View view) {
            read = new ReadOptions();
            lower = new Slice(from);
            upper = to == null ? null : new Slice(to);
            read.setIterateLowerBound(lower);
            if (upper != null) read.setIterateUpperBound(upper);
            if (view != null) read.setSnapshot(view.snapshot);
            iterator = db.newIterator(read);
        }

        void first() {
            iterator.seekToFirst();
        }

        void last() {
            iterator.seekToLast();
        }

        void seek(byte[] key) {
            iterator.seek(key);
        }

        void seekBackward(byte[] key) {
            iterator.seekForPrev(key);
        }

        boolean valid() {
            if (iterator.isValid()) return true;
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw environment.failed("scan", e);
            }
            return false;
        }

        void next() {
            iterator.next();
        }

        void previous() {
            iterator.prev();
        }

        byte[] key() {
            return keyFrom(0);
        }

        /** The key without its first bytes. */
        byte[] keyFrom(int offset) {
            int length = iterator.key(passing);
            if (length > passing.length) return Arrays.copyOfRange(iterator.key(), offset, length);
            return Arrays.copyOfRange(passing, offset, length);
        }

        byte[] value() {
            return cipher == null ? rawValue() : cipher.open(key(), rawValue());
        }

        private byte[] rawValue() {
            int length = iterator.value(passing);
            if (length <= passing.length) return Arrays.copyOf(passing, length);
            if (length <= PASSING_BYTES_MAX) passing = new byte[2 * length];
            return iterator.value();
        }

        @Override
        public void close() {
            iterator.close();
            read.close();
            lower.close();
            if (upper != null) upper.close();
        }
    }
}
