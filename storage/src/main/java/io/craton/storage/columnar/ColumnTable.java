package io.craton.storage.columnar;

import io.craton.storage.projection.RowWatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one stored table: neighbours that cover its key range from the beginning, as far as scans went. Any thread.
 *
 * <p>No change is missed while a segment is built. The builder first announces the range, so that from then on the applier collects its changes; then it asks
 * for the position of the table's last change, which is at or above every change that was made before the announcement; then it reads at a published
 * position that is at or above that one. A change is thus in the rows that were read, or collected, or both; of those that are both, the collected version is
 * the same row.
 */
final class ColumnTable implements RowWatcher {
    /** A range whose segments are being built; its changes since. */
    static final class Building {
        final byte @Nullable [] from;
        final byte @Nullable [] to;
        private final Delta delta = new Delta();

        private Building(byte @Nullable [] from, byte @Nullable [] to) {
            this.from = from;
            this.to = to;
        }

        private boolean holds(byte[] key) {
            return (from == null || Arrays.compareUnsigned(key, from) >= 0) && (to == null || Arrays.compareUnsigned(key, to) < 0);
        }
    }

    private final AtomicLong deltaBytes;
    private final long deltaBytesMax;
    /** Guards changes of what follows. */
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Segment[] segments = {};
    private @Nullable Building building;
    private long counted;
    private volatile boolean dropped;
    private final Runnable gone;
    private volatile long asked = -1;

    /**
     * @param deltaBytes memory of collected changes of all tables; above {@code deltaBytesMax} this one stops collecting
     * @param gone called when the table is
     */
    ColumnTable(AtomicLong deltaBytes, long deltaBytesMax, Runnable gone) {
        this.deltaBytes = deltaBytes;
        this.deltaBytesMax = deltaBytesMax;
        this.gone = gone;
    }

    /** Whether this was the last version asked for; a table earns columns by the second scan. */
    boolean askedBefore(long version) {
        boolean before = asked == version;
        asked = version;
        return before;
    }

    /** Ascending neighbours from the beginning on. */
    Segment[] segments() {
        return segments;
    }

    // ---- the applier ---------------------------------------------------------------------------------------------

    @Override
    public void changed(byte[] key, byte @Nullable [] row, long position) {
        lock.lock();
        try {
            Segment segment = find(segments, key);
            long before = bytes(segment);
            if (segment != null) segment.add(key, row, position);
            if (building != null && building.holds(key)) building.delta.add(key, row, position);
            count(bytes(segment) - before);
            if (deltaBytes.get() > deltaBytesMax) loseAll(position);
        } finally {
            lock.unlock();
        }
    }

    private long bytes(@Nullable Segment segment) {
        return (segment == null ? 0 : segment.delta.bytes()) + (building == null ? 0 : building.delta.bytes());
    }

    private void count(long more) {
        counted += more;
        deltaBytes.addAndGet(more);
    }

    @Override
    public void lost(long position) {
        lock.lock();
        try {
            loseAll(position);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void dropped() {
        lock.lock();
        try {
            dropped = true;
            loseAll(0);
        } finally {
            lock.unlock();
        }
        gone.run();
    }

    private void loseAll(long position) {
        for (Segment segment : segments) segment.lose(position);
        segments = new Segment[0];
        building = null;
        count(-counted);
    }

    static @Nullable Segment find(Segment[] segments, byte[] key) {
        int low = 0;
        int high = segments.length;
        while (low < high) {
            int middle = low + high >>> 1;
            byte[] to = segments[middle].to;
            if (to != null && Arrays.compareUnsigned(to, key) <= 0) low = middle + 1;
            else high = middle;
        }
        return low < segments.length ? segments[low] : null;
    }

    // ---- builders ------------------------------------------------------------------------------------------------

    /** Announces that a range will be read; null when another one is, or there is nothing to gain. */
    @Nullable Building begin(byte @Nullable [] from, byte @Nullable [] to) {
        lock.lock();
        try {
            if (building != null || dropped) return null;
            building = new Building(from, to);
            return building;
        } finally {
            lock.unlock();
        }
    }

    void abandon(Building range) {
        lock.lock();
        try {
            if (building != range) return;
            building = null;
            count(-range.delta.bytes());
        } finally {
            lock.unlock();
        }
    }

    /** What a builder read: a segment but for its changes. */
    record Read(byte @Nullable [] from, byte @Nullable [] to, int rows) {}

    /**
     * Puts segments in the place of those that they cover, or behind the last one. Null when the range is no longer wanted: the table is gone, or its changes were
     * too many.
     *
     * @param read neighbours, ascending, from the range's beginning on; they end with a segment's end, or at the table's end, or behind all segments
     */
    @Nullable List<Segment> install(Building range, List<Read> read, long validFrom, long base) {
        lock.lock();
        try {
            if (building != range) return null;
            building = null;
            List<Segment> fresh = new ArrayList<>();
            for (Read each : read) {
                fresh.add(new Segment(each.from, each.to, each.rows, validFrom, base, range.delta.part(each.from, each.to, base)));
            }
            List<Segment> all = new ArrayList<>();
            byte[] start = range.from;
            byte[] end = read.getLast().to;
            for (Segment segment : segments) if (segment.to != null && start != null && Arrays.compareUnsigned(segment.to, start) <= 0) all.add(segment);
            all.addAll(fresh);
            for (Segment segment : segments) if (end != null && segment.from != null && Arrays.compareUnsigned(segment.from, end) >= 0) all.add(segment);
            segments = all.toArray(Segment[]::new);
            long bytes = 0;
            for (Segment segment : all) bytes += segment.delta.bytes();
            count(bytes - counted);
            return fresh;
        } finally {
            lock.unlock();
        }
    }
}
