package io.craton.storage.projection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an index for all rows of its table at a position, on their way into the store. Several threads read ranges of the rows, each into a piece of its own. A piece that is full is
 * sorted and written into files by its thread; what all have in the end is merged, each thread a range of the keys. So what fits the pieces comes into the store in files that do not
 * overlap, and RocksDB has nothing to merge again. Used once, by one thread.
 */
final class IndexLoad implements AutoCloseable {
    private static final long PIECE_BYTES = 32 << 20;
    private static final long PIECE_BYTES_MAX = 128 << 20;
    /** After so many pieces the next are larger by what the first had: the store is not to have thousands of files with the same keys. */
    private static final int PIECES_OF_A_SIZE = 8;
    private static final long FILE_BYTES = 16 << 20;
    private static final int ROWS_A_LOOK = 1024;

    /**
     * How the work is divided.
     *
     * @param pieceBytes that the entries of one thread may take before they are written
     */
    record Sizes(int threads, long pieceBytes, long fileBytes) {
        static Sizes of(long rows) {
            return new Sizes(RowRanges.threads(rows), PIECE_BYTES, FILE_BYTES);
        }
    }

    private final TenantProjection projection;
    private final Path folder;
    private final long table;
    private final IndexLayout index;
    private final long position;
    private final Set<byte[]> without;
    private final BooleanSupplier stopped;
    private final Sizes sizes;
    private final byte[] prefix;
    private final RowRanges ranges;
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicInteger pieces = new AtomicInteger();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong entries = new AtomicLong();
    private final List<Reader> readers = new ArrayList<>();
    private final ExecutorService threads;
    private volatile boolean failed;
    private volatile byte @Nullable [] duplicate;

    /**
     * @param folder for files, made when it is needed
     * @param table storage of the rows
     * @param position that the rows are read at; Long.MAX_VALUE for the newest
     * @param without keys of rows that get no entry
     */
    IndexLoad(TenantProjection projection, Path folder, long table, IndexLayout index, long position, Set<byte[]> without, BooleanSupplier stopped) {
        this(projection, folder, table, index, position, without, stopped, Sizes.of(projection.rowCount(table)));
    }

    IndexLoad(TenantProjection projection, Path folder, long table, IndexLayout index, long position, Set<byte[]> without, BooleanSupplier stopped, Sizes sizes) {
        this.sizes = sizes;
        this.projection = projection;
        this.folder = folder;
        this.table = table;
        this.index = index;
        this.position = position;
        this.without = without;
        this.stopped = stopped;
        prefix = StoreKeys.storage(StoreKeys.INDEX, index.storage());
        ranges = new RowRanges(projection, table, sizes.threads);
        for (int i = 0; i < sizes.threads; i++) readers.add(new Reader());
        threads = Executors.newFixedThreadPool(sizes.threads, Thread.ofPlatform().daemon().name("craton-index-load-", 0).factory());
    }

    /** Everything is in the store when this returns true; false when it was {@code stopped} or there is a {@link #duplicate}. */
    boolean run() {
        all(readers);
        if (!ended()) {
            List<Path> written = new ArrayList<>();
            all(mergers()).forEach(written::addAll);
            if (!ended() && !written.isEmpty()) projection.store().take(written);
        }
        return !ended();
    }

    private boolean ended() {
        return failed || duplicate != null || stopped.getAsBoolean();
    }

