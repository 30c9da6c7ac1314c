package io.craton.storage.projection;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether two rows have the same key under a unique index that is to be made of them. Several threads read ranges of the rows, each into a piece of its own that has nothing but keys. A
 * piece that is full is sorted and goes to a file; in the end all are merged, each thread a range of the keys, and equal ones come one behind the other. Memory is bounded, however many rows
 * there are. Keys have ascending order here, nulls last, whatever the index has, so that the same rows give the same answer. Used once, by one thread.
 */
public final class DuplicateSearch implements AutoCloseable {
    /** Ranges of keys for each thread, as some have more than was thought. */
    private static final int PORTIONS = 4;
    private static final long PIECE_BYTES = 32 << 20;
    /** Memory is asked for in such steps. */
    private static final long STEP_BYTES = 256 << 10;
    /** However little memory there is, a piece has so much before it goes to a file. */
    private static final long PIECE_BYTES_MIN = IndexPiece.CHUNK_BYTES + STEP_BYTES;
    private static final int RUNS_MAX = 64;
    private static final int SAMPLES = 256;
    private static final int ROWS_A_LOOK = 1024;

    /** The rows of a range of row keys, half-open, null unbounded. Any thread. */
    public interface Rows {
        RowSource from(byte @Nullable [] from, byte @Nullable [] to);
    }

    /**
     * How the work is divided.
     *
     * @param pieceBytes that one thread's keys may take in memory
     * @param runsMax that are merged at a time
     */
    record Sizes(int threads, long pieceBytes, int runsMax) {
        static Sizes of(long rows) {
            return new Sizes(RowRanges.threads(rows), PIECE_BYTES, RUNS_MAX);
        }
    }

    private final Rows rows;
    private final IndexLayout index;
    private final TemporaryFolder folder;
    private final LongPredicate memory;
    private final Runnable interrupts;
    private final Sizes sizes;
    private final long storage;
    private final TenantProjection projection;
    private final List<Reader> readers = new ArrayList<>();
    private final Queue<KeyRun> runs = new ConcurrentLinkedQueue<>();
    private @Nullable RowRanges ranges;
    private @Nullable ExecutorService threads;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong rowsRead = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * @param memory takes so many bytes, from any thread: false when there is little left; negative gives back. May throw
     * @param interrupts throws when the work is to end; called by any thread
     */
    public DuplicateSearch(TenantProjection projection, TableDef table, IndexDef index, Catalog catalog, Rows rows, TemporaryFolder folder, LongPredicate memory, Runnable interrupts) {
        this(projection, table.storageId(), ascending(index, table, catalog), rows, folder, memory, interrupts, Sizes.of(projection.rowCount(table.storageId())));
    }

    DuplicateSearch(TenantProjection projection, long storage, IndexLayout index, Rows rows, TemporaryFolder folder, LongPredicate memory, Runnable interrupts, Sizes sizes) {
        this.projection = projection;
        this.storage = storage;
        this.rows = rows;
        this.index = index;
        this.folder = folder;
        this.memory = memory;
        this.interrupts = interrupts;
        this.sizes = sizes;
    }

    /** Of the rows that have the lowest key which more than one has, the second one in the order of the table; null when there is no such key. */
    public byte @Nullable [] run() {
        divide();
        all(readers);
        while (runs.size() > sizes.runsMax) mergeRuns();
        take((long) KeyRun.BLOCK_BYTES * runs.size() * readers.size());
        List<Merger> mergers = mergers();
        all(mergers);
        for (Merger each : mergers) if (each.repeated != null) return second(each.repeated);
        return null;
    }

    private void divide() {
        readers.add(new Reader());
        while (readers.size() < sizes.threads && another());
        int count = readers.size();
        ranges = new RowRanges(projection, storage, count);
        if (count == 1) return;
        threads = Executors.newFixedThreadPool(count, Thread.ofPlatform().daemon().name("craton-duplicates-", 0).factory());
    }

    /** One thread more, when there is memory for all of them. */
    private boolean another() {
        if (!readers.getFirst().begin()) return false;
        Reader reader = new Reader();
        readers.add(reader);
        if (reader.begin()) return true;
        readers.removeLast();
        take(-PIECE_BYTES_MIN);
        reader.piece.close();
        return false;
    }

    private static IndexLayout ascending(IndexDef index, TableDef table, Catalog catalog) {
        List<KeyCodec.Part> parts = new ArrayList<>();
        for (KeyCodec.Part part : KeyCodec.forIndex(index, table, catalog).parts()) {
            parts.add(new KeyCodec.Part(part.type(), part.column(), false, false, part.nullable(), part.secret()));
        }
        return new IndexLayout(index, KeyCodec.of(parts, catalog), RowCodec.of(table, catalog), false);
    }

    /** Rows read so far. */
    public long rowsRead() {
        return rowsRead.get();
    }

    private void all(List<? extends Runnable> tasks) {
        if (threads == null) {
            tasks.forEach(Runnable::run);
            return;
        }
        try {
            for (Future<?> each : threads.invokeAll(tasks.stream().map(task -> Executors.callable(() -> guard(task))).toList())) each.get();
        } catch (InterruptedException e) {
            failure.compareAndSet(null, e);
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted", e);
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        }
    }

