package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SelectStatement.GroupingElement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * GROUP BY (transformGroupClause, expand_grouping_sets).
 *
 * @param present there is a GROUP BY
 * @param targets entries of the target list that are keys
 * @param groupingSets indexes into {@code targets}; empty: one set of all
 */
record GroupClause(boolean present, List<Integer> targets, List<List<Integer>> groupingSets) {
    private static final int SETS_MAX = 4096;
    private static final GroupClause NONE = new GroupClause(false, List.of(), List.of());

    static GroupClause analyze(SelectStatement.@Nullable GroupBy clause, TargetList list, Analysis analysis, Scope scope) {
        if (clause == null) return NONE;
        List<Integer> keys = new ArrayList<>();
        boolean plain = true;
        for (GroupingElement element : clause.elements()) plain &= element instanceof SelectStatement.GroupingExpr;
        List<List<List<Integer>>> parts = new ArrayList<>();
        for (GroupingElement element : clause.elements()) parts.add(sets(element, list, keys, analysis));
        if (plain) return new GroupClause(true, keys, List.of());
        List<List<Integer>> sets = List.of(List.of());
        for (List<List<Integer>> part : parts) {
            List<List<Integer>> product = new ArrayList<>();
            for (List<Integer> left : sets) {
                for (List<Integer> right : part) {
                    LinkedHashSet<Integer> union = new LinkedHashSet<>(left);
                    union.addAll(right);
                    product.add(new ArrayList<>(union));
                    if (product.size() > SETS_MAX) {
                        throw PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "too many grouping sets present (maximum 4096)").exception();
                    }
                }
            }
            sets = product;
        }
        if (clause.distinct()) {
            List<List<Integer>> unique = new ArrayList<>();
            for (List<Integer> set : sets) {
                boolean seen = false;
                for (List<Integer> other : unique) seen |= other.size() == set.size() && other.containsAll(set);
                if (!seen) unique.add(set);
            }
            sets = unique;
        }
        return new GroupClause(true, keys, sets);
    }

    private static List<List<Integer>> sets(GroupingElement element, TargetList list, List<Integer> keys, Analysis analysis) {
        return switch (element) {
            case SelectStatement.GroupingExpr expr -> List.of(column(expr.value(), list, keys, analysis));
            case SelectStatement.EmptyGrouping empty -> List.of(List.of());
            case SelectStatement.Rollup rollup -> {
                List<List<Integer>> columns = columns(rollup.arguments(), list, keys, analysis);
                List<List<Integer>> sets = new ArrayList<>();
                for (int n = columns.size(); n >= 0; n--) sets.add(flat(columns.subList(0, n)));
                yield sets;
            }
            case SelectStatement.Cube cube -> {
                List<List<Integer>> columns = columns(cube.arguments(), list, keys, analysis);
                if (columns.size() > 12) {
                    throw PgError.error(SqlState.TOO_MANY_COLUMNS, "CUBE is limited to 12 elements").withPosition(cube.position()).exception();
                }
                List<List<Integer>> sets = new ArrayList<>();
                for (int mask = (1 << columns.size()) - 1; mask >= 0; mask--) {
                    List<List<Integer>> chosen = new ArrayList<>();
                    for (int i = 0; i < columns.size(); i++) {
                        if ((mask & 1 << columns.size() - 1 - i) != 0) chosen.add(columns.get(i));
                    }
                    sets.add(flat(chosen));
                }
                yield sets;
            }
            case SelectStatement.GroupingSets grouping -> {
                List<List<Integer>> sets = new ArrayList<>();
                for (GroupingElement inner : grouping.elements()) sets.addAll(sets(inner, list, keys, analysis));
                yield sets;
            }
        };
    }

    private static List<List<Integer>> columns(List<Expr> expressions, TargetList list, List<Integer> keys, Analysis analysis) {
        List<List<Integer>> columns = new ArrayList<>();
        for (Expr expr : expressions) columns.add(column(expr, list, keys, analysis));
        return columns;
    }

    private static List<Integer> flat(List<List<Integer>> columns) {
        LinkedHashSet<Integer> all = new LinkedHashSet<>();
        for (List<Integer> column : columns) all.addAll(column);
        return new ArrayList<>(all);
    }

    /** An expression, or a parenthesised list that counts as one; as indexes into the keys. */
    private static List<Integer> column(Expr expr, TargetList list, List<Integer> keys, Analysis analysis) {
        if (expr instanceof Expr.RowExpr row && !row.explicit()) {
            List<List<Integer>> parts = new ArrayList<>();
            for (Expr field : row.fields()) parts.add(column(field, list, keys, analysis));
            return flat(parts);
        }
        int target = list.find(expr, ExpressionKind.GROUP_BY);
        TargetList.Entry entry = list.entries.get(target);
        entry.value = analysis.coercions.resolveUnknown(entry.value, entry.position);
        Ordering.equality(entry.value.type(), analysis, Positions.of(expr));
        if (containsAggregate(entry.value)) {
            throw PgError.error(SqlState.GROUPING_ERROR, "aggregate functions are not allowed in GROUP BY")
                    .withPosition(entry.position).exception();
        }
        if (WindowAnalyzer.containsWindow(entry.value)) {
            throw PgError.error(SqlState.WINDOWING_ERROR, "window functions are not allowed in GROUP BY")
                    .withPosition(entry.position).exception();
        }
        if (analysis.findings != null) analysis.findings.clause(expr, entry.value);
        int key = keys.indexOf(target);
        if (key < 0) {
            key = keys.size();
            keys.add(target);
        }
        return List.of(key);
    }

    private static boolean containsAggregate(Scalar scalar) {
        boolean[] found = new boolean[1];
        new TreeRewriter((node, depth) -> {
            if (depth == 0 && node instanceof Scalar.Column column && column.index() < 0 && column.index() > Scope.WINDOW_BASE) found[0] = true;
            return null;
        }).rewrite(scalar);
        return found[0];
    }

    List<Scalar> keys(TargetList list) {
        List<Scalar> keys = new ArrayList<>();
        for (int target : targets) keys.add(list.entries.get(target).value);
        return keys;
    }

    /** Whether set-returning functions would have to run before grouping. */
    boolean sets(TargetList list) {
        for (int target : targets) if (SetReturning.in(list.entries.get(target).value)) return true;
        return false;
    }

    /** Runs set-returning functions among the keys below the aggregation. */
    Relation project(Relation input, TargetList list) {
        List<Scalar> expressions = new ArrayList<>();
        List<Field> fields = new ArrayList<>(input.fields());
        for (int i = 0; i < fields.size(); i++) {
            expressions.add(new Scalar.Column(i, fields.get(i).type(), fields.get(i).typmod()));
        }
        for (int target : targets) {
            TargetList.Entry entry = list.entries.get(target);
            if (!SetReturning.in(entry.value)) continue;
            Scalar old = entry.value;
            Scalar column = new Scalar.Column(fields.size(), old.type(), old.typmod());
            expressions.add(old);
            fields.add(new Field(entry.name, old.type(), old.typmod()));
            for (TargetList.Entry other : list.entries) {
                other.value = new TreeRewriter((node, depth) -> depth == 0 && SameScalar.same(node, old) ? column : null).rewrite(other.value);
            }
        }
        return new Relation.ProjectSet(input, expressions, fields);
    }
}
