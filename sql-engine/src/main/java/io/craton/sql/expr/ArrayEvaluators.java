package io.craton.sql.expr;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.ScalarKernel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ARRAY[..], subscripts, slices, assignment to elements, and = ANY / ALL over arrays. */
final class ArrayEvaluators {
    private ArrayEvaluators() {}

    /** Arrays of equal shape as one array of a dimension more. */
    static Object nest(List<Object> parts) {
        PgArray shape = null;
        int elements = 0;
        for (Object part : parts) {
            if (!(part instanceof PgArray array)) {
                if (shape != null && shape.dimensions() > 0) throw mismatch();
                continue;
            }
            if (shape != null && !java.util.Arrays.equals(shape.sizes(), array.sizes())) throw mismatch();
            shape = array;
            elements += array.elements().length;
        }
        if (shape == null || shape.dimensions() == 0) {
            return new PgArray(shape == null ? PgTypes.TEXT : shape.elementType(), new int[0], new int[0], new Object[0]);
        }
        for (Object part : parts) if (part == null) throw mismatch();
        int[] sizes = new int[shape.dimensions() + 1];
        int[] bounds = new int[sizes.length];
        sizes[0] = parts.size();
        bounds[0] = 1;
        System.arraycopy(shape.sizes(), 0, sizes, 1, shape.dimensions());
        System.arraycopy(shape.lowerBounds(), 0, bounds, 1, shape.dimensions());
        Object[] all = new Object[elements];
        int at = 0;
        for (Object part : parts) {
            Object[] source = ((PgArray) part).elements();
            System.arraycopy(source, 0, all, at, source.length);
            at += source.length;
        }
        return new PgArray(shape.elementType(), sizes, bounds, all);
    }

    private static PgException mismatch() {
        return PgError.error(SqlState.ARRAY_SUBSCRIPT_ERROR, "multidimensional arrays must have array expressions with matching dimensions")
                .exception();
    }

    static final class Build extends Evaluator {
        private final Evaluator[] elements;
        private final boolean nested;
        private final PgType elementType;

        Build(PgType type, PgType elementType, boolean nested, Evaluator[] elements) {
            super(type);
            this.elements = elements;
            this.nested = nested;
            this.elementType = elementType;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object[] values = new Object[elements.length];
            for (int i = 0; i < values.length; i++) values[i] = elements[i].value(scope, row);
            return nested ? nest(java.util.Arrays.asList(values)) : PgArray.of(elementType, values);
        }
    }

    /** @param lower null where left out */
    record Bounds(@Nullable Evaluator lower, @Nullable Evaluator upper, boolean slice) {}

    static final class Element extends Evaluator {
        private final Evaluator argument;
        private final Bounds[] subscripts;
        private final boolean slice;

        Element(PgType type, Evaluator argument, Bounds[] subscripts) {
            super(type);
            this.argument = argument;
            this.subscripts = subscripts;
            boolean any = false;
            for (Bounds bounds : subscripts) any |= bounds.slice;
            this.slice = any;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object value = argument.value(scope, row);
            if (value instanceof String name) return byteOf(name, scope, row);
            if (!(value instanceof PgArray array)) return null;
            int count = subscripts.length;
            int[] lower = new int[count];
            int[] upper = new int[count];
            for (int i = 0; i < count; i++) {
                Bounds bounds = subscripts[i];
                boolean inside = i < array.dimensions();
                Integer low = bound(scope, row, bounds.lower, slice ? bounds.slice && inside ? array.lowerBounds()[i] : 1 : 0);
                Integer high = bound(scope, row, bounds.upper, inside ? array.lowerBounds()[i] + array.sizes()[i] - 1 : 0);
                if (low == null || high == null) return null;
                lower[i] = low;
                upper[i] = high;
            }
            return slice ? slice(array, lower, upper) : element(array, upper);
        }

        /** A name is an array of 64 "char"s that begins at 0. */
        private @Nullable Object byteOf(String name, Scope scope, RowView row) {
            if (slice) throw PgException.notSupported("slices of fixed-length arrays");
            Integer at = bound(scope, row, subscripts[0].upper, 0);
            if (at == null || at < 0 || at > 63 || subscripts.length > 1) return null;
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            return at < bytes.length ? (long) bytes[at] : 0L;
        }

