package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.syntax.Option;
import java.util.List;
import java.util.Locale;

/** Values of options as the statements that take them want them (defGetString and friends). Pure. */
final class OptionTexts {
    private OptionTexts() {}

    static String text(Option option) {
        return switch (option.value()) {
            case null -> "true";
            case Option.TextValue v -> v.value();
            case Option.IntegerValue v -> Long.toString(v.value());
            case Option.NumericValue v -> v.text();
            case Option.BooleanValue v -> Boolean.toString(v.value());
            case Option.NameValue v -> v.name().toString();
            case Option.ListValue v -> String.join(", ", v.values());
            case Option.TypeValue v -> v.type().names().getLast();
            case Option.StarValue v -> "*";
            case Option.RolesValue v -> "";
            case Option.BodyValue v -> v.body();
            case Option.SettingValue v -> v.change().name();
            case Option.TypesValue v -> "";
        };
    }

    static boolean flag(Option option) {
        if (option.value() == null) return true;
        return switch (text(option).toLowerCase(Locale.ROOT)) {
            case "true", "on", "1" -> true;
            case "false", "off", "0" -> false;
            default -> throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a Boolean value");
        };
    }

    static long integer(Option option) {
        try {
            return Long.parseLong(text(option));
        } catch (NumberFormatException e) {
            throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a numeric value");
        }
    }

    static List<String> list(Option option) {
        return option.value() instanceof Option.ListValue list ? list.values() : List.of(text(option));
    }
}
