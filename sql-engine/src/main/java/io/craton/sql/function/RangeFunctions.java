package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgMultirange;
import io.craton.core.type.PgRange;
import io.craton.core.type.PgType;
import io.craton.core.type.RangeTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ranges and multiranges. What asks about position or content is one kernel for all four combinations of the two: a range counts as the multirange that holds it alone.
 */
final class RangeFunctions {
    private RangeFunctions() {}

    static void register(Kernels kernels) {
        constructors(kernels);
        ends(kernels);
        relations(kernels);
        combinations(kernels);
        distances(kernels);
        RangeAggregates.register(kernels);
    }

    // ---- making ----------------------------------------------------------------------------------------------------

    private static PgType subtype(CallInfo call) {
        PgType type = call.resultType();
        PgType range = RangeTypes.rangeOf(type);
        PgType subtype = RangeTypes.subtype(range == null ? type : range);
        if (subtype == null) throw PgException.notSupported("range type " + type.name());
        return subtype;
    }

    private static void constructors(Kernels kernels) {
        kernels.scalar("range_constructor2", (context, call, a) -> PgRange.of(subtype(call), a[0], true, a[1], false));
        kernels.scalar("range_constructor3", (context, call, a) -> {
            if (a[2] == null) throw new PgException(SqlState.DATA_EXCEPTION, "range constructor flags argument must not be null");
            String flags = (String) a[2];
            if (flags.length() != 2 || "[(".indexOf(flags.charAt(0)) < 0 || "])".indexOf(flags.charAt(1)) < 0) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "invalid range bound flags").withHint("Valid values are \"[]\", \"[)\", \"(]\", and \"()\".").exception();
            }
            return PgRange.of(subtype(call), a[0], flags.charAt(0) == '[', a[1], flags.charAt(1) == ']');
        });
        kernels.scalar("multirange_constructor0", (context, call, a) -> new PgMultirange(subtype(call), List.of()));
        kernels.scalar("multirange_constructor1", (context, call, a) -> PgMultirange.of(a[0]));
        kernels.scalar("multirange_constructor2", (context, call, a) -> {
            PgArray array = (PgArray) a[0];
            if (array.dimensions() > 1) throw new PgException(SqlState.CARDINALITY_VIOLATION, "multiranges cannot be constructed from multidimensional arrays");
            List<PgRange> ranges = new ArrayList<>();
            for (Object element : array.elements()) {
                if (element == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "multirange values cannot contain null members");
                ranges.add((PgRange) element);
            }
            return PgMultirange.of(subtype(call), ranges);
        });
        for (String name : new String[] {"int4range", "int8range", "daterange"}) kernels.scalar(name + "_canonical", (context, call, a) -> a[0]);
    }

    // ---- what a range is -------------------------------------------------------------------------------------------

    private static void ends(Kernels kernels) {
        end(kernels, "lower", PgRange::lower);
        end(kernels, "upper", PgRange::upper);
        end(kernels, "empty", PgRange::empty);
        end(kernels, "lower_inc", PgRange::lowerInclusive);
        end(kernels, "upper_inc", PgRange::upperInclusive);
        end(kernels, "lower_inf", range -> !range.empty() && range.lower() == null);
        end(kernels, "upper_inf", range -> !range.empty() && range.upper() == null);
        kernels.set("multirange_unnest", (context, call, a) -> SetFunctions.rows(new ArrayList<>(((PgMultirange) a[0]).ranges())));
    }

    private static void end(Kernels kernels, String name, Function<PgRange, @Nullable Object> end) {
        kernels.scalar("range_" + name, (context, call, a) -> end.apply((PgRange) a[0]));
        kernels.scalar("multirange_" + name, (context, call, a) -> end.apply(((PgMultirange) a[0]).extent()));
    }

    // ---- how two lie -----------------------------------------------------------------------------------------------

    private static void relations(Kernels kernels) {
        relation(kernels, "overlaps", PgMultirange::overlaps);
        relation(kernels, "contains", PgMultirange::contains);
        relation(kernels, "contained_by", (a, b) -> b.contains(a));
        extents(kernels, "before", (a, b) -> a.upperBound().compareTo(b.lowerBound()) < 0);
        extents(kernels, "after", (a, b) -> a.lowerBound().compareTo(b.upperBound()) > 0);
        extents(kernels, "overleft", (a, b) -> a.upperBound().compareTo(b.upperBound()) <= 0);
        extents(kernels, "overright", (a, b) -> a.lowerBound().compareTo(b.lowerBound()) >= 0);
        extents(kernels, "adjacent", PgRange::adjacent);
        kernels.scalar("range_contains_elem", (context, call, a) -> ((PgRange) a[0]).contains(a[1]));
        kernels.scalar("elem_contained_by_range", (context, call, a) -> ((PgRange) a[1]).contains(a[0]));
        kernels.scalar("multirange_contains_elem", (context, call, a) -> ((PgMultirange) a[0]).contains(a[1]));
        kernels.scalar("elem_contained_by_multirange", (context, call, a) -> ((PgMultirange) a[1]).contains(a[0]));
    }

    private static void relation(Kernels kernels, String name, BiPredicate<PgMultirange, PgMultirange> test) {
        ScalarKernel kernel = (context, call, a) -> test.test(PgMultirange.of(a[0]), PgMultirange.of(a[1]));
        kernels.scalar("range_" + name, kernel);
        for (String left : new String[] {"range", "multirange"}) {
            for (String right : new String[] {"range", "multirange"}) {
                if (!left.equals("range") || !right.equals("range")) kernels.scalar(left + "_" + name + "_" + right, kernel);
            }
        }
    }

    /** False when either is empty. */
    private static void extents(Kernels kernels, String name, BiPredicate<PgRange, PgRange> test) {
        relation(kernels, name, (a, b) -> !a.isEmpty() && !b.isEmpty() && test.test(a.extent(), b.extent()));
    }

    // ---- what two make ---------------------------------------------------------------------------------------------

    private static void combinations(Kernels kernels) {
        kernels.scalar("range_union", (context, call, a) -> contiguous(PgMultirange.of(a[0]).union(PgMultirange.of(a[1])), "union"));
        kernels.scalar("range_minus", (context, call, a) -> contiguous(PgMultirange.of(a[0]).minus(PgMultirange.of(a[1])), "difference"));
        kernels.scalar("range_intersect", (context, call, a) -> ((PgRange) a[0]).intersect((PgRange) a[1]));
        kernels.scalar("range_merge", (context, call, a) -> ((PgRange) a[0]).merge((PgRange) a[1]));
        kernels.scalar("range_merge_from_multirange", (context, call, a) -> ((PgMultirange) a[0]).extent());
        kernels.scalar("multirange_union", (context, call, a) -> ((PgMultirange) a[0]).union((PgMultirange) a[1]));
        kernels.scalar("multirange_minus", (context, call, a) -> ((PgMultirange) a[0]).minus((PgMultirange) a[1]));
        kernels.scalar("multirange_intersect", (context, call, a) -> ((PgMultirange) a[0]).intersect((PgMultirange) a[1]));
    }

    private static PgRange contiguous(PgMultirange result, String what) {
        if (result.ranges().size() > 1) throw new PgException(SqlState.DATA_EXCEPTION, "result of range " + what + " would not be contiguous");
        return result.extent();
    }

    private static void distances(Kernels kernels) {
        for (String name : new String[] {"int4range", "int8range", "daterange"}) {
            kernels.scalar(name + "_subdiff", (context, call, a) -> (double) (Long) a[0] - (double) (Long) a[1]);
        }
        kernels.scalar("numrange_subdiff", (context, call, a) -> ((Numeric) a[0]).subtract((Numeric) a[1]).doubleValue());
        for (String name : new String[] {"tsrange", "tstzrange"}) {
            kernels.scalar(name + "_subdiff", (context, call, a) -> ((double) (Long) a[0] - (double) (Long) a[1]) / CivilTime.MICROS_PER_SECOND);
        }
    }
}
