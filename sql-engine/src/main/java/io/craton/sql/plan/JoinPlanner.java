package io.craton.sql.plan;

import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.TreeRewriter;
import io.craton.sql.exec.HashJoinOperator;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins: sorts conditions to sides, finds equi-keys, chooses hash, index lookup or nested loop, and the side to build. */
final class JoinPlanner {
    private final PhysicalPlanner planner;

    JoinPlanner(PhysicalPlanner planner) {
        this.planner = planner;
    }

    /** Conditions of one join, by where they can be tested. */
    private static final class Conditions {
        final List<Scalar> left = new ArrayList<>();
        final List<Scalar> right = new ArrayList<>();
        final List<Scalar> both = new ArrayList<>();
        final List<Scalar> above = new ArrayList<>();
    }

    PlanNode plan(Relation.Join join, List<Scalar> outerConditions, @Nullable BitSet needed) {
        int width = join.left().fields().size();
        Conditions conditions = place(join, outerConditions, width);
        BitSet used = needed == null ? null : (BitSet) needed.clone();
        if (used != null) {
            for (Scalar condition : conditions.both) Scalars.columns(condition, used);
            for (Scalar condition : conditions.above) Scalars.columns(condition, used);
        }
        boolean existence = join.kind() == JoinKind.SEMI || join.kind() == JoinKind.ANTI;
        BitSet leftNeeded = null;
        BitSet rightNeeded = null;
        if (used != null || existence) {
            BitSet all = used != null ? used : PhysicalPlanner.all(width);
            if (used == null) for (Scalar condition : conditions.both) Scalars.columns(condition, all);
            leftNeeded = all.get(0, width);
            rightNeeded = all.get(width, Math.max(width, all.length()));
        }
        if (join.lateral()) leftNeeded = null; // the right side may read any of them
        PlanNode left = planner.plan(join.left(), conditions.left, leftNeeded);
        BitSet rightSide = rightNeeded;
        PlanNode result = join.lateral()
                ? nestedLoop(join.kind(), true, planner.parallel().gathered(left), planner.often(() -> planner.plan(join.right(), conditions.right, rightSide)), conditions.both)
                : join(join, left, conditions, width, rightNeeded);
        return planner.filter(result, conditions.above);
    }

    private Conditions place(Relation.Join join, List<Scalar> outer, int width) {
        Conditions placed = new Conditions();
        boolean keepsLeft = join.kind() == JoinKind.LEFT || join.kind() == JoinKind.FULL || join.kind() == JoinKind.ANTI;
        boolean keepsRight = join.kind() == JoinKind.RIGHT || join.kind() == JoinKind.FULL;
        for (Scalar condition : Scalars.conjuncts(join.condition())) {
            if (condition instanceof Scalar.Constant constant && Boolean.TRUE.equals(constant.value())) continue;
            BitSet used = columns(condition);
            if (!keepsLeft && onlyLeft(used, width) && !Scalars.isVolatile(condition)) placed.left.add(condition);
            else if (!keepsRight && onlyRight(used, width) && movable(condition)) placed.right.add(onRight(join, condition, width));
            else placed.both.add(condition);
        }
        for (Scalar condition : outer) {
            BitSet used = columns(condition);
            boolean leftPadded = join.kind() == JoinKind.RIGHT || join.kind() == JoinKind.FULL;
            boolean rightPadded = join.kind() == JoinKind.LEFT || join.kind() == JoinKind.FULL;
            if (!leftPadded && onlyLeft(used, width) && !Scalars.isVolatile(condition)) placed.left.add(condition);
            else if (!rightPadded && onlyRight(used, width) && movable(condition)) placed.right.add(onRight(join, condition, width));
            else if (join.kind() == JoinKind.INNER) placed.both.add(condition);
            else placed.above.add(condition);
        }
        return placed;
    }

    private static BitSet columns(Scalar condition) {
        BitSet used = new BitSet();
        Scalars.columns(condition, used);
        return used;
    }

    private static boolean onlyLeft(BitSet used, int width) {
        return used.length() <= width;
    }

    private static boolean onlyRight(BitSet used, int width) {
        return !used.isEmpty() && used.nextSetBit(0) >= width;
    }

