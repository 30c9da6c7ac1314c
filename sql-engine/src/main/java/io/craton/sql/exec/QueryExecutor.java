package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.session.ResultSink;
import io.craton.core.session.SqlSession;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PhysicalPlan;

/**
 * The door of execution: plans an analysed (and perhaps optimised) tree and runs plans. Stateless, any thread.
 */
public final class QueryExecutor {
    /** {@link #runPoint}: nothing happened; run again where waiting is allowed. */
    public static final long NEEDS_THREAD = -1;

    private final Kernels kernels;
    private final TableExpressions expressions;

    public QueryExecutor(Kernels kernels, TableExpressions expressions) {
        this.kernels = kernels;
        this.expressions = expressions;
    }

    /** The context gives catalog, row counts and settings; immutable calls over constants are folded. */
    public PhysicalPlan plan(Relation relation, ExecContext context) {
        throw PgException.notSupported("planning");
    }

    /** Starts a plan; nothing runs before the first rows are asked for. Close the query. */
    public RunningQuery start(PhysicalPlan plan, ExecContext context) {
        throw PgException.notSupported("execution");
    }

    /** Runs a plan to the end and returns the number of rows affected or returned. */
    public long run(PhysicalPlan plan, ExecContext context, RowConsumer consumer) {
        try (RunningQuery query = start(plan, context)) {
            query.run(consumer, 0);
            return query.rowCount();
        }
    }

    /**
     * Runs a plan that has a point plan, without batches. Returns rows affected or returned.
     *
     * @param formats of the result's columns, one each: 0 text, 1 binary
     * @return {@link #NEEDS_THREAD} only with INLINE: a disk or a lock must be waited for; nothing has happened
     */
    public long runPoint(PhysicalPlan plan, ExecContext context, ResultSink sink, short[] formats, SqlSession.Mode mode) {
        throw PgException.notSupported("point plans");
    }
}
