package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.ProcedureCall;
import io.craton.sql.analyze.AnalyzedStatement;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.TriggerCall;
import io.craton.sql.function.CallInfo;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.RoutineCalls;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Option;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.txn.Transaction;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The door of this package: calls of users' routines. A call runs in its caller's transaction; a volatile routine's statements take snapshots of their own,
 * and when it returns the caller sees again what it saw. A session's, its thread.
 */
public final class Routines implements RoutineCalls {
    /** Calls within calls: as many as PostgreSQL's default stack holds. */
    private static final int DEPTH_MAX = 800;
    /** So many fit into one thread's stack, whatever they do in between. */
    private static final int DEPTH_PER_STACK = 50;

    final Host host;
    final Interpreter interpreter;
    private final Programs programs;
    private final SqlFunctions sqlFunctions;
    private final Inlining inlining;
    private int depth;
    /** Triggers at work. */
    private int triggers;
    /** The call at work may not end the transaction. */
    private boolean atomic = true;

    public Routines(Host host) {
        this.host = host;
        this.interpreter = new Interpreter(host, this);
        this.programs = new Programs(host);
        this.sqlFunctions = new SqlFunctions(host, interpreter);
        this.inlining = new Inlining(host);
    }

    // ---- calls of functions --------------------------------------------------------------------------------------

    @Override
    public @Nullable Object value(ExecContext caller, CallInfo call, @Nullable Object[] arguments) {
        RoutineDef routine = routine(caller, call.function());
        return entered(caller, routine, true, () -> switch (routine.language()) {
            case "sql" -> sqlFunctions.value(caller, routine, call, arguments);
            default -> {
                Frame frame = programs.frame(caller, routine, call);
                run(frame, arguments, call.resultType());
                yield guarded(frame, () -> interpreter.returns().result(frame, call.resultType()));
            }
        });
    }

    @Override
    public Iterator<@Nullable Object[]> rows(ExecContext caller, CallInfo call, @Nullable Object[] arguments) {
        RoutineDef routine = routine(caller, call.function());
        return entered(caller, routine, true, () -> switch (routine.language()) {
            case "sql" -> sqlFunctions.rows(caller, routine, call, arguments).iterator();
            default -> {
                Frame frame = programs.frame(caller, routine, call);
                run(frame, arguments, call.resultType());
                yield frame.rows.iterator();
            }
        });
    }

    private static RoutineDef routine(ExecContext caller, FunctionDef function) {
        RoutineDef routine = caller.catalog().find(RoutineDef.class, function.oid());
        if (routine == null) throw new PgException(SqlState.UNDEFINED_FUNCTION, "function " + function.name() + " does not exist");
        return routine;
    }

    // ---- bodies in place of calls ----------------------------------------------------------------------------------

    @Override
    public AnalyzedStatement.Query inlined(AnalyzedStatement.Query query, ExecContext context) {
        return inlining.query(query, context);
    }

    @Override
    public Scalar inlined(Scalar scalar, ExecContext context) {
        return inlining.scalar(scalar, context);
    }

    // ---- triggers ------------------------------------------------------------------------------------------------

    @Override
    public @Nullable PgRecord trigger(ExecContext caller, TriggerCall call) {
        RoutineDef routine = caller.catalog().find(RoutineDef.class, call.trigger().functionOid());
        if (routine == null) return BuiltinTriggers.fire(call);
        triggers++;
        try {
            return acting(caller, routine, true, () -> {
                Frame frame = programs.frame(caller, routine, call);
                run(frame, new Object[0], frame.program.signature.result());
                return guarded(frame, () -> interpreter.returns().triggered(frame, call));
            });
        } finally {
            triggers--;
        }
    }

    @Override
    public void asTrigger(Runnable work) {
        triggers++;
        try {
            work.run();
        } finally {
            triggers--;
        }
    }

    @Override
    public int triggerDepth() {
        return triggers;
    }

    // ---- CALL and DO ---------------------------------------------------------------------------------------------

    /** A CALL by the session itself; returns the record of OUT arguments, or null. {@code mayEnd}: the procedure may end the transaction. */
    public @Nullable Object call(ExecContext caller, ProcedureCall call, @Nullable Object[] arguments, boolean mayEnd) {
        atomic = !mayEnd;
        try {
            return procedure(caller, call, arguments);
        } finally {
            atomic = true;
        }
    }

    /** A CALL by a function of SQL: nothing below it may end the transaction. */
    void nested(ExecContext caller, ProcedureCall call, @Nullable Object[] arguments) {
        boolean before = atomic;
        atomic = true;
        try {
            procedure(caller, call, arguments);
        } finally {
            atomic = before;
        }
    }

    @Override
    public @Nullable Object cast(ExecContext caller, @Nullable Object value, PgType from, int typmod, PgType to) {
        return interpreter.casts.cast(value, from, typmod, to, -1, caller);
    }