        private static @Nullable Integer bound(Scope scope, RowView row, @Nullable Evaluator evaluator, int otherwise) {
            if (evaluator == null) return otherwise;
            Object value = evaluator.value(scope, row);
            return value == null ? null : (Integer) (int) (long) (Long) value;
        }

        private static @Nullable Object element(PgArray array, int[] subscripts) {
            if (subscripts.length != array.dimensions()) return null;
            int at = 0;
            for (int i = 0; i < subscripts.length; i++) {
                int offset = subscripts[i] - array.lowerBounds()[i];
                if (offset < 0 || offset >= array.sizes()[i]) return null;
                at = at * array.sizes()[i] + offset;
            }
            return array.elements()[at];
        }

        private static Object slice(PgArray array, int[] lower, int[] upper) {
            int dimensions = array.dimensions();
            PgArray empty = new PgArray(array.elementType(), new int[0], new int[0], new Object[0]);
            if (lower.length > dimensions) return empty;
            int[] from = new int[dimensions];
            int[] sizes = new int[dimensions];
            int total = 1;
            for (int i = 0; i < dimensions; i++) {
                int first = array.lowerBounds()[i];
                int last = first + array.sizes()[i] - 1;
                if (i < lower.length) {
                    first = Math.max(first, lower[i]);
                    last = Math.min(last, upper[i]);
                }
                if (last < first) return empty;
                from[i] = first - array.lowerBounds()[i];
                sizes[i] = last - first + 1;
                total *= sizes[i];
            }
            Object[] elements = new Object[total];
            int[] index = new int[dimensions];
            for (int k = 0; k < total; k++) {
                int at = 0;
                for (int i = 0; i < dimensions; i++) at = at * array.sizes()[i] + from[i] + index[i];
                elements[k] = array.elements()[at];
                for (int i = dimensions - 1; i >= 0 && ++index[i] == sizes[i]; i--) index[i] = 0;
            }
            int[] bounds = new int[dimensions];
            java.util.Arrays.fill(bounds, 1);
            return new PgArray(array.elementType(), sizes, bounds, elements);
        }
    }

    /** left op ANY/ALL (array). */
    static final class AnyAll extends Evaluator {
        private final boolean all;
        private final Evaluator left;
        private final Evaluator array;
        private final ScalarKernel kernel;
        private final CallInfo info;
        private final PgType leftType;
        private final boolean hashed;

        /** @param hashed the operator is plain equality, so that a constant list becomes a hash set */
        AnyAll(boolean all, Evaluator left, Evaluator array, ScalarKernel kernel, CallInfo info, boolean hashed) {
            super(PgTypes.BOOL);
            this.all = all;
            this.left = left;
            this.array = array;
            this.kernel = kernel;
            this.info = info;
            this.leftType = left.type();
            this.hashed = hashed && !all;
        }

        /** Keys of the array last seen in this scope: constants and parameters stay the same object. */
        private static final class Seen {
            @Nullable Object array;
            java.util.Set<Object> keys = java.util.Set.of();
            boolean hasNull;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return test(scope, left.value(scope, row), array.value(scope, row));
        }

        private @Nullable Object test(Scope scope, @Nullable Object value, @Nullable Object list) {
            if (list == null) return null;
            Object[] elements = ((PgArray) list).elements();
            if (elements.length == 0) return all;
            if (hashed && elements.length > 8) return testHashed(scope, value, list, elements);
            if (value == null && info.function().strict()) return null;
            boolean unknown = false;
            for (Object element : elements) {
                Object result = element == null && info.function().strict()
                        ? null
                        : kernel.apply(scope.context(), info, new Object[] {value, element});
                if (result == null) unknown = true;
                else if ((Boolean) result != all) return !all;
            }
            return unknown ? null : (Object) all;
        }

        private @Nullable Object testHashed(Scope scope, @Nullable Object value, Object list, Object[] elements) {
            if (value == null) return null;
            Seen seen = scope.state(this, Seen::new);
            if (seen.array != list) {
                seen.array = list;
                seen.keys = new java.util.HashSet<>(elements.length * 2);
                seen.hasNull = false;
                PgType elementType = ((PgArray) list).elementType();
                for (Object element : elements) {
                    if (element == null) seen.hasNull = true;
                    else seen.keys.add(Datums.key(elementType, element));
                }
            }
            return seen.keys.contains(Datums.key(leftType, value)) ? (Object) true : seen.hasNull ? null : (Object) false;
        }
    }
}
