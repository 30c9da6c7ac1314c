package io.craton.sql.plan;

import io.craton.core.type.PgArray;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.txn.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How rows of a table are reached: the first key parts equal these values, the next one lies in a list or between bounds. Without an index
 * the key is the table's own. No conditions: all rows in key order. Immutable.
 *
 * @param index null for the table's own key
 * @param any array whose elements the part behind {@code equal} may be, or null
 * @param wholeUnique the equal values name at most one row
 * @param row gives the one row's key itself; nothing else is given then
 * @param conditions the conjuncts that it stands for, for display
 */
public record AccessPath(@Nullable IndexDef index, KeyCodec codec, List<Evaluator> equal, @Nullable Evaluator any,
        @Nullable Evaluator lower, boolean lowerInclusive, @Nullable Evaluator upper, boolean upperInclusive, boolean wholeUnique,
        boolean reverse, @Nullable Evaluator row, List<Scalar> conditions) {
    public AccessPath {
        equal = List.copyOf(equal);
        conditions = List.copyOf(conditions);
    }

    public static AccessPath full(@Nullable IndexDef index, KeyCodec codec) {
        return new AccessPath(index, codec, List.of(), null, null, false, null, false, false, false, null, List.of());
    }

    /** The row that has this key, as the system columns give it. */
    static AccessPath row(KeyCodec codec, Evaluator key, Scalar condition) {
        return new AccessPath(null, codec, List.of(), null, null, false, null, false, false, false, key, List.of(condition));
    }

    public boolean isFull() {
        return row == null && equal.isEmpty() && any == null && lower == null && upper == null;
    }

    public AccessPath reversed() {
        return new AccessPath(index, codec, equal, any, lower, lowerInclusive, upper, upperInclusive, wholeUnique, !reverse, row, conditions);
    }

    /** Key ranges in key order (or reverse); the expressions see {@code outer}. */
    public List<KeyRange> ranges(Scope scope, RowView outer) {
        if (isFull()) return List.of(KeyRange.ALL);
        if (row != null) {
            byte[] key = (byte[]) row.value(scope, outer);
            return key == null ? List.of() : List.of(new KeyRange(key, Arrays.copyOf(key, key.length + 1)));
        }
        List<Object> values = new ArrayList<>(equal.size() + 1);
        for (Evaluator evaluator : equal) {
            Object value = evaluator.value(scope, outer);
            if (value == null) return List.of();
            values.add(value);
        }
        if (any != null) return listRanges(values, any.value(scope, outer));
        KeyCodec.Bound low = null;
        KeyCodec.Bound high = null;
        if (lower != null) {
            Object value = lower.value(scope, outer);
            if (value == null) return List.of();
            low = new KeyCodec.Bound(value, lowerInclusive);
        }
        if (upper != null) {
            Object value = upper.value(scope, outer);
            if (value == null) return List.of();
            high = new KeyCodec.Bound(value, upperInclusive);
        }
        byte[][] range = codec.range(values, low, high);
        return range == null ? List.of() : List.of(new KeyRange(range[0], range[1]));
    }

    private List<KeyRange> listRanges(List<Object> values, @Nullable Object array) {
        if (array == null) return List.of();
        TreeMap<byte[], KeyRange> ranges = new TreeMap<>(Arrays::compareUnsigned);
        int last = values.size();
        values.add(null);
        for (Object element : ((PgArray) array).elements()) {
            if (element == null) continue;
            values.set(last, element);
            byte[][] range = codec.range(values, null, null);
            if (range != null && range[0] != null) ranges.put(range[0], new KeyRange(range[0], range[1]));
        }
        List<KeyRange> all = new ArrayList<>(ranges.values());
        return reverse ? all.reversed() : all;
    }
}
