package io.craton.storage.columnar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a table's key range whose rows were read at one position. Its columns are in the cache under {@link #chunks}.
 *
 * <ul>
 *   <li>{@code base}: the rows are those of this position; nothing in the table changed between {@code validFrom} and it.
 *   <li>{@code delta} has every change of the range behind {@code base}, up to {@code lostAt}, where the collecting ended.
 * </ul>
 * The applier adds changes under the table's lock; any thread reads.
 */
final class Segment {
    /** A scan of a segment with more changes than this share of its rows asks for a new one. */
    private static final int REBUILD_SHARE = 32;
    private static final int REBUILD_MIN = 256;
    /** With more than this share the changes are not worth keeping. */
    private static final int LOST_SHARE = 8;
    private static final int LOST_MIN = 1024;

    /** Null: from the first key on. */
    final byte @Nullable [] from;
    /** Behind the last key; null: no bound. */
    final byte @Nullable [] to;
    final int rows;
    final long validFrom;
    final long base;
    final Delta delta;
    /** Name of the columns in the cache: of this object and no other. */
    final Object chunks = new Object();
    private volatile long lostAt = Long.MAX_VALUE;

    Segment(byte @Nullable [] from, byte @Nullable [] to, int rows, long validFrom, long base, Delta delta) {
        this.from = from;
        this.to = to;
        this.rows = rows;
        this.validFrom = validFrom;
        this.base = base;
        this.delta = delta;
    }

    boolean holds(byte[] key) {
        return (from == null || Arrays.compareUnsigned(key, from) >= 0) && (to == null || Arrays.compareUnsigned(key, to) < 0);
    }

    /** Whether a scan at this snapshot can be made from it. */
    boolean serves(long snapshot) {
        return snapshot >= validFrom && snapshot < lostAt;
    }

    boolean lost() {
        return lostAt != Long.MAX_VALUE;
    }

    boolean stale() {
        return lost() || delta.size() > Math.max(REBUILD_MIN, rows / REBUILD_SHARE);
    }

    void add(byte[] key, byte @Nullable [] row, long position) {
        if (lost()) return;
        if (delta.size() > Math.max(LOST_MIN, rows / LOST_SHARE)) lose(position);
        else delta.add(key, row, position);
    }

    /** From this position on changes are not known. */
    void lose(long position) {
        if (!lost()) lostAt = position;
    }
}
