package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.type.DateTimeTokens.Kind;
import io.craton.core.type.DateTimeTokens.Token;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads intervals: verbose, SQL standard, hh:mm:ss, and both ISO 8601 forms. Used once. */
final class IntervalReader {
    enum Unit { MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, YEAR, DECADE, CENTURY, MILLENNIUM }

    private static final Map<String, Unit> UNITS = units();
    private static final int TIME_MASK = 1 << Unit.SECOND.ordinal() | 1 << Unit.MINUTE.ordinal() | 1 << Unit.HOUR.ordinal()
            | 1 << Unit.MILLISECOND.ordinal() | 1 << Unit.MICROSECOND.ordinal();
    private static final int SECONDS_MASK = 1 << Unit.SECOND.ordinal() | 1 << Unit.MILLISECOND.ordinal() | 1 << Unit.MICROSECOND.ordinal();

    private final String text;
    private long years;
    private long months;
    private long days;
    private long micros;

    private IntervalReader(String text) {
        this.text = text;
    }

    private static Map<String, Unit> units() {
        Map<String, Unit> map = new java.util.HashMap<>();
        names(map, Unit.MICROSECOND, "microsecon us usec usecond useconds usecs");
        names(map, Unit.MILLISECOND, "millisecon ms msec msecond mseconds msecs");
        names(map, Unit.SECOND, "s sec second seconds secs");
        names(map, Unit.MINUTE, "m min mins minute minutes");
        names(map, Unit.HOUR, "h hour hours hr hrs");
        names(map, Unit.DAY, "d day days");
        names(map, Unit.WEEK, "w week weeks");
        names(map, Unit.MONTH, "mon mons month months");
        names(map, Unit.YEAR, "y year years yr yrs");
        names(map, Unit.DECADE, "dec decade decades decs");
        names(map, Unit.CENTURY, "c cent centuries century");
        names(map, Unit.MILLENNIUM, "mil millennia millennium mils");
        return Map.copyOf(map);
    }

    private static void names(Map<String, Unit> map, Unit unit, String names) {
        for (String name : names.split(" ")) map.put(name, unit);
    }

    private static @Nullable Unit unit(String word) {
        return UNITS.get(word.length() > 10 ? word.substring(0, 10) : word);
    }

    /** The range in {@code typmod} says what a number without a unit is. */
    static Interval read(String text, int typmod, String style) {
        int range = typmod < 0 ? IntervalFormat.FULL_RANGE : typmod >> 16 & IntervalFormat.FULL_RANGE;
        IntervalReader reader = new IntervalReader(text);
        List<Token> tokens = DateTimeTokens.split(text);
        if (tokens == null || tokens.isEmpty() || !reader.verbose(tokens, range, style)) {
            reader = new IntervalReader(text);
            if (!new IsoReader(reader, Ascii.strip(text)).read()) throw DateTimeErrors.format("interval", text);
        }
        return reader.result();
    }

    private Interval result() {
        if (months != (int) months || days != (int) days) throw overflow();
        long total = years * 12 + months;
        if (total != (int) total) {
            throw new PgException(io.craton.core.error.SqlState.DATETIME_FIELD_OVERFLOW, "interval out of range");
        }
        return new Interval((int) total, (int) days, micros);
    }

    private PgException overflow() {
        return DateTimeErrors.intervalOverflow(text);
    }

    // ---- adding up -----------------------------------------------------------------------------------------------

    private void addMicros(long value, long scale) {
        try {
            micros = Math.addExact(micros, Math.multiplyExact(value, scale));
        } catch (ArithmeticException e) {
            throw overflow();
        }
    }

    private void addFractionMicros(double fraction, long scale) {
        if (fraction == 0) return;
        double exact = fraction * scale;
        long whole = (long) exact;
        double rest = exact - whole;
        if (rest > 0.5) whole++;
        else if (rest < -0.5) whole--;
        addMicros(whole, 1);
    }

    private void addFractionDays(double fraction, int scale) {
        if (fraction == 0) return;
        double exact = fraction * scale;
        int whole = (int) exact;
        days += whole;
        addFractionMicros(exact - whole, CivilTime.MICROS_PER_DAY);
    }

