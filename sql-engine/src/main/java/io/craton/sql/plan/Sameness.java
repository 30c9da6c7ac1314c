package io.craton.sql.plan;

import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.List;

/** Which relations give the same rows however often they run in a statement. Pure functions; unsure means no. */
final class Sameness {
    private Sameness() {}

    static boolean of(Relation relation, List<Scalar> conditions) {
        return conditions.stream().allMatch(condition -> of(condition, 0)) && of(relation, 0);
    }

    /** @param depth queries between the relation and the outermost one that is asked about */
    private static boolean of(Relation relation, int depth) {
        boolean leaf = switch (relation) {
            case Relation.CteScan scan -> false;
            case Relation.WorkTableScan scan -> false;
            case Relation.SequenceScan scan -> false;
            case Relation.Modify modify -> false;
            case Relation.LockRows lock -> false;
            case Relation.RecursiveUnion union -> false;
            default -> true;
        };
        if (!leaf) return false;
        for (Scalar scalar : Relations.expressions(relation)) if (!of(scalar, depth)) return false;
        List<Relation> inputs = Relations.inputs(relation);
        for (int i = 0; i < inputs.size(); i++) {
            boolean inner = relation instanceof Relation.Join join && join.lateral() && i == 1;
            if (!of(inputs.get(i), inner ? depth + 1 : depth)) return false;
        }
        return true;
    }

    private static boolean of(Scalar scalar, int depth) {
        return !Scalars.any(scalar, part -> part instanceof Scalar.OuterColumn outer && outer.level() > depth
                || part instanceof Scalar.Call call && call.function().volatility() == 'v'
                || Scalars.subquery(part) != null && !of(Scalars.subquery(part), depth + 1));
    }

    /** Whether making the rows again takes more than reading them again. */
    static boolean worthKeeping(PlanNode node) {
        return switch (node) {
            case Nodes.Values values -> false;
            case Nodes.Materialize kept -> false;
            case Nodes.TableScan scan -> scan.path().isFull();
            case Nodes.VirtualScan scan -> scan.keys().keys().isEmpty();
            default -> true;
        };
    }
}
