package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.settings.SessionSettings;
import io.craton.sql.settings.SettingDef;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SessionStatement;
import io.craton.sql.syntax.SessionStatement.SettingChange;
import io.craton.sql.syntax.SessionStatement.SettingScope;
import io.craton.storage.projection.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SET, RESET, SHOW. One session's thread. */
final class SettingStatements {
    private final SessionSettings settings;
    private final Roles roles;
    /** Made later than this. */
    private final Supplier<TransactionControl> transactions;
    private final SessionMoments moments;

    /** What SET ROLE and SET SESSION AUTHORIZATION ask of the session; each checks rights and throws. */
    interface Roles {
        /** Null or "none": back to the session user. */
        void setRole(@Nullable String name);

        /** Null: back to the authenticated user. */
        void setSessionUser(@Nullable String name);

        /** Whether the session acts as one now. */
        boolean superuser();
    }

    SettingStatements(SessionSettings settings, Roles roles, Supplier<TransactionControl> transactions, SessionMoments moments) {
        this.moments = moments;
        this.settings = settings;
        this.roles = roles;
        this.transactions = transactions;
    }

    UtilityResult set(SessionStatement.SetSetting statement) {
        SettingChange change = statement.change();
        boolean local = statement.scope() == SettingScope.LOCAL;
        String tag = change.kind() == SessionStatement.SettingKind.RESET || change.kind() == SessionStatement.SettingKind.RESET_ALL
                ? "RESET"
                : "SET";
        switch (change.kind()) {
            case RESET_ALL -> settings.resetAll();
            case VALUE -> assign(change.name(), value(change), local);
            case DEFAULT, RESET -> assign(change.name(), null, local);
            case FROM_CURRENT -> throw PgException.notSupported("SET FROM CURRENT outside of a function");
        }
        return UtilityResult.tag(tag);
    }

    /** Sets a value; null resets. Some names stand for more than a value. */
    void assign(String name, @Nullable String value, boolean local) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "role" -> {
                roles.setRole(value);
                settings.set("role", value, local);
                settings.superuser(roles.superuser());
            }
            case "session_authorization" -> {
                roles.setSessionUser(value);
                settings.set("session_authorization", value, local);
                settings.set("role", null, local);
                settings.superuser(roles.superuser());
            }
            case "transaction_isolation" -> {
                if (value != null) transactions.get().isolation(checkedLevel(value));
            }
            case "transaction_read_only" -> {
                if (value != null) transactions.get().readOnly(isTrue(value));
            }
            case "default_with_oids" -> { // dumps of old versions say that it is off
                if (value != null && isTrue(value)) throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "tables declared WITH OIDS are not supported");
            }
            case Retention.NAME -> {
                if (value == null) return;
                throw PgError.error(SqlState.CANT_CHANGE_RUNTIME_PARAM, "parameter \"craton.retention\" cannot be set in a session")
                        .withHint("It is the database's: ALTER DATABASE .. SET craton.retention, or ALTER TABLE .. SET (craton.retention = ..).").exception();
            }
            case SessionSettings.TENANT_MEMORY -> {
                if (value == null) return;
                throw PgError.error(SqlState.CANT_CHANGE_RUNTIME_PARAM, "parameter \"craton.tenant_memory\" cannot be set in a session")
                        .withHint("It is the database's: ALTER DATABASE .. SET craton.tenant_memory.").exception();
            }
            case "craton.as_of" -> {
                if (value != null) moments.of(value);
                settings.set(name, value, local);
                transactions.get().restartAtMoment();
            }
            default -> settings.set(name, value, local);
        }
    }

    private static String checkedLevel(String value) {
        String level = value.toLowerCase(Locale.ROOT);
        switch (level) {
            case "read uncommitted", "read committed", "repeatable read", "serializable" -> {
                return level;
            }
            default -> throw PgError.error(SqlState.INVALID_PARAMETER_VALUE,
                            "invalid value for parameter \"transaction_isolation\": \"" + value + "\"")
                    .withHint("Available values: serializable, repeatable read, read committed, read uncommitted.").exception();
        }
    }

    private static boolean isTrue(String value) {
        String text = value.toLowerCase(Locale.ROOT);
        return text.equals("on") || text.equals("1") || "true".startsWith(text) || "yes".startsWith(text);
    }

    private String value(SettingChange change) {
        List<String> parts = new ArrayList<>();
        boolean list = isList(change.name());
        for (Expr part : change.values()) parts.add(list && part instanceof Expr.StringLiteral text ? quoted(text.value()) : plain(part));
        if (parts.size() > 1 && !list && !change.name().equalsIgnoreCase("datestyle")) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "SET " + change.name() + " takes only one argument");
        }
        return String.join(", ", parts);
    }

    private static boolean isList(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "search_path", "temp_tablespaces", "session_preload_libraries", "shared_preload_libraries", "local_preload_libraries",
                    "synchronous_standby_names", "listen_addresses", "unix_socket_directories", "log_destination" -> true;
            default -> false;
        };
    }

    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_$]*") ? name : "\"" + name.replace("\"", "\"\"") + "\"";
    }

    private static String plain(Expr value) {
        return switch (value) {
            case Expr.StringLiteral text -> text.value();
            case Expr.IntegerLiteral number -> Long.toString(number.value());
            case Expr.NumericLiteral number -> number.text();
            case Expr.TypeCast cast -> intervalZone(cast);
            default -> throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid value in SET");
        };
    }

    /** SET TIME ZONE INTERVAL '..' HOUR TO MINUTE: the offset in hours. */
    private static String intervalZone(Expr.TypeCast cast) {
        if (!(cast.argument() instanceof Expr.StringLiteral text)) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"TimeZone\"");
        }
        java.util.regex.Matcher match = java.util.regex.Pattern.compile("([+-]?)(\\d{1,2})(?::(\\d{2}))?(?::(\\d{2}))?").matcher(text.value().trim());
        if (!match.matches()) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid value for parameter \"TimeZone\": \"" + text.value() + "\"");
        double hours = Integer.parseInt(match.group(2)) + (match.group(3) == null ? 0 : Integer.parseInt(match.group(3)) / 60.0);
        return (match.group(1).equals("-") ? "-" : "") + (hours == Math.rint(hours) ? Long.toString((long) hours) : Double.toString(hours));
    }

    UtilityResult show(SessionStatement.Show statement) {
        if (statement.name().equals("all")) {
            List<@Nullable Object[]> rows = new ArrayList<>();
            for (SettingDef def : settings.all()) {
                if (!isShown(def.name()) || !settings.mayExamine(def)) continue;
                rows.add(new Object[] {def.name(), settings.show(def.name()), def.description()});
            }
            return UtilityResult.text("SHOW", List.of("name", "setting", "description"), rows);
        }
        SettingDef def = settings.def(statement.name());
        if (def != null) checkExaminable(settings, def);
        List<@Nullable Object[]> row = new ArrayList<>();
        row.add(new Object[] {settings.show(statement.name())});
        return UtilityResult.text("SHOW", List.of(settings.spelled(statement.name())), row);
    }

    static void checkExaminable(SessionSettings settings, SettingDef def) {
        if (settings.mayExamine(def)) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "must be superuser or have privileges of pg_read_all_settings to examine \"" + def.name() + "\"");
    }

    private static boolean isShown(String name) {
        return !name.equals("role") && !name.equals("session_authorization") && !name.equals("is_superuser");
    }
}
