package io.craton.sql.optimize;

import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntToDoubleFunction;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.tools.RelBuilder;
import org.apache.calcite.tools.RelBuilderFactory;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calcite plans the joins of a region: the leaves crossed under one filter go in; its rules push the filter down, gather the joins into one, and order that by
 * the row counts that {@link RegionMetadata} answers. What comes back is the shape of the tree: who is joined with whom. Conditions return to their places by
 * {@link JoinGraph}, so no rewriting of expressions over there can change a result. Any thread; each planning has its own planner and cluster.
 */
final class CalciteJoins {
    /** With two leaves there is nothing to order; beyond the upper bound planning would take too long. */
    static final int LEAVES_MIN = 3;
    static final int LEAVES_MAX = 12;

    private static final Logger LOG = LoggerFactory.getLogger(CalciteJoins.class);

    /** Comes up when it is first needed: Calcite's rules take a while. */
    private static final class Rules {
        // No simplification: our expressions follow PostgreSQL's rules, which Calcite does not know.
        static final RelBuilderFactory BUILDER = RelBuilder.proto(Contexts.of(RelBuilder.Config.DEFAULT.withSimplify(false)));
        static final HepProgram PROGRAM = new HepProgramBuilder()
                .addRuleInstance(CoreRules.FILTER_INTO_JOIN.config.withRelBuilderFactory(BUILDER).toRule())
                .addRuleInstance(CoreRules.JOIN_CONDITION_PUSH.config.withRelBuilderFactory(BUILDER).toRule())
                .addMatchOrder(HepMatchOrder.BOTTOM_UP)
                .addRuleInstance(CoreRules.JOIN_TO_MULTI_JOIN.config.withRelBuilderFactory(BUILDER).toRule())
                .addRuleInstance(CoreRules.MULTI_JOIN_OPTIMIZE.config.withRelBuilderFactory(BUILDER).toRule())
                .build();
    }

    private final LongAdder planned = new LongAdder();
    private final LongAdder chosen = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** What is joined with what. */
    sealed interface Order {
        record Leaf(int index) implements Order {}

        record Pair(Order left, Order right) implements Order {}
    }

    /** The cheaper of Calcite's order and our own, Calcite's when they cost the same. */
    JoinOrder.Tree best(JoinGraph graph) {
        JoinOrder own = new JoinOrder(graph);
        JoinOrder.Tree ours = own.best();
        int count = graph.region.leaves.size();
        if (count < LEAVES_MIN || count > LEAVES_MAX) return ours;
        try {
            JoinOrder.Tree theirs = own.tree(order(graph));
            planned.increment();
            if (theirs.set() != graph.all()) throw new IllegalStateException("leaves were lost");
            if (theirs.cost() > ours.cost() * (1 + 1e-9)) return ours;
            chosen.increment();
            return theirs;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) { // our own order is always there
            failed.increment();
            LOG.debug("a region was not ordered by Calcite", e);
            return ours;
        }
    }

    /** Calcite's order of the graph. */
    static Order order(JoinGraph graph) {
        List<List<Relation.Field>> leaves = graph.region.leaves.stream().map(leaf -> leaf.relation().fields()).toList();
        List<Integer> firsts = graph.region.leaves.stream().map(JoinRegion.Leaf::first).toList();
        return order(leaves, firsts, graph.conditions(), graph::rows, graph::distinct);
    }

    /**
     * @param firsts number of each leaf's first field in the conditions' numbering
     * @param rows estimated rows of the join of a set of leaves
     * @param distinct estimated distinct values of a field
     */
    static Order order(List<List<Relation.Field>> leaves, List<Integer> firsts, List<Scalar> conditions, IntToDoubleFunction rows,
            IntToDoubleFunction distinct) {
        HepPlanner planner = new HepPlanner(Rules.PROGRAM);
        RexBuilder rex = new RexBuilder(new SqlTypeFactoryImpl(RelDataTypeSystem.DEFAULT));
        RelOptCluster cluster = RelOptCluster.create(planner, rex);
        RexBridge bridge = new RexBridge(rex, leaves, firsts);
        cluster.setMetadataQuerySupplier(() -> new RegionMetadata(cluster, rows, distinct, bridge));
        RelNode joined = null;
        for (int i = 0; i < leaves.size(); i++) {
            RelNode leaf = new LeafRel(cluster, i, bridge.rowType(i));
            joined = joined == null ? leaf
                    : LogicalJoin.create(joined, leaf, List.of(), rex.makeLiteral(true), java.util.Set.of(), JoinRelType.INNER);
        }
        if (joined == null) throw new IllegalArgumentException("no leaves");
        List<RexNode> tests = new ArrayList<>();
        for (Scalar condition : conditions) tests.add(bridge.rex(condition));
        planner.setRoot(LogicalFilter.create(joined, RexUtil.composeConjunction(rex, tests)));
        return read(planner.findBestExp());
    }

    private static Order read(RelNode node) {
        if (node instanceof LeafRel leaf) return new Order.Leaf(leaf.index());
        if (node instanceof Join join) return new Order.Pair(read(join.getLeft()), read(join.getRight()));
        if (node.getInputs().size() == 1) return read(node.getInput(0));
        throw new IllegalStateException("no order: " + node.getRelTypeName());
    }

    /** Orders a small region of no tables: loads and prepares what the first statement would have to wait for. */
    static void warm() {
        Relation.Field field = new Relation.Field("n", io.craton.core.type.PgTypes.INT4, -1);
        List<Scalar> conditions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Scalar a = new Scalar.IsNull(new Scalar.Column(i, field.type(), -1), true);
            Scalar b = new Scalar.IsNull(new Scalar.Column(i + 1, field.type(), -1), false);
            conditions.add(a);
            conditions.add(new Scalar.Logical(Scalar.Logic.OR, List.of(a, b)));
        }
        List<Relation.Field> leaf = List.of(field);
        for (int i = 0; i < 5; i++) {
            order(List.of(leaf, leaf, leaf, leaf), List.of(0, 1, 2, 3), conditions, set -> 10.0 * set, column -> 10);
        }
    }

    /** Regions that Calcite ordered. */
    long planned() {
        return planned.sum();
    }

    /** Regions that were joined in Calcite's order. */
    long chosen() {
        return chosen.sum();
    }

    /** Regions that Calcite could not order. */
    long failed() {
        return failed.sum();
    }
}
