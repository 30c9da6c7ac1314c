package io.craton.storage.projection;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The rows of a table in ranges of their keys that several threads take one after the other. Any thread. */
final class RowRanges {
    private static final int THREADS_MAX = 4;
    /** Fewer rows are read by one thread. */
    private static final long ROWS_OF_A_THREAD = 20_000;
    /** For each thread, as some have more rows than was thought. */
    private static final int RANGES = 4;

    /** Half-open; null is unbounded. */
    record Range(byte @Nullable [] from, byte @Nullable [] to) {}

    private final List<byte[]> cuts;
    private final AtomicInteger next = new AtomicInteger();

    RowRanges(TenantProjection projection, long storage, int threads) {
        cuts = threads == 1 ? List.of() : projection.cuts(storage, threads * RANGES);
    }

    /** How many threads are to read so many rows. */
    static int threads(long rows) {
        return (int) Math.clamp(rows / ROWS_OF_A_THREAD, 1, Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors()));
    }

    /** The caller's; null when none is left. */
    @Nullable Range take() {
        int number = next.getAndIncrement();
        if (number > cuts.size()) return null;
        return new Range(number == 0 ? null : cuts.get(number - 1), number == cuts.size() ? null : cuts.get(number));
    }
}
