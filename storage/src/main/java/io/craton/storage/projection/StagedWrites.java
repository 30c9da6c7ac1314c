package io.craton.storage.projection;

import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.entry.NewerEntryException;
import io.craton.storage.row.Bytes;
import io.craton.storage.row.RowCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one large transaction will do to its tenant's projection, worked out chunk by chunk before it ends and kept in memory or, when it is more, in files that
 * RocksDB takes in whole when it does. That can be done ahead because the transaction has locked every row it writes, so nothing in front of its end changes them. What is not known ahead is its
 * position: a mark stands for it ({@link LatePositions}).
 *
 * <p>Removed index entries go in front of everything else, for one row may take over a unique key that another one gives up. Chunks that may be dropped later begin
 * a part of their own. One thread at a time works chunks out and takes the result; the transaction's own may complete the files meanwhile.
 */
public final class StagedWrites implements AutoCloseable {
    private static final long FILE_BYTES_MAX = 256L << 20;
    private static final int BUFFERED_BYTES_MAX = 48 << 20;

    /** Chunks that stand and fall together. */
    private final class Part {
        final int firstChunk;
        /** In the order in which they are to be taken. */
        final List<Path> removals = new ArrayList<>(1);
        final List<Path> changes = new ArrayList<>(2);
        final Map<Long, Long> counts = new HashMap<>(2);
        /** Highest key put, by storage. */
        final Map<Long, byte[]> highest = new HashMap<>(2);
        final EntryBuffer removed = new EntryBuffer(removals);
        final OrderedBuffer rows = new OrderedBuffer(changes);
        final OrderedBuffer history = new OrderedBuffer(changes);
        final EntryBuffer entries = new EntryBuffer(changes);
        @Nullable RuntimeException failure;
        /** Of the catalog, by the newest chunk. */
        List<CatalogChange> catalog;

        Part(int firstChunk, List<CatalogChange> catalog) {
            this.firstChunk = firstChunk;
            this.catalog = catalog;
        }

        /** Everything goes to files. */
        void finish() {
            rows.finish();
            history.finish();
            removed.flush();
            entries.flush();
        }

        void drop() {
            rows.drop();
            history.drop();
            removals.forEach(StagedWrites::delete);
            changes.forEach(StagedWrites::delete);
        }
    }

    /** Entries that mostly come in order: in memory at first, then straight into a file. */
    private final class OrderedBuffer {
        private final List<Path> into;
        /** Keys and values in turn, as long as all is in memory. */
        private List<byte @Nullable []> pairs = new ArrayList<>();
        private @Nullable SortedFile file;

        OrderedBuffer(List<Path> into) {
            this.into = into;
        }

        void add(byte[] key, byte @Nullable [] value) {
            if (inMemory) {
                pairs.add(key);
                pairs.add(value);
                note(key, value);
            } else {
                write(key, value);
            }
        }

        private void write(byte[] key, byte @Nullable [] value) {
            if (file == null || !file.takes(key) || file.bytes() > FILE_BYTES_MAX) {
                StagedWrites.close(file, into);
                file = store().newFileWithoutFilter(newPath());
            }
            file.add(key, value);
        }

        void toFile() {
            for (int i = 0; i < pairs.size(); i += 2) write(java.util.Objects.requireNonNull(pairs.get(i)), pairs.get(i + 1));
            pairs = new ArrayList<>();
        }

        void finish() {
            toFile();
            StagedWrites.close(file, into);
            file = null;
        }

        void drop() {
            if (file == null) return;
            file.close();
            delete(file.path());
            file = null;
        }

        void writeTo(WriteBatchBuilder batch) {
            for (int i = 0; i < pairs.size(); i += 2) StagedWrites.write(java.util.Objects.requireNonNull(pairs.get(i)), pairs.get(i + 1), batch);
        }
    }

    /** Entries that come in any order: sorted when there are enough for a file. Of two for one key the later one counts. */
    private final class EntryBuffer {
        private final List<Path> into;
        private final TreeMap<byte[], byte @Nullable []> entries = new TreeMap<>(Arrays::compareUnsigned);
        private int bytes;

        EntryBuffer(List<Path> into) {
            this.into = into;
        }

        void add(byte[] key, byte @Nullable [] value) {
            entries.put(key, value);
            bytes += 80 + key.length + (value == null ? 0 : value.length);
            if (inMemory) note(key, value);
            else if (bytes > BUFFERED_BYTES_MAX) flush();
        }

