package io.craton.sql.plan;

import io.craton.sql.expr.Subquery;
import io.craton.sql.logical.Relation;
import java.util.List;

/** A node of a physical plan. Immutable and shared by all that run it. */
public interface PlanNode extends Subquery {
    List<Relation.Field> fields();

    /** Estimated rows. */
    double rows();

    List<PlanNode> inputs();
}
