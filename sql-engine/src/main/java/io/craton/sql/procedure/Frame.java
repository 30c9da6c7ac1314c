package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Footprint;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.TransitionTable;
import io.craton.sql.exec.TriggerCall;
import org.jspecify.annotations.Nullable;

/**
 * One running call of a program: the values of its variables, which are the parameters of its statements, in the context of its caller. One thread, alive as
 * long as the call (cursors that outlive it get a copy of the values they use).
 */
final class Frame implements CallerContext {
    final Program program;
    final ExecContext caller;
    private final @Nullable Object[] values;
    /** The step at work, for the context of errors; null before the first. */
    @Nullable Step step;
    /** Said instead of the step's title; null in the step itself. */
    @Nullable String activity;
    /** The piece of SQL that runs, for the context of what others report. */
    @Nullable Fragment running;
    long rowCount;
    /** The error of the handler at work, which RAISE throws again. */
    @Nullable PgError handled;
    /** An error that RAISE threw again: its context has this call's line already. */
    @Nullable PgError rethrown;
    /** What RETURN gave. */
    SqlRunner.@Nullable Typed result;
    /** What RETURN NEXT and RETURN QUERY gave. */
    final ResultRows rows = new ResultRows();
    /** Type of the rows of a call that returns records: with the columns that the caller names or the OUT arguments have. */
    PgType rowType = PgTypes.RECORD;
    /** What fired the trigger whose function this is. */
    @Nullable TriggerCall trigger;
    private long charged;

    Frame(Program program, ExecContext caller) {
        this(program, caller, new Object[program.datums.size()]);
    }

    private Frame(Program program, ExecContext caller, @Nullable Object[] values) {
        this.program = program;
        this.caller = caller;
        this.values = values;
    }

    @Override
    public ExecContext caller() {
        return caller;
    }

    /** The context of a query that goes on while the variables change, and perhaps after the call: it sees their values of now. */
    ExecContext frozen() {
        ExecContext root = caller;
        while (root instanceof CallerContext inner) root = inner.caller();
        Frame copy = new Frame(program, root, values.clone());
        copy.trigger = trigger;
        return new ParameterContext(trigger == null ? root : new Transitions(root, copy), copy::parameter);
    }

    /** The context of what goes on reading the rows that a trigger was fired for. */
    private record Transitions(ExecContext caller, Frame frame) implements CallerContext {
        @Override
        public @Nullable TransitionTable transitionTable(String name) {
            return frame.transitionTable(name);
        }
    }

    @Override
    public @Nullable TransitionTable transitionTable(String name) {
        if (trigger == null) return caller.transitionTable(name);
        if (name.equals(trigger.trigger().oldTable())) return trigger.oldTable();
        return name.equals(trigger.trigger().newTable()) ? trigger.newTable() : null;
    }

    // ---- variables -----------------------------------------------------------------------------------------------

    @Nullable Object get(int variable) {
        return values[variable];
    }

    void set(int variable, @Nullable Object value) {
        long before = Footprint.of(values[variable]);
        long after = Footprint.of(value);
        values[variable] = value;
        if (before != after) hold(after - before);
    }

    /** Large values count against the statement's memory. */
    private void hold(long bytes) {
        charged += bytes;
        caller.retain(bytes);
    }

    /** Gives back what the variables held. */
    void release() {
        if (charged != 0) caller.charge(-charged);
        charged = 0;
    }

    @Override
    public @Nullable Object parameter(int index) {
        return switch (program.datum(index)) {
            case Datum.Variable variable -> values[index];
            case Datum.Field field -> field(field);
            case Datum.Row row -> {
                throw new IllegalStateException("a row is no parameter");
            }
        };
    }

    private @Nullable Object field(Datum.Field field) {
        PgRecord record = record(field);
        return record == null ? null : record.values()[index(record, field)];
    }

    /** The record that has the field; null when the variable is null but its fields are known. */
    @Nullable PgRecord record(Datum.Field field) {
        Datum.Composite parent = (Datum.Composite) program.datum(field.parent());
        PgRecord known = known(parent.number());
        if (known != null) return known;
        if (parent.type().kind() != 'p') return null;
        throw PgError.error(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "record \"" + parent.name() + "\" is not assigned yet")
                .withDetail("The tuple structure of a not-yet-assigned record is indeterminate.").exception();
    }

    /** The composite variable's value, for OLD and NEW that a trigger has not a row without values; null when it has no structure. */
    @Nullable PgRecord known(int variable) {
        if (values[variable] instanceof PgRecord record) return record;
        return trigger != null && (variable == program.oldRow || variable == program.newRow) ? trigger.blank() : null;
    }

    int index(PgRecord record, Datum.Field field) {
        int index = record.names().indexOf(field.name());
        if (index >= 0) return index;
        throw new PgException(SqlState.UNDEFINED_COLUMN,
                "record \"" + program.datum(field.parent()).name() + "\" has no field \"" + field.name() + "\"");
    }

    // ---- context of errors and notices ---------------------------------------------------------------------------

    /** This call's lines: the SQL it runs, and where it is. */
    String lines() {
        String line = line();
        Fragment sql = running;
        return sql == null ? line : sql.context() + "\n" + line;
    }

    /** The error with this call's line in its context. */
    PgException located(PgException e) {
        return e.error() == rethrown ? e : SqlRunner.within(e, line());
    }

    String line() {
        String name = "PL/pgSQL function " + program.signature.name();
        Step at = step;
        String doing = activity;
        if (at == null) return doing == null ? name : name + " " + doing;
        return name + " line " + at.line() + " " + (doing == null ? "at " + Step.title(at) : doing);
    }

    @Override
    public String callStack() {
        String outer = caller.callStack();
        return outer.isEmpty() ? lines() : lines() + "\n" + outer;
    }

    @Override
    public void notice(PgError notice) {
        String where = notice.where();
        caller.notice(notice.withWhere(where == null ? lines() : where + "\n" + lines()));
    }
}
