package io.craton.core.batch;

import io.craton.core.type.Repr;
import org.jspecify.annotations.Nullable;

/** One value for every row. {@code value} is a plain vector of length 1. */
public record ConstantVector(Vector value, int length) implements Vector {
    public static ConstantVector of(Repr repr, @Nullable Object datum, int length) {
        VectorBuilder builder = VectorBuilder.of(repr, 1);
        builder.append(datum);
        return new ConstantVector(builder.build(), length);
    }

    @Override
    public Repr repr() {
        return value.repr();
    }

    @Override
    public boolean isNull(int row) {
        return value.isNull(0);
    }

    @Override
    public boolean mayHaveNulls() {
        return value.isNull(0);
    }

    @Override
    public @Nullable Object datum(int row) {
        return value.datum(0);
    }

    @Override
    public long longAt(int row) {
        return value.longAt(0);
    }

    @Override
    public double doubleAt(int row) {
        return value.doubleAt(0);
    }

    @Override
    public Vector gather(int[] rows, int count) {
        for (int i = 0; i < count && !value.isNull(0); i++) {
            if (rows[i] < 0) {
                int[] zeros = new int[count];
                for (int k = 0; k < count; k++) zeros[k] = rows[k] < 0 ? -1 : 0;
                return value.gather(zeros, count);
            }
        }
        return new ConstantVector(value, count);
    }

    @Override
    public Vector slice(int from, int count) {
        return new ConstantVector(value, count);
    }

    @Override
    public Vector flat() {
        return value.gather(new int[length], length);
    }

    @Override
    public long bytes() {
        return 32 + value.bytes();
    }
}
