package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.session.ResultSink;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.StatementState;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.storage.txn.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * A plan that is running: gives rows as they are asked for and can stop between any two of them (portals). When the last row was given, checks that
 * wait for the end of the statement have run. One thread at a time. Close it.
 */
public final class RunningQuery implements AutoCloseable {
    private final PhysicalPlan plan;
    private final ExecContext context;
    private final StatementState state;
    private final RowSource source;
    private final Transaction.View view;
    private boolean opened;
    private boolean finished;
    /** What comes at the end of the statement has run too. */
    private boolean done;
    private @Nullable Batch batch;
    private int at;
    private long produced;
    private @Nullable ResultEncoder encoder;

    RunningQuery(PhysicalPlan plan, ExecContext context, StatementState state, RowSource source) {
        this.plan = plan;
        this.context = context;
        this.state = state;
        this.source = source;
        this.view = context.view();
        RunningQueries others = context.running();
        if (others != null) others.add(this);
    }

    boolean isFinished() {
        return done;
    }

    ExecContext context() {
        return context;
    }

    Transaction.View view() {
        return view;
    }

    public PhysicalPlan plan() {
        return plan;
    }

    /**
     * Writes up to {@code rowsMax} (0: all) data rows, without RowDescription and CommandComplete. True when there are no more.
     * As PostgreSQL, a query that gave exactly {@code rowsMax} rows is not known to be finished.
     *
     * @param formats one for each column: 0 text, 1 binary
     */
    public boolean run(ResultSink sink, short[] formats, long rowsMax) {
        if (encoder == null) encoder = new ResultEncoder(plan.fields(), formats, context.format());
        long left = rowsMax == 0 ? Long.MAX_VALUE : rowsMax;
        while (left > 0) {
            Batch before = batch;
            Batch current = current();
            if (current == null) return true;
            if (current != before) batch = current = encoder.prepare(current);
            int[] positions = current.positions();
            while (left > 0 && at < current.selected()) {
                encoder.write(current, positions[at++], sink);
                produced++;
                left--;
            }
        }
        return false;
    }

    /** As {@link #run(ResultSink, short[], long)}, for datums. */
    public boolean run(RowConsumer consumer, long rowsMax) {
        long left = rowsMax == 0 ? Long.MAX_VALUE : rowsMax;
        while (left > 0) {
            Batch current = current();
            if (current == null) return true;
            int[] positions = current.positions();
            while (left > 0 && at < current.selected()) {
                consumer.accept(current.row(positions[at++]));
                produced++;
                left--;
            }
        }
        return false;
    }

    /** A field of the row that was given last, also one behind those of the result; null when there is none. */
    public @Nullable Object last(int field) {
        return batch == null || at == 0 ? null : batch.columns()[field].datum(batch.positions()[at - 1]);
    }

    private @Nullable Batch current() {
        if (finished) return null;
        if (batch == null || at >= batch.selected()) {
            context.checkInterrupts();
            batch = next();
            context.requireSettled();
            at = 0;
        }
        return batch;
    }

    /** Other statements may have run since the last rows were taken: this one goes on under the view it began with. */
    private @Nullable Batch next() {
        Transaction.View others = context.view();
        context.view(view);
        try {
            if (!opened) {
                opened = true;
                source.open();
            }
            Batch rows = source.next();
            if (rows == null) {
                finished = true;
                state.finish();
                done = true;
            }
            return rows;
        } finally {
            context.view(others);
        }
    }

    /** Rows given so far. */
    public long produced() {
        return produced;
    }

    /** Rows given so far, or rows that INSERT, UPDATE, DELETE or MERGE changed: the number for the command tag. */
    public long rowCount() {
        return plan.command() == null ? produced : state.affected();
    }

    @Override
    public void close() {
        finished = true;
        batch = null;
        RunningQueries others = context.running();
        if (others != null) others.remove(this);
        source.close();
        state.close();
    }
}
