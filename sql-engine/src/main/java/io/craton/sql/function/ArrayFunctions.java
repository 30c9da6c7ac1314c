package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators and functions of arrays. Arrays are immutable: every change makes a new one. */
final class ArrayFunctions {
    private static final int DIMENSIONS_MAX = 6;
    private static final int ELEMENTS_MAX = 134_217_727;

    private ArrayFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("arraycontains", (context, call, a) -> contains((PgArray) a[0], (PgArray) a[1]));
        kernels.scalar("arraycontained", (context, call, a) -> contains((PgArray) a[1], (PgArray) a[0]));
        kernels.scalar("arrayoverlap", (context, call, a) -> overlaps((PgArray) a[0], (PgArray) a[1]));
        kernels.scalar("array_ndims", (context, call, a) -> dimensions(a[0]) == 0 ? null : (Object) (long) dimensions(a[0]));
        kernels.scalar("array_dims", (context, call, a) -> dimensions(a[0]) == 0 ? null : dimensionText((PgArray) a[0]));
        kernels.scalar("array_cardinality", (context, call, a) -> (long) ((PgArray) a[0]).elements().length);
        kernels.scalar("array_lower", (context, call, a) -> bound((PgArray) a[0], (Long) a[1], 'l'));
        kernels.scalar("array_upper", (context, call, a) -> bound((PgArray) a[0], (Long) a[1], 'u'));
        kernels.scalar("array_length", (context, call, a) -> bound((PgArray) a[0], (Long) a[1], 'n'));
        kernels.scalar("array_append", (context, call, a) -> extend(context, call, (PgArray) a[0], a[1], true));
        kernels.scalar("array_prepend", (context, call, a) -> extend(context, call, (PgArray) a[1], a[0], false));
        kernels.scalar("array_cat", (context, call, a) -> concat((PgArray) a[0], (PgArray) a[1]));
        kernels.scalar("array_position", (context, call, a) -> position((PgArray) a[0], a[1], 1));
        kernels.scalar("array_position_start", (context, call, a) -> {
            if (a[2] == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "initial position must not be null");
            return position((PgArray) a[0], a[1], (Long) a[2]);
        });
        kernels.scalar("array_positions", (context, call, a) -> positions((PgArray) a[0], a[1]));
        kernels.scalar("array_remove", (context, call, a) -> replace((PgArray) a[0], a[1], null, true));
        kernels.scalar("array_replace", (context, call, a) -> replace((PgArray) a[0], a[1], a[2], false));
        kernels.scalar("array_fill", (context, call, a) -> fill(context, call, a[0], a[1], null, false));
        kernels.scalar("array_fill_with_lower_bounds", (context, call, a) -> fill(context, call, a[0], a[1], a[2], true));
        kernels.scalar("trim_array", (context, call, a) -> trim((PgArray) a[0], (Long) a[1]));
    }

    /** Type of the elements of an array type, user-defined ones included. */
    static PgType elementType(ExecContext context, PgType arrayType) {
        PgType element = PgTypes.find(arrayType.elementOid());
        if (element == null) element = context.format().types().type(arrayType.elementOid());
        if (element == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "could not determine the element type of " + arrayType.name());
        }
        return element;
    }

    private static int dimensions(Object array) {
        return ((PgArray) array).dimensions();
    }

    private static boolean equal(PgType type, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) return left == right;
        return DatumComparator.compare(type, left, right) == 0;
    }

    /** Every element of {@code part} is in {@code whole}; nulls are in nothing. */
    private static boolean contains(PgArray whole, PgArray part) {
        for (Object wanted : part.elements()) {
            if (wanted == null || !has(whole, wanted)) return false;
        }
        return true;
    }

    private static boolean overlaps(PgArray left, PgArray right) {
        for (Object wanted : right.elements()) {
            if (wanted != null && has(left, wanted)) return true;
        }
        return false;
    }

    private static boolean has(PgArray array, Object wanted) {
        for (Object element : array.elements()) {
            if (element != null && DatumComparator.compare(array.elementType(), element, wanted) == 0) return true;
        }
        return false;
    }

    private static String dimensionText(PgArray array) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < array.dimensions(); i++) {
            int lower = array.lowerBounds()[i];
            text.append('[').append(lower).append(':').append(lower + array.sizes()[i] - 1).append(']');
        }
        return text.toString();
    }

    private static @Nullable Object bound(PgArray array, long dimension, char which) {
        if (dimension < 1 || dimension > array.dimensions()) return null;
        int i = (int) dimension - 1;
        long lower = array.lowerBounds()[i];
        return which == 'l' ? lower : which == 'n' ? array.sizes()[i] : lower + array.sizes()[i] - 1;
    }

    private static Object extend(ExecContext context, CallInfo call, @Nullable PgArray array, @Nullable Object element, boolean atEnd) {
        if (array == null || array.dimensions() == 0) {
            PgType type = array != null ? array.elementType() : elementType(context, call.resultType());
            return PgArray.of(type, new Object[] {element});
        }
        if (array.dimensions() != 1) {
            throw new PgException(SqlState.DATA_EXCEPTION, "argument must be empty or one-dimensional array");
        }
        int size = array.elements().length;
        if (array.lowerBounds()[0] + (long) size > Integer.MAX_VALUE) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "integer out of range");
        }
        Object[] elements = new Object[size + 1];
        System.arraycopy(array.elements(), 0, elements, atEnd ? 0 : 1, size);
        elements[atEnd ? size : 0] = element;
        return new PgArray(array.elementType(), new int[] {size + 1}, array.lowerBounds(), elements);
    }

    static @Nullable Object concat(@Nullable PgArray left, @Nullable PgArray right) {
        if (left == null || right == null) return left == null ? right : left;
        if (left.dimensions() == 0) return right;
        if (right.dimensions() == 0) return left;
        int gap = left.dimensions() - right.dimensions();
        if (Math.abs(gap) > 1) {
            throw PgError.error(SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot concatenate incompatible arrays")
                    .withDetail("Arrays of " + left.dimensions() + " and " + right.dimensions()
                            + " dimensions are not compatible for concatenation.").exception();
        }
        PgArray outer = gap >= 0 ? left : right;
        PgArray inner = gap >= 0 ? right : left;
        int offset = gap == 0 ? 0 : 1;
        for (int i = 1; i < outer.dimensions(); i++) {
            int other = i - offset;
            if (outer.sizes()[i] != inner.sizes()[other] || outer.lowerBounds()[i] != inner.lowerBounds()[other]) {
                throw PgError.error(SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot concatenate incompatible arrays")
                        .withDetail(gap == 0 ? "Arrays with differing element dimensions are not compatible for concatenation."
                                : "Arrays with differing dimensions are not compatible for concatenation.").exception();
            }
        }
        int[] sizes = outer.sizes().clone();
        sizes[0] += gap == 0 ? inner.sizes()[0] : 1;
        Object[] elements = Arrays.copyOf(left.elements(), left.elements().length + right.elements().length);
        System.arraycopy(right.elements(), 0, elements, left.elements().length, right.elements().length);
        return new PgArray(left.elementType(), sizes, outer.lowerBounds(), elements);
    }

    private static @Nullable Object position(@Nullable PgArray array, @Nullable Object wanted, long from) {
        if (array == null) return null;
        requireFlat(array, "searching for elements in multidimensional arrays is not supported");
        if (array.dimensions() == 0) return null;
        int lower = array.lowerBounds()[0];
        for (int i = (int) Math.max(0, from - lower); i < array.elements().length; i++) {
            if (equal(array.elementType(), array.elements()[i], wanted)) return (long) (lower + i);
        }
        return null;
    }

    private static void requireFlat(PgArray array, String problem) {
        if (array.dimensions() > 1) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, problem);
    }

    private static @Nullable Object positions(@Nullable PgArray array, @Nullable Object wanted) {
        if (array == null) return null;
        requireFlat(array, "searching for elements in multidimensional arrays is not supported");
        List<Object> found = new ArrayList<>();
        for (int i = 0; i < array.elements().length; i++) {
            if (equal(array.elementType(), array.elements()[i], wanted)) found.add((long) (array.lowerBounds()[0] + i));
        }
        return PgArray.of(PgTypes.INT4, found.toArray());
    }

    private static @Nullable Object replace(@Nullable PgArray array, @Nullable Object old, @Nullable Object replacement, boolean remove) {
        if (array == null) return null;
        if (remove) requireFlat(array, "removing elements from multidimensional arrays is not supported");
        List<@Nullable Object> kept = new ArrayList<>(array.elements().length);
        for (Object element : array.elements()) {
            boolean hit = equal(array.elementType(), element, old);
            if (!hit) kept.add(element);
            else if (!remove) kept.add(replacement);
        }
        if (kept.isEmpty()) return PgArray.of(array.elementType());
        int[] sizes = remove ? new int[] {kept.size()} : array.sizes();
        return new PgArray(array.elementType(), sizes, array.lowerBounds(), kept.toArray());
    }

    private static Object fill(ExecContext context, CallInfo call, @Nullable Object value, @Nullable Object sizeArray,
            @Nullable Object boundArray, boolean bounded) {
        if (sizeArray == null || bounded && boundArray == null) {
            throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "dimension array or low bound array cannot be null");
        }
        int[] sizes = dimensionsOf((PgArray) sizeArray);
        int[] lowerBounds = new int[sizes.length];
        Arrays.fill(lowerBounds, 1);
        if (bounded) {
            lowerBounds = dimensionsOf((PgArray) boundArray);
            if (lowerBounds.length != sizes.length) {
                throw PgError.error(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts")
                        .withDetail("Low bound array has different size than dimensions array.").exception();
            }
        }
        if (sizes.length > DIMENSIONS_MAX) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "number of array dimensions (" + sizes.length + ") exceeds the maximum allowed (6)");
        }
        long count = sizes.length == 0 ? 0 : 1;
        for (int size : sizes) {
            if (size < 0 || (count *= size) > ELEMENTS_MAX) {
                throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED,
                        "array size exceeds the maximum allowed (" + ELEMENTS_MAX + ")");
            }
        }
        PgType type = elementType(context, call.resultType());
        if (count == 0) return PgArray.of(type);
        CollectingAggregates.charge(context, count * 8);
        Object[] elements = new Object[(int) count];
        Arrays.fill(elements, value);
        return new PgArray(type, sizes, lowerBounds, elements);
    }

    private static int[] dimensionsOf(PgArray array) {
        if (array.dimensions() > 1) {
            throw PgError.error(SqlState.ARRAY_SUBSCRIPT_ERROR, "wrong number of array subscripts")
                    .withDetail("Dimension array must be one dimensional.").exception();
        }
        int[] values = new int[array.elements().length];
        for (int i = 0; i < values.length; i++) {
            if (array.elements()[i] == null) {
                throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "dimension values cannot be null");
            }
            values[i] = (int) (long) (Long) array.elements()[i];
        }
        return values;
    }

    private static Object trim(PgArray array, long count) {
        int size = array.dimensions() > 0 ? array.sizes()[0] : 0;
        if (count < 0 || count > size) {
            throw new PgException(SqlState.ARRAY_ELEMENT_ERROR, "number of elements to trim must be between 0 and " + size);
        }
        int kept = size - (int) count;
        if (kept == 0) return PgArray.of(array.elementType());
        int[] sizes = array.sizes().clone();
        sizes[0] = kept;
        int[] lowerBounds = new int[sizes.length];
        Arrays.fill(lowerBounds, 1);
        return new PgArray(array.elementType(), sizes, lowerBounds,
                Arrays.copyOf(array.elements(), array.elements().length / size * kept));
    }
}
