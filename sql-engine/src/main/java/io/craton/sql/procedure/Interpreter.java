package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgTypes;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.RoutineAnalyzer.Target;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SqlParser;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the steps of a program: blocks, choices and jumps; the other families of steps have classes of their own. A session's, its thread. */
final class Interpreter {
    /** How a list of steps ended. */
    enum End { NEXT, EXIT, CONTINUE, RETURN }

    private static final SqlRunner.Wanted CONDITION = SqlRunner.Wanted.type(PgTypes.BOOL);

    final Host host;
    final SqlRunner sql;
    final Casts casts;
    final Assignments assignments;
    /** Queries of the loops at work, innermost first. */
    final Deque<OpenRows> openRows = new ArrayDeque<>();
    final ProcedureCalls calls;
    final Routines routines;
    private final LoopSteps loops;
    private final SqlSteps statements;
    private final CursorSteps cursors;
    private final ReturnSteps returns;
    private final RaiseSteps raises;
    /** Label that an EXIT or CONTINUE on its way looks for; null: the innermost loop. */
    @Nullable String label;
    private ExtraChecks checks = ExtraChecks.NONE;
    /** The settings as {@link #checks} saw them: another object after every change. */
    private @Nullable Object checksKey;

    Interpreter(Host host, Routines routines) {
        this.host = host;
        this.routines = routines;
        this.sql = new SqlRunner(host);
        this.casts = new Casts(host);
        this.assignments = new Assignments(host, casts);
        this.calls = new ProcedureCalls(this);
        this.cursors = new CursorSteps(this);
        this.loops = new LoopSteps(this, cursors);
        this.statements = new SqlSteps(this);
        this.returns = new ReturnSteps(this);
        this.raises = new RaiseSteps(this);
    }

    ReturnSteps returns() {
        return returns;
    }

    SqlSteps statements() {
        return statements;
    }

    /** Runs the whole body; true when a RETURN ended it. */
    boolean run(Frame frame) {
        return run(frame, frame.program.body) == End.RETURN;
    }

    End steps(Frame frame, List<Step> steps) {
        Step before = frame.step;
        for (Step step : steps) {
            frame.step = step;
            frame.activity = null;
            frame.caller.checkInterrupts();
            End end = step(frame, step);
            if (end != End.NEXT) return end;
        }
        frame.step = before;
        return End.NEXT;
    }

    private End step(Frame frame, Step step) {
        switch (step) {
            case Step.Assign s -> assign(frame, s);
            case Step.If s -> {
                for (Step.Branch branch : s.branches()) if (condition(frame, branch.condition())) return steps(frame, branch.body());
                return steps(frame, s.otherwise());
            }
            case Step.Case s -> {
                return choice(frame, s);
            }
            case Step.Block s -> {
                return run(frame, s);
            }
            case Step.Loop s -> {
                return loops.loop(frame, s);
            }
            case Step.While s -> {
                return loops.loop(frame, s);
            }
            case Step.ForInteger s -> {
                return loops.loop(frame, s);
            }
            case Step.ForQuery s -> {
                return loops.loop(frame, s);
            }
            case Step.ForCursor s -> {
                return loops.loop(frame, s);
            }
            case Step.ForEach s -> {
                return loops.loop(frame, s);
            }
            case Step.Exit s -> {
                if (s.condition() != null && !condition(frame, s.condition())) return End.NEXT;
                label = s.label();
                return s.isContinue() ? End.CONTINUE : End.EXIT;
            }
            case Step.Return s -> {
                returns.value(frame, s);
                return End.RETURN;
            }
            case Step.ReturnNext s -> returns.next(frame, s);
            case Step.ReturnQuery s -> returns.query(frame, s);
            case Step.Raise s -> raises.raise(frame, s);
            case Step.Assert s -> raises.check(frame, s);
            case Step.GetDiagnostics s -> raises.diagnostics(frame, s);
            case Step.Sql s -> statements.run(frame, s);
            case Step.Dynamic s -> statements.run(frame, s);
            case Step.Perform s -> statements.run(frame, s);
            case Step.Call s -> statements.run(frame, s);
            case Step.Open s -> cursors.open(frame, s);
            case Step.Fetch s -> cursors.fetch(frame, s);
            case Step.Close s -> cursors.close(frame, s);
            case Step.Null s -> { }
            case Step.EndTransaction s -> {
                openRows.forEach(OpenRows::keep);
                host.endTransaction(s.commit(), s.chain());
            }
        }
        return End.NEXT;
    }

    /** What the session's settings ask for now. */
    ExtraChecks checks(Frame frame) {
        Object key = host.planningKey();
        if (key != checksKey) {
            checks = ExtraChecks.of(frame.session()::settingValue);
            checksKey = key;
        }
        return checks;
    }

    boolean condition(Frame frame, Fragment condition) {
        return Boolean.TRUE.equals(sql.value(frame, condition, CONDITION));
    }

    void found(Frame frame, boolean found) {
        frame.set(frame.program.found, found);
    }

    // ---- assignment ----------------------------------------------------------------------------------------------

