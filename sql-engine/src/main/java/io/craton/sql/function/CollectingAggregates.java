package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Interval;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.sql.exec.ExecContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Aggregates that keep their input: array_agg, and the ordered-set and hypothetical-set ones. */
final class CollectingAggregates {
    private static final int BYTES_EACH = 40;

    private CollectingAggregates() {}

    static void charge(ExecContext context, long bytes) {
        context.retain(bytes);
    }

    /** Values in the order they came. */
    private static final class Values {
        final List<@Nullable Object> list = new ArrayList<>();

        static void add(ExecContext context, Values state, @Nullable Object[] a) {
            charge(context, BYTES_EACH);
            state.list.add(a[0]);
        }
    }

    /** Where the hypothetical row would stand. */
    private static final class Hypothetical {
        long rows;
        long before;
        long peersOrBefore;
        long groupsBefore;

        static void add(ExecContext context, Hypothetical s, @Nullable Object[] a) {
            long order = (Long) a[0];
            s.rows++;
            if (order < 0) {
                s.before++;
                if ((Boolean) a[1]) s.groupsBefore++;
            }
            if (order <= 0) s.peersOrBefore++;
        }
    }

    private interface Pick {
        @Nullable Object at(CallInfo call, List<@Nullable Object> sorted, double fraction);
    }

    static void register(Kernels kernels) {
        Aggregate<Values> arrays = new Aggregate<>(false, Values::new, Values::add, null,
                (context, call, s, direct) -> s.list.isEmpty() ? null
                        : PgArray.of(ArrayFunctions.elementType(context, call.resultType()), s.list.toArray()));
        kernels.aggregate(2335, arrays);
        kernels.aggregate(4053, new Aggregate<>(false, Values::new, CollectingAggregates::addArray, null, CollectingAggregates::nested));
        percentile(kernels, 3972, false, CollectingAggregates::discrete);
        percentile(kernels, 3978, true, CollectingAggregates::discrete);
        percentile(kernels, 3974, false, CollectingAggregates::continuous);
        percentile(kernels, 3980, true, CollectingAggregates::continuous);
        percentile(kernels, 3976, false, CollectingAggregates::continuousInterval);
        percentile(kernels, 3982, true, CollectingAggregates::continuousInterval);
        kernels.aggregate(3984, Aggregate.of(Values::new, Values::add, null, CollectingAggregates::mode));
        hypothetical(kernels, 3986, s -> s.before + 1);
        hypothetical(kernels, 3988, s -> s.rows == 0 ? 0.0 : (double) s.before / s.rows);
        hypothetical(kernels, 3990, s -> (double) (s.peersOrBefore + 1) / (s.rows + 1));
        hypothetical(kernels, 3992, s -> s.groupsBefore + 1);
    }

    private static void hypothetical(Kernels kernels, int oid, java.util.function.Function<Hypothetical, Object> finish) {
        kernels.aggregate(oid, new Aggregate<>(false, Hypothetical::new, Hypothetical::add, null,
                (context, call, s, direct) -> finish.apply(s)));
    }

    // ---- percentiles -----------------------------------------------------------------------------------------------

    private static void percentile(Kernels kernels, int oid, boolean many, Pick pick) {
        kernels.aggregate(oid, Aggregate.of(Values::new, Values::add, null, (context, call, s, direct) -> {
            if (direct[0] == null || s.list.isEmpty()) return null;
            if (!many) return pick.at(call, s.list, fraction((Double) direct[0]));
            PgArray fractions = (PgArray) direct[0];
            Object[] results = new Object[fractions.elements().length];
            for (int i = 0; i < results.length; i++) {
                Object fraction = fractions.elements()[i];
                results[i] = fraction == null ? null : pick.at(call, s.list, fraction((Double) fraction));
            }
            return new PgArray(ArrayFunctions.elementType(context, call.resultType()), fractions.sizes(), fractions.lowerBounds(), results);
        }));
    }

    private static double fraction(double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE,
                    "percentile value " + shortForm(value) + " is not between 0 and 1");
        }
        return value;
    }

    /** As C's %g. */
    private static String shortForm(double value) {
        if (Double.isNaN(value)) return "NaN";
        java.math.BigDecimal rounded = new java.math.BigDecimal(value).round(new java.math.MathContext(6)).stripTrailingZeros();
        return rounded.toPlainString();
    }

    private static @Nullable Object discrete(CallInfo call, List<@Nullable Object> sorted, double fraction) {
        long row = (long) Math.ceil(fraction * sorted.size());
        return sorted.get((int) Math.max(row - 1, 0));
    }

    private static Object continuous(CallInfo call, List<@Nullable Object> sorted, double fraction) {
        double at = fraction * (sorted.size() - 1);
        double low = (Double) sorted.get((int) Math.floor(at));
        double high = (Double) sorted.get((int) Math.ceil(at));
        return Math.floor(at) == Math.ceil(at) ? low : low + (at - Math.floor(at)) * (high - low);
    }

    private static Object continuousInterval(CallInfo call, List<@Nullable Object> sorted, double fraction) {
        double at = fraction * (sorted.size() - 1);
        Interval low = (Interval) sorted.get((int) Math.floor(at));
        Interval high = (Interval) sorted.get((int) Math.ceil(at));
        if (Math.floor(at) == Math.ceil(at)) return low;
        Interval gap = new Interval(high.months() - low.months(), high.days() - low.days(), high.micros() - low.micros());
        Interval part = NumberAggregates.multiply(gap, at - Math.floor(at));
        return new Interval(low.months() + part.months(), low.days() + part.days(), low.micros() + part.micros());
    }

    private static @Nullable Object mode(ExecContext context, CallInfo call, Values state, @Nullable Object[] direct) {
        PgType type = call.resultType();
        Object best = null;
        int bestCount = 0;
        int count = 0;
        Object last = null;
        for (Object value : state.list) {
            count = last != null && DatumComparator.compare(type, last, value) == 0 ? count + 1 : 1;
            last = value;
            if (count > bestCount) {
                bestCount = count;
                best = value;
            }
        }
        return best;
    }

    // ---- arrays of arrays ------------------------------------------------------------------------------------------

    private static void addArray(ExecContext context, Values state, @Nullable Object[] a) {
        if (a[0] == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "cannot accumulate null arrays");
        PgArray array = (PgArray) a[0];
        if (array.dimensions() == 0) throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot accumulate empty arrays");
        if (!state.list.isEmpty() && !Arrays.equals(((PgArray) state.list.getFirst()).sizes(), array.sizes())) {
            throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "cannot accumulate arrays of different dimensionality");
        }
        charge(context, (long) BYTES_EACH * array.elements().length);
        state.list.add(array);
    }

    private static @Nullable Object nested(ExecContext context, CallInfo call, Values state, @Nullable Object[] direct) {
        if (state.list.isEmpty()) return null;
        PgArray first = (PgArray) state.list.getFirst();
        int[] sizes = new int[first.dimensions() + 1];
        int[] lowerBounds = new int[sizes.length];
        sizes[0] = state.list.size();
        lowerBounds[0] = 1;
        System.arraycopy(first.sizes(), 0, sizes, 1, first.dimensions());
        System.arraycopy(first.lowerBounds(), 0, lowerBounds, 1, first.dimensions());
        List<@Nullable Object> all = new ArrayList<>();
        for (Object array : state.list) all.addAll(Arrays.asList(((PgArray) array).elements()));
        return new PgArray(first.elementType(), sizes, lowerBounds, all.toArray());
    }
}
