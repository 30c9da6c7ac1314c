package io.craton.sql.plan;

import io.craton.sql.expr.Evaluator;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INSERT of one row of values, or UPDATE/DELETE of the row with a key, without RETURNING.
 *
 * @param key evaluators of the key columns; empty for INSERT
 */
public record PointWrite(TableDef table, List<Evaluator> key, PlanNode modify, @Nullable Evaluator rest) implements PointPlan {
    public PointWrite {
        key = List.copyOf(key);
    }
}
