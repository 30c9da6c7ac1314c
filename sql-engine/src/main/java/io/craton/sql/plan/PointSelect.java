package io.craton.sql.plan;

import io.craton.sql.expr.Evaluator;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;

/**
 * SELECT of columns of one row by the clustering key.
 *
 * @param key one evaluator for each key column, over no row
 * @param columns attribute numbers in order of the result
 */
public record PointSelect(TableDef table, List<Evaluator> key, List<Integer> columns) implements PointPlan {
    public PointSelect {
        key = List.copyOf(key);
        columns = List.copyOf(columns);
    }
}
