package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.Locale;

/** The four output styles of intervals, and what a typmod does to one. */
public final class IntervalFormat {
    static final int FULL_RANGE = 0x7FFF;
    static final int MONTH = 1 << 1;
    static final int YEAR = 1 << 2;
    static final int DAY = 1 << 3;
    static final int HOUR = 1 << 10;
    static final int MINUTE = 1 << 11;
    static final int SECOND = 1 << 12;

    private IntervalFormat() {}

    /** {@code style} is a value of IntervalStyle. */
    public static String format(Interval value, String style) {
        Parts parts = Parts.of(value);
        return switch (style.toLowerCase(Locale.ROOT)) {
            case "sql_standard" -> sqlStandard(parts);
            case "iso_8601" -> iso(parts);
            case "postgres_verbose" -> verbose(parts);
            default -> postgres(parts);
        };
    }

    /** The fields that are shown; all have the sign of their part. */
    private record Parts(int years, int months, int days, long hours, int minutes, int seconds, int micros) {
        static Parts of(Interval value) {
            long time = value.micros();
            return new Parts(value.months() / 12, value.months() % 12, value.days(), time / CivilTime.MICROS_PER_HOUR,
                    (int) (time / CivilTime.MICROS_PER_MINUTE % 60), (int) (time / CivilTime.MICROS_PER_SECOND % 60),
                    (int) (time % CivilTime.MICROS_PER_SECOND));
        }

        boolean hasTime() {
            return hours != 0 || minutes != 0 || seconds != 0 || micros != 0;
        }

        boolean negativeTime() {
            return hours < 0 || minutes < 0 || seconds < 0 || micros < 0;
        }
    }

    private static String postgres(Parts parts) {
        StringBuilder out = new StringBuilder();
        boolean negative = false;
        negative = unit(out, parts.years, "year", negative);
        negative = unit(out, parts.months, "mon", negative);
        negative = unit(out, parts.days, "day", negative);
        if (out.isEmpty() || parts.hasTime()) {
            if (!out.isEmpty()) out.append(' ');
            if (parts.negativeTime()) out.append('-');
            else if (negative) out.append('+');
            time(out, parts);
        }
        return out.toString();
    }

    /** Appends one unit; answers whether the last one shown was negative. */
    private static boolean unit(StringBuilder out, int value, String name, boolean negative) {
        if (value == 0) return negative;
        if (!out.isEmpty()) out.append(' ');
        if (negative && value > 0) out.append('+');
        out.append(value).append(' ').append(name);
        if (value != 1) out.append('s');
        return value < 0;
    }

    private static void time(StringBuilder out, Parts parts) {
        two(out, Math.abs(parts.hours)).append(':');
        two(out, Math.abs(parts.minutes)).append(':');
        two(out, Math.abs(parts.seconds));
        fraction(out, parts.micros);
    }

    private static StringBuilder two(StringBuilder out, long value) {
        return value < 10 ? out.append('0').append(value) : out.append(value);
    }

    private static void fraction(StringBuilder out, int micros) {
        if (micros == 0) return;
        String digits = String.format("%06d", Math.abs(micros));
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') end--;
        out.append('.').append(digits, 0, end);
    }

    private static String sqlStandard(Parts parts) {
        boolean negative = parts.years < 0 || parts.months < 0 || parts.days < 0 || parts.negativeTime();
        boolean positive = parts.years > 0 || parts.months > 0 || parts.days > 0
                || parts.hours > 0 || parts.minutes > 0 || parts.seconds > 0 || parts.micros > 0;
        boolean yearMonth = parts.years != 0 || parts.months != 0;
        boolean dayTime = parts.days != 0 || parts.hasTime();
        if (!negative && !positive) return "0";
        StringBuilder out = new StringBuilder();
        if (negative && positive || yearMonth && dayTime) {
            char yearSign = parts.years < 0 || parts.months < 0 ? '-' : '+';
            char daySign = parts.days < 0 ? '-' : '+';
            char timeSign = parts.negativeTime() ? '-' : '+';
            out.append(yearSign).append(Math.abs(parts.years)).append('-').append(Math.abs(parts.months)).append(' ')
                    .append(daySign).append(Math.abs((long) parts.days)).append(' ').append(timeSign).append(Math.abs(parts.hours)).append(':');
        } else {
            if (negative) out.append('-');
            if (yearMonth) return out.append(Math.abs(parts.years)).append('-').append(Math.abs(parts.months)).toString();
            if (parts.days != 0) out.append(Math.abs((long) parts.days)).append(' ');
            out.append(Math.abs(parts.hours)).append(':');
        }
        two(out, Math.abs(parts.minutes)).append(':');
        two(out, Math.abs(parts.seconds));
        fraction(out, parts.micros);
        return out.toString();
    }

