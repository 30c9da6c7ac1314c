package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.sql.procedure.Step.DiagnosticItem;
import io.craton.sql.procedure.Step.RaiseField;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** RAISE, ASSERT, GET DIAGNOSTICS. A session's, its thread. */
final class RaiseSteps {
    private static final SqlRunner.Wanted CONDITION = SqlRunner.Wanted.type(PgTypes.BOOL);

    private final Interpreter interpreter;

    RaiseSteps(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    void raise(Frame frame, Step.Raise step) {
        if (step.condition() == null && step.message() == null && step.options().isEmpty() && step.severity() == Severity.ERROR) {
            if (frame.handled != null) {
                frame.rethrown = frame.handled;
                throw new PgException(frame.handled);
            }
            throw new PgException(SqlState.STACKED_DIAGNOSTICS_ACCESSED_WITHOUT_ACTIVE_HANDLER,
                    "RAISE without parameters cannot be used outside an exception handler");
        }
        String code = step.condition() == null ? null : Conditions.code(step.condition());
        String condition = step.condition();
        String message = step.message() == null ? null : formatted(frame, step);
        Map<RaiseField, String> options = new EnumMap<>(RaiseField.class);
        for (Step.RaiseOption option : step.options()) {
            String value = required(frame, option.value());
            switch (option.field()) {
                case ERRCODE -> {
                    if (code != null) throw twice("ERRCODE");
                    code = Conditions.code(value);
                    condition = value;
                }
                case MESSAGE -> {
                    if (message != null) throw twice("MESSAGE");
                    message = value;
                }
                default -> {
                    if (options.put(option.field(), value) != null) throw twice(option.field().name());
                }
            }
        }
        if (message == null) message = condition != null ? condition : code == null ? "unhandled exception" : code;
        PgError error = PgError.of(step.severity(), SqlState.RAISE_EXCEPTION, message);
        if (code != null) error = error.withCode(code);
        else if (step.severity() == Severity.WARNING) error = error.withCode(SqlState.WARNING.code);
        else if (step.severity() != Severity.ERROR) error = error.withCode(SqlState.SUCCESSFUL_COMPLETION.code);
        error = error.withDetail(options.get(RaiseField.DETAIL)).withHint(options.get(RaiseField.HINT))
                .withColumn(options.get(RaiseField.COLUMN)).withConstraint(options.get(RaiseField.CONSTRAINT))
                .withDataType(null, options.get(RaiseField.DATATYPE)).withTable(options.get(RaiseField.SCHEMA), options.get(RaiseField.TABLE));
        if (step.severity() == Severity.ERROR) throw new PgException(error);
        frame.notice(error);
    }

    private static PgException twice(String option) {
        return new PgException(SqlState.SYNTAX_ERROR, "RAISE option already specified: " + option);
    }

    private String required(Frame frame, Fragment value) {
        SqlRunner.Typed typed = interpreter.sql.typed(frame, value, SqlRunner.Wanted.ANYTHING);
        if (typed.value() == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "RAISE statement option cannot be null");
        return interpreter.statements().text(frame, typed);
    }

    private String formatted(Frame frame, Step.Raise step) {
        String format = java.util.Objects.requireNonNull(step.message());
        StringBuilder text = new StringBuilder();
        Iterator<Fragment> parameters = step.parameters().iterator();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                text.append(c);
            } else if (i + 1 < format.length() && format.charAt(i + 1) == '%') {
                text.append('%');
                i++;
            } else {
                SqlRunner.Typed value = interpreter.sql.typed(frame, parameters.next(), SqlRunner.Wanted.ANYTHING);
                text.append(value.value() == null ? "<NULL>" : interpreter.statements().text(frame, value));
            }
        }
        return text.toString();
    }

    // ---- ASSERT --------------------------------------------------------------------------------------------------

    void check(Frame frame, Step.Assert step) {
        if ("off".equals(frame.session().settingValue("plpgsql.check_asserts"))) return;
        if (Boolean.TRUE.equals(interpreter.sql.value(frame, step.condition(), CONDITION))) return;
        String message = "assertion failed";
        if (step.message() != null) {
            SqlRunner.Typed text = interpreter.sql.typed(frame, step.message(), SqlRunner.Wanted.ANYTHING);
            if (text.value() != null) message = interpreter.statements().text(frame, text);
        }
        throw new PgException(SqlState.ASSERT_FAILURE, message);
    }

    // ---- GET DIAGNOSTICS -----------------------------------------------------------------------------------------

    void diagnostics(Frame frame, Step.GetDiagnostics step) {
        PgError error = frame.handled;
        if (step.stacked() && error == null) {
            throw new PgException(SqlState.STACKED_DIAGNOSTICS_ACCESSED_WITHOUT_ACTIVE_HANDLER,
                    "GET STACKED DIAGNOSTICS cannot be used outside an exception handler");
        }
        for (Step.Diagnostic item : step.items()) {
            if (item.item() == DiagnosticItem.ROW_COUNT) {
                interpreter.assignments.assign(frame, item.target(), frame.rowCount, PgTypes.INT8, -1);
                continue;
            }
            String text = item.item() == DiagnosticItem.PG_CONTEXT ? frame.callStack()
                    : stacked(java.util.Objects.requireNonNull(error), item.item(), frame.caller.callStack());
            PgType type = PgTypes.TEXT;
            interpreter.assignments.assign(frame, item.target(), text == null ? "" : text, type, -1);
        }
    }

    private static @Nullable String stacked(PgError error, DiagnosticItem item, String callers) {
        return switch (item) {
            case PG_EXCEPTION_DETAIL -> error.detail();
            case PG_EXCEPTION_HINT -> error.hint();
            case PG_EXCEPTION_CONTEXT -> callers.isEmpty() ? error.where() : error.where() + "\n" + callers;
            case COLUMN_NAME -> error.column();
            case CONSTRAINT_NAME -> error.constraint();
            case PG_DATATYPE_NAME -> error.dataType();
            case MESSAGE_TEXT -> error.message();
            case TABLE_NAME -> error.table();
            case SCHEMA_NAME -> error.schema();
            case RETURNED_SQLSTATE -> error.code();
            case ROW_COUNT, PG_CONTEXT -> throw new IllegalStateException();
        };
    }
}
