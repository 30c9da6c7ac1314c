package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.function.CompositionFunctions.Argument;
import java.util.List;

/** format(): walks the format string once; owned by one call. */
final class FormatString {
    private final ExecContext context;
    private final String format;
    private final List<Argument> arguments;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int nextArgument;

    private FormatString(ExecContext context, String format, List<Argument> arguments) {
        this.context = context;
        this.format = format;
        this.arguments = arguments;
    }

    static void register(Kernels kernels) {
        kernels.scalar("text_format", (context, call, a) -> a[0] == null ? null
                : new FormatString(context, (String) a[0], CompositionFunctions.arguments(context, call, a, 1)).run());
        kernels.scalar("text_format_nv",
                (context, call, a) -> a[0] == null ? null : new FormatString(context, (String) a[0], List.of()).run());
    }

    private String run() {
        while (at < format.length()) {
            int percent = format.indexOf('%', at);
            if (percent < 0) break;
            out.append(format, at, percent);
            at = percent + 1;
            if (peek() == '%') {
                out.append('%');
                at++;
            } else {
                specifier();
            }
        }
        return out.append(format, at, format.length()).toString();
    }

    private char peek() {
        if (at >= format.length()) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "unterminated format() type specifier")
                    .withHint("For a single \"%\" use \"%%\".").exception();
        }
        return format.charAt(at);
    }

    private void specifier() {
        int position = -1;
        int width = 0;
        boolean left = false;
        int number = number();
        boolean widthSeen = false;
        if (number >= 0) {
            if (peek() == '$') {
                position = checked(number);
                at++;
            } else {
                width = number;
                widthSeen = true;
            }
        }
        while (!widthSeen && peek() == '-') {
            left = true;
            at++;
        }
        if (!widthSeen && peek() == '*') {
            at++;
            int widthPosition = -1;
            int digits = number();
            if (digits >= 0) {
                if (peek() != '$') {
                    throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "width argument position must be ended by \"$\"");
                }
                at++;
                widthPosition = checked(digits);
            }
            Argument argument = argument(widthPosition);
            width = argument.value() == null ? 0 : widthOf(argument);
            if (width < 0) {
                left = true;
                width = -width;
            }
        } else if (!widthSeen) {
            width = Math.max(0, number());
        }
        char type = peek();
        if (type != 's' && type != 'I' && type != 'L') {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "unrecognized format() type specifier \""
                            + Character.toString(format.codePointAt(at)) + "\"")
                    .withHint("For a single \"%\" use \"%%\".").exception();
        }
        at++;
        append(convert(type, argument(position)), width, left);
    }

    private static int checked(int position) {
        if (position == 0) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "format specifies argument 0, but arguments are numbered from 1");
        }
        return position - 1;
    }

    /** Digits at the current place; -1 for none. */
    private int number() {
        long value = -1;
        while (peek() >= '0' && peek() <= '9') {
            value = Math.max(value, 0) * 10 + peek() - '0';
            if (value > Integer.MAX_VALUE) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");
            at++;
        }
        return (int) value;
    }

    private Argument argument(int position) {
        int index = position >= 0 ? position : nextArgument;
        nextArgument = index + 1;
        if (index >= arguments.size()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "too few arguments for format()");
        }
        return arguments.get(index);
    }

    private int widthOf(Argument argument) {
        if (argument.value() instanceof Long value) return (int) (long) value;
        return Integer.parseInt(argument.text(context).trim());
    }

    private String convert(char type, Argument argument) {
        if (argument.value() == null) {
            if (type == 'I') {
                throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "null values cannot be formatted as an SQL identifier");
            }
            return type == 'L' ? "NULL" : "";
        }
        String text = argument.text(context);
        return type == 'I' ? context.format().names().identifier(text) : type == 'L' ? Quoting.literal(text) : text;
    }

    private void append(String text, int width, boolean left) {
        int missing = width - CodePoints.length(text);
        if (missing > 0 && !left) out.append(" ".repeat(missing));
        out.append(text);
        if (missing > 0 && left) out.append(" ".repeat(missing));
    }
}
