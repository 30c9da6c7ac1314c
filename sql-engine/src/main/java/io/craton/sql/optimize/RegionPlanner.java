package io.craton.sql.optimize;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Join;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.logical.Scalar;
import io.craton.sql.plan.Estimates;
import io.craton.sql.plan.IndexExpressions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** Orders a region and writes it down as a relation again, with the fields it had. One region, one thread. */
final class RegionPlanner {
    /** Existence tests that keep less than this share of a leaf are made before its joins, unless the joins leave less than {@link #JOINED_SHARE}. */
    private static final double EARLY_SHARE = 0.5;
    private static final double JOINED_SHARE = 0.25;

    private final JoinRegion region;
    private final JoinGraph graph;
    private final List<JoinRegion.Leaf> late = new ArrayList<>();
    private final List<List<JoinRegion.Leaf>> early = new ArrayList<>();

    /** A relation and the region's number of each of its fields. */
    private record Numbered(Relation relation, int[] numbers) {}

    private RegionPlanner(JoinRegion region, JoinGraph graph) {
        this.region = region;
        this.graph = graph;
        for (int i = 0; i < region.leaves.size(); i++) early.add(new ArrayList<>());
        for (JoinRegion.Leaf existence : region.existences) {
            BitSet leaves = new BitSet();
            for (Scalar test : existence.tests()) leaves.or(region.leavesOf(test));
            double passing = graph.passing(existence);
            int leaf = leaves.nextSetBit(0);
            boolean selective = leaves.cardinality() == 1 && passing < EARLY_SHARE
                    && graph.rows(graph.all()) > graph.rows[leaf] * JOINED_SHARE;
            if (selective) {
                early.get(leaf).add(existence);
                graph.shrink(leaf, passing);
            } else {
                late.add(existence);
            }
        }
    }

    static Relation plan(JoinRegion region, Estimates estimates, ExecContext context, IndexExpressions expressions, Function<JoinGraph, JoinOrder.Tree> orderer) {
        JoinGraph graph = new JoinGraph(region, estimates, context, expressions);
        RegionPlanner planner = new RegionPlanner(region, graph);
        return planner.finish(planner.write(orderer.apply(graph)));
    }

    private Numbered write(JoinOrder.Tree tree) {
        if (tree.left() == null || tree.right() == null) return leaf(tree.leaf());
        Numbered left = write(tree.left());
        Numbered right = write(tree.right());
        int[] numbers = Arrays.copyOf(left.numbers, left.numbers.length + right.numbers.length);
        System.arraycopy(right.numbers, 0, numbers, left.numbers.length, right.numbers.length);
        List<Scalar> conditions = graph.meeting(tree.left().set(), tree.right().set());
        return new Numbered(new Join(JoinKind.INNER, left.relation, right.relation, over(conditions, numbers), false), numbers);
    }

    private Numbered leaf(int index) {
        JoinRegion.Leaf leaf = region.leaves.get(index);
        int[] numbers = new int[leaf.width()];
        for (int i = 0; i < numbers.length; i++) numbers[i] = leaf.first() + i;
        Scalar condition = over(graph.local.get(index), numbers);
        Numbered current = new Numbered(condition == null ? leaf.relation() : new Relation.Filter(leaf.relation(), condition), numbers);
        for (JoinRegion.Leaf existence : early.get(index)) current = test(current, existence);
        return current;
    }

    private Numbered test(Numbered current, JoinRegion.Leaf existence) {
        int width = current.numbers.length;
        int[] numbers = Arrays.copyOf(current.numbers, width + existence.width());
        for (int i = 0; i < existence.width(); i++) numbers[width + i] = existence.first() + i;
        return new Numbered(new Join(existence.kind(), current.relation, existence.relation(), over(existence.tests(), numbers), false),
                current.numbers);
    }

    private @org.jspecify.annotations.Nullable Scalar over(List<Scalar> conditions, int[] numbers) {
        if (conditions.isEmpty()) return null;
        int[] positions = new int[region.fields.size()];
        Arrays.fill(positions, -1);
        for (int i = 0; i < numbers.length; i++) positions[numbers[i]] = i;
        return Scalars.and(conditions.stream().map(condition -> References.substitute(condition, number -> {
            Scalar.Column column = region.column(number);
            if (positions[number] < 0) throw new IllegalStateException("a condition is placed before its columns");
            return new Scalar.Column(positions[number], column.type(), column.typmod());
        })).toList());
    }

    private Relation finish(Numbered ordered) {
        Numbered current = ordered;
        for (JoinRegion.Leaf existence : late) current = test(current, existence);
        Relation relation = current.relation;
        if (!graph.gates.isEmpty()) relation = new Relation.Filter(relation, Scalars.and(graph.gates));
        int[] positions = new int[region.fields.size()];
        for (int i = 0; i < current.numbers.length; i++) positions[current.numbers[i]] = i;
        boolean same = region.output.size() == current.numbers.length;
        List<Scalar> columns = new ArrayList<>();
        for (int i = 0; i < region.output.size(); i++) {
            Scalar.Column column = (Scalar.Column) region.output.get(i);
            same &= positions[column.index()] == i;
            columns.add(new Scalar.Column(positions[column.index()], column.type(), column.typmod()));
        }
        if (same) return relation;
        return new Relation.Project(relation, columns,
                region.output.stream().map(each -> region.fields.get(((Scalar.Column) each).index())).toList());
    }
}
