package io.craton.core.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An array: elements in row-major order, sizes and lower bounds of each dimension. No dimensions: the empty array. Never changed once made.
 *
 * @param elementType type of the elements
 */
public record PgArray(PgType elementType, int[] sizes, int[] lowerBounds, @Nullable Object[] elements) {
    /** A one-dimensional array with lower bound 1. */
    public static PgArray of(PgType elementType, @Nullable Object... elements) {
        return elements.length == 0
                ? new PgArray(elementType, new int[0], new int[0], elements)
                : new PgArray(elementType, new int[] {elements.length}, new int[] {1}, elements);
    }

    public int dimensions() {
        return sizes.length;
    }

    /** The same elements in the same places. (What SQL calls equal is DatumComparator's business.) */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PgArray that && elementType.oid() == that.elementType.oid() && Arrays.equals(sizes, that.sizes)
                && Arrays.equals(lowerBounds, that.lowerBounds) && Arrays.deepEquals(elements, that.elements);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(elements) * 31 + Arrays.hashCode(sizes);
    }
}
