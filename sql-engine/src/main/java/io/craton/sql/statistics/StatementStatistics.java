package io.craton.sql.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Counters of the statements that ran here, of so many kinds and no more: those that ran least make room. One for the engine, any thread. */
public final class StatementStatistics {
    public static final int KINDS_MAX = 5000;
    private static final int TEXT_MAX = 16_384;
    /** Of all kinds, those that go at once when there are too many. */
    private static final int GOES = 20;

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<StatementKey, StatementCounters> counters = new ConcurrentHashMap<>();
    private final AtomicLong makings = new AtomicLong();
    private volatile long resetMicros;

    /** @param clock micros since 2000 */
    public StatementStatistics(LongSupplier clock) {
        this.clock = clock;
        this.resetMicros = clock.getAsLong();
    }

    /** The counters of a kind of statement. */
    public StatementCounters counters(StatementKey key, String text) {
        StatementCounters known = counters.get(key);
        if (known != null) return known;
        lock.lock();
        try {
            if (counters.size() >= KINDS_MAX) makeRoom();
            String kept = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
            return counters.computeIfAbsent(key, missing -> new StatementCounters(missing, kept));
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom() {
        record Used(StatementCounters counters, long calls) {}
        List<Used> all = new ArrayList<>();
        for (StatementCounters each : counters.values()) all.add(new Used(each, each.totals().calls()));
        all.sort(Comparator.comparingLong(Used::calls));
        for (int i = 0; i < KINDS_MAX / GOES; i++) drop(all.get(i).counters);
        makings.incrementAndGet();
    }

    private void drop(StatementCounters each) {
        each.dropped = true;
        counters.remove(each.key);
    }

    /** Forgets what has been counted for these; 0 stands for all. */
    public void reset(int user, int database, long query) {
        lock.lock();
        try {
            for (StatementCounters each : counters.values()) {
                boolean meant = (user == 0 || each.key.user() == user) && (database == 0 || each.key.database() == database)
                        && (query == 0 || each.key.query() == query);
                if (meant) drop(each);
            }
            if (user == 0 && database == 0 && query == 0) {
                makings.set(0);
                resetMicros = clock.getAsLong();
            }
        } finally {
            lock.unlock();
        }
    }

    public List<StatementCounters> all() {
        return List.copyOf(counters.values());
    }

    /** How often kinds had to go because there were too many. */
    public long makings() {
        return makings.get();
    }

    public long resetMicros() {
        return resetMicros;
    }
}