    /** When one fails all others end as it did. */
    private void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            throw e;
        }
    }

    private void look() {
        Throwable known = failure.get();
        if (known != null) throw failed(known);
        interrupts.run();
    }

    private static RuntimeException failed(Throwable cause) {
        if (cause instanceof Error error) throw error;
        return cause instanceof RuntimeException e ? e : new StoreFailedException("rows cannot be compared", cause);
    }

    /** False when there is little memory left. */
    private boolean take(long bytes) {
        taken.addAndGet(bytes);
        return memory.test(bytes);
    }

    /** One thread's share of the rows, range by range. */
    private final class Reader implements Runnable {
        private final IndexPiece piece = new IndexPiece(Integer.MAX_VALUE);
        private long room;
        private long roomMax = sizes.pieceBytes;

        @Override
        public void run() {
            RowRanges shared = Objects.requireNonNull(ranges);
            for (RowRanges.Range range = shared.take(); range != null; range = shared.take()) read(range);
            piece.sort(0);
        }

        private void read(RowRanges.Range range) {
            long read = 0;
            try (RowSource source = rows.from(range.from(), range.to())) {
                while (source.next()) {
                    if (read++ % ROWS_A_LOOK == 0) look();
                    byte[] parts = index.partsOf(source.row());
                    if (parts == null || !index.exclusive(parts)) continue;
                    if (piece.count() > 0 && isFull()) writeAhead();
                    piece.begin(parts.length, 0);
                    piece.append(parts);
                }
            }
            rowsRead.addAndGet(read);
        }

        /** Takes the least that it needs; false when there is little memory left. */
        boolean begin() {
            return room > 0 || grow(PIECE_BYTES_MIN);
        }

        /** It grows as long as there is memory; from then on it keeps the size that it has. */
        private boolean isFull() {
            long needed = piece.memory();
            if (needed <= room) return false;
            if (needed > roomMax) return true;
            grow(Math.max(STEP_BYTES, needed - room));
            return false;
        }

        private boolean grow(long bytes) {
            room += bytes;
            boolean more = take(bytes);
            if (!more) roomMax = Math.min(roomMax, Math.max(room, PIECE_BYTES_MIN));
            return more;
        }

        private void writeAhead() {
            piece.sort(0);
            runs.add(KeyRun.write(folder, piece.keys(0, piece.count())));
            piece.clear(Integer.MAX_VALUE);
        }
    }

    private void mergeRuns() {
        List<KeyRun> all = List.copyOf(runs);
        List<Runnable> merges = new ArrayList<>();
        for (int from = 0; from < all.size(); from += sizes.runsMax) {
            List<KeyRun> some = all.subList(from, Math.min(all.size(), from + sizes.runsMax));
            if (some.size() > 1) merges.add(() -> merge(some));
        }
        all(merges);
    }

    private void merge(List<KeyRun> some) {
        runs.add(KeyRun.write(folder, new MergedKeys(some.stream().map(run -> run.keys(null, null)).toList(), this::look)));
        runs.removeAll(some);
        some.forEach(KeyRun::close);
    }

    /** Ranges of the keys, ascending, of about equal portions. */
    private List<Merger> mergers() {
        List<byte[]> samples = new ArrayList<>();
        for (Reader each : readers) {
            int step = each.piece.count() / SAMPLES + 1;
            for (int i = 0; i < each.piece.count(); i += step) samples.add(each.piece.key(i));
        }
        for (KeyRun run : runs) samples.addAll(run.samples(SAMPLES));
        samples.sort(Arrays::compareUnsigned);
        int portions = threads == null ? 1 : readers.size() * PORTIONS;
        List<Merger> mergers = new ArrayList<>();
        byte[] from = null;
        for (int i = 1; i < portions && !samples.isEmpty(); i++) {
            byte[] to = samples.get((int) ((long) samples.size() * i / portions));
            mergers.add(new Merger(from, to));
            from = to;
        }
        mergers.add(new Merger(from, null));
        return mergers;
    }

    /** Looks for the lowest key of a range that is there more than once. */
    private final class Merger implements Runnable {
        private final byte @Nullable [] from;
        private final byte @Nullable [] to;
        private byte @Nullable [] repeated;

        Merger(byte @Nullable [] from, byte @Nullable [] to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public void run() {
            List<SortedKeys> sources = new ArrayList<>();
            for (Reader each : readers) {
                IndexPiece piece = each.piece;
                sources.add(piece.keys(from == null ? 0 : piece.below(from), to == null ? piece.count() : piece.below(to)));
            }
            for (KeyRun run : runs) sources.add(run.keys(from, to));
            MergedKeys keys = new MergedKeys(sources, DuplicateSearch.this::look);
            byte[] last = new byte[64];
            int length = -1;
            while (keys.next()) {
                int size = keys.to() - keys.from();
                if (size == length && Arrays.equals(keys.bytes(), keys.from(), keys.to(), last, 0, length)) {
                    repeated = Arrays.copyOf(last, length);
                    return;
                }
                if (last.length < size) last = new byte[size];
                System.arraycopy(keys.bytes(), keys.from(), last, 0, size);
                length = size;
            }
        }
    }

    private byte[] second(byte[] key) {
        boolean one = false;
        long read = 0;
        try (RowSource source = rows.from(null, null)) {
            while (source.next()) {
                if (read++ % ROWS_A_LOOK == 0) look();
                byte[] parts = index.partsOf(source.row());
                if (parts == null || !Arrays.equals(parts, key)) continue;
                if (one) return source.row();
                one = true;
            }
        }
        throw new IllegalStateException("two rows had one key of " + index.def().name());
    }

    @Override
    public void close() {
        if (threads != null) threads.close();
        readers.forEach(each -> each.piece.close());
        runs.forEach(KeyRun::close);
        take(-taken.get());
    }
}
