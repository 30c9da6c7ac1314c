package io.craton.core.metric;

import java.util.concurrent.atomic.LongAdder;

/** A histogram of durations with fixed bounds, from a point read in memory to a statement of half a minute. Recording costs two uncontended additions. Any thread. */
public final class Latencies {
    private static final long MICROS = 1_000;
    private static final long MILLIS = 1_000_000;
    private static final long[] BOUNDS = {
        50 * MICROS, 100 * MICROS, 250 * MICROS, 500 * MICROS, 1 * MILLIS, 2_500 * MICROS, 5 * MILLIS, 10 * MILLIS, 25 * MILLIS, 50 * MILLIS,
        100 * MILLIS, 250 * MILLIS, 500 * MILLIS, 1_000 * MILLIS, 2_500 * MILLIS, 5_000 * MILLIS, 10_000 * MILLIS, 30_000 * MILLIS};

    /** Counts by bucket, the last without an upper bound. */
    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    public Latencies() {
        for (int i = 0; i < counts.length; i++) counts[i] = new LongAdder();
    }

    public void record(long duration) {
        int bucket = 0;
        while (bucket < BOUNDS.length && duration > BOUNDS[bucket]) bucket++;
        counts[bucket].increment();
        nanos.add(duration);
    }

    /**
     * What was recorded so far.
     *
     * @param boundsNanos upper bounds, inclusive, of all buckets but the last
     * @param counts of each bucket, one more than bounds
     */
    public record Snapshot(long[] boundsNanos, long[] counts, long sumNanos) {}

    public Snapshot snapshot() {
        long[] now = new long[counts.length];
        for (int i = 0; i < now.length; i++) now[i] = counts[i].sum();
        return new Snapshot(BOUNDS.clone(), now, nanos.sum());
    }
}
