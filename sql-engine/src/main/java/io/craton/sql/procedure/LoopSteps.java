package io.craton.sql.procedure;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.procedure.Assignments.Columns;
import io.craton.sql.procedure.Interpreter.End;
import io.craton.sql.procedure.Plan.Work;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Loops. A session's, its thread. */
final class LoopSteps {
    private static final SqlRunner.Wanted INTEGER = SqlRunner.Wanted.type(PgTypes.INT4);

    private final Interpreter interpreter;
    private final CursorSteps cursors;

    LoopSteps(Interpreter interpreter, CursorSteps cursors) {
        this.interpreter = interpreter;
        this.cursors = cursors;
    }

    /** How the loop ends after a turn that ended so; null: it goes on. */
    private @Nullable End after(End turn, @Nullable String label) {
        boolean mine = interpreter.label == null || interpreter.label.equals(label);
        switch (turn) {
            case NEXT -> {
                return null;
            }
            case RETURN -> {
                return End.RETURN;
            }
            case EXIT -> {
                if (!mine) return End.EXIT;
                interpreter.label = null;
                return End.NEXT;
            }
            case CONTINUE -> {
                if (!mine) return End.CONTINUE;
                interpreter.label = null;
                return null;
            }
        }
        throw new IllegalStateException();
    }

    End loop(Frame frame, Step.Loop loop) {
        while (true) {
            frame.caller.checkInterrupts();
            End end = after(interpreter.steps(frame, loop.body()), loop.label());
            if (end != null) return end;
        }
    }

    End loop(Frame frame, Step.While loop) {
        while (interpreter.condition(frame, loop.condition())) {
            frame.caller.checkInterrupts();
            End end = after(interpreter.steps(frame, loop.body()), loop.label());
            if (end != null) return end;
        }
        return End.NEXT;
    }

    // ---- integers ------------------------------------------------------------------------------------------------

    private long bound(Frame frame, Fragment bound, String name) {
        Object value = interpreter.sql.value(frame, bound, INTEGER);
        if (value == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, name + " of FOR loop cannot be null");
        return (Long) value;
    }

    End loop(Frame frame, Step.ForInteger loop) {
        long from = bound(frame, loop.from(), "lower bound");
        long to = bound(frame, loop.to(), "upper bound");
        long by = loop.by() == null ? 1 : bound(frame, loop.by(), "BY value");
        if (by <= 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "BY value of FOR loop must be greater than zero");
        boolean any = false;
        End end = null;
        // Bounds are int4: the counter of eight bytes cannot overflow.
        for (long i = from; end == null && (loop.reverse() ? i >= to : i <= to); i += loop.reverse() ? -by : by) {
            any = true;
            frame.caller.checkInterrupts();
            frame.set(loop.variable(), i);
            end = after(interpreter.steps(frame, loop.body()), loop.label());
            if ((loop.reverse() ? i - by : i + by) != (int) (loop.reverse() ? i - by : i + by)) break;
        }
        interpreter.found(frame, any);
        return end == null ? End.NEXT : end;
    }

    // ---- rows ----------------------------------------------------------------------------------------------------

    End loop(Frame frame, Step.ForQuery loop) {
        SqlSteps.Ready ready = interpreter.statements().ready(frame, loop.query());
        if (ready != null && ready.work() instanceof Work.Utility utility) {
            Host.Outcome outcome = interpreter.sql.utility(frame, ready.fragment(), utility, ready.context());
            if (outcome.fields().isEmpty()) throw CursorSteps.notACursor(ready);
            return loop(frame, loop.target(), new OpenRows(outcome.rows(), frame), Columns.of(outcome.fields()), loop.label(), loop.body());
        }
        if (ready == null || !(ready.work() instanceof Work.Query query) || !query.analyzed().returnsRows()) {
            throw CursorSteps.notACursor(ready);
        }
        OpenRows rows = new OpenRows(interpreter.sql.start(frame, ready.fragment(), query, ready.context()), frame, query.analyzed().readOnly());
        return loop(frame, loop.target(), rows, Columns.of(query.columns()), loop.label(), loop.body());
    }