        void flush() {
            if (entries.isEmpty()) return;
            SortedFile file = store().newFile(newPath());
            entries.forEach(file::add);
            StagedWrites.close(file, into);
            entries.clear();
            bytes = 0;
        }

        void writeTo(WriteBatchBuilder batch) {
            entries.forEach((key, value) -> StagedWrites.write(key, value, batch));
        }
    }

    private static void write(byte[] key, byte @Nullable [] value, WriteBatchBuilder batch) {
        if (value == null) batch.delete(key);
        else batch.put(key, value);
    }

    private void note(byte[] key, byte @Nullable [] value) {
        memoryBytes += key.length + (value == null ? 0 : value.length) + 64;
    }

    /** From now on everything goes to files. */
    private void leaveMemory() {
        inMemory = false;
        for (Part part : parts) {
            part.rows.toFile();
            part.history.toFile();
            if (part != parts.getLast()) finish(part);
        }
    }

    private final TenantProjection projection;
    private final Path folder;
    private final long memoryBytesMax;
    private final long transaction;
    private final List<Part> parts = new ArrayList<>(1);
    /** Tables written to, by storage, as they were then; storages of their indexes. */
    private final Map<Long, TableLayout> layouts = new HashMap<>(2);
    private final Set<Long> indexStorages = new TreeSet<>();
    /** Storages of the indexes that a table had when its first row came, by the table's storage. */
    private final Map<Long, List<Long>> indexed = new HashMap<>(2);
    private int chunks;
    private int files;
    private boolean inMemory = true;
    private long memoryBytes;

    /**
     * @param folder its files go here; it need not exist
     * @param memoryBytesMax what memory holds, and what the end writes in one go
     */
    public StagedWrites(TenantProjection projection, Path folder, long memoryBytesMax, long transaction) {
        this.memoryBytesMax = memoryBytesMax;
        this.projection = projection;
        this.folder = folder;
        this.transaction = transaction;
    }

    private RocksStore store() {
        return projection.store();
    }

