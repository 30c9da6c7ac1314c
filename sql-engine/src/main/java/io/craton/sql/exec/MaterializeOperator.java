package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of its input for all its runs in a statement. While a locked row is re-checked it is as if it were not there. */
public final class MaterializeOperator extends Operator {
    private final RowSource input;
    private final LazyRows rows;
    private boolean direct;
    private long at;

    public MaterializeOperator(Scope scope, PlanNode input) {
        super(scope);
        this.input = start(input);
        this.rows = new LazyRows(this.input, scope, input.fields(), false);
    }

    @Override
    public void open() {
        at = 0;
        direct = RowOverride.active(scope);
        if (!direct) return;
        rows.forget();
        input.open();
    }

    @Override
    public @Nullable Batch next() {
        if (direct) return input.next();
        Batch batch = rows.from(at);
        if (batch != null) at += batch.selected();
        return batch;
    }

    /** What was read stays; it goes with the statement. */
    @Override
    public void close() {
        if (direct) input.close();
    }
}
