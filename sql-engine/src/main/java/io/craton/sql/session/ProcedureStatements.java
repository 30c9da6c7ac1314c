package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.ResultSink;
import io.craton.core.session.RowDescription;
import io.craton.core.type.PgRecord;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.ProcedureCall;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.procedure.CallerContext;
import io.craton.sql.session.TransactionBlock.Event;
import io.craton.sql.pgcatalog.Languages;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SessionStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CALL and DO. Outside a transaction block the routine may end the transaction; its statement then goes on in a new one, under the same context. The session's
 * thread.
 */
final class ProcedureStatements {
    /** The context of a statement that outlives its transaction: it moves on to the next one's. */
    private static final class MovingContext implements CallerContext {
        private ExecContext current;

        MovingContext(ExecContext first) {
            this.current = first;
        }

        @Override
        public ExecContext caller() {
            return current;
        }
    }

    private final Session session;
    private final StatementRunner runner;
    private final SessionStatements statements;
    private @Nullable MovingContext running;
    private @Nullable Object[] parameters = new Object[0];

    ProcedureStatements(Session session, StatementRunner runner, SessionStatements statements) {
        this.session = session;
        this.runner = runner;
        this.statements = statements;
    }

    void run(PreparedPlan plan, AnalyzedStatement.Utility analyzed, @Nullable Object[] values, short[] formats, boolean describe, ResultSink sink) {
        boolean mayEnd = !session.transactions.inBlock() && session.singleStatement;
        parameters = values;
        MovingContext context = new MovingContext(runner.newStatement(values));
        MovingContext before = running;
        running = context;
        try {
            if (plan.statement() instanceof RoutineStatement.Do block) {
                session.routines().run(context, body(block, context), mayEnd);
                sink.commandComplete("DO");
                return;
            }
            call(java.util.Objects.requireNonNull(analyzed.call()), context, mayEnd, plan.columns(), formats, describe, sink);
        } finally {
            running = before;
        }
    }

    private void call(ProcedureCall call, ExecContext context, boolean mayEnd, @Nullable RowDescription columns, short[] formats, boolean describe,
            ResultSink sink) {
        @Nullable Object[] arguments = new Object[call.inputs().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = session.engine.executor().evaluator(call.inputs().get(i), context).value(new Scope(context, null), RowView.EMPTY);
        }
        Object result = session.routines().call(context, call, arguments, mayEnd);
        if (columns != null) {
            if (describe) sink.rowDescription(columns);
            @Nullable Object[] row = result instanceof PgRecord record ? record.values() : new Object[columns.columns().size()];
            DatumEncoder.row(sink, DatumEncoder.types(columns, session.format()), formats, row, session.format());
        }
        sink.commandComplete("CALL");
    }

    /** The text of a DO block; its language must be one that can. */
    static Option.BodyValue body(RoutineStatement.Do block, ExecContext context) {
        Option.BodyValue body = null;
        String language = "plpgsql";
        for (Option option : block.options()) {
            if (option.value() instanceof Option.TextValue text) {
                language = text.value();
            } else if (body == null) {
                body = (Option.BodyValue) java.util.Objects.requireNonNull(option.value());
            } else {
                throw PgError.error(SqlState.SYNTAX_ERROR, "conflicting or redundant options").withPosition(option.position()).exception();
            }
        }
        if (body == null) throw new PgException(SqlState.SYNTAX_ERROR, "no inline code specified");
        switch (language) {
            case "plpgsql" -> Languages.requireUsage(language, context);
            case "sql", "internal", "c" -> throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "language \"" + language + "\" does not support inline code execution");
            default -> throw new PgException(SqlState.UNDEFINED_OBJECT, "language \"" + language + "\" does not exist");
        }
        return body;
    }

    void endTransaction(boolean commit, boolean chain) {
        MovingContext context = java.util.Objects.requireNonNull(running);
        List<SessionStatement.TransactionMode> modes = chain ? statements.currentModes() : List.of();
        if (commit) {
            session.transactions.commit(Event.END_OF_BATCH);
        } else {
            session.transactions.rollback();
        }
        session.transactions.forStatement();
        session.transactions.apply(modes);
        context.current = runner.newStatement(parameters);
    }
}
