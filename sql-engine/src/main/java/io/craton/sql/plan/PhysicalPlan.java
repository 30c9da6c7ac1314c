package io.craton.sql.plan;

import io.craton.sql.exec.PatternPrefix;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
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
 * @param prefixed to be run instead where patterns among the parameters allow it
 */
public record PhysicalPlan(PlanNode root, Relation.@Nullable ModifyKind command, List<Relation.Field> fields,
        @Nullable PointPlan point, boolean callsRoutines, Relation relation, Map<Relation, PlanNode> subplans,
        List<TableLock> locks, @Nullable Prefixed prefixed) {
    /** A pattern whose value is known when a plan starts. */
    public record Pattern(PatternPrefix.Form form, Evaluator value) {}

    /** A plan that looks values up by how patterns begin: for patterns that do not begin with a wildcard. */
    public record Prefixed(List<Pattern> patterns, PhysicalPlan plan) {
        public Prefixed {
            patterns = List.copyOf(patterns);
        }
    }

    public PhysicalPlan {
        fields = List.copyOf(fields);
        locks = List.copyOf(locks);
    }

    public PhysicalPlan(PlanNode root, Relation.@Nullable ModifyKind command, List<Relation.Field> fields, @Nullable PointPlan point,
            boolean callsRoutines, Relation relation, Map<Relation, PlanNode> subplans) {
        this(root, command, fields, point, callsRoutines, relation, subplans, List.of(), null);
    }

    public PhysicalPlan withLocks(List<TableLock> tableLocks) {
        Prefixed other = prefixed == null ? null : new Prefixed(prefixed.patterns, prefixed.plan.withLocks(tableLocks));
        return new PhysicalPlan(root, command, fields, point, callsRoutines, relation, subplans, tableLocks, other);
    }

    /** The same of which only the first fields are the result's. */
    public PhysicalPlan withFields(List<Relation.Field> visible) {
        Prefixed other = prefixed == null ? null : new Prefixed(prefixed.patterns, prefixed.plan.withFields(visible));
        return new PhysicalPlan(root, command, visible, null, callsRoutines, relation, subplans, locks, other);
    }

    public PhysicalPlan withPrefixed(Prefixed other) {
        return new PhysicalPlan(root, command, fields, point, callsRoutines, relation, subplans, locks, other);
    }

    /** The plan for the parameters at hand. */
    public PhysicalPlan chosen(Scope scope) {
        if (prefixed == null) return this;
        for (Pattern pattern : prefixed.patterns) {
            Object value = pattern.value.value(scope, RowView.EMPTY);
            if (value != null && PatternPrefix.of(pattern.form, value) == null) return this;
        }
        return prefixed.plan;
    }

    public boolean returnsRows() {
        return command == null || !fields.isEmpty();
    }
}