    private static String iso(Parts parts) {
        StringBuilder out = new StringBuilder("P");
        if (parts.years != 0) out.append(parts.years).append('Y');
        if (parts.months != 0) out.append(parts.months).append('M');
        if (parts.days != 0) out.append(parts.days).append('D');
        if (parts.hasTime()) out.append('T');
        if (parts.hours != 0) out.append(parts.hours).append('H');
        if (parts.minutes != 0) out.append(parts.minutes).append('M');
        if (parts.seconds != 0 || parts.micros != 0) {
            if (parts.seconds < 0 || parts.micros < 0) out.append('-');
            out.append(Math.abs(parts.seconds));
            fraction(out, parts.micros);
            out.append('S');
        }
        return out.length() == 1 ? "PT0S" : out.toString();
    }

    private static String verbose(Parts parts) {
        StringBuilder out = new StringBuilder("@");
        int[] state = new int[1];
        verboseUnit(out, parts.years, "year", state);
        verboseUnit(out, parts.months, "mon", state);
        verboseUnit(out, parts.days, "day", state);
        verboseUnit(out, parts.hours, "hour", state);
        verboseUnit(out, parts.minutes, "min", state);
        if (parts.seconds != 0 || parts.micros != 0) {
            boolean negative = parts.seconds < 0 || parts.micros < 0;
            if (state[0] == 0) state[0] = negative ? -1 : 1;
            out.append(' ');
            if (negative != state[0] < 0) out.append('-');
            out.append(Math.abs(parts.seconds));
            fraction(out, parts.micros);
            out.append(" sec").append(Math.abs(parts.seconds) == 1 && parts.micros == 0 ? "" : "s");
        }
        if (state[0] == 0) out.append(" 0");
        if (state[0] < 0) out.append(" ago");
        return out.toString();
    }

    /** {@code state} is the sign of the first unit, 0 before it; a negative first one turns all signs around and ends in "ago". */
    private static void verboseUnit(StringBuilder out, long value, String name, int[] state) {
        if (value == 0) return;
        if (state[0] == 0) state[0] = value < 0 ? -1 : 1;
        long shown = state[0] < 0 ? -value : value;
        out.append(' ').append(shown).append(' ').append(name).append(shown == 1 ? "" : "s");
    }

    /** Drops the fields that {@code interval hour to minute} and the like do not have; rounds to the precision. */
    public static Interval applyTypmod(Interval value, int typmod) {
        if (typmod < 0) return value;
        int range = typmod >> 16 & FULL_RANGE;
        int precision = typmod & 0xFFFF;
        int months = value.months();
        int days = value.days();
        long micros = value.micros();
        switch (range) {
            case FULL_RANGE, SECOND, MINUTE | SECOND, HOUR | MINUTE | SECOND, DAY | HOUR | MINUTE | SECOND -> { }
            case YEAR -> {
                months = months / 12 * 12;
                days = 0;
                micros = 0;
            }
            case MONTH, YEAR | MONTH -> {
                days = 0;
                micros = 0;
            }
            case DAY -> micros = 0;
            case HOUR, DAY | HOUR -> micros = micros / CivilTime.MICROS_PER_HOUR * CivilTime.MICROS_PER_HOUR;
            case MINUTE, HOUR | MINUTE, DAY | HOUR | MINUTE -> micros = micros / CivilTime.MICROS_PER_MINUTE * CivilTime.MICROS_PER_MINUTE;
            default -> throw new PgException(SqlState.INTERNAL_ERROR, "unrecognized interval typmod: " + typmod);
        }
        return new Interval(months, days, precision <= 6 ? CivilTime.rounded(micros, precision) : micros);
    }
}
