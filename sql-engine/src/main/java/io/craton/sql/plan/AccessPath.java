package io.craton.sql.plan;

import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.PatternPrefix;
import io.craton.sql.expr.ConstantEvaluator;
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
 * How rows of a table are reached: the first key parts equal these values, and the next one is as {@link Next} says. Without an index
 * the key is the table's own. No conditions: all rows in key order. Immutable.
 *
 * @param index null for the table's own key
 * @param equal {@link #IS_NULL} for a part that is null
 * @param next of the part behind {@code equal}; null when it may be anything
 * @param wholeUnique the equal values name at most one row
 * @param row gives the one row's key itself; nothing else is given then
 * @param conditions the conjuncts that it stands for, for display
 */
public record AccessPath(@Nullable IndexDef index, KeyCodec codec, List<Evaluator> equal, @Nullable Next next, boolean wholeUnique,
        boolean reverse, @Nullable Evaluator row, List<Scalar> conditions) {
    /** What a key part may be beside one value. */
    public sealed interface Next {
        /** An element of the array. */
        record Any(Evaluator array) implements Next {}

        /** Between bounds, one of which may be missing. */
        record Between(@Nullable Evaluator lower, boolean lowerInclusive, @Nullable Evaluator upper, boolean upperInclusive) implements Next {}

        record NotNull() implements Next {}

        /** Beginning as the pattern does. */
        record Beginning(PatternPrefix.Form form, Evaluator pattern) implements Next {}
    }

    /** Stands for no value, but for IS NULL. */
    static final Evaluator IS_NULL = new ConstantEvaluator(PgTypes.UNKNOWN, null);

    public AccessPath {
        equal = List.copyOf(equal);
        conditions = List.copyOf(conditions);
    }

    public static AccessPath full(@Nullable IndexDef index, KeyCodec codec) {
        return new AccessPath(index, codec, List.of(), null, false, false, null, List.of());
    }

    /** The row that has this key, as the system columns give it. */
    static AccessPath row(KeyCodec codec, Evaluator key, Scalar condition) {
        return new AccessPath(null, codec, List.of(), null, false, false, key, List.of(condition));
    }

    /** All rows but those for which the index's first part is null. */
    static AccessPath notNull(IndexDef index, KeyCodec codec, Scalar condition) {
        return new AccessPath(index, codec, List.of(), new Next.NotNull(), false, false, null, List.of(condition));
    }

    public boolean isFull() {
        return row == null && equal.isEmpty() && next == null;
    }

    public AccessPath reversed() {
        return new AccessPath(index, codec, equal, next, wholeUnique, !reverse, row, conditions);
    }

    /** Key ranges in key order (or reverse); the expressions see {@code outer}. */
    public List<KeyRange> ranges(Scope scope, RowView outer) {
        if (isFull()) return List.of(KeyRange.ALL);
        if (row != null) {
            byte[] key = (byte[]) row.value(scope, outer);
            return key == null ? List.of() : List.of(new KeyRange(key, Arrays.copyOf(key, key.length + 1)));
        }
        List<@Nullable Object> values = new ArrayList<>(equal.size() + 1);
        for (Evaluator evaluator : equal) {
            Object value = evaluator.value(scope, outer);
            if (value == null && evaluator != IS_NULL) return List.of();
            values.add(value);
        }
        return switch (next) {
            case null -> ranges(codec.range(values, null, null));
            case Next.Any any -> listRanges(values, any.array.value(scope, outer));
            case Next.Between between -> {
                KeyCodec.Bound low = bound(between.lower, between.lowerInclusive, scope, outer);
                KeyCodec.Bound high = bound(between.upper, between.upperInclusive, scope, outer);
                boolean open = (between.lower == null || low != null) && (between.upper == null || high != null);
                yield open ? ranges(codec.range(values, low, high)) : List.of();
            }
            case Next.NotNull _ -> ranges(codec.notNull(values));
            case Next.Beginning beginning -> {
                Object pattern = beginning.pattern.value(scope, outer);
                if (pattern == null) yield List.of();
                PatternPrefix prefix = PatternPrefix.of(beginning.form, pattern);
                if (prefix == null) yield ranges(codec.notNull(values));
                Object above = prefix.exact() ? prefix.start() : prefix.above(codec.parts().get(equal.size()).type());
                yield ranges(codec.range(values, new KeyCodec.Bound(prefix.start(), true), above == null ? null : new KeyCodec.Bound(above, prefix.exact())));
            }
        };
    }

    private static List<KeyRange> ranges(byte @Nullable [] @Nullable [] range) {
        return range == null ? List.of() : List.of(new KeyRange(range[0], range[1]));
    }

    private static KeyCodec.@Nullable Bound bound(@Nullable Evaluator evaluator, boolean inclusive, Scope scope, RowView outer) {
        Object value = evaluator == null ? null : evaluator.value(scope, outer);
        return value == null ? null : new KeyCodec.Bound(value, inclusive);
    }

    private List<KeyRange> listRanges(List<@Nullable Object> values, @Nullable Object array) {
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
