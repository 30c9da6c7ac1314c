package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation.AggregateCall;
import io.craton.sql.logical.Relation.SortKey;
import io.craton.sql.logical.Relation.WindowCall;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregate and window calls (transformAggregateCall, transformWindowFuncCall). An aggregate belongs to the nearest query level that one of its arguments'
 * columns comes from; what stays behind is a placeholder column with a negative index. One analysis.
 */
final class AggregateAnalyzer {
    private final Analysis analysis;
    private final ExpressionAnalyzer expressions;

    AggregateAnalyzer(Analysis analysis, ExpressionAnalyzer expressions) {
        this.analysis = analysis;
        this.expressions = expressions;
    }

    Scalar analyze(Expr.FunctionCall n, FunctionDef function, List<Scalar> given, int direct, @Nullable Scalar filter,
            PgType type, Scope scope) {
        List<Scalar> arguments = given;
        if (n.distinct()) { // what is compared needs a type
            arguments = new ArrayList<>();
            for (Scalar argument : given) arguments.add(analysis.coercions.resolveUnknown(argument, n.position()));
        }
        if (n.over() != null) return window(n, function, arguments, filter, type, scope);
        List<Scalar> directArguments = n.withinGroup() ? arguments.subList(0, direct) : List.of();
        List<Scalar> aggregated = n.withinGroup() ? arguments.subList(direct, arguments.size()) : arguments;
        List<SortKey> orderBy = new ArrayList<>();
        for (int i = 0; i < n.orderBy().size(); i++) {
            SelectStatement.SortBy sort = n.orderBy().get(i);
            Scalar key = n.withinGroup() ? aggregated.get(i) : orderKey(sort, n, aggregated, scope);
            orderBy.add(Ordering.key(key, sort, analysis));
        }
        if (n.distinct()) checkDistinct(n, aggregated, orderBy);
        int level = level(n, aggregated, directArguments, orderBy, filter, scope);
        Scope target = scopeAt(scope, level);
        if (!target.kind.allowsAggregates()) {
            throw PgError.error(SqlState.GROUPING_ERROR, target.kind.aggregateError("aggregate functions"))
                    .withPosition(n.position()).exception();
        }
        List<Scalar> all = new ArrayList<>(arguments);
        int collation = Collations.inputOf(all, n.position());
        AggregateCall call = new AggregateCall(function, directArguments, aggregated, n.distinct(), orderBy, filter, type, -1, collation);
        AggregateCall written = call;
        if (level > 0) {
            int by = level;
            call = new TreeRewriter((node, depth) -> node instanceof Scalar.OuterColumn outer && outer.level() >= depth + by
                    ? TreeRewriter.reference(outer.level() - by, outer.index(), outer.type(), outer.typmod()) : null).call(call, 0);
        }
        int index = add(target, call, n.position());
        Scalar placeholder = TreeRewriter.reference(level, -1 - index, type, -1);
        if (analysis.findings != null) analysis.findings.aggregate(placeholder, new Findings.AggregateUse(written, n));
        return placeholder;
    }

