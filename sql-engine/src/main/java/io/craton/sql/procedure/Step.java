package io.craton.sql.procedure;

import io.craton.core.error.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of PL/pgSQL. Immutable. Variables are named by their numbers, {@code -1} is none. */
public sealed interface Step {
    int line();

    /** @param variables those of its own declarations, in order */
    record Block(int line, @Nullable String label, List<Integer> variables, List<Step> body, @Nullable Handlers handlers) implements Step {}

    /** @param state, message the variables sqlstate and sqlerrm */
    record Handlers(int line, int state, int message, List<Handler> list) {}

    /** WHEN ... THEN. Conditions are SQLSTATEs, classes ({@code "22000"} stands for all of 22), or "others". */
    record Handler(int line, List<String> conditions, List<Step> body) {}

    record Assign(int line, int target, Fragment value) implements Step {}

    record If(int line, List<Branch> branches, List<Step> otherwise) implements Step {}

    record Branch(Fragment condition, List<Step> body) {}

    /** @param operand variable that holds the value of {@code value}; the branches compare with it */
    record Case(int line, @Nullable Fragment value, int operand, List<Branch> branches, @Nullable List<Step> otherwise) implements Step {}

    record Loop(int line, @Nullable String label, List<Step> body) implements Step {}

    record While(int line, @Nullable String label, Fragment condition, List<Step> body) implements Step {}

    record ForInteger(int line, @Nullable String label, int variable, Fragment from, Fragment to, @Nullable Fragment by, boolean reverse,
            List<Step> body) implements Step {}

    record ForQuery(int line, @Nullable String label, int target, Query query, List<Step> body) implements Step {}

    record ForCursor(int line, @Nullable String label, int target, int cursor, @Nullable Fragment arguments, List<Step> body) implements Step {}

    record ForEach(int line, @Nullable String label, int target, int slice, Fragment array, List<Step> body) implements Step {}

    record Exit(int line, boolean isContinue, @Nullable String label, @Nullable Fragment condition) implements Step {}

    /** Either the variable or the value is given, or neither. */
    record Return(int line, int variable, @Nullable Fragment value) implements Step {}

    record ReturnNext(int line, int variable, @Nullable Fragment value) implements Step {}

    record ReturnQuery(int line, Query query) implements Step {}

    /** @param condition SQLSTATE or a condition's name; all null and empty: the current error again */
    record Raise(int line, Severity severity, @Nullable String condition, @Nullable String message, List<Fragment> parameters,
            List<RaiseOption> options) implements Step {}

    enum RaiseField { ERRCODE, MESSAGE, DETAIL, HINT, COLUMN, CONSTRAINT, DATATYPE, TABLE, SCHEMA }

    record RaiseOption(RaiseField field, Fragment value) {}

    record Assert(int line, Fragment condition, @Nullable Fragment message) implements Step {}

    /** Any SQL statement; {@code target} takes its row. */
    record Sql(int line, Fragment statement, int target, boolean strict) implements Step {}

    record Dynamic(int line, Query query, int target, boolean strict) implements Step {}

    record Perform(int line, Fragment query) implements Step {}

    /** CALL, or DO. */
    record Call(int line, Fragment statement, boolean isCall) implements Step {}

    record GetDiagnostics(int line, boolean stacked, List<Diagnostic> items) implements Step {}

    enum DiagnosticItem {
        ROW_COUNT, PG_CONTEXT, PG_EXCEPTION_DETAIL, PG_EXCEPTION_HINT, PG_EXCEPTION_CONTEXT, COLUMN_NAME, CONSTRAINT_NAME, PG_DATATYPE_NAME,
        MESSAGE_TEXT, TABLE_NAME, SCHEMA_NAME, RETURNED_SQLSTATE
    }

    record Diagnostic(int target, DiagnosticItem item) {}

    /** OPEN; {@code query} null: the cursor is bound. {@code scroll} null: not said. */
    record Open(int line, int cursor, @Nullable Query query, @Nullable Fragment arguments, @Nullable Boolean scroll) implements Step {}

    enum Direction { FORWARD, BACKWARD, ABSOLUTE, RELATIVE }

    /** FETCH, or MOVE when {@code target} is -1. {@code how} gives the number of rows instead of {@code count}. */
    record Fetch(int line, int cursor, Direction direction, long count, @Nullable Fragment how, int target) implements Step {}

    record Close(int line, int cursor) implements Step {}

    record Null(int line) implements Step {}

    record EndTransaction(int line, boolean commit, boolean chain) implements Step {}

    /** A query written out ({@code text} is a statement), or the expression of EXECUTE with the values of USING. */
    record Query(Fragment text, boolean dynamic, List<Fragment> using) {
        public Query {
            using = List.copyOf(using);
        }
    }

    /** How an error's context speaks of the step. */
    static String title(Step step) {
        return switch (step) {
            case Block s -> "statement block";
            case Assign s -> "assignment";
            case If s -> "IF";
            case Case s -> "CASE";
            case Loop s -> "LOOP";
            case While s -> "WHILE";
            case ForInteger s -> "FOR with integer loop variable";
            case ForQuery s -> s.query.dynamic ? "FOR over EXECUTE statement" : "FOR over SELECT rows";
            case ForCursor s -> "FOR over cursor";
            case ForEach s -> "FOREACH over array";
            case Exit s -> s.isContinue ? "CONTINUE" : "EXIT";
            case Return s -> "RETURN";
            case ReturnNext s -> "RETURN NEXT";
            case ReturnQuery s -> "RETURN QUERY";
            case Raise s -> "RAISE";
            case Assert s -> "ASSERT";
            case Sql s -> "SQL statement";
            case Dynamic s -> "EXECUTE";
            case Perform s -> "PERFORM";
            case Call s -> s.isCall ? "CALL" : "DO";
            case GetDiagnostics s -> s.stacked ? "GET STACKED DIAGNOSTICS" : "GET DIAGNOSTICS";
            case Open s -> "OPEN";
            case Fetch s -> s.target < 0 ? "MOVE" : "FETCH";
            case Close s -> "CLOSE";
            case Null s -> "NULL";
            case EndTransaction s -> s.commit ? "COMMIT" : "ROLLBACK";
        };
    }
}
