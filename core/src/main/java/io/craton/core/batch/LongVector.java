package io.craton.core.batch;

import io.craton.core.type.Repr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Integers, dates, timestamps and booleans (0 or 1). */
public record LongVector(Repr repr, long[] values, int length, long @Nullable [] nulls) implements Vector {
    public LongVector(long[] values, int length, long @Nullable [] nulls) {
        this(Repr.LONG, values, length, nulls);
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
        if (Nulls.get(nulls, row)) return null;
        return repr == Repr.BOOL ? (Object) (values[row] != 0) : (Object) values[row];
    }

    @Override
    public long longAt(int row) {
        return values[row];
    }

    @Override
    public double doubleAt(int row) {
        throw new IllegalStateException("doubles of " + repr);
    }

    @Override
    public Vector gather(int[] rows, int count) {
        long[] result = new long[count];
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (row >= 0) result[i] = values[row];
        }
        return new LongVector(repr, result, count, Nulls.gather(nulls, rows, count));
    }

    @Override
    public Vector slice(int from, int count) {
        return new LongVector(repr, Arrays.copyOfRange(values, from, from + count), count, Nulls.slice(nulls, from, count));
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