    @Nullable Object procedure(ExecContext caller, ProcedureCall call, @Nullable Object[] arguments) {
        RoutineDef routine = routine(caller, call.procedure());
        boolean plain = !routine.securityDefiner() && routine.settings().isEmpty();
        List<PgType> types = call.inputs().stream().map(io.craton.sql.logical.Scalar::type).toList();
        CallInfo info = new CallInfo(call.procedure(), types, call.columns().isEmpty() ? PgTypes.get(TypeOid.VOID) : PgTypes.RECORD, 0);
        return entered(caller, routine, atomic || !plain, () -> switch (routine.language()) {
            case "sql" -> sqlFunctions.value(caller, routine, info, arguments);
            default -> {
                Frame frame = programs.frame(caller, routine, info);
                run(frame, arguments, info.resultType());
                yield outputs(frame);
            }
        });
    }

    private @Nullable PgRecord outputs(Frame frame) {
        int output = frame.program.output;
        if (output < 0) return null;
        return frame.program.datum(output) instanceof Datum.Row row ? interpreter.assignments.record(frame, row)
                : new PgRecord(TypeOid.RECORD, List.of(interpreter.assignments.type(frame, output)), List.of(frame.program.datum(output).name()),
                        new Object[] {frame.parameter(output)});
    }

    /** DO. */
    public void run(ExecContext caller, Option.BodyValue body, boolean mayEnd) {
        atomic = !mayEnd;
        try {
            nested(caller, body);
        } finally {
            atomic = true;
        }
    }

    /** DO inside a routine: it may do what the routine may. */
    public void nested(ExecContext caller, Option.BodyValue body) {
        Program program;
        try {
            program = programs.inline(caller, body.body());
        } catch (PgException e) {
            throw BodyPositions.inStatement(e, body);
        }
        inView(caller, () -> {
            run(new Frame(program, caller), new Object[0], PgTypes.get(TypeOid.VOID));
            return null;
        });
    }

    // ---- what all calls share ------------------------------------------------------------------------------------

    private <T> T entered(ExecContext caller, RoutineDef routine, boolean isAtomic, Supplier<T> work) {
        host.requireExecute(routine);
        return acting(caller, routine, isAtomic, work);
    }

    private <T> T acting(ExecContext caller, RoutineDef routine, boolean isAtomic, Supplier<T> work) {
        boolean before = atomic;
        atomic = isAtomic;
        try {
            if (!routine.securityDefiner() && routine.settings().isEmpty()) return inView(caller, work);
            try (Host.Entered entered = host.enter(routine)) {
                return inView(caller, work);
            }
        } finally {
            atomic = before;
        }
    }

    private <T> T inView(ExecContext caller, Supplier<T> work) {
        Transaction transaction = caller.transaction();
        Transaction.View view = transaction.view();
        if (++depth > DEPTH_MAX) {
            depth--;
            throw tooDeep();
        }
        try {
            return depth % DEPTH_PER_STACK == 0 ? FreshStack.call(work) : work.get();
        } catch (StackOverflowError e) {
            throw tooDeep();
        } finally {
            depth--;
            // A procedure may have ended the transaction; the next one has its own view.
            if (caller.transaction() == transaction) transaction.view(view);
        }
    }

    private static PgException tooDeep() {
        return PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded")
                .withHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.")
                .exception();
    }

    /** Whether the call at work may end the transaction. */
    public boolean mayEndTransaction() {
        return !atomic;
    }

    private void run(Frame frame, @Nullable Object[] arguments, PgType result) {
        guarded(frame, () -> {
            frame.activity = "while storing call arguments into local variables";
            int[] places = frame.program.arguments;
            for (int i = 0; i < places.length; i++) {
                Datum.Variable variable = (Datum.Variable) frame.program.datum(places[i]);
                interpreter.assignments.assign(frame, places[i], arguments[i], variable.type(), -1);
            }
            frame.set(frame.program.found, false);
            frame.activity = null;
            boolean returned = interpreter.run(frame);
            frame.step = returned ? frame.step : null;
            if (!returned) atEnd(frame, result);
            return null;
        });
    }

    /** The end of the body without RETURN. */
    private void atEnd(Frame frame, PgType result) {
        Program.Signature signature = frame.program.signature;
        if (signature.returnsSet() || signature.procedure() || result.oid() == TypeOid.VOID) return;
        if (frame.program.output >= 0) {
            interpreter.returns().value(frame, new Step.Return(0, frame.program.output, null));
            return;
        }
        throw new PgException(SqlState.S_R_E_FUNCTION_EXECUTED_NO_RETURN_STATEMENT, signature.trigger()
                ? "control reached end of trigger procedure without RETURN" : "control reached end of function without RETURN");
    }

    private <T> T guarded(Frame frame, Supplier<T> work) {
        try {
            return work.get();
        } catch (PgException e) {
            throw frame.located(e);
        } finally {
            frame.release();
        }
    }
}
