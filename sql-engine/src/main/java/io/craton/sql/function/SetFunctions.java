package io.craton.sql.function;

import io.craton.core.type.PgArray;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** unnest and generate_subscripts, and how kernels make rows. */
final class SetFunctions {
    private SetFunctions() {}

    static void register(Kernels kernels) {
        kernels.set("array_unnest", (context, call, a) -> rows(Arrays.asList(((PgArray) a[0]).elements())));
        kernels.set("generate_subscripts", (context, call, a) -> subscripts((PgArray) a[0], (Long) a[1], (Boolean) a[2]));
        kernels.set("generate_subscripts_nodir", (context, call, a) -> subscripts((PgArray) a[0], (Long) a[1], false));
    }

    /** Rows of one datum each. */
    static Iterator<@Nullable Object[]> rows(List<@Nullable Object> values) {
        return rows(values.size(), i -> new Object[] {values.get(i)});
    }

    static Iterator<@Nullable Object[]> rows(int count, IntFunction<@Nullable Object[]> row) {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public @Nullable Object[] next() {
                if (next >= count) throw new NoSuchElementException();
                return row.apply(next++);
            }
        };
    }

    private static Iterator<@Nullable Object[]> subscripts(PgArray array, long dimension, boolean reverse) {
        if (dimension < 1 || dimension > array.dimensions()) return rows(List.of());
        long lower = array.lowerBounds()[(int) dimension - 1];
        int size = array.sizes()[(int) dimension - 1];
        return rows(size, i -> new Object[] {reverse ? lower + size - 1 - i : lower + i});
    }
}
