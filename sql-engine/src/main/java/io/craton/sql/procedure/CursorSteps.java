package io.craton.sql.procedure;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.procedure.Assignments.Columns;
import io.craton.sql.procedure.Plan.Work;
import org.jspecify.annotations.Nullable;

/** OPEN, FETCH, MOVE, CLOSE. A cursor is a portal of the session; the variable holds its name. A session's, its thread. */
final class CursorSteps {
    private static final SqlRunner.Wanted COUNT = SqlRunner.Wanted.type(PgTypes.INT4);

    private final Interpreter interpreter;

    CursorSteps(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    /** The error of a loop or OPEN over what gives no rows. */
    static PgException notACursor(SqlSteps.@Nullable Ready ready) {
        if (ready != null && ready.work() instanceof Work.Query query && query.analyzed().tag() != AnalyzedStatement.Tag.SELECT) {
            return SqlRunner.within(new PgException(SqlState.INVALID_CURSOR_DEFINITION,
                    "cannot open " + query.analyzed().tag() + " query as cursor"), ready.fragment().context());
        }
        PgException error = ready == null ? new PgException(SqlState.INVALID_CURSOR_DEFINITION, "cannot open empty query as cursor")
                : new PgException(SqlState.INVALID_CURSOR_DEFINITION, "cannot open "
                        + CommandName.of(((Work.Utility) ready.work()).parsed().statement()) + " query as cursor");
        return ready == null ? error : SqlRunner.within(error, ready.fragment().context());
    }

    // ---- OPEN ----------------------------------------------------------------------------------------------------

    void open(Frame frame, Step.Open step) {
        Datum.Single cursor = (Datum.Single) frame.program.datum(step.cursor());
        requireFree(frame, cursor);
        if (step.query() == null) {
            openBound(frame, cursor, step.arguments());
            return;
        }
        SqlSteps.Ready ready = interpreter.statements().ready(frame, step.query());
        if (ready == null || !(ready.work() instanceof Work.Query query) || !query.analyzed().returnsRows()) throw notACursor(ready);
        name(frame, cursor, open(frame, cursor, ready.fragment(), query, ready.context() == frame ? frame.frozen() : ready.context(), step.scroll()));
    }

    private void requireFree(Frame frame, Datum.Single cursor) {
        Object name = frame.get(cursor.number());
        if (name != null && interpreter.host.isOpen((String) name)) {
            throw new PgException(SqlState.DUPLICATE_CURSOR, "cursor \"" + name + "\" already in use");
        }
    }

    /** Opens a bound cursor with its arguments; returns the portal's name. */
    String openBound(Frame frame, Datum.Single cursor, @Nullable Fragment arguments) {
        requireFree(frame, cursor);
        Datum.CursorQuery bound = java.util.Objects.requireNonNull(cursor.cursor());
        if (arguments != null) {
            Plan plan = interpreter.sql.plan(frame, arguments, SqlRunner.Wanted.ANYTHING);
            switch (plan.work()) {
                case Work.Value value -> interpreter.assignments.row(frame, bound.arguments(),
                        new Object[] {interpreter.sql.value(frame, arguments, SqlRunner.Wanted.ANYTHING)},
                        new Columns(java.util.List.of(value.evaluator().type()), java.util.List.of("")));
                case Work.Query query -> {
                    Object[][] row = new Object[1][];
                    interpreter.sql.run(frame, arguments, query, 1, each -> row[0] = each, frame);
                    interpreter.assignments.row(frame, bound.arguments(), row[0], Columns.of(query.columns()));
                }
                case Work.Utility utility -> throw new IllegalStateException();
            }
        }
        Work work = interpreter.sql.plan(frame, bound.query(), SqlRunner.Wanted.ANYTHING).work();
        if (!(work instanceof Work.Query query) || !query.analyzed().returnsRows()) {
            throw notACursor(new SqlSteps.Ready(bound.query(), work, frame));
        }
        String name = open(frame, cursor, bound.query(), query, frame.frozen(), bound.scroll());
        name(frame, cursor, name);
        return name;
    }

    private String open(Frame frame, Datum.Single cursor, Fragment fragment, Work.Query query, io.craton.sql.exec.ExecContext context,
            @Nullable Boolean scroll) {
        try {
            SqlRunner.requireReadOnly(query, frame.program.signature.readOnly());
            interpreter.sql.begin(frame);
            return interpreter.host.open((String) frame.get(cursor.number()), fragment.text, query, context, scroll);
        } catch (PgException e) {
            throw SqlRunner.placed(e, fragment);
        }
    }

    private void name(Frame frame, Datum.Single cursor, String name) {
        if (frame.get(cursor.number()) != null) return;
        if (cursor.constant()) {
            throw new PgException(SqlState.ERROR_IN_ASSIGNMENT, "variable \"" + cursor.name() + "\" is declared CONSTANT");
        }
        frame.set(cursor.number(), name);
    }

    // ---- FETCH, MOVE, CLOSE ----------------------------------------------------------------------------------------

    private String opened(Frame frame, int variable) {
        Datum.Single cursor = (Datum.Single) frame.program.datum(variable);
        Object name = frame.get(variable);
        if (name == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "cursor variable \"" + cursor.name() + "\" is null");
        if (!interpreter.host.isOpen((String) name)) throw new PgException(SqlState.UNDEFINED_CURSOR, "cursor \"" + name + "\" does not exist");
        return (String) name;
    }

    void fetch(Frame frame, Step.Fetch step) {
        String name = opened(frame, step.cursor());
        long count = step.count();
        if (step.how() != null) {
            Object value = interpreter.sql.value(frame, step.how(), COUNT);
            if (value == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "relative or absolute cursor position is null");
            count = (Long) value;
        }
        Columns columns = Columns.of(interpreter.host.portalFields(name));
        Object[][] row = new Object[1][];
        long rows = interpreter.host.fetch(name, step.direction(), count, each -> {
            if (row[0] == null) row[0] = each;
        });
        if (step.target() >= 0) interpreter.assignments.row(frame, step.target(), row[0], columns);
        frame.rowCount = rows;
        interpreter.found(frame, rows != 0);
    }

    void close(Frame frame, Step.Close step) {
        interpreter.host.closePortal(opened(frame, step.cursor()));
    }
}
