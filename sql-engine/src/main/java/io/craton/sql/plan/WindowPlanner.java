package io.craton.sql.plan;

import io.craton.core.error.PgException;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Relation;

/** Plans of window functions. */
final class WindowPlanner {
    private WindowPlanner() {}

    static PlanNode plan(PhysicalPlanner planner, Kernels kernels, Relation.Window window) {
        throw PgException.notSupported("window functions");
    }
}