    private void assign(Frame frame, Step.Assign step) {
        int target = step.target();
        SqlRunner.Typed value = sql.typed(frame, step.value(), (variables, catalog) -> {
            SqlParser.PlAssignment parsed = SqlParser.parsePlAssignment(step.value().text, host.lexerSettings());
            List<Expr.Step> parts = parts(parsed, frame, step);
            PgType type = assignments.type(frame, target);
            int typmod = frame.program.datum(target) instanceof Datum.Single single ? single.typmod() : -1;
            return new Target(parsed.target(), type, typmod, parts, variables.variable(target));
        });
        try {
            assignments.assign(frame, target, value.value(), value.type(), value.typmod());
        } catch (PgException e) {
            throw frame.program.datum(target) instanceof Datum.Field ? SqlRunner.placed(e, step.value()) : e;
        }
    }

    /** Steps into the value, behind the names that lead to the variable or field. */
    private static List<Expr.Step> parts(SqlParser.PlAssignment parsed, Frame frame, Step.Assign step) {
        List<Expr.Step> steps = parsed.steps();
        int names = 1;
        for (Expr.Step part : steps) {
            if (!(part instanceof Expr.FieldStep)) break;
            names++;
        }
        int used = namesUsed(parsed.target(), steps, frame, step, names);
        return steps.subList(used - 1, steps.size());
    }

    private static int namesUsed(String first, List<Expr.Step> steps, Frame frame, Step.Assign step, int names) {
        String second = names > 1 ? ((Expr.FieldStep) steps.get(0)).name() : null;
        String third = names > 2 ? ((Expr.FieldStep) steps.get(1)).name() : null;
        Namespace.Found found = java.util.Objects.requireNonNull(Namespace.find(step.value().names, false, first, second, third));
        return frame.program.datum(step.target()) instanceof Datum.Field ? found.used() + 1 : found.used();
    }

    // ---- CASE ----------------------------------------------------------------------------------------------------

    private End choice(Frame frame, Step.Case step) {
        if (step.value() != null) {
            SqlRunner.Typed value = sql.typed(frame, step.value(), SqlRunner.Wanted.ANYTHING);
            Datum.Single operand = (Datum.Single) frame.program.datum(step.operand());
            if (operand.type().oid() != value.type().oid() || operand.typmod() != value.typmod()) {
                frame.program.datums.set(step.operand(), new Datum.Single(operand.number(), operand.name(), value.type(), value.typmod(), false, false,
                        null, null));
                for (Step.Branch branch : step.branches()) branch.condition().plan = null;
            }
            frame.set(step.operand(), value.value());
        }
        try {
            for (Step.Branch branch : step.branches()) if (condition(frame, branch.condition())) return steps(frame, branch.body());
        } finally {
            if (step.value() != null) frame.set(step.operand(), null);
        }
        if (step.otherwise() == null) {
            throw PgError.error(SqlState.CASE_NOT_FOUND, "case not found").withHint("CASE statement is missing ELSE part.").exception();
        }
        return steps(frame, step.otherwise());
    }

    // ---- blocks --------------------------------------------------------------------------------------------------

    private End run(Frame frame, Step.Block block) {
        frame.step = block;
        for (int variable : block.variables()) initialize(frame, variable);
        End end = block.handlers() == null ? steps(frame, block.body()) : guarded(frame, block, block.handlers());
        if (end == End.EXIT && label != null && label.equals(block.label())) {
            label = null;
            return End.NEXT;
        }
        return end;
    }

    private void initialize(Frame frame, int number) {
        frame.activity = "during statement block local variable initialization";
        switch (frame.program.datum(number)) {
            case Datum.Single single -> {
                frame.set(number, null);
                if (single.cursor() != null) frame.set(number, single.name());
                else if (single.initial() != null) initial(frame, single, single.initial());
                else if (single.type().kind() == 'd') assignments.assign(frame, number, null, PgTypes.UNKNOWN, -1);
            }
            case Datum.Composite composite -> {
                frame.set(number, null);
                if (composite.initial() != null) initial(frame, composite, composite.initial());
                else if (composite.type().kind() == 'd') assignments.assign(frame, number, null, PgTypes.UNKNOWN, -1);
            }
            default -> { }
        }
        frame.activity = null;
    }

    private void initial(Frame frame, Datum.Variable variable, Fragment value) {
        SqlRunner.Typed initial = sql.typed(frame, value, SqlRunner.Wanted.ANYTHING);
        assignments.assign(frame, variable.number(), initial.value(), initial.type(), initial.typmod());
    }

    // ---- exceptions ----------------------------------------------------------------------------------------------

    /** The body in a subtransaction, which a handler undoes. */
    private End guarded(Frame frame, Step.Block block, Step.Handlers handlers) {
        Host.Mark mark = host.savepoint();
        try {
            End end = steps(frame, block.body());
            host.release(mark);
            return end;
        } catch (PgException e) {
            Step.Handler handler = e.error().severity() == Severity.ERROR ? handler(handlers, e.error()) : null;
            if (handler == null) throw e;
            PgError error = frame.located(e).error();
            host.rollbackTo(mark);
            frame.step = block;
            frame.activity = null;
            frame.set(handlers.state(), error.code());
            frame.set(handlers.message(), error.message());
            PgError before = frame.handled;
            frame.handled = error;
            try {
                return steps(frame, handler.body());
            } finally {
                frame.handled = before;
            }
        }
    }

    private static Step.@Nullable Handler handler(Step.Handlers handlers, PgError error) {
        for (Step.Handler handler : handlers.list()) if (Conditions.matches(handler.conditions(), error)) return handler;
        return null;
    }
}
