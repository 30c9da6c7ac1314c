package io.craton.core.batch;

import io.craton.core.type.Repr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** float8, and float4 whose values are always exactly floats. */
public record DoubleVector(double[] values, int length, long @Nullable [] nulls) implements Vector {
    @Override
    public Repr repr() {
        return Repr.DOUBLE;
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
        return Nulls.get(nulls, row) ? null : (Object) values[row];
    }

    @Override
    public long longAt(int row) {
        throw new IllegalStateException("longs of DOUBLE");
    }

    @Override
    public double doubleAt(int row) {
        return values[row];
    }

    @Override
    public Vector gather(int[] rows, int count) {
        double[] result = new double[count];
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (row >= 0) result[i] = values[row];
        }
        return new DoubleVector(result, count, Nulls.gather(nulls, rows, count));
    }

    @Override
    public Vector slice(int from, int count) {
        return new DoubleVector(Arrays.copyOfRange(values, from, from + count), count, Nulls.slice(nulls, from, count));
    }

    @Override
    public Vector flat() {
        return this;
    }

    @Override
    public long bytes() {
        return 32 + 8L * values.length;
    }
}
