package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.expr.DatumOrder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** LIMIT, OFFSET and WITH TIES. */
public final class LimitOperator extends Operator {
    private final RowSource input;
    private final @Nullable Evaluator offset;
    private final @Nullable Evaluator count;
    private final Evaluator[] tieKeys;
    private final DatumOrder[] tieOrders;
    private long skip;
    private long left;
    private Object @Nullable [] last;
    private boolean ties;

    /** @param tieKeys the sort keys for WITH TIES, else empty */
    public LimitOperator(Scope scope, PlanNode input, @Nullable Evaluator offset, @Nullable Evaluator count, Evaluator[] tieKeys,
            DatumOrder[] tieOrders) {
        super(scope);
        this.input = start(input);
        this.offset = offset;
        this.count = count;
        this.tieKeys = tieKeys;
        this.tieOrders = tieOrders;
    }

    /** The limit as a number; {@code Long.MAX_VALUE} for none. */
    static long count(Scope scope, @Nullable Evaluator count) {
        Object value = count == null ? null : count.value(scope, RowView.EMPTY);
        if (value == null) return Long.MAX_VALUE;
        if ((Long) value < 0) throw new PgException(SqlState.INVALID_ROW_COUNT_IN_LIMIT_CLAUSE, "LIMIT must not be negative");
        return (Long) value;
    }

    static long offset(Scope scope, @Nullable Evaluator offset) {
        Object value = offset == null ? null : offset.value(scope, RowView.EMPTY);
        if (value == null) return 0;
        if ((Long) value < 0) {
            throw new PgException(SqlState.INVALID_ROW_COUNT_IN_RESULT_OFFSET_CLAUSE, "OFFSET must not be negative");
        }
        return (Long) value;
    }

    @Override
    public void open() {
        skip = offset(scope, offset);
        left = count(scope, count);
        last = null;
        ties = false;
        if (left > 0) input.open();
    }

    @Override
    public @Nullable Batch next() {
        if (ties) return nextTies();
        while (left > 0) {
            Batch batch = input.next();
            if (batch == null) return null;
            int from = (int) Math.min(skip, batch.selected());
            skip -= from;
            if (from == batch.selected()) continue;
            int size = (int) Math.min(left, batch.selected() - from);
            left -= size;
            if (left > 0 || tieKeys.length == 0) {
                return from == 0 && size == batch.selected() ? batch : batch.slice(from, size);
            }
            RowView.OfBatch row = new RowView.OfBatch(batch);
            row.position = batch.positions()[from + size - 1];
            last = new Object[tieKeys.length];
            for (int i = 0; i < last.length; i++) last[i] = tieKeys[i].value(scope, row);
            int end = from + size;
            while (end < batch.selected() && tied(row, batch.positions()[end])) end++;
            ties = end == batch.selected();
            return batch.slice(from, end - from);
        }
        return null;
    }

    private @Nullable Batch nextTies() {
        Batch batch = input.next();
        if (batch == null) {
            ties = false;
            return null;
        }
        RowView.OfBatch row = new RowView.OfBatch(batch);
        int end = 0;
        while (end < batch.selected() && tied(row, batch.positions()[end])) end++;
        ties = end == batch.selected();
        return end == 0 ? null : batch.slice(0, end);
    }

    private boolean tied(RowView.OfBatch row, int position) {
        row.position = position;
        for (int i = 0; i < tieKeys.length; i++) {
            Object value = tieKeys[i].value(scope, row);
            if (value == null || last[i] == null ? value != last[i] : tieOrders[i].compare(scope, value, last[i]) != 0) return false;
        }
        return true;
    }

    @Override
    public void close() {
        input.close();
    }
}
