package io.craton.sql.optimize;

import org.apache.calcite.plan.Convention;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.rel.AbstractRelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.type.RelDataType;

/** A leaf of a join region as Calcite sees it: a row type and a number, nothing to look into. */
final class LeafRel extends AbstractRelNode {
    private final int index;

    LeafRel(RelOptCluster cluster, int index, RelDataType rowType) {
        super(cluster, cluster.traitSetOf(Convention.NONE));
        this.index = index;
        this.rowType = rowType;
    }

    int index() {
        return index;
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer).item("leaf", index);
    }
}
