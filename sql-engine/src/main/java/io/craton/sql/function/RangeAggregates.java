package io.craton.sql.function;

import io.craton.core.type.PgMultirange;
import io.craton.core.type.PgRange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** range_agg and range_intersect_agg, over ranges and multiranges. */
final class RangeAggregates {
    private static final int RANGE_AGG = 4301;
    private static final int MULTIRANGE_AGG = 6227;
    private static final int RANGE_INTERSECT_AGG = 4450;
    private static final int MULTIRANGE_INTERSECT_AGG = 4389;

    private RangeAggregates() {}

    private static final class Gathered {
        final List<PgRange> ranges = new ArrayList<>();
        @Nullable PgMultirange any;
    }

    private static final class Common {
        @Nullable Object value;

        void fold(Object next, BinaryOperator<Object> operator) {
            value = value == null ? next : operator.apply(value, next);
        }
    }

    static void register(Kernels kernels) {
        Aggregate<Gathered> union = Aggregate.of(Gathered::new, (context, state, a) -> {
            PgMultirange value = PgMultirange.of(a[0]);
            state.any = value;
            state.ranges.addAll(value.ranges());
            CollectingAggregates.charge(context, 64L * value.ranges().size());
        }, (left, right) -> {
            left.ranges.addAll(right.ranges);
            if (left.any == null) left.any = right.any;
            return left;
        }, (context, call, state, direct) -> state.any == null ? null : PgMultirange.of(state.any.subtype(), state.ranges));
        kernels.aggregate(RANGE_AGG, union);
        kernels.aggregate(MULTIRANGE_AGG, union);
        kernels.aggregate(RANGE_INTERSECT_AGG, intersection((a, b) -> ((PgRange) a).intersect((PgRange) b)));
        kernels.aggregate(MULTIRANGE_INTERSECT_AGG, intersection((a, b) -> ((PgMultirange) a).intersect((PgMultirange) b)));
    }

    private static Aggregate<Common> intersection(BinaryOperator<Object> operator) {
        return Aggregate.of(Common::new, (context, state, a) -> state.fold(a[0], operator), (left, right) -> {
            if (right.value != null) left.fold(right.value, operator);
            return left;
        }, (context, call, state, direct) -> state.value);
    }
}