    /** Columns may be renumbered: no subquery refers to them. */
    private static boolean movable(Scalar condition) {
        return !Scalars.hasSubquery(condition) && !Scalars.isVolatile(condition);
    }

    /** A condition over right fields alone, as the right side sees it: a lateral one has the left row between itself and the rows around. */
    private static Scalar onRight(Relation.Join join, Scalar condition, int width) {
        Scalar shifted = shift(condition, -width);
        if (!join.lateral()) return shifted;
        return Scalars.map(shifted, part -> part instanceof Scalar.OuterColumn outer
                ? new Scalar.OuterColumn(outer.level() + 1, outer.index(), outer.type(), outer.typmod()) : part);
    }

    static Scalar shift(Scalar scalar, int by) {
        return Scalars.map(scalar, part -> part instanceof Scalar.Column column
                ? new Scalar.Column(column.index() + by, column.type(), column.typmod())
                : part);
    }

    private PlanNode join(Relation.Join join, PlanNode left, Conditions conditions, int width, @Nullable BitSet rightNeeded) {
        List<Scalar> leftKeys = new ArrayList<>();
        List<Scalar> rightKeys = new ArrayList<>();
        List<Scalar> keyConditions = new ArrayList<>();
        List<Scalar> residual = new ArrayList<>();
        for (Scalar condition : conditions.both) {
            if (!equiKey(condition, width, leftKeys, rightKeys)) residual.add(condition);
            else keyConditions.add(condition);
        }
        PlanNode right = null;
        if (!keyConditions.isEmpty() && (join.kind() == JoinKind.INNER || join.kind() == JoinKind.LEFT
                || join.kind() == JoinKind.SEMI || join.kind() == JoinKind.ANTI)) {
            PlanNode lookup = switch (scanOf(join.right())) {
                case Relation.TableScan scan -> indexJoin(join, left, scan, conditions, width, rightNeeded);
                case Relation.VirtualScan scan -> systemJoin(join, left, scan, conditions, width, rightNeeded, leftKeys, rightKeys, residual.size());
                default -> null;
            };
            if (lookup != null) return lookup;
        }
        right = planner.plan(join.right(), conditions.right, rightNeeded);
        if (keyConditions.isEmpty()) {
            return nestedLoop(join.kind(), false, planner.parallel().gathered(left), planner.parallel().gathered(right), conditions.both);
        }
        return hashJoin(join.kind(), left, right, width, leftKeys, rightKeys, keyConditions, residual);
    }

    /** Splits {@code left = right} into its sides. */
    static boolean equiKey(Scalar condition, int width, List<Scalar> leftKeys, List<Scalar> rightKeys) {
        if (!(condition instanceof Scalar.Call call) || !DatumEquality.hashable(call.function()) || Scalars.isVolatile(condition)
                || Scalars.hasSubquery(condition)) return false;
        Scalar a = call.arguments().get(0);
        Scalar b = call.arguments().get(1);
        if (a.type().repr() != b.type().repr() || (a.type().oid() == TypeOid.BPCHAR) != (b.type().oid() == TypeOid.BPCHAR)) return false;
        BitSet inA = columns(a);
        BitSet inB = columns(b);
        if (inA.isEmpty() || inB.isEmpty()) return false;
        if (onlyLeft(inA, width) && onlyRight(inB, width) && movable(b)) {
            leftKeys.add(a);
            rightKeys.add(shift(b, -width));
            return true;
        }
        if (onlyLeft(inB, width) && onlyRight(inA, width) && movable(a)) {
            leftKeys.add(b);
            rightKeys.add(shift(a, -width));
            return true;
        }
        return false;
    }

    private static Relation scanOf(Relation relation) {
        return relation instanceof Relation.Filter filter ? scanOf(filter.input()) : relation;
    }

    private static void filtersOf(Relation relation, List<Scalar> conditions) {
        if (relation instanceof Relation.Filter filter) {
            conditions.addAll(Scalars.conjuncts(filter.condition()));
            filtersOf(filter.input(), conditions);
        }
    }