    private void addMonths(long value, int scale) {
        months += value * scale;
        if (months != (int) months) throw overflow();
    }

    private void addDays(long value, int scale) {
        days += value * scale;
        if (days != (int) days) throw overflow();
    }

    private void add(Unit unit, long value, double fraction) {
        switch (unit) {
            case MICROSECOND -> {
                addMicros(value, 1);
                addFractionMicros(fraction, 1);
            }
            case MILLISECOND -> {
                addMicros(value, 1000);
                addFractionMicros(fraction, 1000);
            }
            case SECOND -> {
                addMicros(value, CivilTime.MICROS_PER_SECOND);
                micros += Math.round(Math.rint(fraction * 1_000_000));
            }
            case MINUTE -> {
                addMicros(value, CivilTime.MICROS_PER_MINUTE);
                addFractionMicros(fraction, CivilTime.MICROS_PER_MINUTE);
            }
            case HOUR -> {
                addMicros(value, CivilTime.MICROS_PER_HOUR);
                addFractionMicros(fraction, CivilTime.MICROS_PER_HOUR);
            }
            case DAY -> {
                addDays(value, 1);
                addFractionMicros(fraction, CivilTime.MICROS_PER_DAY);
            }
            case WEEK -> {
                addDays(value, 7);
                addFractionDays(fraction, 7);
            }
            case MONTH -> {
                addMonths(value, 1);
                addFractionDays(fraction, 30);
            }
            case YEAR -> addYears(value, fraction, 1);
            case DECADE -> addYears(value, fraction, 10);
            case CENTURY -> addYears(value, fraction, 100);
            case MILLENNIUM -> addYears(value, fraction, 1000);
        }
    }

    private void addYears(long value, double fraction, int scale) {
        years += value * scale;
        if (years != (int) years) throw overflow();
        months += Math.round(Math.rint(fraction * scale * 12));
    }

    // ---- verbose and SQL standard --------------------------------------------------------------------------------

    /** False when this is not such a text (it may be ISO 8601). Fields are read from the right: units before their numbers. */
    private boolean verbose(List<Token> tokens, int range, String style) {
        Unit unit = null;
        boolean known = false;
        boolean ago = false;
        int seen = 0;
        for (int i = tokens.size() - 1; i >= 0; i--) {
            Token token = tokens.get(i);
            int added = 0;
            switch (token.kind()) {
                case TIME -> {
                    if (!time(token.text(), 1, range)) return false;
                    added = TIME_MASK;
                    unit = Unit.DAY;
                    known = true;
                }
                case TZ, DATE, NUMBER -> {
                    String field = token.text();
                    if (token.kind() == Kind.TZ && field.indexOf(':') > 0 && time(field.substring(1), field.charAt(0) == '-' ? -1 : 1, range)) {
                        added = TIME_MASK;
                        unit = Unit.DAY;
                        known = true;
                        break;
                    }
                    if (!known) unit = lastUnit(range);
                    known = true;
                    Unit used = number(field, unit);
                    if (used == null) return false;
                    double fraction = used == Unit.SECOND && field.indexOf('.') >= 0 ? 1 : 0;
                    added = fraction != 0 ? SECONDS_MASK : 1 << used.ordinal();
                    if (used == Unit.HOUR) unit = Unit.DAY;
                    else unit = used;
                }
                case STRING, SPECIAL -> {
                    if (token.text().equals("ago")) {
                        ago = true;
                        break;
                    }
                    Unit found = unit(token.text());
                    if (found == null) return false;
                    unit = found;
                    known = true;
                }
            }
            if ((added & seen) != 0) return false;
            seen |= added;
        }
        if (seen == 0) return false;
        if (style.equalsIgnoreCase("sql_standard") && tokens.getFirst().text().startsWith("-")) forceNegative(tokens);
        if (ago) {
            years = -years;
            months = -months;
            days = -days;
            if (micros == Long.MIN_VALUE) throw overflow();
            micros = -micros;
        }
        return true;
    }

    private void forceNegative(List<Token> tokens) {
        for (Token token : tokens.subList(1, tokens.size())) {
            if (token.text().startsWith("-") || token.text().startsWith("+")) return;
        }
        years = -Math.abs(years);
        months = -Math.abs(months);
        days = -Math.abs(days);
        micros = -Math.abs(micros);
    }

