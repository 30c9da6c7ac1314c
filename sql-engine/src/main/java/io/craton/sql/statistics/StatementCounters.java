package io.craton.sql.statistics;

import java.util.concurrent.locks.ReentrantLock;

/** What one kind of statement has cost one user in one database. Any thread. */
public final class StatementCounters {
    /** As of one moment; times in milliseconds, the deviation of the whole population. */
    public record Totals(long calls, double total, double least, double most, double mean, double deviation, long rows) {}

    private static final double NANOS_PER_MILLI = 1e6;

    final StatementKey key;
    final String text;
    /** It is no longer among those that are shown: whoever kept it looks for the new one. */
    volatile boolean dropped;
    private final ReentrantLock lock = new ReentrantLock();
    private long calls;
    private long rows;
    private double total;
    private double least = Double.MAX_VALUE;
    private double most;
    private double mean;
    private double squares;

    StatementCounters(StatementKey key, String text) {
        this.key = key;
        this.text = text;
    }

    public void add(long nanos, long affected) {
        double millis = nanos / NANOS_PER_MILLI;
        lock.lock();
        try {
            calls++;
            rows += affected;
            total += millis;
            least = Math.min(least, millis);
            most = Math.max(most, millis);
            double before = mean; // Welford's way: no difference of large sums
            mean += (millis - before) / calls;
            squares += (millis - before) * (millis - mean);
        } finally {
            lock.unlock();
        }
    }

    public Totals totals() {
        lock.lock();
        try {
            return new Totals(calls, total, calls == 0 ? 0 : least, most, mean, calls == 0 ? 0 : Math.sqrt(squares / calls), rows);
        } finally {
            lock.unlock();
        }
    }

    public StatementKey key() {
        return key;
    }

    public String text() {
        return text;
    }
}
