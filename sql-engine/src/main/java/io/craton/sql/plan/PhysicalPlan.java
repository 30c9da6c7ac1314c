package io.craton.sql.plan;

import io.craton.sql.logical.Relation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement ready to run. Immutable; may be cached as long as catalog version and settings that matter are the same.
 *
 * @param command what CommandComplete is about; null for a query
 * @param fields of the result; empty when the statement returns no rows
 * @param point the short road for single rows by key, when there is one
 * @param callsRoutines users' functions run in it, which may wait for anything
 * @param relation what the plan computes
 * @param subplans plans of expressions' subqueries, for display; by identity, not changed any more
 * @param locks taken before it runs
 */
public record PhysicalPlan(PlanNode root, Relation.@Nullable ModifyKind command, List<Relation.Field> fields,
        @Nullable PointPlan point, boolean callsRoutines, Relation relation, Map<Relation, PlanNode> subplans,
        List<TableLock> locks) {
    public PhysicalPlan {
        fields = List.copyOf(fields);
        locks = List.copyOf(locks);
    }

    public PhysicalPlan(PlanNode root, Relation.@Nullable ModifyKind command, List<Relation.Field> fields, @Nullable PointPlan point,
            boolean callsRoutines, Relation relation, Map<Relation, PlanNode> subplans) {
        this(root, command, fields, point, callsRoutines, relation, subplans, List.of());
    }

    public PhysicalPlan withLocks(List<TableLock> tableLocks) {
        return new PhysicalPlan(root, command, fields, point, callsRoutines, relation, subplans, tableLocks);
    }

    /** The same of which only the first fields are the result's. */
    public PhysicalPlan withFields(List<Relation.Field> visible) {
        return new PhysicalPlan(root, command, visible, null, callsRoutines, relation, subplans, locks);
    }

    public boolean returnsRows() {
        return command == null || !fields.isEmpty();
    }
}
