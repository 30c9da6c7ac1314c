package io.craton.sql.optimize;

import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptCost;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.metadata.DefaultRelMetadataProvider;
import org.apache.calcite.rel.metadata.MetadataHandlerProvider;
import org.apache.calcite.rel.metadata.ProxyingMetadataHandlerProvider;
import org.apache.calcite.rel.metadata.RelColumnOrigin;
import org.apache.calcite.rel.metadata.RelMetadataQuery;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Answers Calcite's questions about sizes from our own estimates: every node is some set of the region's leaves, and the rows of that set are known whatever
 * the order. The rest goes to Calcite's handlers, called through proxies: nothing is compiled while a statement waits. One planning, one thread.
 */
final class RegionMetadata extends RelMetadataQuery {
    private static final MetadataHandlerProvider OTHERS = new ProxyingMetadataHandlerProvider(DefaultRelMetadataProvider.INSTANCE);

    private final RelOptCluster cluster;
    private final IntToDoubleFunction rows;
    private final IntToDoubleFunction distinct;
    private final RexBridge bridge;

    RegionMetadata(RelOptCluster cluster, IntToDoubleFunction rows, IntToDoubleFunction distinct, RexBridge bridge) {
        super(OTHERS);
        this.cluster = cluster;
        this.rows = rows;
        this.distinct = distinct;
        this.bridge = bridge;
    }

    private static int leaves(RelNode node) {
        RelNode plain = node.stripped();
        if (plain instanceof LeafRel leaf) return 1 << leaf.index();
        int set = 0;
        for (RelNode input : plain.getInputs()) set |= leaves(input);
        return set;
    }

    @Override
    public Double getRowCount(RelNode node) {
        return rows.applyAsDouble(leaves(node));
    }

    @Override
    public Double getMaxRowCount(RelNode node) {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public RelOptCost getNonCumulativeCost(RelNode node) {
        return cluster.getPlanner().getCostFactory().makeCost(node.stripped() instanceof Join || node.stripped() instanceof LeafRel
                ? getRowCount(node) : 0, 0, 0);
    }

    @Override
    public RelOptCost getCumulativeCost(RelNode node) {
        RelOptCost cost = getNonCumulativeCost(node);
        for (RelNode input : node.stripped().getInputs()) cost = cost.plus(getCumulativeCost(input));
        return cost;
    }

    @Override
    public @Nullable Double getDistinctRowCount(RelNode node, ImmutableBitSet key, @Nullable RexNode predicate) {
        double all = getRowCount(node);
        double product = 1;
        for (int field : key) {
            double values = distinct(node, field);
            if (Double.isNaN(values)) return all;
            product *= values;
        }
        return Math.max(1, Math.min(all, product));
    }

    private double distinct(RelNode node, int field) {
        RelNode plain = node.stripped();
        if (plain instanceof LeafRel leaf) return distinct.applyAsDouble(bridge.number(leaf.index(), field));
        if (plain instanceof Project) return Double.NaN;
        int at = field;
        for (RelNode input : plain.getInputs()) {
            int width = input.getRowType().getFieldCount();
            if (at < width) return distinct(input, at);
            at -= width;
        }
        return Double.NaN;
    }

    @Override
    public @Nullable Double getPopulationSize(RelNode node, ImmutableBitSet key) {
        return getDistinctRowCount(node, key, null);
    }

    @Override
    public Boolean areColumnsUnique(RelNode node, ImmutableBitSet columns, boolean ignoreNulls) {
        for (int field : columns) if (node.stripped() instanceof LeafRel && distinct(node, field) >= getRowCount(node)) return true;
        return false;
    }

    @Override
    public @Nullable Set<ImmutableBitSet> getUniqueKeys(RelNode node, boolean ignoreNulls) {
        return null;
    }

    @Override
    public @Nullable Set<RelColumnOrigin> getColumnOrigins(RelNode node, int column) {
        return null;
    }

    @Override
    public @Nullable RelColumnOrigin getColumnOrigin(RelNode node, int column) {
        return null;
    }

    @Override
    public @Nullable RelOptTable getTableOrigin(RelNode node) {
        return null;
    }
}
