package io.craton.sql.plan;

import io.craton.sql.exec.ModifySpec;
import io.craton.sql.exec.RowDecoder;
import io.craton.sql.exec.ScanFilter;
import io.craton.sql.expr.Evaluator;
import io.craton.storage.row.KeyCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INSERT of one row of values, or UPDATE/DELETE of the row with a key, without RETURNING.
 *
 * @param key evaluators of the key parts; empty for INSERT
 * @param rowDecoder fields of the target's scan; null for INSERT
 * @param condition every condition on the row, for a version that the lock brought up
 * @param rest what the key does not already guarantee
 * @param values the row to insert, one evaluator for each target column
 */
public record PointWrite(ModifySpec spec, List<Evaluator> key, @Nullable KeyCodec keyCodec, @Nullable RowDecoder rowDecoder,
        ScanFilter condition, ScanFilter rest, Evaluator[] values) implements PointPlan {
    public PointWrite {
        key = List.copyOf(key);
    }
}
