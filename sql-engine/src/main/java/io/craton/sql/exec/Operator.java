package io.craton.sql.exec;

import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;

/** Base of running plan nodes. One thread. May be opened, closed and opened again. */
abstract class Operator implements RowSource {
    protected final Scope scope;

    Operator(Scope scope) {
        this.scope = scope;
    }

    /** Starts an input in this operator's scope. */
    protected final RowSource start(PlanNode node) {
        return Profile.start(node, scope);
    }
}
