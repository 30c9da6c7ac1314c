package io.craton.core.batch;

import io.craton.core.type.Repr;
import org.jspecify.annotations.Nullable;

/** A column of a batch. Never changed once handed out. Rows are 0-based positions below {@link #length}. */
public sealed interface Vector
        permits LongVector, DoubleVector, BytesVector, NumericVector, ObjectVector, ConstantVector, DictionaryVector {
    Repr repr();

    int length();

    boolean isNull(int row);

    /** False promises that no row is null. */
    boolean mayHaveNulls();

    /** The datum of a row, boxed; null for SQL null. */
    @Nullable Object datum(int row);

    /** The value of a non-null row of {@link Repr#LONG} or {@link Repr#BOOL}. */
    long longAt(int row);

    /** The value of a non-null row of {@link Repr#DOUBLE}. */
    double doubleAt(int row);

    /** A vector of these rows in this order; -1 gives null. Values may be shared with this vector. */
    Vector gather(int[] rows, int count);

    /** The rows {@code from .. from + count}. */
    default Vector slice(int from, int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) rows[i] = from + i;
        return gather(rows, count);
    }

    /** The same values in the plain form of the representation: no constant, no dictionary. */
    Vector flat();

    /** About how much memory it holds. */
    long bytes();
}
