package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** READ COMMITTED's second look: runs a plan again with one table's scan giving only the newest version of one row. */
final class Recheck {
    private Recheck() {}

    /** The first row that still qualifies, or null. */
    static @Nullable Object @Nullable [] first(Scope scope, PlanNode plan, RowOverride override) {
        Object before = override.enter(scope);
        try (RowSource source = plan.source(scope)) {
            source.open();
            Batch batch = source.next();
            return batch == null ? null : batch.row(batch.positions()[0]);
        } finally {
            RowOverride.restore(scope, before);
        }
    }
}
