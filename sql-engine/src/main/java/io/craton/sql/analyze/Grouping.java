package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves expressions from the FROM row of a level to the row of its Aggregate: group keys, then aggregates (check_ungrouped_columns). Columns that depend on a
 * grouped primary key become keys of their own, which changes no group. One query level.
 */
final class Grouping {
    private final Analysis analysis;
    private final Scope scope;
    private final List<Scalar> keys;
    private final List<List<Integer>> sets;
    private int keysBefore;

    Grouping(Analysis analysis, Scope scope, List<Scalar> keys, List<List<Integer>> sets) {
        this.analysis = analysis;
        this.scope = scope;
        this.keys = new ArrayList<>(keys);
        this.sets = new ArrayList<>();
        for (List<Integer> set : sets) this.sets.add(new ArrayList<>(set));
    }

    /** Rewrites everything once for its effect on the keys, before any place is final. */
    void prepare(List<Scalar> expressions) {
        do {
            keysBefore = keys.size();
            TreeRewriter rewriter = rewriter();
            for (Scalar expression : expressions) rewriter.rewrite(expression);
            for (Scope.AggregateUse use : scope.aggregates) {
                for (Scalar direct : use.call().directArguments()) rewriter.rewrite(direct);
            }
        } while (keys.size() != keysBefore);
    }

    TreeRewriter rewriter() {
        return new TreeRewriter(this::replace);
    }

    /** The place of the n-th entry of GROUP BY, whatever other entries equal it: grouping sets without it make it null, even a constant. */
    Scalar key(int n) {
        return new Scalar.Column(n, keys.get(n).type(), keys.get(n).typmod());
    }

    Relation relation(Relation input) {
        List<Field> fields = new ArrayList<>();
        List<FunctionDef> equalities = new ArrayList<>();
        for (Scalar key : keys) {
            fields.add(new Field("", key.type(), key.typmod()));
            equalities.add(Ordering.equality(key.type(), analysis, 0));
        }
        List<Relation.AggregateCall> calls = new ArrayList<>();
        for (Scope.AggregateUse use : scope.aggregates) {
            calls.add(use.call());
            fields.add(new Field(use.call().function().name(), use.call().type(), use.call().typmod()));
        }
        if (!sets.isEmpty()) fields.add(new Field("grouping", PgTypes.INT4, -1));
        return new Relation.Aggregate(input, keys, equalities, sets, calls, fields);
    }

    private @Nullable Scalar replace(Scalar node, int depth) {
        if (node instanceof Scalar.Constant) return node;
        if (depth == 0) {
            for (int i = 0; i < keys.size(); i++) {
                if (SameScalar.same(node, keys.get(i))) return new Scalar.Column(i, node.type(), node.typmod());
            }
        }
        int index;
        if (depth == 0 && node instanceof Scalar.Column column) index = column.index();
        else if (depth > 0 && node instanceof Scalar.OuterColumn outer && outer.level() == depth) index = outer.index();
        else return null;
        if (index < 0) return placeholder(index, node, depth);
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i) instanceof Scalar.Column key && key.index() == index) {
                return TreeRewriter.reference(depth, i, node.type(), node.typmod());
            }
        }
        if (dependsOnKey(index)) {
            keys.add(new Scalar.Column(index, node.type(), node.typmod()));
            for (List<Integer> set : sets) set.add(keys.size() - 1);
            return TreeRewriter.reference(depth, keys.size() - 1, node.type(), node.typmod());
        }
        throw ungrouped(index, node, depth);
    }

    private Scalar placeholder(int index, Scalar node, int depth) {
        if (index <= Scope.GROUPING_BASE) return grouping(scope.groupings.get(Scope.GROUPING_BASE - index), depth);
        if (index <= Scope.WINDOW_BASE) return node;
        return TreeRewriter.reference(depth, keys.size() + (-1 - index), node.type(), node.typmod());
    }

    /** GROUPING(..) out of the bit mask of the aggregate's row. */
    private Scalar grouping(Scope.GroupingUse use, int depth) {
        Scalar result = new Scalar.Constant(0L, PgTypes.INT4, -1);
        Scalar mask = TreeRewriter.reference(depth, keys.size() + scope.aggregates.size(), PgTypes.INT4, -1);
        int width = use.arguments().size();
        for (int a = 0; a < width; a++) {
            int key = -1;
            for (int i = 0; i < keys.size() && key < 0; i++) if (SameScalar.same(keys.get(i), use.arguments().get(a))) key = i;
            if (key < 0) {
                throw PgError.error(SqlState.GROUPING_ERROR,
                                "arguments to GROUPING must be grouping expressions of the associated query level")
                        .withPosition(use.positions().get(a)).exception();
            }
            if (sets.isEmpty()) continue;
            Scalar shifted = operator(">>", mask, keys.size() - 1 - key);
            Scalar bit = analysis.operators.call(List.of("&"), shifted, 0, constant(1), 0, 0);
            result = analysis.operators.call(List.of("|"), result, 0, operator("<<", bit, width - 1 - a), 0, 0);
        }
        return result;
    }

    private Scalar operator(String name, Scalar left, int right) {
        return analysis.operators.call(List.of(name), left, 0, constant(right), 0, 0);
    }

    private static Scalar constant(int value) {
        return new Scalar.Constant((long) value, PgTypes.INT4, -1);
    }

    private @Nullable RangeItem owner(int index) {
        for (RangeItem item : scope.items) {
            if (item.expressions == null && index >= item.offset
                    && index < item.offset + item.fields.size() + (item.systemColumns ? 7 : 0)) return item;
        }
        return null;
    }

    /** Whether the column's table has its whole primary key among the group keys, in every grouping set. */
    private boolean dependsOnKey(int index) {
        RangeItem item = owner(index);
        if (item == null || item.table == null) return false;
        for (ConstraintDef constraint : analysis.catalog.catalog().constraints(item.table.oid())) {
            if (constraint.type() != 'p' || constraint.deferrable()) continue;
            boolean all = true;
            for (int attribute : constraint.columns()) all &= grouped(item, attribute);
            if (all && analysis.findings != null) analysis.findings.key(constraint.oid());
            return all;
        }
        return false;
    }

    private boolean grouped(RangeItem item, int attribute) {
        for (int i = 0; i < item.fields.size(); i++) {
            if (item.fields.get(i).attributeNumber() != attribute) continue;
            for (int k = 0; k < keys.size(); k++) {
                int key = k;
                boolean here = keys.get(k) instanceof Scalar.Column column && column.index() == item.offset + i;
                if (here && sets.stream().allMatch(set -> set.contains(key))) return true;
            }
        }
        return false;
    }

    private PgException ungrouped(int index, Scalar node, int depth) {
        RangeItem item = owner(index);
        String name = item == null ? "?" : item.name + "." + (index - item.offset < item.fields.size()
                ? item.fields.get(index - item.offset).name() : "ctid");
        String message = depth == 0 ? "column \"" + name + "\" must appear in the GROUP BY clause or be used in an aggregate function"
                : "subquery uses ungrouped column \"" + name + "\" from outer query";
        return PgError.error(SqlState.GROUPING_ERROR, message).withPosition(scope.positionOf(node)).exception();
    }
}
