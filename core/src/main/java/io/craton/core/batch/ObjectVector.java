package io.craton.core.batch;

import io.craton.core.type.Repr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Datums as they are; null is SQL null. */
public record ObjectVector(Repr repr, @Nullable Object[] values, int length) implements Vector {
    @Override
    public boolean isNull(int row) {
        return values[row] == null;
    }

    @Override
    public boolean mayHaveNulls() {
        return true;
    }

    @Override
    public @Nullable Object datum(int row) {
        return values[row];
    }

    @Override
    public long longAt(int row) {
        throw new IllegalStateException("longs of " + repr);
    }

    @Override
    public double doubleAt(int row) {
        throw new IllegalStateException("doubles of " + repr);
    }

    @Override
    public Vector gather(int[] rows, int count) {
        Object[] result = new Object[count];
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (row >= 0) result[i] = values[row];
        }
        return new ObjectVector(repr, result, count);
    }

    @Override
    public Vector slice(int from, int count) {
        return new ObjectVector(repr, Arrays.copyOfRange(values, from, from + count), count);
    }

    @Override
    public Vector flat() {
        return this;
    }

    @Override
    public long bytes() {
        return 32 + 60L * values.length;
    }
}
