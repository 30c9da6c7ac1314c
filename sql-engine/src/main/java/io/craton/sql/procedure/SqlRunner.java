package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RoutineAnalyzer;
import io.craton.sql.analyze.RoutineAnalyzer.Target;
import io.craton.sql.analyze.Variables;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RowConsumer;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scalars;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Scalar;
import io.craton.sql.procedure.Plan.Work;
import io.craton.sql.syntax.ParsedStatement;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SourceSpan;
import io.craton.sql.syntax.SqlParser;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes plans of a program's pieces of SQL and runs them. Each statement of a volatile routine sees what was done before it; the others see what their caller
 * sees. Errors get their context here. A session's, its thread.
 */
final class SqlRunner {
    /** What a piece of SQL is wanted as, given the names it sees. */
    @FunctionalInterface
    interface Wanted {
        @Nullable Target target(FrameVariables variables, CatalogView catalog);

        Wanted ANYTHING = (variables, catalog) -> null;

        static Wanted type(PgType type) {
            return (variables, catalog) -> new Target("", type, -1, List.of(), null);
        }
    }

    final Host host;

    SqlRunner(Host host) {
        this.host = host;
    }

    // ---- plans ---------------------------------------------------------------------------------------------------

    Plan plan(Frame frame, Fragment fragment, Wanted wanted) {
        Plan plan = fragment.plan;
        if (plan != null && valid(plan, frame)) return plan;
        fragment.plan = plan = make(frame, fragment, wanted);
        return plan;
    }

    private boolean valid(Plan plan, Frame frame) {
        if (plan.catalogVersion() != frame.catalog().version() || !plan.settings().equals(host.planningKey())) return false;
        for (Plan.Shape shape : plan.shapes()) if (!FrameVariables.fits(shape, frame, host.names())) return false;
        return true;
    }

    private Plan make(Frame frame, Fragment fragment, Wanted wanted) {
        try {
            CatalogView catalog = host.names();
            FrameVariables variables = new FrameVariables(frame, fragment.names, catalog);
            Work work = switch (fragment.kind) {
                case EXPRESSION -> expression(SqlParser.parsePlExpression(fragment.text, host.lexerSettings()), variables, wanted.target(variables, catalog), frame);
                case ASSIGNMENT -> expression(SqlParser.parsePlAssignment(fragment.text, host.lexerSettings()).value(), variables, wanted.target(variables, catalog),
                        frame);
                case STATEMENT -> statement(parse(fragment.text), variables, frame);
            };
            return new Plan(frame.catalog().version(), host.planningKey(), variables.shapes, List.copyOf(variables.used), work);
        } catch (PgException e) {
            throw placed(e, fragment);
        }
    }

    private ParsedStatement parse(String text) {
        List<ParsedStatement> statements = SqlParser.parse(text, host.lexerSettings());
        if (statements.size() != 1) throw new PgException(SqlState.SYNTAX_ERROR, "one statement is expected");
        return statements.getFirst();
    }

    private Work expression(SelectStatement select, FrameVariables variables, @Nullable Target target, Frame frame) {
        return switch (RoutineAnalyzer.expression(select, host.names(), variables, target)) {
            case RoutineAnalyzer.Expression.Value value -> new Work.Value(host.evaluator(value.scalar(), frame), value.typmod(),
                    Scalars.any(value.scalar(), part -> part instanceof Scalar.Call call && call.function().volatility() != 'i'));
            case RoutineAnalyzer.Expression.Rows rows -> new Work.Query(new ParsedStatement(select, 0, 0, new SourceSpan(0, 0), 0, List.of()),
                    rows.query(), host.plan(rows.query(), frame));
        };
    }

    Work statement(ParsedStatement parsed, Variables variables, ExecContext context) {
        return work(new SqlBody.Analyzed(parsed, RoutineAnalyzer.analyze(parsed.statement(), host.names(), variables)), context);
    }

    Work work(SqlBody.Analyzed statement, ExecContext context) {
        return switch (statement.analyzed()) {
            case AnalyzedStatement.Query query -> new Work.Query(statement.parsed(), query, host.plan(query, context));
            case AnalyzedStatement.Utility utility -> new Work.Utility(statement.parsed(), utility);
        };
    }

    // ---- values --------------------------------------------------------------------------------------------------

    /** A value with its type. */
    record Typed(@Nullable Object value, PgType type, int typmod) {}