    private End loop(Frame frame, int target, OpenRows rows, Columns columns, @Nullable String label, java.util.List<Step> body) {
        boolean any = false;
        End end = null;
        interpreter.openRows.push(rows);
        try {
            while (end == null) {
                Object[] row = rows.next();
                if (row == null) break;
                any = true;
                frame.caller.checkInterrupts();
                interpreter.assignments.row(frame, target, row, columns);
                end = after(interpreter.steps(frame, body), label);
            }
            if (!any) interpreter.assignments.row(frame, target, null, columns);
        } finally {
            interpreter.openRows.remove(rows);
            rows.close();
        }
        interpreter.found(frame, any);
        return end == null ? End.NEXT : end;
    }

    End loop(Frame frame, Step.ForCursor loop) {
        Datum.Single cursor = (Datum.Single) frame.program.datum(loop.cursor());
        Object nameBefore = frame.get(cursor.number());
        String name = cursors.openBound(frame, cursor, loop.arguments());
        Columns columns = Columns.of(interpreter.host.portalFields(name));
        boolean any = false;
        End end = null;
        try {
            Object[][] found = new Object[1][];
            while (end == null && interpreter.host.fetch(name, Step.Direction.FORWARD, 1, row -> found[0] = row) > 0) {
                any = true;
                frame.caller.checkInterrupts();
                interpreter.assignments.row(frame, loop.target(), found[0], columns);
                end = after(interpreter.steps(frame, loop.body()), loop.label());
            }
            if (!any) interpreter.assignments.row(frame, loop.target(), null, columns);
        } finally {
            interpreter.host.closePortal(name);
            frame.set(cursor.number(), nameBefore);
        }
        interpreter.found(frame, any);
        return end == null ? End.NEXT : end;
    }

    // ---- arrays --------------------------------------------------------------------------------------------------

    End loop(Frame frame, Step.ForEach loop) {
        SqlRunner.Typed value = interpreter.sql.typed(frame, loop.array(), SqlRunner.Wanted.ANYTHING);
        if (value.value() == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "FOREACH expression must not be null");
        if (!(value.value() instanceof PgArray array)) {
            throw new PgException(SqlState.DATATYPE_MISMATCH,
                    "FOREACH expression must yield an array, not type " + TypeNames.of(value.type(), interpreter.host.names()));
        }
        int slice = loop.slice();
        if (slice < 0 || slice > array.dimensions()) {
            throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR,
                    "slice dimension (" + slice + ") is out of the valid range 0.." + array.dimensions());
        }
        boolean single = frame.program.datum(loop.target()) instanceof Datum.Single || frame.program.datum(loop.target()) instanceof Datum.Field;
        PgType target = single ? interpreter.assignments.type(frame, loop.target()) : PgTypes.RECORD;
        boolean arrayTarget = interpreter.host.names().baseType(target).isArray();
        if (slice > 0 && !arrayTarget) {
            throw new PgException(SqlState.DATATYPE_MISMATCH, "FOREACH ... SLICE loop variable must be of an array type");
        }
        if (slice == 0 && arrayTarget) throw new PgException(SqlState.DATATYPE_MISMATCH, "FOREACH loop variable must not be of an array type");
        int chunk = 1;
        for (int i = array.dimensions() - slice; i < array.dimensions(); i++) chunk *= array.sizes()[i];
        int[] sizes = Arrays.copyOfRange(array.sizes(), array.dimensions() - slice, array.dimensions());
        int[] lowerBounds = Arrays.copyOfRange(array.lowerBounds(), array.dimensions() - slice, array.dimensions());
        PgType type = slice == 0 ? array.elementType() : value.type();
        boolean any = false;
        End end = null;
        for (int at = 0; end == null && at < array.elements().length; at += chunk) {
            any = true;
            frame.caller.checkInterrupts();
            Object element = slice == 0 ? array.elements()[at]
                    : new PgArray(array.elementType(), sizes, lowerBounds, Arrays.copyOfRange(array.elements(), at, at + chunk));
            interpreter.assignments.assign(frame, loop.target(), element, type, -1);
            end = after(interpreter.steps(frame, loop.body()), loop.label());
        }
        interpreter.found(frame, any);
        return end == null ? End.NEXT : end;
    }
}
