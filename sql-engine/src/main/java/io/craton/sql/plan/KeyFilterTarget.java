package io.craton.sql.plan;

import io.craton.sql.exec.HashJoinOperator;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;

/**
 * A scan below a join's probing side, of which one field is the join's key: it may leave out rows whose key the join has not kept.
 *
 * @param key number of the join's key
 * @param scan {@link Nodes.TableScan#identity}
 */
public record KeyFilterTarget(int key, Object scan, int field) {
    /** The scans from which a field of a node comes unchanged, such that rows without a wanted value in it can be left out right there. */
    static List<KeyFilterTarget> of(PlanNode node, int key, int field) {
        List<KeyFilterTarget> targets = new ArrayList<>();
        trace(node, key, field, targets);
        return targets;
    }

    private static void trace(PlanNode node, int key, int field, List<KeyFilterTarget> targets) {
        switch (node) {
            case Nodes.TableScan scan -> {
                if (field < scan.decoder().stored()) targets.add(new KeyFilterTarget(key, scan.identity(), field));
            }
            case Nodes.Filter filter -> {
                if (filter.conditions().stream().noneMatch(Scalars::isVolatile)) trace(filter.input(), key, field, targets);
            }
            case Nodes.Gate gate -> trace(gate.input(), key, field, targets);
            case Nodes.Project project -> {
                if (project.pure() && project.columns()[field] >= 0) trace(project.input(), key, project.columns()[field], targets);
            }
            case Nodes.Gather gather -> trace(gather.input(), key, field, targets);
            case Nodes.Sort sort -> {
                if (sort.limit() == null) trace(sort.input(), key, field, targets);
            }
            case Nodes.Distinct distinct -> trace(distinct.input(), key, field, targets);
            case Nodes.Append append -> append.inputs().forEach(input -> trace(input, key, field, targets));
            case Nodes.Aggregate aggregate -> {
                boolean groupKey = aggregate.sets().length == 1 && !aggregate.masks() && field < aggregate.keyScalars().size();
                if (groupKey && aggregate.keyScalars().get(field) instanceof Scalar.Column column) trace(aggregate.input(), key, column.index(), targets);
            }
            case Nodes.IndexJoin join -> {
                if (field < join.left().fields().size()) trace(join.left(), key, field, targets);
            }
            case Nodes.SystemJoin join -> {
                if (field < join.left().fields().size()) trace(join.left(), key, field, targets);
            }
            case Nodes.NestedLoop join -> {
                if (!join.lateral() && join.kind() != JoinKind.FULL && join.kind() != JoinKind.RIGHT && field < join.left().fields().size()) {
                    trace(join.left(), key, field, targets);
                }
            }
            case Nodes.HashJoin join -> join(join, key, field, targets);
            default -> {}
        }
    }

    /** A value of one side's key is the other side's too, where rows without a partner do not count. */
    private static void join(Nodes.HashJoin join, int key, int field, List<KeyFilterTarget> targets) {
        int width = join.left().fields().size();
        boolean buildOnly = join.tested() == HashJoinOperator.Tested.BUILD;
        boolean left = !buildOnly && field < width;
        int own = left || buildOnly ? field : field - width;
        if (join.kind() == JoinKind.FULL) return;
        if (left ? join.kind() != JoinKind.RIGHT : join.kind() != JoinKind.LEFT) trace(left ? join.left() : join.right(), key, own, targets);
        List<Scalar> sameSide = left ? join.leftKeyScalars() : join.rightKeyScalars();
        List<Scalar> otherSide = left ? join.rightKeyScalars() : join.leftKeyScalars();
        boolean bothNeeded = join.kind() == JoinKind.INNER || join.kind() == JoinKind.SEMI;
        if (!bothNeeded) return;
        for (int i = 0; i < sameSide.size(); i++) {
            boolean same = sameSide.get(i) instanceof Scalar.Column column && column.index() == own;
            if (same && otherSide.get(i) instanceof Scalar.Column other) trace(left ? join.right() : join.left(), key, other.index(), targets);
        }
    }
}
