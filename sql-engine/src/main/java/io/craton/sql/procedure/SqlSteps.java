package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.sql.analyze.Variables;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.logical.Scalar;
import io.craton.sql.procedure.Assignments.Columns;
import io.craton.sql.procedure.Plan.Work;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SqlParser;
import io.craton.sql.syntax.Statement;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL statements, EXECUTE, PERFORM and CALL. A session's, its thread. */
final class SqlSteps {
    /** A query made ready: its work, and the text that errors show. The frame is the context that its parameters come from. */
    record Ready(Fragment fragment, Work work, ExecContext context) {}

    private final Interpreter interpreter;

    SqlSteps(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    // ---- static statements ---------------------------------------------------------------------------------------

    void run(Frame frame, Step.Perform step) {
        Plan plan = interpreter.sql.plan(frame, step.query(), SqlRunner.Wanted.ANYTHING);
        Work.Query query = java.util.Objects.requireNonNull(plan.query());
        long rows = interpreter.sql.run(frame, step.query(), query, 0, row -> { }, frame);
        frame.rowCount = rows;
        interpreter.found(frame, rows > 0);
    }

    void run(Frame frame, Step.Sql step) {
        Plan plan = interpreter.sql.plan(frame, step.statement(), SqlRunner.Wanted.ANYTHING);
        switch (plan.work()) {
            case Work.Query query -> run(frame, step.statement(), query, step.target(), step.strict(), true, frame);
            case Work.Utility utility -> {
                refuse(utility.parsed().statement());
                outcome(frame, interpreter.sql.utility(frame, step.statement(), utility, frame), step.target());
            }
            case Work.Value value -> throw new IllegalStateException("a statement is no expression");
        }
    }

    /** What a statement without a plan did, and its first row for the target. */
    private void outcome(Frame frame, Host.Outcome outcome, int target) {
        frame.rowCount = outcome.processed();
        if (target < 0) return;
        if (outcome.fields().isEmpty()) throw intoWithoutRows();
        frame.rowCount = Math.min(1, outcome.rows().size());
        interpreter.assignments.row(frame, target, outcome.rows().isEmpty() ? null : outcome.rows().getFirst(), Columns.of(outcome.fields()));
    }

    private static PgException intoWithoutRows() {
        return new PgException(SqlState.SYNTAX_ERROR, "INTO used with a command that cannot return data");
    }

    /** Statements that make no sense inside a function. */
    private static void refuse(Statement statement) {
        boolean transaction = switch (statement) {
            case SessionStatement.Begin s -> true;
            case SessionStatement.Commit s -> true;
            case SessionStatement.Rollback s -> true;
            case SessionStatement.Savepoint s -> true;
            case SessionStatement.ReleaseSavepoint s -> true;
            case SessionStatement.RollbackToSavepoint s -> true;
            case SessionStatement.PrepareTransaction s -> true;
            case SessionStatement.CommitPrepared s -> true;
            case SessionStatement.RollbackPrepared s -> true;
            default -> false;
        };
        if (transaction) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "unsupported transaction command in PL/pgSQL");
        if (statement instanceof io.craton.sql.syntax.UtilityStatement.Copy copy && copy.file() == null) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot COPY to/from client in PL/pgSQL");
        }
    }

    /** Runs a query or change, and puts its row into the target (-1: none). */
    private void run(Frame frame, Fragment fragment, Work.Query query, int target, boolean strict, boolean setsFound, ExecContext context) {
        boolean rowsReturned = query.analyzed().returnsRows();
        if (target < 0) {
            long rows = interpreter.sql.run(frame, fragment, query, 0, row -> { }, context);
            frame.rowCount = rows;
            if (setsFound) interpreter.found(frame, rows != 0);
            if (rowsReturned && setsFound) {
                PgError error = PgError.error(SqlState.SYNTAX_ERROR, "query has no destination for result data");
                throw (query.analyzed().tag() == io.craton.sql.analyze.AnalyzedStatement.Tag.SELECT
                        ? error.withHint("If you want to discard the results of a SELECT, use PERFORM instead.") : error).exception();
            }
            return;
        }
        boolean change = !query.analyzed().readOnly() || query.plan().command() != null;
        ExtraChecks checks = setsFound ? interpreter.checks(frame) : ExtraChecks.NONE;
        long limit = strict || change || checks.tooManyRows() != null ? 2 : 1;
        List<@Nullable Object[]> found = new ArrayList<>(2);
        long rows = interpreter.sql.run(frame, fragment, query, limit, row -> {
            if (found.size() < 2) found.add(row);
        }, context);
        if (!rowsReturned) throw intoWithoutRows();
        frame.rowCount = rows;
        if (setsFound) interpreter.found(frame, rows != 0);
        if (found.isEmpty() && strict) throw strictness(frame, SqlState.NO_DATA_FOUND, "query returned no rows", fragment, null);
        // EXECUTE takes the first of several rows that a change gave, a statement does not.
        if (found.size() > 1 && (strict || setsFound && change || checks.tooManyRows() != null)) {
            PgException error = strictness(frame, SqlState.TOO_MANY_ROWS, "query returned more than one row", fragment,
                    "Make sure the query returns a single row, or use LIMIT 1.");
            if (strict || change || checks.tooManyRows() == Severity.ERROR) throw error;
            frame.notice(error.error().withSeverity(Severity.WARNING));
        }
        if (!found.isEmpty()) checks.assignment(frame, target, query.columns().size());
        interpreter.assignments.row(frame, target, found.isEmpty() ? null : found.getFirst(), Columns.of(query.columns()));
    }

    /** 42P0x of INTO STRICT, with the values of parameters when the function asks for them. */
    private PgException strictness(Frame frame, SqlState state, String message, Fragment fragment, @Nullable String hint) {
        PgError error = PgError.error(state, message).withHint(hint);
        if (!frame.program.printStrict) return error.exception();
        String parameters = fragment.plan == null ? "" : StrictParameters.text(frame, interpreter.assignments, fragment.plan.used());
        return (parameters.isEmpty() ? error : error.withDetail("parameters: " + parameters)).exception();
    }

    // ---- EXECUTE -------------------------------------------------------------------------------------------------

    /** Values of USING: parameters of a text that was made at run time, and nothing else. */
    private static final class UsingVariables implements Variables {
        private final Frame frame;
        private final List<SqlRunner.Typed> values;

        UsingVariables(Frame frame, List<SqlRunner.Typed> values) {
            this.frame = frame;
            this.values = values;
        }

        @Override
        public @Nullable TableDef transitionTable(String name) {
            return FrameVariables.transitionTable(frame, name);
        }

        @Override
        public @Nullable Scalar parameter(int number) {
            if (number < 1 || number > values.size()) return null;
            SqlRunner.Typed value = values.get(number - 1);
            return new Scalar.Parameter(number - 1, value.type(), value.typmod());
        }
    }

    void run(Frame frame, Step.Dynamic step) {
        Ready ready = dynamic(frame, step.query());
        if (ready == null) {
            frame.rowCount = 0;
            return;
        }
        switch (ready.work) {
            case Work.Query query -> run(frame, ready.fragment, query, step.target(), step.strict(), false, ready.context);
            case Work.Utility utility -> {
                refuseDynamic(utility.parsed().statement());
                outcome(frame, interpreter.sql.utility(frame, ready.fragment, utility, ready.context), step.target());
            }
            case Work.Value value -> throw new IllegalStateException();
        }
    }

    private static void refuseDynamic(Statement statement) {
        if (statement instanceof io.craton.sql.syntax.SelectStatement) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "EXECUTE of SELECT ... INTO is not implemented")
                    .withHint("You might want to use EXECUTE ... INTO or EXECUTE CREATE TABLE ... AS instead.").exception();
        }
        boolean transaction = statement instanceof SessionStatement.Begin || statement instanceof SessionStatement.Commit
                || statement instanceof SessionStatement.Rollback || statement instanceof SessionStatement.Savepoint
                || statement instanceof SessionStatement.ReleaseSavepoint || statement instanceof SessionStatement.RollbackToSavepoint;
        if (transaction) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "EXECUTE of transaction commands is not implemented");
        }
        refuse(statement);
    }

    /** A query that is written out or made at run time, ready to run; null for an empty text. */
    @Nullable Ready ready(Frame frame, Step.Query query) {
        if (query.dynamic()) return dynamic(frame, query);
        return new Ready(query.text(), interpreter.sql.plan(frame, query.text(), SqlRunner.Wanted.ANYTHING).work(), frame);
    }

    private @Nullable Ready dynamic(Frame frame, Step.Query query) {
        SqlRunner.Typed text = interpreter.sql.typed(frame, query.text(), SqlRunner.Wanted.ANYTHING);
        if (text.value() == null) {
            throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "query string argument of EXECUTE is null");
        }
        String sql = text(frame, text);
        List<SqlRunner.Typed> values = new ArrayList<>();
        for (Fragment value : query.using()) values.add(interpreter.sql.typed(frame, value, SqlRunner.Wanted.ANYTHING));
        Fragment fragment = new Fragment(Fragment.Kind.STATEMENT, sql, null);
        try {
            List<ParsedStatement> statements = SqlParser.parse(sql, interpreter.host.lexerSettings());
            ExecContext context = new ParameterContext(frame, values.stream().map(SqlRunner.Typed::value).toArray());
            for (int i = 0; i < statements.size() - 1; i++) {
                Work work = interpreter.sql.statement(statements.get(i), new UsingVariables(frame, values), context);
                switch (work) {
                    case Work.Query each -> interpreter.sql.run(frame, fragment, each, 0, row -> { }, context);
                    case Work.Utility utility -> interpreter.sql.utility(frame, fragment, utility, context);
                    case Work.Value value -> throw new IllegalStateException();
                }
            }
            if (statements.isEmpty()) return null;
            return new Ready(fragment, interpreter.sql.statement(statements.getLast(), new UsingVariables(frame, values), context), context);
        } catch (PgException e) {
            throw SqlRunner.placed(e, fragment);
        }
    }

    /** A value in its type's text form. */
    String text(Frame frame, SqlRunner.Typed value) {
        return text(frame, value.value(), value.type());
    }

    String text(Frame frame, @Nullable Object value, PgType type) {
        if (value instanceof String string && type.repr() == io.craton.core.type.Repr.TEXT) return string;
        return TypeCodecs.toText(type, java.util.Objects.requireNonNull(value), frame.format());
    }

    // ---- CALL ----------------------------------------------------------------------------------------------------

    void run(Frame frame, Step.Call step) {
        Plan plan = interpreter.sql.plan(frame, step.statement(), SqlRunner.Wanted.ANYTHING);
        Work.Utility utility = (Work.Utility) plan.work();
        if (utility.parsed().statement() instanceof RoutineStatement.Call) {
            interpreter.calls.call(frame, step.statement(), utility);
        } else {
            frame.rowCount = interpreter.sql.utility(frame, step.statement(), utility, frame).processed();
        }
    }
}
