package io.craton.sql.exec;

import io.craton.core.batch.Nulls;
import org.jspecify.annotations.Nullable;

/**
 * Which integers may occur among the keys that a join keeps: exactly, by a bit for each between the smallest and the largest, when they lie close together, else by
 * two bits of a word that the key's hash chooses (a blocked Bloom filter). Immutable.
 */
final class KeyFilter {
    /** A bit for each number is used up to so many bits for each key, or so many in all. */
    private static final long BITS_PER_KEY = 64;
    private static final long BITS_FEW = 1 << 23;
    private static final long BITS_MAX = 1L << 30;

    private final long smallest;
    private final long largest;
    private final boolean exact;
    private final long[] bits;

    private KeyFilter(long smallest, long largest, boolean exact, long[] bits) {
        this.smallest = smallest;
        this.largest = largest;
        this.exact = exact;
        this.bits = bits;
    }

    /** @param stride distance between two keys in the array */
    static KeyFilter of(long[] keys, int first, int stride, int count) {
        long smallest = Long.MAX_VALUE;
        long largest = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            long key = keys[first + i * stride];
            smallest = Math.min(smallest, key);
            largest = Math.max(largest, key);
        }
        long span = largest - smallest;
        boolean exact = count == 0 || span >= 0 && span < BITS_MAX && (span < BITS_FEW || span / BITS_PER_KEY < count);
        long[] bits = new long[count == 0 ? 1 : exact ? (int) (span >>> 6) + 1 : Integer.highestOneBit(Math.max(1, count / 4)) * 2];
        KeyFilter filter = new KeyFilter(smallest, largest, exact, bits);
        for (int i = 0; i < count; i++) filter.add(keys[first + i * stride]);
        return filter;
    }

    private void add(long key) {
        if (exact) {
            long at = key - smallest;
            bits[(int) (at >>> 6)] |= 1L << at;
        } else {
            long hash = hash(key);
            bits[word(hash)] |= mask(hash);
        }
    }

    private static long hash(long key) {
        long hash = key * 0x9E3779B97F4A7C15L;
        return hash ^ hash >>> 29;
    }

    private int word(long hash) {
        return (int) (hash >>> 12) & bits.length - 1;
    }

    private static long mask(long hash) {
        return 1L << hash | 1L << (hash >>> 6);
    }

    boolean mayHold(long key) {
        if (key < smallest || key > largest) return false;
        if (exact) return (bits[(int) (key - smallest >>> 6)] >>> (key - smallest) & 1) != 0;
        long hash = hash(key);
        return (bits[word(hash)] & mask(hash)) == mask(hash);
    }

    /** Whether some key may lie between these bounds, both included. */
    boolean mayHold(long low, long high) {
        return low <= largest && high >= smallest;
    }

    /** Narrows the rows, in place, to those that may join. */
    int select(long[] values, long @Nullable [] nulls, int[] rows, int count) {
        int passed = 0;
        if (exact) {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                long at = values[row] - smallest;
                boolean inside = values[row] >= smallest && values[row] <= largest;
                rows[passed] = row;
                if (inside && (bits[(int) (at >>> 6)] >>> at & 1) != 0) passed++;
            }
        } else {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                rows[passed] = row;
                if (mayHold(values[row])) passed++;
            }
        }
        if (nulls == null) return passed;
        int kept = 0;
        for (int i = 0; i < passed; i++) if (!Nulls.get(nulls, rows[i])) rows[kept++] = rows[i];
        return kept;
    }
}
