package io.craton.core.batch;

import org.jspecify.annotations.Nullable;

/** Null bits of a vector: bit set means null; a null array means that nothing is null. */
public final class Nulls {
    private Nulls() {}

    public static long[] create(int rows) {
        return new long[(rows + 63) >>> 6];
    }

    public static boolean get(long @Nullable [] bits, int row) {
        return bits != null && (bits[row >>> 6] >>> row & 1) != 0;
    }

    public static void set(long[] bits, int row) {
        bits[row >>> 6] |= 1L << row;
    }

    /** Union of both; may return one of the arguments. */
    public static long @Nullable [] or(long @Nullable [] left, long @Nullable [] right) {
        if (left == null) return right;
        if (right == null) return left;
        long[] result = left.clone();
        for (int i = 0; i < Math.min(result.length, right.length); i++) result[i] |= right[i];
        return result;
    }

    /** Bits of the rows {@code from .. from + count}; null when none of them is null. */
    public static long @Nullable [] slice(long @Nullable [] bits, int from, int count) {
        if (bits == null) return null;
        long[] result = create(count);
        int shift = from & 63;
        long any = 0;
        for (int i = 0; i < result.length; i++) {
            int word = (from >>> 6) + i;
            long low = word < bits.length ? bits[word] >>> shift : 0;
            long high = shift != 0 && word + 1 < bits.length ? bits[word + 1] << 64 - shift : 0;
            result[i] = low | high;
            if (i == result.length - 1 && (count & 63) != 0) result[i] &= (1L << (count & 63)) - 1;
            any |= result[i];
        }
        return any == 0 ? null : result;
    }

    /** Bits of gathered rows; -1 is null. */
    public static long @Nullable [] gather(long @Nullable [] bits, int[] rows, int count) {
        long[] result = null;
        for (int i = 0; i < count; i++) {
            if (rows[i] < 0 || bits != null && get(bits, rows[i])) {
                if (result == null) result = create(count);
                set(result, i);
            }
        }
        return result;
    }
}