    private Scalar orderKey(SelectStatement.SortBy sort, Expr.FunctionCall n, List<Scalar> aggregated, Scope scope) {
        Scalar key = expressions.analyze(sort.value(), scope);
        key = analysis.coercions.resolveUnknown(key, Positions.of(sort.value()));
        boolean coerced = false;
        for (Scalar argument : aggregated) coerced |= argument.type().oid() != key.type().oid();
        if (n.distinct() || coerced) {
            for (int i = 0; i < Math.min(aggregated.size(), n.arguments().size()); i++) { // as written, before its coercion to the parameter's type
                Scalar written = analysis.coercions.resolveUnknown(expressions.analyze(n.arguments().get(i), scope), n.position());
                if (SameScalar.same(written, key)) return aggregated.get(i);
            }
            if (n.distinct()) throw PgError.error(SqlState.INVALID_COLUMN_REFERENCE,
                            "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
                    .withPosition(Positions.of(sort.value())).exception();
        }
        return key;
    }

    private void checkDistinct(Expr.FunctionCall n, List<Scalar> aggregated, List<SortKey> orderBy) {
        for (Scalar argument : aggregated) {
            if (!ComparisonAnalyzer.hasEquality(argument.type(), analysis.catalog)) {
                throw PgError.error(SqlState.UNDEFINED_FUNCTION, "could not identify an equality operator for type "
                        + TypeNames.of(argument.type(), analysis.catalog)).withPosition(n.position()).exception();
            }
        }
    }

    private static int add(Scope target, AggregateCall call, int position) {
        for (int i = 0; i < target.aggregates.size(); i++) {
            if (SameScalar.same(target.aggregates.get(i).call(), call)) return i;
        }
        target.aggregates.add(new Scope.AggregateUse(call, position));
        return target.aggregates.size() - 1;
    }

    /** The level of the nearest column among the arguments; 0 when there is none. Complains about what may not be nested. */
    private int level(Expr.FunctionCall n, List<Scalar> aggregated, List<Scalar> directArguments, List<SortKey> orderBy,
            @Nullable Scalar filter, Scope scope) {
        int[] nearest = {Integer.MAX_VALUE, Integer.MAX_VALUE};
        boolean[] found = new boolean[2];
        Scalar.Column[] nested = new Scalar.Column[1];
        TreeRewriter visitor = new TreeRewriter((node, depth) -> {
            if (node instanceof Scalar.Column column && depth == 0) {
                note(column.index(), 0, nearest, found);
                if (column.index() < 0 && nested[0] == null) nested[0] = column;
            }
            if (node instanceof Scalar.OuterColumn outer && outer.level() >= depth) {
                note(outer.index(), outer.level() - depth, nearest, found);
            }
            if (node instanceof Scalar.Call call && depth == 0 && call.function().returnsSet()) found[1] = true;
            return null;
        });
        for (Scalar argument : aggregated) visitor.rewrite(argument);
        for (SortKey key : orderBy) visitor.rewrite(key.expression());
        if (filter != null) visitor.rewrite(filter);
        if (found[0]) {
            throw PgError.error(SqlState.GROUPING_ERROR, "aggregate function calls cannot contain window function calls")
                    .withPosition(n.position()).exception();
        }
        if (found[1]) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "aggregate function calls cannot contain set-returning function calls")
                    .withHint("You might be able to move the set-returning function into a LATERAL FROM item.")
                    .withPosition(scope.setPosition).exception();
        }
        for (Scalar argument : directArguments) {
            new TreeRewriter((node, depth) -> {
                if (node instanceof Scalar.Column column && depth == 0 && column.index() < 0 && column.index() > Scope.WINDOW_BASE) {
                    throw PgError.error(SqlState.GROUPING_ERROR, "aggregate function calls cannot be nested")
                            .withPosition(scope.aggregates.get(-1 - column.index()).position()).exception();
                }
                return null;
            }).rewrite(argument);
        }
        int level = nearest[0] == Integer.MAX_VALUE ? 0 : nearest[0];
        if (nearest[1] != Integer.MAX_VALUE && nearest[1] <= level) {
            int inner = nested[0] == null || nested[0].index() <= Scope.GROUPING_BASE ? n.position()
                    : scope.aggregates.get(-1 - nested[0].index()).position();
            throw PgError.error(SqlState.GROUPING_ERROR, "aggregate function calls cannot be nested")
                    .withPosition(inner).exception();
        }
        return level;
    }

    private static void note(int index, int level, int[] nearest, boolean[] found) {
        if (index >= 0) {
            nearest[0] = Math.min(nearest[0], level);
        } else if (index <= Scope.WINDOW_BASE && index > Scope.GROUPING_BASE) {
            if (level == 0) found[0] = true;
        } else {
            nearest[0] = Math.min(nearest[0], level);
            nearest[1] = Math.min(nearest[1], level);
        }
    }

    static Scope scopeAt(Scope scope, int level) {
        RowFrame frame = scope.frame;
        for (int i = 0; i < level; i++) frame = frame.outer;
        return frame.scope == null ? scope : frame.scope;
    }

    private Scalar window(Expr.FunctionCall n, FunctionDef function, List<Scalar> arguments, @Nullable Scalar filter, PgType type,
            Scope scope) {
        if (!scope.kind.allowsWindows()) {
            throw PgError.error(SqlState.WINDOWING_ERROR, scope.kind.windowError()).withPosition(n.position()).exception();
        }
        for (Scalar argument : arguments) {
            if (WindowAnalyzer.containsWindow(argument)) {
                throw PgError.error(SqlState.WINDOWING_ERROR, "window function calls cannot be nested")
                        .withPosition(n.position()).exception();
            }
            if (SetReturning.in(argument)) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "window function calls cannot contain set-returning function calls")
                        .withHint("You might be able to move the set-returning function into a LATERAL FROM item.")
                        .withPosition(n.position()).exception();
            }
        }
        WindowCall call = new WindowCall(function, arguments, filter, type, -1, Collations.inputOf(arguments, n.position()));
        scope.windows.add(new Scope.WindowUse(call, WindowAnalyzer.reference(n.over(), scope), n.position()));
        Scalar placeholder = new Scalar.Column(Scope.WINDOW_BASE - (scope.windows.size() - 1), type, -1);
        if (analysis.findings != null) analysis.findings.window(placeholder, new Findings.WindowUse(call, n));
        return placeholder;
    }
}