    @Nullable Object value(Frame frame, Fragment fragment, Wanted wanted) {
        Plan plan = plan(frame, fragment, wanted);
        if (plan.work() instanceof Work.Value value) return simple(frame, value);
        return single(frame, fragment, (Work.Query) plan.work());
    }

    Typed typed(Frame frame, Fragment fragment, Wanted wanted) {
        Plan plan = plan(frame, fragment, wanted);
        if (plan.work() instanceof Work.Value value) return new Typed(simple(frame, value), value.evaluator().type(), value.typmod());
        Work.Query query = (Work.Query) plan.work();
        Object result = single(frame, fragment, query);
        return new Typed(result, query.columns().getFirst().type(), query.columns().getFirst().typmod());
    }

    private @Nullable Object simple(Frame frame, Work.Value value) {
        if (value.changing()) begin(frame);
        return value.evaluator().value(new Scope(frame, null), RowView.EMPTY);
    }

    private @Nullable Object single(Frame frame, Fragment fragment, Work.Query query) {
        int columns = query.columns().size();
        if (columns != 1) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "query returned " + columns + (columns == 1 ? " column" : " columns"))
                    .withWhere("query: " + fragment.text).exception();
        }
        Object[] found = new Object[1];
        long rows = run(frame, fragment, query, 2, row -> found[0] = row[0], frame);
        if (rows > 1) {
            throw PgError.error(SqlState.CARDINALITY_VIOLATION, "query returned more than one row").withWhere("query: " + fragment.text).exception();
        }
        return found[0];
    }

    // ---- statements ----------------------------------------------------------------------------------------------

    /** The next command: a volatile routine sees all that happened before it. */
    void begin(Frame frame) {
        if (!frame.program.signature.readOnly()) frame.transaction().beginStatement();
    }

    /** Runs a query up to a number of rows (0: all); a change of rows always to its end. Returns the rows it gave or changed. */
    long run(Frame frame, Fragment fragment, Work.Query query, long rowsMax, RowConsumer consumer, ExecContext context) {
        Fragment before = frame.running;
        frame.running = fragment;
        try {
            requireReadOnly(query, frame.program.signature.readOnly());
            begin(frame);
            try (RunningQuery running = host.start(query.plan(), context)) {
                running.run(consumer, query.analyzed().readOnly() ? rowsMax : 0);
                return running.rowCount();
            }
        } catch (PgException e) {
            throw placed(e, fragment);
        } finally {
            frame.running = before;
        }
    }

    /** 0A000 for a change in a routine that promised none. */
    static void requireReadOnly(Work.Query query, boolean readOnly) {
        if (!readOnly || query.analyzed().readOnly()) return;
        String command = query.analyzed().tag().name();
        if (query.parsed().statement() instanceof SelectStatement select && !select.locking().isEmpty()) {
            command += " FOR " + select.locking().getFirst().strength().name().replace('_', ' ');
        }
        throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, command + " is not allowed in a non-volatile function");
    }

    /** Starts a query whose rows are taken bit by bit. */
    RunningQuery start(Frame frame, Fragment fragment, Work.Query query, ExecContext context) {
        try {
            requireReadOnly(query, frame.program.signature.readOnly());
            begin(frame);
            return host.start(query.plan(), context);
        } catch (PgException e) {
            throw placed(e, fragment);
        }
    }

    Host.Outcome utility(Frame frame, Fragment fragment, Work.Utility utility, ExecContext context) {
        Fragment before = frame.running;
        frame.running = fragment;
        try {
            if (frame.program.signature.readOnly()) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, CommandName.of(utility.parsed().statement())
                        + " is not allowed in a non-volatile function");
            }
            begin(frame);
            return host.utility(utility.parsed(), utility.analyzed(), context);
        } catch (PgException e) {
            throw placed(e, fragment);
        } finally {
            frame.running = before;
        }
    }

    // ---- errors --------------------------------------------------------------------------------------------------

    /** A position is one in the piece of SQL, which the error then shows; an error without one says in which piece it happened. */
    static PgException placed(PgException e, Fragment fragment) {
        PgError error = e.error();
        if (error.position() > 0) return new PgException(error.withPosition(0).withInternal(error.position(), fragment.text));
        return within(e, fragment.context());
    }

    /** The error with one more line of context. */
    static PgException within(PgException e, String line) {
        String where = e.error().where();
        return new PgException(e.error().withWhere(where == null ? line : where + "\n" + line));
    }
}
