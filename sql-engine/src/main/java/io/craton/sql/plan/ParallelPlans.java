package io.craton.sql.plan;

import io.craton.sql.exec.AggregateSpec;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.Relations;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a plan several threads may work at: a large scan and what is done with each of its rows alone, up to where rows must come together. Expressions there
 * must not have subqueries, effects, or rows around them. One planning.
 */
final class ParallelPlans {
    /** What a row is taken to have, against the least size of a table for a parallel scan. */
    private static final double ROW_BYTES = 70;
    /** Rows are gathered when so many are read for each that comes out, or joins are made on the way. */
    private static final double READ_PER_ROW = 3;

    private final Estimates estimates;
    private final double rowsMin;
    /** Not inside what runs once for each row around it. */
    private boolean allowed;

    ParallelPlans(Estimates estimates, ExecContext context) {
        this.estimates = estimates;
        this.rowsMin = context.parallelBytesMin() / ROW_BYTES;
    }

    /** Whether a statement may use other threads at all. */
    void begin(Relation statement) {
        allowed = readsOnly(statement);
    }

    private static boolean readsOnly(Relation relation) {
        if (relation instanceof Relation.Modify || relation instanceof Relation.LockRows) return false;
        if (relation instanceof Relation.With with) for (Relation.Cte cte : with.ctes()) if (!readsOnly(cte.relation())) return false;
        for (Relation input : Relations.inputs(relation)) if (!readsOnly(input)) return false;
        return true;
    }

    /** Plans what may run more than once. */
    PlanNode alone(java.util.function.Supplier<PlanNode> planning) {
        boolean before = allowed;
        allowed = false;
        try {
            return planning.get();
        } finally {
            allowed = before;
        }
    }

    /** The node, its rows gathered from several threads where that pays. */
    PlanNode gathered(PlanNode node) {
        Nodes.TableScan scan = allowed ? scan(node) : null;
        if (scan == null) return node;
        double read = estimates.rows(scan.decoder().table());
        return hasJoin(node) || node.rows() * READ_PER_ROW < read ? new Nodes.Gather(node) : node;
    }

    /** Whether an aggregate may group the rows of its input on several threads. */
    boolean groups(PlanNode input, List<Scalar> keys, List<Relation.AggregateCall> calls, AggregateSpec[] specs) {
        if (!allowed || scan(input) == null || !safe(keys)) return false;
        for (int i = 0; i < specs.length; i++) {
            Relation.AggregateCall call = calls.get(i);
            if (specs[i].kernel() != null || !safe(call.arguments()) || call.filter() != null && !safe(call.filter())) return false;
        }
        return true;
    }

    /** Whether several threads may take rows of the node; then partial results of each can be made of them. */
    boolean divisible(PlanNode node) {
        return allowed && scan(node) != null;
    }

    /** The large scan whose rows a node gives one by one, or null. */
    private Nodes.@Nullable TableScan scan(PlanNode node) {
        return switch (node) {
            case Nodes.TableScan scan -> scan.byColumn() && !scan.ordered() && safe(scan.conditions())
                    && estimates.rows(scan.decoder().table()) >= rowsMin ? scan : null;
            case Nodes.Filter filter -> safe(filter.conditions()) ? scan(filter.input()) : null;
            case Nodes.Project project -> project.pure() && safe(project.scalars()) ? scan(project.input()) : null;
            case Nodes.HashJoin join -> safe(join.conditions()) && safe(join.leftKeyScalars()) && safe(join.rightKeyScalars()) ? scan(join.left()) : null;
            default -> null;
        };
    }

    private static boolean hasJoin(PlanNode node) {
        return node instanceof Nodes.HashJoin || !node.inputs().isEmpty() && hasJoin(node.inputs().getFirst());
    }

    private static boolean safe(List<Scalar> scalars) {
        return scalars.stream().allMatch(ParallelPlans::safe);
    }

    private static boolean safe(Scalar scalar) {
        return !Scalars.any(scalar, part -> part instanceof Scalar.OuterColumn || Scalars.subquery(part) != null
                || part instanceof Scalar.Call call && (call.function().volatility() == 'v' || !call.function().builtIn()
                        || call.function().returnsSet() || call.function().parallel() != 's'));
    }
}
