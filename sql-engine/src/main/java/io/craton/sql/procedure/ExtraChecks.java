package io.craton.sql.procedure;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What plpgsql.extra_warnings and plpgsql.extra_errors ask for: severity of each check, null when nobody does. Immutable.
 *
 * @param shadowed a variable hides another of its name
 * @param tooManyRows INTO gets more than one row
 * @param multiAssignment INTO gets more or fewer columns than there are targets
 */
record ExtraChecks(@Nullable Severity shadowed, @Nullable Severity tooManyRows, @Nullable Severity multiAssignment) {
    static final ExtraChecks NONE = new ExtraChecks(null, null, null);

    /** @param setting values of settings by name, null for those without */
    static ExtraChecks of(Function<String, @Nullable String> setting) {
        String warnings = String.valueOf(setting.apply("plpgsql.extra_warnings"));
        String errors = String.valueOf(setting.apply("plpgsql.extra_errors"));
        if (!named(warnings) && !named(errors)) return NONE;
        return new ExtraChecks(severity("shadowed_variables", warnings, errors), severity("too_many_rows", warnings, errors),
                severity("strict_multi_assignment", warnings, errors));
    }

    private static boolean named(String list) {
        return !list.isEmpty() && !list.equals("none") && !list.equals("null");
    }

    private static @Nullable Severity severity(String check, String warnings, String errors) {
        if (lists(errors, check)) return Severity.ERROR;
        return lists(warnings, check) ? Severity.WARNING : null;
    }

    private static boolean lists(String list, String check) {
        for (String each : list.split(",")) if (each.trim().equalsIgnoreCase(check) || each.trim().equalsIgnoreCase("all")) return true;
        return false;
    }

    /** A row of so many columns goes into a target. */
    void assignment(Frame frame, int target, int columns) {
        if (multiAssignment == null) return;
        int places = switch (frame.program.datum(target)) {
            case Datum.Row row -> row.members().size();
            case Datum.Composite composite when composite.type().kind() == 'c' -> composite.type().fields().size();
            default -> columns;
        };
        if (places == columns) return;
        String names = multiAssignment == Severity.ERROR ? "extra_errors" : "extra_warnings";
        PgError error = PgError.of(multiAssignment, SqlState.DATATYPE_MISMATCH,
                        "number of source and target fields in assignment does not match")
                .withDetail("strict_multi_assignment check of " + names + " is active.")
                .withHint("Make sure the query returns the exact list of columns.");
        if (multiAssignment == Severity.ERROR) throw new PgException(error);
        frame.notice(error);
    }

    /** A variable is declared whose name another one has. */
    @Nullable PgError shadow(String name) {
        return shadowed == null ? null
                : PgError.of(shadowed, SqlState.DUPLICATE_ALIAS, "variable \"" + name + "\" shadows a previously defined variable");
    }
}
