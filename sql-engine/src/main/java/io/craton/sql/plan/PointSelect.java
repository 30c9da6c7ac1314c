package io.craton.sql.plan;

import io.craton.sql.expr.Evaluator;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.KeyCodec;
import io.craton.storage.row.RowCodec;
import java.util.List;

/**
 * SELECT of columns of one row by the clustering key.
 *
 * @param key one evaluator for each key part, over no row
 * @param columns 0-based table columns in order of the result
 * @param asOf position that the row is read at; -1 for the statement's snapshot
 */
public record PointSelect(TableDef table, List<Evaluator> key, KeyCodec keyCodec, RowCodec rowCodec, int[] columns, long asOf) implements PointPlan {
    public PointSelect {
        key = List.copyOf(key);
    }
}
