package io.craton.sql.optimize;

import io.craton.sql.analyze.ScalarChildren;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rebuilds one node with changed inputs and changed subqueries in its expressions. What a data change or a row lock reads is left as it is. Pure. */
final class Shape {
    private Shape() {}

    /** @param each applied to every input and to every subquery in the node's own expressions */
    static Relation map(Relation relation, UnaryOperator<Relation> each) {
        UnaryOperator<Scalar> scalar = part -> subqueries(part, each);
        return switch (relation) {
            case Relation.TableScan n -> n;
            case Relation.VirtualScan n -> n;
            case Relation.SequenceScan n -> n;
            case Relation.CteScan n -> n;
            case Relation.TransitionScan n -> n;
            case Relation.WorkTableScan n -> n;
            case Relation.Values n -> new Relation.Values(n.rows().stream().map(row -> list(row, scalar)).toList(), n.fields());
            case Relation.FunctionScan n -> new Relation.FunctionScan(list(n.calls(), scalar), n.widths(), n.ordinality(), n.alias(),
                    n.fields());
            case Relation.Filter n -> new Relation.Filter(each.apply(n.input()), scalar.apply(n.condition()));
            case Relation.Project n -> new Relation.Project(each.apply(n.input()), list(n.expressions(), scalar), n.fields());
            case Relation.ProjectSet n -> new Relation.ProjectSet(each.apply(n.input()), list(n.expressions(), scalar), n.fields());
            case Relation.Join n -> new Relation.Join(n.kind(), each.apply(n.left()), each.apply(n.right()),
                    optional(n.condition(), scalar), n.lateral());
            case Relation.Aggregate n -> new Relation.Aggregate(each.apply(n.input()), list(n.keys(), scalar), n.equalities(),
                    n.groupingSets(), n.calls().stream().map(call -> call(call, scalar)).toList(), n.fields());
            case Relation.Window n -> new Relation.Window(each.apply(n.input()), n.partitionBy(), n.partitionEqualities(), n.orderBy(),
                    n.frame(), n.calls(), n.fields());
            case Relation.SetOperation n -> new Relation.SetOperation(n.kind(), n.all(), each.apply(n.left()), each.apply(n.right()),
                    n.equalities(), n.fields());
            case Relation.DistinctRows n -> new Relation.DistinctRows(each.apply(n.input()), n.equalities());
            case Relation.DistinctOn n -> new Relation.DistinctOn(each.apply(n.input()), list(n.keys(), scalar), n.equalities());
            case Relation.Sort n -> new Relation.Sort(each.apply(n.input()), keys(n.keys(), scalar));
            case Relation.Limit n -> new Relation.Limit(each.apply(n.input()), n.offset(), n.count(), n.withTies(), n.tieKeys());
            case Relation.With n -> {
                List<Relation.Cte> ctes = new ArrayList<>();
                for (Relation.Cte cte : n.ctes()) {
                    ctes.add(new Relation.Cte(cte.id(), cte.name(), each.apply(cte.relation()), cte.materialization(), cte.modifies(),
                            cte.references()));
                }
                yield new Relation.With(ctes, each.apply(n.body()));
            }
            case Relation.RecursiveUnion n -> new Relation.RecursiveUnion(n.id(), n.all(), each.apply(n.base()),
                    each.apply(n.recursive()), n.equalities(), n.fields());
            case Relation.LockRows n -> n;
            case Relation.Modify n when n.kind() == Relation.ModifyKind.INSERT -> new Relation.Modify(n.kind(), n.table(), n.alias(),
                    each.apply(n.input()), n.targetColumns(), n.assignments(), n.defaults(), n.checks(), n.onConflict(),
                    n.mergeActions(), n.overridingUserValue(), n.returning(), n.fields());
            case Relation.Modify n -> n;
        };
    }

    /** Changes the subqueries of an expression. */
    static Scalar subqueries(Scalar scalar, UnaryOperator<Relation> each) {
        return switch (scalar) {
            case Scalar.Exists n -> new Scalar.Exists(each.apply(n.relation()));
            case Scalar.ScalarSubquery n -> new Scalar.ScalarSubquery(each.apply(n.relation()), n.type(), n.typmod());
            case Scalar.RowSubquery n -> new Scalar.RowSubquery(each.apply(n.relation()), n.type());
            case Scalar.ArraySubquery n -> new Scalar.ArraySubquery(each.apply(n.relation()), n.type());
            case Scalar.QuantifiedSubquery n -> new Scalar.QuantifiedSubquery(n.all(),
                    list(n.left(), part -> subqueries(part, each)), each.apply(n.relation()), n.comparison());
            default -> ScalarChildren.map(scalar, part -> subqueries(part, each));
        };
    }

    private static List<Scalar> list(List<Scalar> scalars, UnaryOperator<Scalar> scalar) {
        return scalars.stream().map(scalar).toList();
    }

    private static @Nullable Scalar optional(@Nullable Scalar value, UnaryOperator<Scalar> scalar) {
        return value == null ? null : scalar.apply(value);
    }

    private static List<Relation.SortKey> keys(List<Relation.SortKey> keys, UnaryOperator<Scalar> scalar) {
        return keys.stream().map(key -> new Relation.SortKey(scalar.apply(key.expression()), key.descending(), key.nullsFirst(),
                key.less(), key.equal(), key.collation())).toList();
    }

    private static Relation.AggregateCall call(Relation.AggregateCall call, UnaryOperator<Scalar> scalar) {
        return new Relation.AggregateCall(call.function(), list(call.directArguments(), scalar), list(call.arguments(), scalar),
                call.distinct(), keys(call.orderBy(), scalar), optional(call.filter(), scalar), call.type(), call.typmod(),
                call.collation());
    }
}
