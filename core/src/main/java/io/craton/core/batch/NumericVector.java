package io.craton.core.batch;

import io.craton.core.type.Numeric;
import io.craton.core.type.Repr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numerics that are all finite, fit a long and have the same display scale: row i is {@code values[i]} times ten to the power of minus {@code scale}. */
public record NumericVector(long[] values, int scale, int length, long @Nullable [] nulls) implements Vector {
    @Override
    public Repr repr() {
        return Repr.NUMERIC;
    }

    @Override
    public boolean isNull(int row) {
        return Nulls.get(nulls, row);
    }

    @Override
    public boolean mayHaveNulls() {
        return nulls != null;
    }

    @Override
    public @Nullable Object datum(int row) {
        return Nulls.get(nulls, row) ? null : Numeric.of(values[row], scale);
    }

    @Override
    public long longAt(int row) {
        throw new IllegalStateException("longs of " + repr());
    }

    @Override
    public double doubleAt(int row) {
        throw new IllegalStateException("doubles of " + repr());
    }

    @Override
    public Vector gather(int[] rows, int count) {
        long[] result = new long[count];
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (row >= 0) result[i] = values[row];
        }
        return new NumericVector(result, scale, count, Nulls.gather(nulls, rows, count));
    }

    @Override
    public Vector slice(int from, int count) {
        return new NumericVector(Arrays.copyOfRange(values, from, from + count), scale, count, Nulls.slice(nulls, from, count));
    }

    @Override
    public Vector flat() {
        return this;
    }

    @Override
    public long bytes() {
        return 40 + 8L * values.length;
    }
}