    private static Unit lastUnit(int range) {
        return switch (range) {
            case IntervalFormat.YEAR -> Unit.YEAR;
            case IntervalFormat.MONTH, IntervalFormat.YEAR | IntervalFormat.MONTH -> Unit.MONTH;
            case IntervalFormat.DAY -> Unit.DAY;
            case IntervalFormat.HOUR, IntervalFormat.DAY | IntervalFormat.HOUR -> Unit.HOUR;
            case IntervalFormat.MINUTE, IntervalFormat.HOUR | IntervalFormat.MINUTE,
                    IntervalFormat.DAY | IntervalFormat.HOUR | IntervalFormat.MINUTE -> Unit.MINUTE;
            default -> Unit.SECOND;
        };
    }

    /** A number under a unit, or years-months; null for neither. */
    private @Nullable Unit number(String field, Unit unit) {
        boolean negative = field.charAt(0) == '-';
        int at = negative || field.charAt(0) == '+' ? 1 : 0;
        int start = at;
        while (at < field.length() && Ascii.isDigit(field.charAt(at))) at++;
        long value = whole(field.substring(start, at));
        if (negative) value = -value;
        if (at == field.length()) {
            add(unit, value, 0);
            return unit;
        }
        if (field.charAt(at) == '-') {
            String rest = field.substring(at + 1);
            for (int i = 0; i < rest.length(); i++) {
                if (!Ascii.isDigit(rest.charAt(i))) return null;
            }
            long extra = whole(rest);
            if (extra >= 12) throw overflow();
            addMonths(value * 12 + (negative ? -extra : extra), 1);
            return Unit.MONTH;
        }
        if (field.charAt(at) != '.') return null;
        String rest = field.substring(at);
        for (int i = 1; i < rest.length(); i++) {
            if (!Ascii.isDigit(rest.charAt(i))) return null;
        }
        if (rest.length() == 1 && at == start) return null;
        double fraction = rest.length() == 1 ? 0 : Double.parseDouble("0" + rest);
        add(unit, value, negative ? -fraction : fraction);
        return unit;
    }

    private long whole(String digits) {
        if (digits.isEmpty()) return 0;
        if (digits.length() > 18) throw overflow();
        return Long.parseLong(digits);
    }

    /** hh:mm, hh:mm:ss[.f], or mm:ss when the range or a fraction says so; false when it is none. */
    private boolean time(String field, int sign, int range) {
        String[] parts = field.split(":", -1);
        if (parts.length < 2 || parts.length > 3) return false;
        String last = parts[parts.length - 1];
        int point = last.indexOf('.');
        double fraction = 0;
        boolean withFraction = point >= 0;
        if (withFraction) {
            if (last.indexOf('.', point + 1) >= 0) return false;
            fraction = last.length() == point + 1 ? 0 : Double.parseDouble("0" + last.substring(point));
            last = last.substring(0, point);
        }
        for (int i = 0; i < parts.length; i++) {
            String part = i == parts.length - 1 ? last : parts[i];
            if (part.isEmpty()) return false;
            for (int j = 0; j < part.length(); j++) {
                if (!Ascii.isDigit(part.charAt(j))) return false;
            }
        }
        long hour = whole(parts[0]);
        long minute;
        long second;
        if (parts.length == 3) {
            minute = whole(parts[1]);
            second = whole(last);
        } else if (withFraction || range == (IntervalFormat.MINUTE | IntervalFormat.SECOND)) {
            minute = hour;
            hour = 0;
            second = whole(last);
        } else {
            minute = whole(last);
            second = 0;
        }
        if (minute > 59 || second > 60) throw overflow();
        addMicros(sign * hour, CivilTime.MICROS_PER_HOUR);
        addMicros(sign * minute, CivilTime.MICROS_PER_MINUTE);
        addMicros(sign * second, CivilTime.MICROS_PER_SECOND);
        addMicros(sign * Math.round(Math.rint(fraction * 1_000_000)), 1);
        return true;
    }

