package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.core.session.SqlSession;
import io.craton.sql.function.Kernels;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Scope;
import io.craton.sql.expr.StatementState;
import io.craton.sql.plan.ConstantFolding;
import io.craton.sql.plan.IndexExpressions;
import io.craton.sql.plan.PhysicalPlan;
import io.craton.sql.plan.PhysicalPlanner;
import io.craton.sql.plan.PointSelect;
import io.craton.sql.plan.PointWrite;
import io.craton.sql.plan.TableLock;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.WaitPolicy;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The door of execution: plans an analysed (and perhaps optimised) tree and runs plans. Stateless, any thread.
 */
public final class QueryExecutor {
    /** {@link #runPoint}: nothing happened; run again where waiting is allowed. */
    public static final long NEEDS_THREAD = -1;
    /** As {@link #NEEDS_THREAD}: run again when the transaction has the lock that it queues for. */
    public static final long NEEDS_LOCK = -3;

    private final Kernels kernels;
    private final TableExpressions expressions;
    private final CascadePlans.Source cascades;

    public QueryExecutor(Kernels kernels, TableExpressions expressions) {
        this.kernels = kernels;
        this.expressions = expressions;
        this.cascades = PhysicalPlanner.cascades(kernels, expressions);
    }

    /** The context gives catalog, row counts and settings; immutable calls over constants are folded. */
    public PhysicalPlan plan(Relation relation, ExecContext context) {
        return PhysicalPlanner.plan(relation, kernels, context, expressions);
    }

    /** The query with values in place of what can be computed now. */
    public Relation folded(Relation relation, ExecContext context) {
        return new ConstantFolding(new ExpressionCompiler(kernels, context, subquery -> {
            throw new IllegalStateException("a constant has no subquery");
        })).fold(relation);
    }

    /** What indexes compute, for one planning. */
    public IndexExpressions indexExpressions(ExecContext context) {
        return new IndexExpressions(kernels, context, expressions);
    }

    /** An evaluator of an expression that stands alone, over parameters. */
    public Evaluator evaluator(Scalar scalar, ExecContext context) {
        return new ExpressionCompiler(kernels, context, relation -> new PhysicalPlanner(kernels, context, expressions).subquery(relation)).compile(scalar);
    }

    /** Starts a plan; nothing runs before the first rows are asked for. Close the query. */
    public RunningQuery start(PhysicalPlan plan, ExecContext context) {
        return start(plan, context, null);
    }

    /** As {@link #start(PhysicalPlan, ExecContext)}, measuring every node for EXPLAIN ANALYZE. */
    public RunningQuery start(PhysicalPlan plan, ExecContext context, @Nullable Profile profile) {
        lock(plan, context);
        StatementState state = new StatementState();
        state.profile(profile);
        CascadePlans.install(state, cascades);
        Scope scope = new Scope(context, state);
        PhysicalPlan chosen = plan.chosen(scope);
        return new RunningQuery(chosen, context, state, Profile.start(chosen.root(), scope));
    }

    /** What {@link #start} would run. */
    public PhysicalPlan chosen(PhysicalPlan plan, ExecContext context) {
        try (StatementState state = new StatementState()) {
            return plan.chosen(new Scope(context, state));
        }
    }

    /** Whoever waits takes the locks before; here are those of statements inside of others. */
    private static void lock(PhysicalPlan plan, ExecContext context) {
        for (TableLock lock : plan.locks()) {
            context.transaction().lockTable(lock.table().oid(), lock.mode(), WaitPolicy.WAIT);
            if (!context.transaction().definitionHolds(lock.table())) {
                throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "the definition of table \"" + lock.table().name() + "\" has changed meanwhile");
            }
        }
    }

    /** The same query from its beginning, with what it saw then. */
    public RunningQuery again(RunningQuery query) {
        Transaction transaction = query.context().transaction();
        Transaction.View now = transaction.view();
        transaction.view(query.view());
        try {
            return start(query.plan(), query.context());
        } finally {
            transaction.view(now);
        }
    }

    /** Runs a plan to the end and returns the number of rows affected or returned. */
    public long run(PhysicalPlan plan, ExecContext context, RowConsumer consumer) {
        try (RunningQuery query = start(plan, context)) {
            query.run(consumer, 0);
            return query.rowCount();
        }
    }

    /** Runs checks that waited, and those at the ends of statements that they cause; further deferred ones go to the context's queue. */
    public void check(List<DeferredCheck> checks, ExecContext context) {
        try (StatementState state = new StatementState()) {
            CascadePlans.install(state, cascades);
            Scope scope = new Scope(context, state);
            for (DeferredCheck check : checks) {
                context.checkInterrupts();
                // What was dropped meanwhile, the referenced table with all that hung on it, has nothing to hold any more.
                if (context.catalog().find(ConstraintDef.class, check.constraintOid()) != null) check.run(scope);
            }
            state.finish();
        }
    }

    /** Empties tables, with their triggers around it. */
    public void truncate(List<TableDef> tables, ExecContext context, Runnable work) {
        try (StatementState state = new StatementState()) {
            CascadePlans.install(state, cascades);
            Scope scope = new Scope(context, state);
            List<TableTriggers> triggers = new ArrayList<>();
            for (TableDef table : tables) {
                TableTriggers own = context.catalog().triggers(table.oid()).isEmpty() ? null : cascades.writer(context, table, List.of()).triggers();
                if (own != null) triggers.add(own);
            }
            for (TableTriggers each : triggers) Triggers.of(scope).before(each, TriggerEvent.TRUNCATE);
            work.run();
            for (TableTriggers each : triggers) Triggers.of(scope).after(each, TriggerEvent.TRUNCATE);
            state.finish();
        }
    }

    /**
     * Runs a plan that has a point plan, without batches. Returns rows affected or returned.
     *
     * @param formats of the result's columns, one each: 0 text, 1 binary
     * @return {@link #NEEDS_THREAD} and {@link #NEEDS_LOCK} only with INLINE: a disk or a lock must be waited for; nothing has happened
     */
    public long runPoint(PhysicalPlan plan, ExecContext context, ResultSink sink, short[] formats, SqlSession.Mode mode) {
        if (mode == SqlSession.Mode.INLINE && plan.callsRoutines()) return NEEDS_THREAD;
        return switch (java.util.Objects.requireNonNull(plan.point())) {
            case PointSelect select -> PointRunner.select(select, context, sink, formats, mode);
            case PointWrite write -> PointRunner.write(write, context, mode, cascades);
        };
    }
}