    private <T> List<T> all(List<? extends Callable<T>> tasks) {
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> each : threads.invokeAll(tasks)) results.add(each.get());
        } catch (InterruptedException e) {
            failed = true;
            Thread.currentThread().interrupt();
            throw new StoreFailedException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new StoreFailedException("an index cannot be written", e);
        }
        return results;
    }

    /** Rows read so far. */
    long rows() {
        return rows.get();
    }

    /** Entries that these rows have. */
    long entries() {
        return entries.get();
    }

    /** Whether one key may be in several files. */
    boolean overlaps() {
        return pieces.get() > 0;
    }

    /** Key of a row whose entry has the key of another one's; not all such are found where files overlap. */
    byte @Nullable [] duplicate() {
        return duplicate;
    }

    /** One thread's share of the rows, range by range. */
    private final class Reader implements Callable<Void> {
        private final IndexPiece piece = new IndexPiece(sizes.pieceBytes);

        @Override
        public Void call() {
            try {
                for (RowRanges.Range range = ranges.take(); range != null && !ended(); range = ranges.take()) read(range);
                piece.sort(StoreKeys.PREFIX);
                return null;
            } catch (RuntimeException | Error e) {
                failed = true;
                throw e;
            }
        }

        private void read(RowRanges.Range range) {
            long read = 0;
            long made = 0;
            try (RowSource source = projection.rows(table, range.from(), range.to(), position)) {
                while (source.next()) {
                    if (++read % ROWS_A_LOOK == 0) {
                        rows.addAndGet(ROWS_A_LOOK);
                        if (ended()) return;
                    }
                    byte[] parts = index.partsOf(source.row());
                    if (parts == null) continue;
                    byte[] key = source.key();
                    if (!without.isEmpty() && without.contains(key)) continue;
                    made++;
                    if (!index.store(prefix, parts, key, piece)) {
                        writeAhead();
                        index.store(prefix, parts, key, piece);
                    }
                }
            }
            rows.addAndGet(read % ROWS_A_LOOK);
            entries.addAndGet(made);
        }

        /** The piece is full. */
        private void writeAhead() {
            piece.sort(StoreKeys.PREFIX);
            int before = pieces.getAndIncrement();
            List<Path> written = new Merger(List.of(piece.cursor(0, piece.count()))).call();
            if (ended()) return; // maybe before any file was whole
            projection.store().take(written);
            piece.clear(Math.min(PIECE_BYTES_MAX, sizes.pieceBytes * (1 + before / PIECES_OF_A_SIZE)));
        }
    }

    /** For each thread the part of all pieces that lies between two keys. */
    private List<Merger> mergers() {
        IndexPiece largest = readers.getFirst().piece;
        for (Reader each : readers) if (each.piece.count() > largest.count()) largest = each.piece;
        int parts = Math.min(readers.size(), largest.count() / ROWS_A_LOOK + 1);
        int[] from = new int[readers.size()];
        List<Merger> mergers = new ArrayList<>();
        for (int part = 1; largest.count() > 0 && part <= parts; part++) {
            List<IndexPiece.Cursor> cursors = new ArrayList<>();
            for (int i = 0; i < from.length; i++) {
                IndexPiece piece = readers.get(i).piece;
                int to = part == parts ? piece.count() : piece.below(largest, (int) ((long) largest.count() * part / parts));
                if (to > from[i]) cursors.add(piece.cursor(from[i], to));
                from[i] = to;
            }
            mergers.add(new Merger(cursors));
        }
        return mergers;
    }

    /** Writes what sorted pieces have into files. */
    private final class Merger implements Callable<List<Path>> {
        private final List<IndexPiece.Cursor> cursors;
        private final List<Path> written = new ArrayList<>();

        Merger(List<IndexPiece.Cursor> cursors) {
            this.cursors = new ArrayList<>(cursors);
        }

        @Override
        public List<Path> call() {
            try {
                while (!cursors.isEmpty() && !ended()) write();
                return written;
            } catch (RuntimeException | Error e) {
                failed = true;
                throw e;
            }
        }

        /** One file. */
        private void write() {
            Path path = folder.resolve(files.getAndIncrement() + ".sst");
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            boolean unique = index.def().unique();
            int count = 0;
            try (SortedFile file = projection.store().newFile(path)) {
                while (!cursors.isEmpty() && file.bytes() < sizes.fileBytes) {
                    IndexPiece.Cursor lowest = lowest();
                    file.add(lowest.key(), lowest.value());
                    if (unique && isRepeated(lowest)) {
                        duplicate = IndexLayout.rowKey(IndexPiece.copy(lowest.key()), IndexPiece.copy(lowest.value()), 0);
                        return;
                    }
                    lowest.next();
                    if (!lowest.valid()) cursors.remove(lowest);
                    if (++count % ROWS_A_LOOK == 0 && ended()) return;
                }
                file.finish();
            }
            written.add(path);
        }

        private IndexPiece.Cursor lowest() {
            IndexPiece.Cursor lowest = cursors.getFirst();
            for (int i = 1; i < cursors.size(); i++) if (cursors.get(i).compareTo(lowest) < 0) lowest = cursors.get(i);
            return lowest;
        }

        private boolean isRepeated(IndexPiece.Cursor lowest) {
            if (lowest.isRepeated()) return true;
            for (IndexPiece.Cursor each : cursors) if (each != lowest && each.compareTo(lowest) == 0) return true;
            return false;
        }
    }

    @Override
    public void close() {
        threads.close();
        readers.forEach(each -> each.piece.close());
    }
}