    /** Looking up each left row by key or index, when there are few of them. */
    private @Nullable PlanNode indexJoin(Relation.Join join, PlanNode left, Relation.TableScan scan, Conditions conditions, int width,
            @Nullable BitSet rightNeeded) {
        double rightRows = planner.estimates().rows(scan.table());
        if (Double.isInfinite(JoinCosts.lookups(left.rows(), rightRows, true, 1))) return null;
        List<Scalar> own = new ArrayList<>(conditions.right);
        filtersOf(join.right(), own);
        for (Scalar condition : own) if (Scalars.hasSubquery(condition)) return null;
        List<Scalar> all = new ArrayList<>(conditions.both);
        for (Scalar condition : own) all.add(shift(condition, width));
        AccessPaths.Choice choice = planner.paths().choose(scan.table(), planner.catalogOf(scan), all, RowDecoder.visibleColumns(scan.table()), left.fields(),
                value -> !Scalars.isVolatile(value) && onlyLeft(columns(value), width) && !Scalars.hasSubquery(value));
        if (choice.path().isFull()) return null;
        boolean usesLeft = choice.path().conditions().stream().anyMatch(condition -> columns(condition).nextSetBit(0) < width);
        if (!usesLeft || Double.isInfinite(JoinCosts.lookups(left.rows(), rightRows, choice.path().wholeUnique(), choice.rows()))) return null;
        BitSet needed = rightNeeded == null ? PhysicalPlanner.all(scan.fields().size()) : (BitSet) rightNeeded.clone();
        for (Scalar condition : all) {
            BitSet used = columns(condition);
            for (int i = used.nextSetBit(width); i >= 0; i = used.nextSetBit(i + 1)) needed.set(i - width);
        }
        Nodes.TableScan bare = planner.tableScan(scan, List.of(), needed);
        Scalar residual = Scalars.and(all);
        double rows = join.kind() == JoinKind.INNER ? Math.max(1, left.rows() * choice.rows()) : left.rows();
        return new Nodes.IndexJoin(join.kind(), left, bare, choice.path(),
                residual == null ? null : planner.compiler().compile(residual), choice.rest(),
                Nodes.fieldsOf(join.kind(), left, bare), rows);
    }

    /** Looking each left row up in a system relation, when there are few of them. */
    private @Nullable PlanNode systemJoin(Relation.Join join, PlanNode left, Relation.VirtualScan scan, Conditions conditions, int width,
            @Nullable BitSet rightNeeded, List<Scalar> leftKeys, List<Scalar> rightKeys, int others) {
        Estimates estimates = planner.estimates();
        double rows = estimates.rows(scan);
        double matches = Double.POSITIVE_INFINITY;
        for (Scalar key : rightKeys) {
            if (key instanceof Scalar.Column column) matches = Math.min(matches, rows / estimates.distinct(scan, column.index()));
        }
        if (Double.isInfinite(matches) || Double.isInfinite(JoinCosts.systemLookups(left.rows(), rows, matches))) return null;
        List<Scalar> own = new ArrayList<>(conditions.right);
        filtersOf(join.right(), own);
        for (Scalar condition : own) if (Scalars.hasSubquery(condition) || Scalars.isVolatile(condition)) return null;
        List<Scalar> all = new ArrayList<>(conditions.both);
        for (Scalar condition : own) all.add(shift(condition, width));
        Nodes.VirtualScan right = planner.systems().scan(scan, all, width,
                value -> !Scalars.isVolatile(value) && onlyLeft(columns(value), width) && !Scalars.hasSubquery(value), rightNeeded);
        Scalar residual = Scalars.and(all);
        double joined = estimates.join(join.kind(), left.rows(), left.fields(), rows, scan.fields(), leftKeys, rightKeys, others);
        return new Nodes.SystemJoin(join.kind(), planner.parallel().gathered(left), right, residual == null ? null : planner.compiler().compile(residual), all,
                Nodes.fieldsOf(join.kind(), left, right), Math.min(joined, left.rows() * right.rows()));
    }

    private PlanNode nestedLoop(JoinKind kind, boolean lateral, PlanNode left, PlanNode right, List<Scalar> conditions) {
        Scalar condition = Scalars.and(conditions);
        double rows = Math.max(1, left.rows() * right.rows() * planner.estimates().selectivity(conditions,
                Nodes.fieldsOf(JoinKind.INNER, left, right)));
        return new Nodes.NestedLoop(kind, lateral, left, right, condition == null ? null : planner.compiler().compile(condition),
                conditions, Nodes.fieldsOf(kind, left, right), rows);
    }

