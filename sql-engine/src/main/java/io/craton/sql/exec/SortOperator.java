package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** Sorts all rows, or keeps the first n. */
public final class SortOperator extends Operator {
    private final RowSource input;
    private final PgType[] types;
    private final SortOrder order;
    private final @Nullable Evaluator limit;
    private final @Nullable Evaluator offset;
    private @Nullable Sorter sorter;

    /** @param limit with {@code offset}: only so many first rows are needed; null for all */
    public SortOperator(Scope scope, PlanNode input, SortOrder order, @Nullable Evaluator limit, @Nullable Evaluator offset) {
        super(scope);
        this.input = start(input);
        this.types = input.fields().stream().map(Relation.Field::type).toArray(PgType[]::new);
        this.order = order;
        this.limit = limit;
        this.offset = offset;
    }

    @Override
    public void open() {
        release();
        input.open();
    }

    private Sorter sort() {
        long bound = limit == null ? Long.MAX_VALUE : LimitOperator.count(scope, limit);
        long skipped = limit == null ? 0 : LimitOperator.offset(scope, offset);
        Sorter rows = new Sorter(scope, types, order, bound > Long.MAX_VALUE - skipped ? Long.MAX_VALUE : bound + skipped);
        sorter = rows;
        for (Batch batch = input.next(); batch != null; batch = input.next()) rows.add(batch);
        input.close();
        rows.sort();
        return rows;
    }

    @Override
    public @Nullable Batch next() {
        Sorter rows = sorter;
        return (rows == null ? sort() : rows).next();
    }

    private void release() {
        if (sorter != null) sorter.release();
        sorter = null;
    }

    @Override
    public void close() {
        input.close();
        release();
    }
}
