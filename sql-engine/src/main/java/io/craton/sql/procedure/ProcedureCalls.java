package io.craton.sql.procedure;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.sql.analyze.ProcedureCall;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Scalar;
import io.craton.sql.procedure.Plan.Work;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CALL inside a program: OUT and INOUT arguments are variables that get their values back. A session's, its thread. */
final class ProcedureCalls {
    private final Interpreter interpreter;

    ProcedureCalls(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    void call(Frame frame, Fragment fragment, Work.Utility utility) {
        ProcedureCall call = java.util.Objects.requireNonNull(utility.analyzed().call());
        Fragment before = frame.running;
        frame.running = fragment;
        try {
            List<Integer> targets = targets(frame, call);
            if (frame.program.signature.readOnly()) {
                throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "CALL is not allowed in a non-volatile function");
            }
            interpreter.sql.begin(frame);
            @Nullable Object[] arguments = new Object[call.inputs().size()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = interpreter.host.evaluator(call.inputs().get(i), frame).value(new Scope(frame, null), RowView.EMPTY);
            }
            Object result = interpreter.routines.procedure(frame, call, arguments);
            if (!targets.isEmpty() && result instanceof PgRecord record) {
                for (int i = 0; i < targets.size(); i++) {
                    interpreter.assignments.assign(frame, targets.get(i), record.values()[i], record.types().get(i), -1);
                }
            }
        } catch (PgException e) {
            throw SqlRunner.placed(e, fragment);
        } finally {
            frame.running = before;
        }
    }

    private static List<Integer> targets(Frame frame, ProcedureCall call) {
        List<Integer> targets = new ArrayList<>();
        for (int i = 0; i < call.outputs().size(); i++) {
            if (!(call.outputs().get(i) instanceof Scalar.Parameter parameter) || constant(frame, parameter.index())) {
                String name = call.columns().get(i).name();
                boolean named = call.procedure().names().contains(name);
                throw new PgException(SqlState.SYNTAX_ERROR, "procedure parameter " + (named ? "\"" + name + "\"" : String.valueOf(i + 1))
                        + " is an output parameter but corresponding argument is not writable");
            }
            targets.add(parameter.index());
        }
        return targets;
    }

    private static boolean constant(Frame frame, int place) {
        Datum.Variable owner = Program.owner(frame.program.datums, place);
        return owner != null && owner.constant();
    }
}
