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
        boolean forced = style.equalsIgnoreCase("sql_standard") && onlyLeadingMinus(tokens);
        int seen = 0;
        for (int i = tokens.size() - 1; i >= 0; i--) {
            Token token = tokens.get(i);
            int added = 0;
            switch (token.kind()) {
                case TIME -> {
                    if (!time(token.text(), forced ? -1 : 1, range)) return false;
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
                    Unit used = number(field, unit, forced);
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
        if (ago) {
            years = -years;
            months = -months;
            days = -days;
            if (micros == Long.MIN_VALUE) throw overflow();
            micros = -micros;
        }
        return true;
    }

    /** SQL's reading of a leading minus: it holds for all fields when none of them has a sign of its own. */
    private static boolean onlyLeadingMinus(List<Token> tokens) {
        if (!tokens.getFirst().text().startsWith("-")) return false;
        return tokens.subList(1, tokens.size()).stream().noneMatch(t -> t.text().startsWith("-") || t.text().startsWith("+"));
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
    private @Nullable Unit number(String field, Unit unit, boolean forced) {
        boolean negative = field.charAt(0) == '-';
        forced &= !negative;
        int at = negative || field.charAt(0) == '+' ? 1 : 0;
        int start = at;
        while (at < field.length() && Ascii.isDigit(field.charAt(at))) at++;
        long value = whole((negative ? "-" : "") + field.substring(start, at));
        if (forced) {
            value = -value;
            negative = true;
        }
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
        if (digits.isEmpty() || digits.equals("-")) return 0;
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw overflow();
        }
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

    /** P1Y2M3DT4H5M6S with signs, fractions and exponents, and P0001-02-03T04:05:06 or P00010203T040506. */
    private static final class IsoReader {
        private static final double NUMBER_MAX = 1e15;

        private final IntervalReader target;
        private final String text;
        private int at = 1;
        private int width;
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
                if (!number()) return false;
                char unit = at < text.length() ? text.charAt(at) : '\0';
                boolean alternative = unit == '\0' || unit == (time ? ':' : '-') || !time && unit == 'T';
                if (alternative) {
                    if (any) return false;
                    if (time) return timeFields();
                    if (!dateFields()) return false;
                    continue; // at the end, or at the T of the time
                }
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

        /** A number as strtod reads it, cut into whole and fraction; {@link #width} counts its leading digits. */
        private boolean number() {
            int start = at;
            if (at < text.length() && text.charAt(at) == '-') at++;
            int digits = at;
            digits();
            width = at - digits;
            int count = width;
            if (at < text.length() && text.charAt(at) == '.') {
                at++;
                int from = at;
                digits();
                count += at - from;
            }
            if (count == 0) return false;
            int mantissa = at;
            if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
                at++;
                if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) at++;
                int from = at;
                digits();
                if (at == from) at = mantissa;
            }
            double number = Double.parseDouble(text.substring(start, at));
            if (Math.abs(number) > NUMBER_MAX) throw target.overflow();
            value = (long) number;
            fraction = number - value;
            return true;
        }

        private void digits() {
            while (at < text.length() && Ascii.isDigit(text.charAt(at))) at++;
        }

        /** yyyymmdd or yyyy[-mm[-dd]], the first number read; ends at the end or at the T. */
        private boolean dateFields() {
            if (width == 8 && (at == text.length() || text.charAt(at) == 'T')) {
                target.add(Unit.YEAR, value / 10_000, 0);
                target.add(Unit.MONTH, value / 100 % 100, 0);
                target.add(Unit.DAY, value % 100, fraction);
                return true;
            }
            Unit[] units = {Unit.YEAR, Unit.MONTH, Unit.DAY};
            for (int i = 0; ; i++) {
                target.add(units[i], value, fraction);
                if (at == text.length() || text.charAt(at) == 'T') return true;
                if (i == 2 || text.charAt(at) != '-') return false;
                at++;
                if (!number()) return false;
            }
        }

        /** hhmmss or hh[:mm[:ss]], the first number read. */
        private boolean timeFields() {
            if (width == 6 && at == text.length()) {
                target.add(Unit.HOUR, value / 10_000, 0);
                target.add(Unit.MINUTE, value / 100 % 100, 0);
                target.add(Unit.SECOND, value % 100, fraction);
                return true;
            }
            Unit[] units = {Unit.HOUR, Unit.MINUTE, Unit.SECOND};
            for (int i = 0; ; i++) {
                target.add(units[i], value, fraction);
                if (at == text.length()) return true;
                if (i == 2 || text.charAt(at) != ':') return false;
                at++;
                if (!number()) return false;
            }
        }
    }
}
