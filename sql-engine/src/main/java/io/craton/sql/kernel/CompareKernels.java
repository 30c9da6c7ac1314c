package io.craton.sql.kernel;

import io.craton.core.batch.BytesVector;
import io.craton.core.batch.Nulls;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons that narrow a selection. {@code rows[0..count)} are the positions to look at; those that pass are written to {@code result} (which may be
 * {@code rows} itself) and their number is returned. Null rows never pass. {@code mask} is {@link Comparison#mask}.
 */
public final class CompareKernels {
    private CompareKernels() {}

    public static int longs(long[] left, long[] right, long @Nullable [] nulls, int mask, int[] rows, int count, int[] result) {
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            int bit = mask >> position(left[row], right[row]) & 1;
            result[passed] = row;
            passed += bit;
        }
        return nulls == null ? passed : dropNulls(nulls, result, passed);
    }

    public static int longs(long[] left, long right, long @Nullable [] nulls, int mask, int[] rows, int count, int[] result) {
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            int bit = mask >> position(left[row], right) & 1;
            result[passed] = row;
            passed += bit;
        }
        return nulls == null ? passed : dropNulls(nulls, result, passed);
    }

    public static int doubles(double[] left, double[] right, long @Nullable [] nulls, int mask, int[] rows, int count,
            int[] result) {
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            int bit = mask >> (compare(left[row], right[row]) + 1) & 1;
            result[passed] = row;
            passed += bit;
        }
        return nulls == null ? passed : dropNulls(nulls, result, passed);
    }

    public static int doubles(double[] left, double right, long @Nullable [] nulls, int mask, int[] rows, int count,
            int[] result) {
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            int bit = mask >> (compare(left[row], right) + 1) & 1;
            result[passed] = row;
            passed += bit;
        }
        return nulls == null ? passed : dropNulls(nulls, result, passed);
    }

    /** PostgreSQL's order: NaN equals NaN and is greater than everything; the zeros are equal. */
    public static int compare(double left, double right) {
        if (left < right) return -1;
        if (left > right) return 1;
        if (left == right) return 0;
        return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
    }

    public static int bytes(BytesVector left, BytesVector right, long @Nullable [] nulls, int mask, int[] rows, int count,
            int[] result) {
        boolean equality = mask == Comparison.EQ.mask || mask == Comparison.NE.mask;
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (Nulls.get(nulls, row)) continue;
            int sign = equality ? left.same(row, right, row) ? 0 : 1 : Integer.signum(left.compare(row, right, row));
            if ((mask >> (sign + 1) & 1) != 0) result[passed++] = row;
        }
        return passed;
    }

    public static int bytes(BytesVector left, byte[] right, long @Nullable [] nulls, int mask, int[] rows, int count,
            int[] result) {
        boolean equality = mask == Comparison.EQ.mask || mask == Comparison.NE.mask;
        byte[] heap = left.heap();
        int[] starts = left.starts();
        int[] lengths = left.lengths();
        int passed = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (Nulls.get(nulls, row)) continue;
            int from = starts[row];
            int to = from + lengths[row];
            int sign = equality
                    ? lengths[row] == right.length && Arrays.equals(heap, from, to, right, 0, right.length) ? 0 : 1
                    : Integer.signum(Arrays.compareUnsigned(heap, from, to, right, 0, right.length));
            if ((mask >> (sign + 1) & 1) != 0) result[passed++] = row;
        }
        return passed;
    }

    private static int dropNulls(long[] nulls, int[] rows, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if ((nulls[row >>> 6] >>> row & 1) == 0) rows[kept++] = row;
        }
        return kept;
    }

    /** 0, 1 or 2 for less, equal, greater: the bit of a comparison's mask. */
    private static int position(long left, long right) {
        return left < right ? 0 : left == right ? 1 : 2;
    }
}
