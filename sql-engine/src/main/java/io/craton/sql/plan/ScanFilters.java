package io.craton.sql.plan;

import io.craton.core.type.Repr;
import io.craton.sql.exec.ScanFilter;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.expr.Scalars;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions of a scan made ready: in the order of what they drop for their cost, with bounds by which whole pieces are passed over. Pure functions. */
final class ScanFilters {
    private ScanFilters() {}

    private record Ranked(ScanFilter.Conjunct conjunct, double rank) {}

    static ScanFilter of(List<Scalar> conditions, List<Relation.Field> fields, ExpressionCompiler compiler, Estimates estimates) {
        if (conditions.isEmpty()) return ScanFilter.NONE;
        boolean free = conditions.stream().allMatch(Scalars::harmless);
        List<Ranked> ranked = new ArrayList<>();
        List<ScanFilter.Bound> bounds = new ArrayList<>();
        for (Scalar condition : conditions) {
            BitSet used = new BitSet();
            Scalars.columns(condition, used);
            double cost = cost(condition);
            double dropped = Math.max(0.001, 1 - (free ? estimates.selectivity(condition, fields) : 0));
            ranked.add(new Ranked(new ScanFilter.Conjunct(compiler.compile(condition), used, cost), cost / dropped));
            ScanFilter.Bound bound = bound(condition, compiler);
            if (bound != null) bounds.add(bound);
        }
        if (free) ranked.sort(Comparator.comparingDouble(Ranked::rank));
        return new ScanFilter(ranked.stream().map(Ranked::conjunct).toList(), bounds, free);
    }

    private static ScanFilter.@Nullable Bound bound(Scalar condition, ExpressionCompiler compiler) {
        if (!(condition instanceof Scalar.Call call)) return null;
        OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
        if (compare == null || !compare.sameType() || compare.comparison() == Comparison.NE) return null;
        if (compare.family() != OperatorTable.Family.LONG && compare.family() != OperatorTable.Family.NUMERIC) return null;
        Scalar left = call.arguments().get(0);
        Scalar right = call.arguments().get(1);
        if (left.type().repr() != right.type().repr() || left.type().repr() == Repr.BOOL) return null;
        if (left instanceof Scalar.Column column && bounding(right)) {
            return new ScanFilter.Bound(column.index(), compare.comparison(), compiler.compile(right));
        }
        if (right instanceof Scalar.Column column && bounding(left)) {
            return new ScanFilter.Bound(column.index(), compare.comparison().flipped(), compiler.compile(left));
        }
        return null;
    }

    /** It is computed once more, for each run of the scan. */
    private static boolean bounding(Scalar value) {
        return Scalars.steady(value) && Scalars.harmless(value);
    }

    /** Rough: a comparison of two integers is 1. */
    private static double cost(Scalar scalar) {
        double own = switch (scalar) {
            case Scalar.Constant c -> 0;
            case Scalar.Parameter p -> 0;
            case Scalar.Column c -> 0;
            case Scalar.OuterColumn o -> 0;
            case Scalar.Relabel r -> 0;
            case Scalar.Logical l -> 0.5;
            case Scalar.AnyAll any -> any.array() instanceof Scalar.ArrayValue array ? 1 + array.elements().size() : 10;
            case Scalar.Call call -> {
                OperatorTable.Compare compare = OperatorTable.compare(call.function(), call.collation());
                if (compare == null) yield OperatorTable.arithmetic(call.function()) != null ? 1 : 10;
                yield switch (compare.family()) {
                    case LONG, UNSIGNED, DOUBLE, ENUM -> 1;
                    case NUMERIC -> 1.2;
                    case TEXT, BPCHAR, BYTES -> 2;
                    case OTHER -> 20;
                };
            }
            default -> Scalars.subquery(scalar) != null ? 1000 : 5;
        };
        for (Scalar child : Scalars.children(scalar)) own += cost(child);
        return own;
    }
}
