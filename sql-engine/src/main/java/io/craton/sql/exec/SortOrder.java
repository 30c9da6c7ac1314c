package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Repr;
import io.craton.sql.expr.DatumOrder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import org.jspecify.annotations.Nullable;

/** Sort keys compiled: expressions, directions and comparisons. Immutable. */
public record SortOrder(Evaluator[] expressions, boolean[] descending, boolean[] nullsFirst, DatumOrder[] orders) {
    int size() {
        return expressions.length;
    }

    /** These keys, and behind them others. */
    SortOrder then(SortOrder more) {
        int own = size();
        int all = own + more.size();
        Evaluator[] allExpressions = java.util.Arrays.copyOf(expressions, all);
        boolean[] allDescending = java.util.Arrays.copyOf(descending, all);
        boolean[] allNullsFirst = java.util.Arrays.copyOf(nullsFirst, all);
        DatumOrder[] allOrders = java.util.Arrays.copyOf(orders, all);
        System.arraycopy(more.expressions, 0, allExpressions, own, more.size());
        System.arraycopy(more.descending, 0, allDescending, own, more.size());
        System.arraycopy(more.nullsFirst, 0, allNullsFirst, own, more.size());
        System.arraycopy(more.orders, 0, allOrders, own, more.size());
        return new SortOrder(allExpressions, allDescending, allNullsFirst, allOrders);
    }

    /** Key datums of one row. */
    @Nullable Object[] values(Scope scope, RowView row) {
        Object[] values = new Object[expressions.length];
        for (int i = 0; i < values.length; i++) values[i] = expressions[i].value(scope, row);
        return values;
    }

    int compare(Scope scope, int key, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            if (left == right) return 0;
            return left == null == nullsFirst[key] ? -1 : 1;
        }
        int sign = orders[key].compare(scope, left, right);
        return descending[key] ? -sign : sign;
    }

    int compare(Scope scope, @Nullable Object[] left, @Nullable Object[] right) {
        for (int i = 0; i < expressions.length; i++) {
            int sign = compare(scope, i, left[i], right[i]);
            if (sign != 0) return sign;
        }
        return 0;
    }

    boolean[] reversed() {
        return descending;
    }

    /** Row numbers in order; equal rows keep theirs. */
    int[] sort(Scope scope, Vector[] columns, int rows) {
        Batch batch = Batch.of(columns, rows);
        Column[] keys = new Column[expressions.length];
        for (int i = 0; i < keys.length; i++) keys[i] = column(scope, i, expressions[i].vector(scope, batch));
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) order[i] = i;
        mergeSort(order, new int[rows], 0, rows, keys);
        return order;
    }

    /** Comparison of two rows by one key. */
    private interface Column {
        int compare(int left, int right);
    }

    private Column column(Scope scope, int key, Vector vector) {
        Vector flat = vector.flat();
        int sign = descending[key] ? -1 : 1;
        boolean plain = flat.repr() == Repr.BOOL
                || flat.repr() == Repr.LONG && DatumComparator.signedLongs(expressions[key].type());
        if (plain && flat instanceof LongVector longs && longs.nulls() == null) {
            long[] values = longs.values();
            return sign > 0 ? (a, b) -> Long.compare(values[a], values[b]) : (a, b) -> Long.compare(values[b], values[a]);
        }
        if (flat instanceof io.craton.core.batch.BytesVector bytes && bytes.nulls() == null && !orders[key].collated()
                && expressions[key].type().oid() != io.craton.core.type.TypeOid.BPCHAR) {
            return sign > 0 ? (a, b) -> bytes.compare(a, bytes, b) : (a, b) -> bytes.compare(b, bytes, a);
        }
        Object[] datums = new Object[flat.length()];
        for (int i = 0; i < datums.length; i++) datums[i] = flat.datum(i);
        return (a, b) -> compare(scope, key, datums[a], datums[b]);
    }

    private static int compare(Column[] keys, int left, int right) {
        for (Column key : keys) {
            int sign = key.compare(left, right);
            if (sign != 0) return sign;
        }
        return 0;
    }

    private static void mergeSort(int[] order, int[] spare, int from, int to, Column[] keys) {
        if (to - from < 12) {
            for (int i = from + 1; i < to; i++) {
                int row = order[i];
                int k = i - 1;
                while (k >= from && compare(keys, order[k], row) > 0) {
                    order[k + 1] = order[k];
                    k--;
                }
                order[k + 1] = row;
            }
            return;
        }
        int middle = from + to >>> 1;
        mergeSort(order, spare, from, middle, keys);
        mergeSort(order, spare, middle, to, keys);
        if (compare(keys, order[middle - 1], order[middle]) <= 0) return;
        System.arraycopy(order, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        int out = from;
        while (left < middle && right < to) {
            order[out++] = compare(keys, spare[left], order[right]) <= 0 ? spare[left++] : order[right++];
        }
        while (left < middle) order[out++] = spare[left++];
    }
}
