package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole log offline, changing nothing: every checksum, every hash computed again, every link from the first entry to the last, and that
 * everything that was committed is there. The log must not be open.
 */
public final class LogVerifier {
    /**
     * A log that holds.
     *
     * @param head      the hash of the last entry; with the index it pins down everything before it
     * @param committed entries up to here are known to be committed
     * @param tornBytes bytes behind the last entry that a crash left; they were never acknowledged and the next start removes them
     */
    public record Report(int segments, long firstIndex, long lastIndex, long lastTerm, ChainHash head, long committed, long bytes, long tornBytes,
            String tornTail) {}

    private LogVerifier() {}

    /**
     * Reads the log in this folder.
     *
     * @param progress told how many bytes were read since it was last told
     * @throws LogDamagedException naming segment and offset of the first thing that is not as it was written
     */
    public static Report verify(FileStore store, LongConsumer progress) throws IOException {
        return verify(store, progress, null);
    }

    /**
     * As above, and hands every entry over.
     *
     * @param visitor is given each entry when it has been checked, in order; those in front of damage too
     */
    public static Report verify(FileStore store, LongConsumer progress, @Nullable Consumer<LogRecord> visitor) throws IOException {
        if (!store.exists(SegmentName.STATE)) throw new IOException("no log in " + store.describe());
        try (LogState state = LogState.open(store)) {
            if (state.truncation() >= 0) throw new IOException("a truncation of the log was interrupted; start the server once to finish it");
            return new Run(store, progress, visitor).report(state.watermark());
        }
    }

    private static final class Run {
        private final FileStore store;
        private final LogFolder folder;
        private final LongConsumer progress;
        private final @Nullable Consumer<LogRecord> visitor;
        private long bytes;

        Run(FileStore store, LongConsumer progress, @Nullable Consumer<LogRecord> visitor) {
            this.visitor = visitor;
            this.store = store;
            this.folder = new LogFolder(store);
            this.progress = progress;
        }

        Report report(long watermark) throws IOException {
            List<Segment> segments = new ArrayList<>(folder.numberedSegments());
            String last = lastName(LogFolder.nextNumber(segments));
            SegmentHeader header = folder.header(last);
            LogBase base = folder.base();
            SegmentHeader oldest = segments.isEmpty() ? header : segments.getFirst().header();
            folder.requireNoGap(segments, header, oldest.number() == 0 ? null : base);
            if (oldest.number() > 0) {
                throw new IOException("the log in " + store.describe() + " begins with entry " + oldest.firstIndex() + "; start the server to fetch what is before from the other nodes");
            }
            if (!segments.isEmpty()) folder.follow(segments.getLast(), header, last);
            SegmentHeader first = segments.isEmpty() ? header : segments.getFirst().header();
            if (!segments.isEmpty()) requireStart(segments.getFirst());
            int beside = visitor == null ? Math.min(segments.size(), Runtime.getRuntime().availableProcessors()) : 1;
            if (beside > 1) {
                checkBeside(segments, header, beside);
            } else {
                for (int i = 0; i < segments.size(); i++) checkWhole(segments.get(i), next(segments, i, header));
            }
            var current = new Segment(header, last, header.firstIndex() - 1, SegmentHeader.BYTES);
            if (segments.isEmpty()) requireStart(current);
            try (BlockFile file = store.open(last)) {
                SegmentScan.Result scan = new SegmentScan(file, current, SegmentScan.Depth.HASHES).run(this::count, visitor);
                String torn = tornTail(scan, last, watermark);
                return new Report(segments.size() + 1, first.firstIndex(), scan.lastIndex(), scan.lastTerm(), scan.tip(), watermark, bytes,
                        torn.isEmpty() ? 0 : file.size() - scan.end(), torn);
            }
        }

        private static SegmentHeader next(List<Segment> segments, int i, SegmentHeader last) {
            return i + 1 < segments.size() ? segments.get(i + 1).header() : last;
        }

        private void checkWhole(Segment segment, SegmentHeader next) throws IOException {
            try (BlockFile file = store.open(segment.name())) {
                LogRecovery.checkWhole(file, segment, next, SegmentScan.Depth.HASHES, this::count, visitor);
            }
        }

        /** Several at a time: each begins with the hash that the one in front must end with. What is told is the first thing in order, whichever was found first. */
        private void checkBeside(List<Segment> segments, SegmentHeader header, int threads) throws IOException {
            ExecutorService readers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("craton-verify-log-", 0).factory());
            try {
                List<Future<?>> checks = new ArrayList<>();
                for (int i = 0; i < segments.size(); i++) {
                    Segment segment = segments.get(i);
                    SegmentHeader next = next(segments, i, header);
                    checks.add(readers.submit(() -> {
                        checkWhole(segment, next);
                        return null;
                    }));
                }
                for (Future<?> check : checks) await(check);
            } finally {
                readers.shutdownNow();
                readers.close();
            }
        }

        private static void await(Future<?> check) throws IOException {
            try {
                check.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case IOException failure -> throw failure;
                    case RuntimeException failure -> throw failure;
                    case Error failure -> throw failure;
                    default -> throw new IOException(e.getCause());
                }
            }
        }

        private synchronized void count(long read) {
            bytes += read;
            progress.accept(read);
        }

        /** After a crash between two renames the newest segment is still called the next one. */
        private String lastName(long number) throws IOException {
            if (store.exists(SegmentName.CURRENT)) return SegmentName.CURRENT;
            if (folder.nextIsReadyAs(number)) return SegmentName.NEXT;
            throw new IOException("log segment " + SegmentName.CURRENT + " is missing in " + store.describe());
        }

        private static void requireStart(Segment segment) throws IOException {
            if (segment.firstIndex() == 1 && !segment.header().anchor().equals(ChainHash.GENESIS)) {
                throw new LogDamagedException(segment.name(), 0, "the chain does not start at its beginning");
            }
        }

        private static String tornTail(SegmentScan.Result scan, String name, long watermark) throws IOException {
            String torn = switch (scan.ending()) {
                case SegmentScan.Ending.Clean() -> "";
                case SegmentScan.Ending.Torn(String what) -> "at offset " + scan.end() + " of " + name + ": " + what;
                case SegmentScan.Ending.Damaged(String what) -> throw new LogDamagedException(name, scan.end(), what);
            };
            if (scan.lastIndex() < watermark) {
                throw new LogDamagedException(name, scan.end(), "the log ends with entry " + scan.lastIndex() + ", but entries up to " + watermark
                        + " were committed");
            }
            return torn;
        }
    }
}
