package io.craton.sql.expr;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Assignment to an element or a slice of an array (array_set_element, array_set_slice): the new whole array. An array of one dimension grows as needed, with
 * nulls in the gap; others keep their bounds; an empty one takes the bounds of the assignment.
 */
final class ArrayAssignment extends Evaluator {
    private static final int ELEMENTS_MAX = 134217727;

    private final Evaluator target;
    private final ArrayEvaluators.Bounds[] subscripts;
    private final Evaluator value;
    private final PgType elementType;
    private final boolean slice;

    ArrayAssignment(PgType type, PgType elementType, Evaluator target, ArrayEvaluators.Bounds[] subscripts, Evaluator value) {
        super(type);
        this.target = target;
        this.subscripts = subscripts;
        this.value = value;
        this.elementType = elementType;
        boolean any = false;
        for (ArrayEvaluators.Bounds bounds : subscripts) any |= bounds.slice();
        this.slice = any;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        PgArray array = (PgArray) target.value(scope, row);
        if (array == null) array = new PgArray(elementType, new int[0], new int[0], new Object[0]);
        Integer[] lower = new Integer[subscripts.length];
        Integer[] upper = new Integer[subscripts.length];
        for (int i = 0; i < subscripts.length; i++) {
            upper[i] = subscript(scope, row, subscripts[i].upper());
            lower[i] = slice && !subscripts[i].slice() ? (Integer) 1 : subscript(scope, row, subscripts[i].lower());
        }
        Object assigned = value.value(scope, row);
        if (!slice) return element(array, upper, assigned);
        return assigned == null ? array : slice(array, lower, upper, (PgArray) assigned);
    }

    /** Null when left out. */
    private static @Nullable Integer subscript(Scope scope, RowView row, @Nullable Evaluator evaluator) {
        if (evaluator == null) return null;
        Object subscript = evaluator.value(scope, row);
        if (subscript == null) {
            throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "array subscript in assignment must not be null");
        }
        return (int) (long) (Long) subscript;
    }

    private PgArray element(PgArray array, Integer[] at, @Nullable Object item) {
        if (array.dimensions() == 0) {
            int[] sizes = new int[at.length];
            int[] bounds = new int[at.length];
            Arrays.fill(sizes, 1);
            for (int i = 0; i < at.length; i++) bounds[i] = at[i];
            return new PgArray(elementType, sizes, bounds, new Object[] {item});
        }
        if (array.dimensions() != at.length) throw subscriptError("wrong number of array subscripts");
        if (at.length == 1) {
            PgArray grown = grown(array, at[0], at[0]);
            grown.elements()[at[0] - grown.lowerBounds()[0]] = item;
            return grown;
        }
        int position = 0;
        for (int i = 0; i < at.length; i++) {
            int offset = at[i] - array.lowerBounds()[i];
            if (offset < 0 || offset >= array.sizes()[i]) throw subscriptError("array subscript out of range");
            position = position * array.sizes()[i] + offset;
        }
        Object[] elements = array.elements().clone();
        elements[position] = item;
        return new PgArray(array.elementType(), array.sizes(), array.lowerBounds(), elements);
    }

    /** A copy of a one-dimensional array that covers first..last too. */
    private static PgArray grown(PgArray array, int first, int last) {
        int low = Math.min(first, array.lowerBounds()[0]);
        long high = Math.max(last, (long) array.lowerBounds()[0] + array.sizes()[0] - 1);
        Object[] elements = new Object[checkedSize(high - low + 1)];
        System.arraycopy(array.elements(), 0, elements, array.lowerBounds()[0] - low, array.elements().length);
        return new PgArray(array.elementType(), new int[] {elements.length}, new int[] {low}, elements);
    }

    private static int checkedSize(long size) {
        if (size > ELEMENTS_MAX) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "array size exceeds the maximum allowed (" + ELEMENTS_MAX + ")");
        }
        return (int) size;
    }

    private PgArray slice(PgArray array, Integer[] lower, Integer[] upper, PgArray source) {
        if (array.dimensions() == 0) return fresh(lower, upper, source);
        int dimensions = array.dimensions();
        if (dimensions < lower.length) throw subscriptError("wrong number of array subscripts");
        int[] first = array.lowerBounds().clone();
        int[] sizes = array.sizes().clone();
        long total = 1;
        for (int i = 0; i < dimensions; i++) {
            int low = array.lowerBounds()[i];
            long high = (long) low + array.sizes()[i] - 1;
            if (i < lower.length) {
                int from = lower[i] == null ? low : lower[i];
                long to = upper[i] == null ? high : upper[i];
                if (from > to) throw subscriptError("upper bound cannot be less than lower bound");
                if (dimensions > 1 && (from < low || to > high)) throw subscriptError("array subscript out of range");
                first[i] = from;
                sizes[i] = checkedSize(to - from + 1);
            }
            total = checkedSize(total * sizes[i]);
        }
        if (source.elements().length < total) throw subscriptError("source array too small");
        if (dimensions == 1) {
            PgArray grown = grown(array, first[0], first[0] + sizes[0] - 1);
            System.arraycopy(source.elements(), 0, grown.elements(), first[0] - grown.lowerBounds()[0], sizes[0]);
            return grown;
        }
        Object[] elements = array.elements().clone();
        int[] index = new int[dimensions];
        for (int k = 0; k < total; k++) {
            int at = 0;
            for (int i = 0; i < dimensions; i++) at = at * array.sizes()[i] + first[i] - array.lowerBounds()[i] + index[i];
            elements[at] = source.elements()[k];
            for (int i = dimensions - 1; i >= 0 && ++index[i] == sizes[i]; i--) index[i] = 0;
        }
        return new PgArray(array.elementType(), array.sizes(), array.lowerBounds(), elements);
    }

    /** A slice of an empty array. */
    private PgArray fresh(Integer[] lower, Integer[] upper, PgArray source) {
        int[] bounds = new int[lower.length];
        int[] sizes = new int[lower.length];
        long total = 1;
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] == null || upper[i] == null) {
                throw PgError.error(SqlState.ARRAY_SUBSCRIPT_ERROR, "array slice subscript must provide both boundaries")
                        .withDetail("When assigning to a slice of an empty array value, slice boundaries must be fully specified.")
                        .exception();
            }
            bounds[i] = lower[i];
            long size = 1L + upper[i] - lower[i];
            if (size < 0) throw subscriptError("upper bound cannot be less than lower bound");
            sizes[i] = checkedSize(size);
            total = checkedSize(total * size);
        }
        if (source.elements().length < total) throw subscriptError("source array too small");
        return new PgArray(elementType, sizes, bounds, Arrays.copyOf(source.elements(), (int) total));
    }

    private static PgException subscriptError(String message) {
        return new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, message);
    }
}