    private PlanNode hashJoin(JoinKind kind, PlanNode leftSide, PlanNode rightSide, int width, List<Scalar> leftKeys, List<Scalar> rightKeys,
            List<Scalar> keyConditions, List<Scalar> residual) {
        ExpressionCompiler compiler = planner.compiler();
        int rightWidth = rightSide.fields().size();
        double rows = planner.estimates().join(kind, leftSide.rows(), leftSide.fields(), rightSide.rows(), rightSide.fields(), leftKeys, rightKeys,
                residual.size());
        boolean smaller = leftSide.rows() * 1.5 < rightSide.rows() && residual.stream().noneMatch(Scalars::hasSubquery);
        boolean swap = smaller && (kind == JoinKind.INNER || kind == JoinKind.LEFT || kind == JoinKind.RIGHT);
        boolean testBuild = smaller && (kind == JoinKind.SEMI || kind == JoinKind.ANTI);
        PlanNode left = swap || testBuild ? planner.parallel().gathered(leftSide) : leftSide;
        PlanNode right = swap || testBuild ? rightSide : planner.parallel().gathered(rightSide);
        List<Scalar> probeKeys = swap || testBuild ? rightKeys : leftKeys;
        boolean probesDropped = testBuild || kind == JoinKind.INNER || kind == JoinKind.SEMI || (swap ? kind == JoinKind.LEFT : kind == JoinKind.RIGHT);
        List<KeyFilterTarget> targets = probesDropped ? targets(swap || testBuild ? right : left, probeKeys) : List.of();
        if (!swap && !testBuild) {
            Scalar rest = Scalars.and(residual);
            return new Nodes.HashJoin(kind, HashJoinOperator.Tested.PROBE, left, right, compiler.compile(leftKeys), compiler.compile(rightKeys),
                    leftKeys, rightKeys, rest == null ? null : compiler.compile(rest), keyConditions, residual, false, targets,
                    Nodes.fieldsOf(kind, left, right), rows);
        }
        List<Scalar> exchanged = residual.stream().map(condition -> exchange(condition, width, rightWidth)).toList();
        Scalar rest = Scalars.and(exchanged);
        if (testBuild) {
            return new Nodes.HashJoin(kind, HashJoinOperator.Tested.BUILD, right, left, compiler.compile(rightKeys), compiler.compile(leftKeys),
                    rightKeys, leftKeys, rest == null ? null : compiler.compile(rest), keyConditions, residual, true, targets, left.fields(), rows);
        }
        JoinKind turned = kind == JoinKind.LEFT ? JoinKind.RIGHT : kind == JoinKind.RIGHT ? JoinKind.LEFT : kind;
        PlanNode join = new Nodes.HashJoin(turned, HashJoinOperator.Tested.PROBE, right, left, compiler.compile(rightKeys), compiler.compile(leftKeys),
                rightKeys, leftKeys, rest == null ? null : compiler.compile(rest), keyConditions, residual, true, targets,
                Nodes.fieldsOf(turned, right, left), rows);
        Evaluator[] columns = new Evaluator[width + rightWidth];
        int[] sources = new int[columns.length];
        List<Scalar> scalars = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            sources[i] = i < width ? rightWidth + i : i - width;
            scalars.add(new Scalar.Column(sources[i], join.fields().get(sources[i]).type(), -1));
            columns[i] = compiler.compile(scalars.get(i));
        }
        return new Nodes.Project(join, scalars, columns, sources, 0, Nodes.fieldsOf(kind, left, right));
    }

    private static List<KeyFilterTarget> targets(PlanNode probe, List<Scalar> keys) {
        List<KeyFilterTarget> targets = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i) instanceof Scalar.Column column && column.type().repr() == Repr.LONG) {
                targets.addAll(KeyFilterTarget.of(probe, i, column.index()));
            }
        }
        return targets;
    }

    private static Scalar exchange(Scalar scalar, int width, int rightWidth) {
        return Scalars.map(scalar, part -> part instanceof Scalar.Column column
                ? new Scalar.Column(column.index() < width ? column.index() + rightWidth : column.index() - width, column.type(),
                        column.typmod())
                : part);
    }
}
