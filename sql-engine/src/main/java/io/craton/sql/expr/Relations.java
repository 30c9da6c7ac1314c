package io.craton.sql.expr;

import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Inputs and expressions of relations. */
public final class Relations {
    private Relations() {}

    public static List<Relation> inputs(Relation relation) {
        return switch (relation) {
            case Relation.TableScan r -> List.of();
            case Relation.VirtualScan r -> List.of();
            case Relation.SequenceScan r -> List.of();
            case Relation.Values r -> List.of();
            case Relation.FunctionScan r -> List.of();
            case Relation.CteScan r -> List.of();
            case Relation.TransitionScan r -> List.of();
            case Relation.WorkTableScan r -> List.of();
            case Relation.Filter r -> List.of(r.input());
            case Relation.Project r -> List.of(r.input());
            case Relation.ProjectSet r -> List.of(r.input());
            case Relation.Join r -> List.of(r.left(), r.right());
            case Relation.Aggregate r -> List.of(r.input());
            case Relation.Window r -> List.of(r.input());
            case Relation.SetOperation r -> List.of(r.left(), r.right());
            case Relation.DistinctRows r -> List.of(r.input());
            case Relation.DistinctOn r -> List.of(r.input());
            case Relation.Sort r -> List.of(r.input());
            case Relation.Limit r -> List.of(r.input());
            case Relation.With r -> {
                List<Relation> all = new ArrayList<>();
                for (Relation.Cte cte : r.ctes()) all.add(cte.relation());
                all.add(r.body());
                yield all;
            }
            case Relation.RecursiveUnion r -> List.of(r.base(), r.recursive());
            case Relation.LockRows r -> List.of(r.input());
            case Relation.Modify r -> List.of(r.input());
        };
    }

    /** Whether the table is read or changed anywhere in the tree. */
    public static boolean touches(Relation relation, int tableOid) {
        if (relation instanceof Relation.TableScan scan && scan.table().oid() == tableOid) return true;
        if (relation instanceof Relation.Modify modify && modify.table().oid() == tableOid) return true;
        for (Relation input : inputs(relation)) if (touches(input, tableOid)) return true;
        for (Scalar expression : expressions(relation)) {
            if (Scalars.any(expression, part -> Scalars.subquery(part) != null && touches(java.util.Objects.requireNonNull(Scalars.subquery(part)), tableOid))) return true;
        }
        return false;
    }

    /** Whether the predicate holds for an expression anywhere in the tree, inside subqueries too. */
    public static boolean any(Relation relation, Predicate<Scalar> predicate) {
        for (Relation input : inputs(relation)) if (any(input, predicate)) return true;
        for (Scalar expression : expressions(relation)) {
            boolean found = Scalars.any(expression, part -> {
                Relation inner = Scalars.subquery(part);
                return predicate.test(part) || inner != null && any(inner, predicate);
            });
            if (found) return true;
        }
        return false;
    }

    /** Expressions of the node itself. */
    public static List<Scalar> expressions(Relation relation) {
        List<Scalar> all = new ArrayList<>();
        switch (relation) {
            case Relation.Values r -> r.rows().forEach(all::addAll);
            case Relation.FunctionScan r -> all.addAll(r.calls());
            case Relation.Filter r -> all.add(r.condition());
            case Relation.Project r -> all.addAll(r.expressions());
            case Relation.ProjectSet r -> all.addAll(r.expressions());
            case Relation.Join r -> add(all, r.condition());
            case Relation.Aggregate r -> {
                all.addAll(r.keys());
                for (Relation.AggregateCall call : r.calls()) {
                    all.addAll(call.directArguments());
                    all.addAll(call.arguments());
                    keys(all, call.orderBy());
                    add(all, call.filter());
                }
            }
            case Relation.Window r -> {
                all.addAll(r.partitionBy());
                keys(all, r.orderBy());
                add(all, r.frame().start().offset());
                add(all, r.frame().end().offset());
                for (Relation.WindowCall call : r.calls()) {
                    all.addAll(call.arguments());
                    add(all, call.filter());
                }
            }
            case Relation.DistinctOn r -> all.addAll(r.keys());
            case Relation.Sort r -> keys(all, r.keys());
            case Relation.Limit r -> {
                add(all, r.offset());
                add(all, r.count());
                keys(all, r.tieKeys());
            }
            case Relation.Modify r -> {
                assignments(all, r.assignments());
                assignments(all, r.defaults());
                for (Scalar.NamedCheck check : r.checks()) all.add(check.condition());
                if (r.onConflict() != null) {
                    assignments(all, r.onConflict().assignments());
                    add(all, r.onConflict().condition());
                }
                for (Relation.MergeAction action : r.mergeActions()) {
                    add(all, action.condition());
                    assignments(all, action.assignments());
                }
                all.addAll(r.returning());
            }
            default -> {}
        }
        return all;
    }

    private static void add(List<Scalar> all, @Nullable Scalar scalar) {
        if (scalar != null) all.add(scalar);
    }

    private static void keys(List<Scalar> all, List<Relation.SortKey> keys) {
        for (Relation.SortKey key : keys) all.add(key.expression());
    }

    private static void assignments(List<Scalar> all, List<Relation.Assignment> assignments) {
        for (Relation.Assignment assignment : assignments) all.add(assignment.value());
    }
}