    // ---- ISO 8601 ------------------------------------------------------------------------------------------------

    /** P1Y2M3DT4H5M6S with signs and fractions, and P0001-02-03T04:05:06. */
    private static final class IsoReader {
        private final IntervalReader target;
        private final String text;
        private int at = 1;
        private long value;
        private double fraction;

        IsoReader(IntervalReader target, String text) {
            this.target = target;
            this.text = text;
        }

        boolean read() {
            if (text.length() < 2 || text.charAt(0) != 'P') return false;
            boolean time = false;
            boolean any = false;
            while (at < text.length()) {
                if (text.charAt(at) == 'T') {
                    time = true;
                    any = false;
                    at++;
                    continue;
                }
                int start = at;
                if (!number()) return false;
                char unit = at < text.length() ? text.charAt(at) : '\0';
                boolean alternative = unit == '\0' || unit == '-' || unit == ':' || unit == 'T';
                if (alternative) return !any && (time ? timeFields(start) : dateFields(start));
                at++;
                Unit found = time ? switch (unit) {
                    case 'H' -> Unit.HOUR;
                    case 'M' -> Unit.MINUTE;
                    case 'S' -> Unit.SECOND;
                    default -> null;
                } : switch (unit) {
                    case 'Y' -> Unit.YEAR;
                    case 'M' -> Unit.MONTH;
                    case 'W' -> Unit.WEEK;
                    case 'D' -> Unit.DAY;
                    default -> null;
                };
                if (found == null) return false;
                target.add(found, value, fraction);
                any = true;
            }
            return true;
        }

        private boolean number() {
            int start = at;
            if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) at++;
            int digits = at;
            while (at < text.length() && (Ascii.isDigit(text.charAt(at)) || text.charAt(at) == '.')) at++;
            if (at == digits) return false;
            String field = text.substring(digits, at);
            int point = field.indexOf('.');
            if (point >= 0 && field.indexOf('.', point + 1) >= 0 || field.equals(".")) return false;
            value = target.whole(point < 0 ? field : field.substring(0, point));
            fraction = point < 0 || point == field.length() - 1 ? 0 : Double.parseDouble("0" + field.substring(point));
            if (text.charAt(start) == '-') {
                value = -value;
                fraction = -fraction;
            }
            return true;
        }

        /** yyyy-mm-dd or yyyymmdd, then perhaps a time. */
        private boolean dateFields(int start) {
            int end = text.indexOf('T', start);
            String field = text.substring(start, end < 0 ? text.length() : end);
            if (field.length() == 8 && field.indexOf('-') < 0 && field.indexOf('.') < 0) {
                target.add(Unit.YEAR, target.whole(field.substring(0, 4)), 0);
                target.add(Unit.MONTH, target.whole(field.substring(4, 6)), 0);
                target.add(Unit.DAY, target.whole(field.substring(6)), 0);
            } else {
                Unit[] units = {Unit.YEAR, Unit.MONTH, Unit.DAY};
                at = start;
                for (int i = 0; ; i++) {
                    if (i == 3 || !number()) return false;
                    target.add(units[i], value, fraction);
                    if (at == text.length() || text.charAt(at) == 'T') break;
                    if (text.charAt(at++) != '-') return false;
                }
            }
            if (end < 0) return true;
            at = end + 1;
            return number() && timeFields(end + 1);
        }

        /** hh:mm:ss or hhmmss. */
        private boolean timeFields(int start) {
            String field = text.substring(start);
            if (field.length() >= 6 && field.indexOf(':') < 0 && field.indexOf('.') < 0) {
                target.add(Unit.HOUR, target.whole(field.substring(0, 2)), 0);
                target.add(Unit.MINUTE, target.whole(field.substring(2, 4)), 0);
                target.add(Unit.SECOND, target.whole(field.substring(4)), 0);
                return true;
            }
            Unit[] units = {Unit.HOUR, Unit.MINUTE, Unit.SECOND};
            at = start;
            for (int i = 0; ; i++) {
                if (i == 3 || !number()) return false;
                target.add(units[i], value, fraction);
                if (at == text.length()) return true;
                if (text.charAt(at++) != ':') return false;
            }
        }
    }
}
