package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.Option.BooleanValue;
import io.craton.sql.syntax.SessionStatement.SettingChange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of CREATE and ALTER FUNCTION, applied to a draft. One statement. */
final class RoutineOptions {
    private final Scope scope;
    private final boolean procedure;
    private final Set<String> seen = new HashSet<>();
    Option.@Nullable BodyValue body;
    @Nullable String language;
    boolean window;
    boolean rowsGiven;

    RoutineOptions(Scope scope, boolean procedure) {
        this.scope = scope;
        this.procedure = procedure;
    }

    void apply(List<Option> options, RoutineDraft draft) {
        for (Option option : options) {
            if (!option.name().equals("set") && !seen.add(option.name())) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "conflicting or redundant options").withPosition(option.position()).exception();
            }
            apply(option, draft);
        }
    }

    private void apply(Option option, RoutineDraft draft) {
        switch (option.name()) {
            case "as" -> body = (Option.BodyValue) java.util.Objects.requireNonNull(option.value());
            case "language" -> language = OptionTexts.text(option);
            case "window" -> {
                onlyFunctions(option);
                window = true;
            }
            case "volatility" -> {
                onlyFunctions(option);
                draft.volatility = OptionTexts.text(option).charAt(0);
            }
            case "strict" -> {
                onlyFunctions(option);
                draft.strict = flag(option);
            }
            case "security" -> draft.securityDefiner = flag(option);
            case "leakproof" -> {
                onlyFunctions(option);
                draft.leakproof = flag(option);
                if (draft.leakproof && !scope.context().session().superuser()) {
                    throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "only superuser can define a leakproof function");
                }
            }
            case "cost" -> {
                onlyFunctions(option);
                draft.cost = Double.parseDouble(OptionTexts.text(option));
                if (draft.cost <= 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "COST must be positive");
            }
            case "rows" -> {
                onlyFunctions(option);
                draft.rows = Double.parseDouble(OptionTexts.text(option));
                rowsGiven = true;
                if (draft.rows <= 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "ROWS must be positive");
            }
            case "parallel" -> {
                onlyFunctions(option);
                draft.parallel = switch (OptionTexts.text(option)) {
                    case "safe" -> 's';
                    case "unsafe" -> 'u';
                    case "restricted" -> 'r';
                    default -> throw new PgException(SqlState.SYNTAX_ERROR, "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE");
                };
            }
            case "set" -> set(((Option.SettingValue) java.util.Objects.requireNonNull(option.value())).change(), draft);
            default -> throw PgException.notSupported(option.name().toUpperCase(java.util.Locale.ROOT) + " of a function");
        }
    }

    private void onlyFunctions(Option option) {
        if (!procedure) return;
        throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "invalid attribute in procedure definition").withPosition(option.position())
                .exception();
    }

    private static boolean flag(Option option) {
        return option.value() instanceof BooleanValue value && value.value();
    }

    private void set(SettingChange change, RoutineDraft draft) {
        switch (change.kind()) {
            case VALUE -> draft.settings.put(change.name(), checked(change.name(), RoleDdl.value(change)));
            case FROM_CURRENT -> draft.settings.put(change.name(), setting(change.name()));
            case RESET, DEFAULT -> draft.settings.remove(change.name());
            case RESET_ALL -> draft.settings.clear();
        }
    }

    private String setting(String name) {
        String value = scope.context().session().settingValue(name);
        if (value == null) throw unknown(name);
        return value;
    }

    /** 42704 for a setting that there is not; custom ones need a dot in their name. */
    private String checked(String name, String value) {
        if (scope.context().session().settingValue(name) == null && name.indexOf('.') < 0) throw unknown(name);
        return value;
    }

    private static PgException unknown(String name) {
        return new PgException(SqlState.UNDEFINED_OBJECT, "unrecognized configuration parameter \"" + name + "\"");
    }
}