    private Path newPath() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder.resolve(String.format("%05d.sst", files++));
    }

    private static void close(@Nullable SortedFile file, List<Path> finished) {
        if (file == null) return;
        try (file) {
            file.finish();
        }
        finished.add(file.path());
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long transaction() {
        return transaction;
    }

    /** That many chunks were added and not dropped. */
    public void requireChunks(int count) {
        if (chunks != count) {
            throw new IllegalStateException("transaction " + transaction + " has " + count + " chunks, of which " + chunks + " are here");
        }
    }

    /**
     * Works out one chunk; everything in front of it must be in the projection. What goes wrong is kept for {@link #finish}: when a log is replayed, the
     * projection may be ahead of chunks that were dropped.
     */
    public synchronized void add(EntryReader chunk) {
        if (parts.isEmpty() || chunk.startsPart()) {
            if (!parts.isEmpty() && !inMemory) finish(parts.getLast());
            parts.add(new Part(chunk.chunks(), parts.isEmpty() ? List.of() : parts.getLast().catalog));
        }
        Part part = parts.getLast();
        int number = chunks++;
        if (part.failure != null) return;
        try {
            if (chunk.chunks() != number) throw new IllegalStateException("chunk " + chunk.chunks() + " follows " + number + " others");
            if (!chunk.changes().isEmpty()) part.catalog = chunk.changes();
            new ChunkReader(part, schema(part.catalog)).read(chunk);
            if (inMemory && memoryBytes > memoryBytesMax) leaveMemory();
        } catch (RuntimeException e) {
            part.failure = e;
        }
    }

    private Schema schema(List<CatalogChange> changes) {
        Schema committed = projection.state().schema();
        return changes.isEmpty() ? committed : new Schema(committed.catalog().with(changes), committed);
    }

    /** Drops the chunks from this one on, which began a part. */
    public synchronized void drop(int from) {
        while (!parts.isEmpty() && parts.getLast().firstChunk >= from) parts.removeLast().drop();
        chunks = Math.min(chunks, from);
    }

    /** Makes the files so far complete, if there are some, so that the end need not: a quarter of a gigabyte may wait in the last one. What goes wrong is kept for {@link #finish}. */
    public synchronized void completeFiles() {
        if (!parts.isEmpty() && !inMemory) finish(parts.getLast());
    }

    /** Makes the files complete, if there are some. */
    public synchronized void finish() {
        completeFiles();
        RuntimeException failure = failure();
        if (failure != null) throw failure;
    }

    private static void finish(Part part) {
        if (part.failure != null) return;
        try {
            part.finish();
        } catch (RuntimeException e) {
            part.failure = e;
        }
    }

    /** What would stop {@link #finish}; null as long as all is well. */
    public @Nullable RuntimeException failure() {
        for (Part part : parts) if (part.failure != null) return part.failure;
        return null;
    }

    /** Whether there are no files: {@link #writeTo} has it all. */
    public boolean inMemory() {
        return inMemory;
    }

    void writeTo(WriteBatchBuilder batch) {
        for (Part part : parts) part.removed.writeTo(batch);
        for (Part part : parts) {
            part.rows.writeTo(batch);
            part.history.writeTo(batch);
            part.entries.writeTo(batch);
        }
    }

    /** Files in the order in which they are to be taken, after {@link #finish}. */
    List<Path> files() {
        List<Path> all = new ArrayList<>();
        for (Part part : parts) all.addAll(part.removals);
        for (Part part : parts) all.addAll(part.changes);
        return all;
    }

    /** How much more rows each storage has. */
    Map<Long, Long> counts() {
        Map<Long, Long> all = new TreeMap<>();
        for (Part part : parts) part.counts.forEach((storage, count) -> all.merge(storage, count, Long::sum));
        return all;
    }

    Map<Long, byte[]> highest() {
        Map<Long, byte[]> all = new TreeMap<>();
        for (Part part : parts) part.highest.forEach((storage, key) -> all.merge(storage, key, StagedWrites::higher));
        return all;
    }

    Set<Long> storages() {
        return layouts.keySet();
    }

    Set<Long> indexStorages() {
        return indexStorages;
    }

    @Nullable TableLayout layout(long storage) {
        return layouts.get(storage);
    }

    /** Whether every row of a table that came with this transaction has its entry in the index: the index was there before the first of them. */
    boolean indexed(long storage, IndexLayout index) {
        List<Long> known = indexed.get(storage);
        return known != null && known.contains(index.storage());
    }

    private static byte[] higher(byte[] left, byte[] right) {
        return Arrays.compareUnsigned(left, right) >= 0 ? left : right;
    }

    /** A file of its own beside the others: what belongs to the end of the transaction. */
    Path endFile(Map<byte[], byte[]> sorted) {
        SortedFile file = store().newFile(newPath());
        sorted.forEach(file::add);
        List<Path> finished = new ArrayList<>(1);
        close(file, finished);
        return finished.getFirst();
    }

    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) parts.removeLast().drop();
        RocksEnvironment.deleteFolder(folder);
    }

    /** Row operations of one chunk under one schema. */
    private final class ChunkReader {
        private final Part part;
        private final Schema schema;
        private final long mark = LatePositions.mark(transaction);
        private long storage = -1;
        private @Nullable TableLayout layout;
        private long delta;
        private byte @Nullable [] highest;
        /** Reads committed rows in key order. */
        private RocksStore.@Nullable Scan scan;

        ChunkReader(Part part, Schema schema) {
            this.part = part;
            this.schema = schema;
        }

        void read(EntryReader chunk) {
            try {
                while (chunk.next()) {
                    TableLayout table = layout;
                    if (table == null || chunk.storageId() != storage) table = begin(chunk.storageId());
                    if (chunk.own()) changeOwn(table, chunk);
                    else change(table, chunk);
                }
                end();
            } finally {
                closeScan();
            }
        }

        private TableLayout begin(long next) {
            end();
            closeScan();
            storage = next;
            TableLayout table = schema.byStorage(next);
            if (table == null) throw NewerEntryException.noTable(projection.tenant(), next);
            layout = table;
            layouts.put(next, table);
            indexed.computeIfAbsent(next, first -> table.indexes().stream().map(IndexLayout::storage).toList());
            for (IndexLayout index : table.indexes()) indexStorages.add(index.storage());
            return table;
        }

        private void end() {
            if (storage < 0) return;
            part.counts.merge(storage, delta, Long::sum);
            if (highest != null) part.highest.merge(storage, highest, StagedWrites::higher);
            delta = 0;
            highest = null;
        }

        private void closeScan() {
            if (scan != null) scan.close();
            scan = null;
        }

        private void change(TableLayout table, EntryReader op) {
            byte[] key = op.key();
            byte[] storedKey = StoreKeys.of(StoreKeys.ROW, storage, key);
            byte[] old = committed(key, storedKey, op.replacedVersion() != 0);
            long replaced = old == null ? 0 : RowCodec.version(old);
            if (replaced != op.replacedVersion()) {
                throw new IllegalStateException("transaction " + transaction + " replaces version " + op.replacedVersion() + " of a row of "
                        + table.table().name() + " (storage " + storage + ") which has version " + replaced);
            }
            byte[] row = op.row();
            put(key, storedKey, row);
            if (old == null) delta++;
            else if (row == null) delta--;
            if (old != null) keepHistory(key, old);
            for (IndexLayout index : table.indexes()) {
                byte[] before = old == null ? null : index.partsOf(old);
                byte[] after = row == null ? null : index.partsOf(row);
                if (before != null && after != null && Arrays.equals(before, after)) continue;
                if (before != null) {
                    part.removed.add(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(before, key)), null);
                    keepEntry(index, before, key);
                }
                if (after != null) putEntry(index, after, key);
            }
        }

        private void changeOwn(TableLayout table, EntryReader op) {
            byte[] key = op.key();
            byte[] old = op.ownOld();
            byte[] row = op.row();
            put(key, StoreKeys.of(StoreKeys.ROW, storage, key), row);
            if (old == null) delta++;
            else if (row == null) delta--;
            List<IndexLayout> indexes = table.indexes();
            for (int i = 0; i < indexes.size(); i++) {
                IndexLayout index = indexes.get(i);
                byte[] before = old == null ? null : index.partsOf(old);
                byte[] after = row == null ? null : index.partsOf(row);
                if (before != null && after != null && Arrays.equals(before, after)) continue;
                boolean kept = i < 64 && (op.keptEntries() & 1L << i) != 0;
                if (before != null) {
                    if (!kept) part.entries.add(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(before, key)), null);
                    keepEntry(index, before, key); // the committed row may have had the same
                }
                if (after != null) putEntry(index, after, key);
            }
        }

        private void put(byte[] key, byte[] storedKey, byte @Nullable [] row) {
            if (row != null) {
                RowCodec.setVersion(row, mark);
                if (highest == null || Arrays.compareUnsigned(key, highest) > 0) highest = key;
            }
            part.rows.add(storedKey, row);
        }

        /** For snapshots before the end: there was such an entry. Readers check the row behind it. */
        private void keepEntry(IndexLayout index, byte[] parts, byte[] key) {
            byte[] length = new byte[2];
            Bytes.setShort(length, 0, key.length);
            part.removed.add(StoreKeys.history(StoreKeys.INDEX_HISTORY, index.storage(), IndexLayout.concat(parts, key), mark), length);
        }

        private void putEntry(IndexLayout index, byte[] parts, byte[] key) {
            part.entries.add(StoreKeys.of(StoreKeys.INDEX, index.storage(), index.entryKey(parts, key)), index.entryValue(parts, key));
        }

        private void keepHistory(byte[] key, byte[] old) {
            byte[] value = new byte[8 + old.length];
            Bytes.setLong(value, 0, mark);
            System.arraycopy(old, 0, value, 8, old.length);
            part.history.add(StoreKeys.history(StoreKeys.HISTORY, storage, key, RowCodec.version(old)), value);
        }

        /** The row that the projection has. One that is expected is looked for where the last one was, for keys come in order. */
        private byte @Nullable [] committed(byte[] key, byte[] storedKey, boolean expected) {
            if (!expected) {
                if (projection.behindAll(storage, key)) return null;
                byte[] row = projection.store().get(storedKey);
                if (row != null) projection.settle(row);
                return row;
            }
            RocksStore.Scan rows = scan;
            if (rows == null) {
                byte[] from = StoreKeys.storage(StoreKeys.ROW, storage);
                rows = scan = projection.store().scan(from, Bytes.successor(from), null);
                rows.seek(storedKey);
            } else {
                if (rows.valid()) rows.next();
                if (!rows.valid() || !Arrays.equals(rows.key(), storedKey)) rows.seek(storedKey);
            }
            if (!rows.valid() || !Arrays.equals(rows.key(), storedKey)) return null;
            byte[] row = rows.value();
            projection.settle(row);
            return row;
        }
    }
}
