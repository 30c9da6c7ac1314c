package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.ProcedureCall;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RunningQuery;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.CallInfo;
import io.craton.sql.procedure.Plan.Work;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Functions whose body is SQL, where they could not be put into the calling query: all statements are analysed when the function is first called, then run
 * one by one; the last one's rows are the result. A session's, its thread.
 */
final class SqlFunctions {
    private static final int KEPT_MAX = 1000;

    private record Key(int routine, List<PgType> arguments, PgType result, List<PgType.Field> columns) {}

    /** @param shape types and names of the result's columns; one entry for a scalar result */
    private record Compiled(long catalogVersion, Object settings, List<Work> statements, SqlBody.Shape shape) {}

    /** The call's own line in the context of errors and notices. */
    private static final class Call implements CallerContext {
        private final ExecContext caller;
        private final String name;
        private final @Nullable Object[] arguments;
        private int statement;

        Call(ExecContext caller, String name, @Nullable Object[] arguments) {
            this.caller = caller;
            this.name = name;
            this.arguments = arguments;
        }

        @Override
        public ExecContext caller() {
            return caller;
        }

        @Override
        public @Nullable Object parameter(int index) {
            return arguments[index];
        }

        String line() {
            return "SQL function \"" + name + "\" " + (statement == 0 ? "during startup" : "statement " + statement);
        }

        @Override
        public String callStack() {
            String outer = caller.callStack();
            return outer.isEmpty() ? line() : line() + "\n" + outer;
        }

        @Override
        public void notice(PgError notice) {
            String where = notice.where();
            caller.notice(notice.withWhere(where == null ? line() : where + "\n" + line()));
        }
    }

    private final Host host;
    private final Interpreter interpreter;
    private final Map<Key, Compiled> known = new HashMap<>();

    SqlFunctions(Host host, Interpreter interpreter) {
        this.host = host;
        this.interpreter = interpreter;
    }

    @Nullable Object value(ExecContext caller, RoutineDef routine, CallInfo info, @Nullable Object[] arguments) {
        Object[] result = new Object[1];
        run(caller, routine, info, arguments, 1, (call, datum) -> result[0] = datum);
        return result[0];
    }

    ResultRows rows(ExecContext caller, RoutineDef routine, CallInfo info, @Nullable Object[] arguments) {
        ResultRows rows = new ResultRows();
        run(caller, routine, info, arguments, 0, rows::add);
        return rows;
    }

    private interface Sink {
        void row(ExecContext call, @Nullable Object datum);
    }

    /** @param rowsMax rows of the last statement that are wanted; 0: all */
    private void run(ExecContext caller, RoutineDef routine, CallInfo info, @Nullable Object[] arguments, long rowsMax, Sink sink) {
        Call call = new Call(caller, routine.name(), arguments);
        try {
            Compiled compiled = compiled(call, routine, info);
            boolean readOnly = routine.volatility() != 'v';
            for (int i = 0; i < compiled.statements.size(); i++) {
                call.statement = i + 1;
                // One snapshot for the whole function, with the changes of each statement visible to the next.
                if (!readOnly && i == 0) call.transaction().beginStatement();
                else if (!readOnly) call.transaction().nextCommand();
                boolean last = i == compiled.statements.size() - 1;
                switch (compiled.statements.get(i)) {
                    case Work.Query query -> {
                        SqlRunner.requireReadOnly(query, readOnly);
                        boolean result = last && info.resultType().oid() != TypeOid.VOID;
                        try (RunningQuery running = host.start(query.plan(), call)) {
                            running.run(row -> {
                                if (result) sink.row(call, shaped(row, compiled.shape, query, call));
                            }, query.analyzed().readOnly() && last ? rowsMax : 0);
                        }
                    }
                    case Work.Utility utility -> {
                        if (readOnly) {
                            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, CommandName.of(utility.parsed().statement())
                                    + " is not allowed in a non-volatile function");
                        }
                        if (utility.analyzed().call() != null) call(utility.analyzed().call(), call);
                        else host.utility(utility.parsed(), utility.analyzed(), call);
                    }
                    case Work.Value value -> throw new IllegalStateException();
                }
            }
        } catch (PgException e) {
            PgError error = e.error();
            if (error.position() > 0) error = error.withPosition(0).withInternal(error.position(), routine.body());
            throw SqlRunner.within(new PgException(error), call.line());
        }
    }

    private void call(ProcedureCall procedure, Call context) {
        @Nullable Object[] arguments = new Object[procedure.inputs().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = host.evaluator(procedure.inputs().get(i), context).value(new Scope(context, null), RowView.EMPTY);
        }
        interpreter.routines.nested(context, procedure, arguments);
    }

    private Compiled compiled(Call call, RoutineDef routine, CallInfo info) {
        Key key = new Key(routine.oid(), info.argumentTypes(), info.resultType(), info.resultType().fields());
        Compiled compiled = known.get(key);
        if (compiled != null && compiled.catalogVersion == call.catalog().version() && compiled.settings.equals(host.planningKey())) return compiled;
        if (known.size() > KEPT_MAX) known.clear();
        CatalogView names = host.names();
        SqlBody body = SqlBody.analyze(routine, info.argumentTypes(), info.resultType(), names, host.lexerSettings());
        List<Work> statements = body.statements().stream().map(each -> interpreter.sql.work(each, call)).toList();
        compiled = new Compiled(call.catalog().version(), host.planningKey(), statements, body.shape());
        known.put(key, compiled);
        return compiled;
    }

    /** A row of the last statement in the result's type. */
    private @Nullable Object shaped(@Nullable Object[] row, SqlBody.Shape shape, Work.Query query, Call call) {
        if (shape.whole()) {
            return interpreter.casts.cast(row[0], query.columns().getFirst().type(), query.columns().getFirst().typmod(), shape.type(), -1, call);
        }
        Object[] values = new Object[shape.types().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = interpreter.casts.cast(row[i], query.columns().get(i).type(), query.columns().get(i).typmod(), shape.types().get(i),
                    shape.typmods().get(i), call);
        }
        return new PgRecord(shape.type().kind() == 'c' ? shape.type().oid() : TypeOid.RECORD, shape.types(), shape.names(), values);
    }
}
