package io.craton.sql.function.format;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.sql.function.format.DateTimeTemplate.Kind;
import io.craton.sql.function.format.DateTimeTemplate.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one text by a template: to_date and to_timestamp. Used once. */
public final class DateTimeScanner {
    /**
     * @param days since 2000-01-01, unchecked
     * @param precision digits of a second to keep, null for all
     * @param offset seconds east of UTC that the text names, null for none
     */
    public record Result(long days, long micros, @Nullable Integer precision, @Nullable Integer offset) {
        /** Micros of local time; 22008 out of range. */
        public long local() {
            long local = CivilTime.timestamp(days, micros);
            return precision == null ? local : CivilTime.rounded(local, precision);
        }

        /** The date alone; 22008 out of range, naming the text that was read. */
        public long date(String text) {
            if (days >= CivilTime.DATE_MIN && days < CivilTime.DATE_END) return days;
            throw new PgException(SqlState.DATETIME_VALUE_OUT_OF_RANGE, "date out of range: \"" + text + "\"");
        }
    }

    private final List<Node> nodes;
    private final String text;
    private final Map<String, Integer> fields = new HashMap<>();
    private int at;
    private int extraSkip;
    private boolean exact;
    private boolean twelveHours;
    private boolean afternoon;
    private boolean beforeChrist;
    private boolean isoDates;
    private boolean gregorianDates;
    private int zoneSign;
    private @Nullable Integer precision;

    private final boolean standard;

    private DateTimeScanner(DateTimeTemplate template, String text, boolean standard) {
        this.nodes = template.nodes();
        this.text = text;
        this.standard = standard;
        this.exact = standard;
    }

    public static Result scan(DateTimeTemplate template, String text) {
        return scan(template, text, false);
    }

    /** As SQL's standard has it: text and template match sign by sign, and both are used up. */
    public static Result scanStandard(DateTimeTemplate template, String text) {
        return scan(template, text, true);
    }

    private static Result scan(DateTimeTemplate template, String text, boolean standard) {
        DateTimeScanner scanner = new DateTimeScanner(template, text, standard);
        int used = scanner.run();
        if (standard) scanner.requireEnd(used);
        return scanner.assemble();
    }

    private void requireEnd(int used) {
        if (used < nodes.size()) throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "input string is too short for datetime format");
        skipBlanks();
        if (at < text.length()) {
            throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "trailing characters remain in input string after datetime format");
        }
    }

    /** Returns how many nodes of the template had text left to read. */
    private int run() {
        int i = 0;
        for (; i < nodes.size() && at < text.length(); i++) {
            Node node = nodes.get(i);
            if (node.kind() == Kind.FIELD && node.name().equals("FX")) {
                exact = true;
                continue;
            }
            if (!exact && (node.kind() == Kind.FIELD || i == 0)) skipBlanks();
            switch (node.kind()) {
                case BLANK, SEPARATOR -> separator(node);
                case TEXT -> literal(node);
                case FIELD -> {
                    field(node, i);
                    if (!exact) {
                        extraSkip = 0;
                        skipBlanks();
                    }
                }
            }
        }
        return i;
    }

    private void same(Node node, String what) {
        if (!text.startsWith(node.name(), at)) {
            throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "unmatched format " + what + " \"" + node.name() + "\"");
        }
        at += node.name().length();
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
            extraSkip++;
        }
    }

    private void separator(Node node) {
        if (standard) {
            same(node, "separator");
            return;
        }
        if (exact) {
            at++;
            return;
        }
        extraSkip--;
        if (at < text.length() && (Character.isWhitespace(text.charAt(at)) || DateTimeTemplate.isSeparator(text.charAt(at)))) {
            at++;
            extraSkip++;
        }
    }

    private void literal(Node node) {
        if (standard) same(node, "character");
        else if (!exact && extraSkip > 0) extraSkip--;
        else if (at < text.length()) at += Character.charCount(text.codePointAt(at));
    }

    private void field(Node node, int index) {
        switch (node.name()) {
            case "A.M.", "P.M.", "AM", "PM" -> {
                boolean dots = node.name().contains(".");
                afternoon = choice(node, dots ? new String[] {"a.m.", "p.m."} : new String[] {"am", "pm"}) == 1;
                clock(true);
            }
            case "A.D.", "B.C.", "AD", "BC" -> {
                boolean dots = node.name().contains(".");
                beforeChrist = choice(node, dots ? new String[] {"a.d.", "b.c."} : new String[] {"ad", "bc"}) == 1;
            }
            case "HH", "HH12" -> {
                put(node, "hour", integer(node, index, 2));
                clock(true);
            }
            case "HH24" -> {
                put(node, "hour", integer(node, index, 2));
            }
            case "MI" -> put(node, "minute", integer(node, index, 2));
            case "SS" -> put(node, "second", integer(node, index, 2));
            case "SSSS", "SSSSS" -> put(node, "secondOfDay", integer(node, index, 5));
            case "MS" -> fraction(node, index, 3, "millis");
            case "US" -> fraction(node, index, 6, "micros");
            case "FF1", "FF2", "FF3", "FF4", "FF5", "FF6" -> {
                precision = node.name().charAt(2) - '0';
                fraction(node, index, precision, "micros");
            }
            case "TZ", "OF" -> throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "formatting field \"" + node.written() + "\" is only supported in to_char");
            case "TZH" -> zoneHours(node, index);
            case "TZM" -> {
                if (zoneSign == 0) zoneSign = 1;
                put(node, "zoneMinutes", integer(node, index, 2));
            }
            case "MONTH" -> put(node, "month", 1 + choice(node, DateTimePrinter.MONTHS));
            case "MON" -> put(node, "month", 1 + choice(node, shortNames(DateTimePrinter.MONTHS)));
            case "MM" -> {
                put(node, "month", integer(node, index, 2));
                convention(false);
            }
            case "DAY" -> put(node, "weekday", choice(node, DateTimePrinter.DAYS));
            case "DY" -> put(node, "weekday", choice(node, shortNames(DateTimePrinter.DAYS)));
            case "RM" -> put(node, "month", 1 + romanMonth(node));
            default -> calendarField(node, index);
        }
        if (node.ordinal() != null) at = Math.min(text.length(), at + 2);
    }

    private void calendarField(Node node, int index) {
        switch (node.name()) {
            case "DDD" -> {
                put(node, "dayOfYear", integer(node, index, 3));
                convention(false);
            }
            case "IDDD" -> {
                put(node, "isoDayOfYear", integer(node, index, 3));
                convention(true);
            }
            case "DD" -> {
                put(node, "day", integer(node, index, 2));
                convention(false);
            }
            case "D" -> put(node, "weekday", integer(node, index, 1) - 1);
            case "ID" -> {
                put(node, "isoWeekday", integer(node, index, 1));
                convention(true);
            }
            case "WW" -> {
                put(node, "week", integer(node, index, 2));
                convention(false);
            }
            case "IW" -> {
                put(node, "isoWeek", integer(node, index, 2));
                convention(true);
            }
            case "W" -> {
                put(node, "weekOfMonth", integer(node, index, 1));
                convention(false);
            }
            case "Q" -> integer(node, index, 1);
            case "CC" -> put(node, "century", integer(node, index, 2));
            case "J" -> put(node, "julian", integer(node, index, Integer.MAX_VALUE));
            case "Y,YYY" -> commaYear(node);
            case "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I" -> year(node, index);
            default -> throw new IllegalStateException(node.name());
        }
    }

    private void clock(boolean twelve) {
        twelveHours |= twelve;
    }

    private void convention(boolean iso) {
        if (iso) isoDates = true;
        else gregorianDates = true;
        if (isoDates && gregorianDates) {
            throw PgError.error(SqlState.INVALID_DATETIME_FORMAT, "invalid combination of date conventions")
                    .withHint("Do not mix Gregorian and ISO week date conventions in a formatting template.").exception();
        }
    }

    private void put(Node node, String field, int value) {
        Integer old = fields.put(field, value);
        if (old != null && old != 0 && old != value) {
            throw PgError.error(SqlState.INVALID_DATETIME_FORMAT, "conflicting values for \"" + node.written() + "\" field in formatting string")
                    .withDetail("This value contradicts a previous setting for the same field type.").exception();
        }
    }

    // ---- scanning --------------------------------------------------------------------------------------------------

    /** Whether what follows in the template cannot be a digit, so that digits may be taken as they come. */
    private boolean separatorFollows(int index) {
        if (nodes.get(index).ordinal() != null || index + 1 >= nodes.size()) return true;
        Node next = nodes.get(index + 1);
        if (next.kind() == Kind.FIELD) return !next.isDigits();
        return !Character.isDigit(next.name().charAt(0));
    }

    private int integer(Node node, int index, int length) {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        boolean greedy = node.fill() || separatorFollows(index);
        int limit = greedy ? text.length() : Math.min(text.length(), at + length);
        if (!greedy && length != Integer.MAX_VALUE && limit - at < length) {
            throw bad(PgError.error(SqlState.INVALID_DATETIME_FORMAT, "source string too short for \"" + node.written() + "\" formatting field"),
                    "Field requires " + length + " characters, but only " + (limit - at) + " remain.");
        }
        int end = at;
        if (end < limit && (text.charAt(end) == '-' || text.charAt(end) == '+')) end++;
        int digits = end;
        while (end < limit && text.charAt(end) >= '0' && text.charAt(end) <= '9') end++;
        if (end == digits) {
            String shown = greedy ? text.substring(at) : text.substring(at, limit);
            throw PgError.error(SqlState.INVALID_DATETIME_FORMAT, "invalid value \"" + clip(shown, length) + "\" for \"" + node.written() + "\"")
                    .withDetail("Value must be an integer.").exception();
        }
        if (!greedy && length != Integer.MAX_VALUE && end < limit) {
            throw bad(PgError.error(SqlState.INVALID_DATETIME_FORMAT,
                            "invalid value \"" + text.substring(at, limit) + "\" for \"" + node.written() + "\""),
                    "Field requires " + length + " characters, but only " + (end - at) + " could be parsed.");
        }
        long value = end - digits > 10 ? Long.MAX_VALUE : Long.parseLong(text.substring(digits, end)) * (text.charAt(at) == '-' ? -1 : 1);
        if (value != (int) value) {
            throw PgError.error(SqlState.DATETIME_VALUE_OUT_OF_RANGE,
                            "value for \"" + node.written() + "\" in source string is out of range")
                    .withDetail("Value must be in the range -2147483648 to 2147483647.").exception();
        }
        at = end;
        return (int) value;
    }

    private static String clip(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static PgException bad(PgError error, String detail) {
        return error.withDetail(detail)
                .withHint("If your source string is not fixed-width, try using the \"FM\" modifier.").exception();
    }

    private void fraction(Node node, int index, int length, String field) {
        int start = at;
        int value = integer(node, index, length);
        int used = at - start;
        int scale = length == 3 && field.equals("millis") ? 3 : 6;
        for (int i = used; i < scale; i++) value *= 10;
        if (used > scale) throw outOfRange();
        put(node, field, value);
    }

    private void zoneHours(Node node, int index) {
        zoneSign = 1;
        if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-' || text.charAt(at) == ' ')) {
            if (text.charAt(at) == '-') zoneSign = -1;
            at++;
        } else if (extraSkip > 0 && at > 0 && text.charAt(at - 1) == '-') {
            zoneSign = -1;
        }
        put(node, "zoneHours", integer(node, index, 2));
    }

    private void commaYear(Node node) {
        int comma = text.indexOf(',', at);
        int end = comma + 1;
        while (comma >= 0 && end < text.length() && Character.isDigit(text.charAt(end)) && end - comma <= 3) end++;
        try {
            int thousands = Integer.parseInt(text.substring(at, comma).trim());
            put(node, "year", thousands * 1000 + Integer.parseInt(text.substring(comma + 1, end)));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "invalid input string for \"Y,YYY\"");
        }
        at = end;
        convention(false);
    }

    private void year(Node node, int index) {
        boolean iso = node.name().startsWith("I");
        int length = node.name().length();
        int start = at;
        int value = integer(node, index, length);
        int used = at - start;
        if (length < 4 && used < 4) value = partialYear(value);
        put(node, "year", value);
        fields.put("yearDigits", length);
        convention(iso);
    }

    /** Short years mean the years closest to 2020. */
    private static int partialYear(int year) {
        if (year < 70) return year + 2000;
        if (year < 100) return year + 1900;
        if (year < 520) return year + 2000;
        return year < 1000 ? year + 1000 : year;
    }

    private static String[] shortNames(String[] names) {
        String[] result = new String[names.length];
        for (int i = 0; i < names.length; i++) result[i] = names[i].substring(0, 3);
        return result;
    }

    private int choice(Node node, String[] names) {
        for (int i = 0; i < names.length; i++) {
            if (text.regionMatches(true, at, names[i], 0, names[i].length())) {
                at += names[i].length();
                return i;
            }
        }
        throw noChoice(node);
    }

    private PgException noChoice(Node node) {
        int end = at;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) end++;
        return PgError.error(SqlState.INVALID_DATETIME_FORMAT,
                        "invalid value \"" + text.substring(at, end) + "\" for \"" + node.written() + "\"")
                .withDetail("The given value did not match any of the allowed values for this field.").exception();
    }

    private int romanMonth(Node node) {
        int best = -1;
        for (int i = 0; i < 12; i++) {
            String name = DateTimePrinter.ROMAN_MONTHS[i];
            if (text.regionMatches(true, at, name, 0, name.length())
                    && (best < 0 || name.length() > DateTimePrinter.ROMAN_MONTHS[best].length())) {
                best = i;
            }
        }
        if (best < 0) throw noChoice(node);
        at += DateTimePrinter.ROMAN_MONTHS[best].length();
        return best;
    }

    // ---- putting together ------------------------------------------------------------------------------------------

    private PgException outOfRange() {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "date/time field value out of range: \"" + text + "\"");
    }

    private int get(String field) {
        return fields.getOrDefault(field, 0);
    }

    private Result assemble() {
        long micros = timeOfDay();
        long days = day();
        Integer offset = null;
        if (zoneSign != 0) {
            int hours = get("zoneHours");
            int minutes = get("zoneMinutes");
            if (hours > 15 || minutes > 59) throw outOfRange();
            offset = zoneSign * (hours * 3600 + minutes * 60);
        }
        return new Result(days, micros, precision, offset);
    }

    private long timeOfDay() {
        int hour = get("hour");
        int minute = get("minute");
        int second = get("second");
        if (get("secondOfDay") != 0) {
            hour = get("secondOfDay") / 3600;
            minute = get("secondOfDay") % 3600 / 60;
            second = get("secondOfDay") % 60;
        }
        if (twelveHours) {
            if (hour < 1 || hour > 12) {
                throw PgError.error(SqlState.INVALID_DATETIME_FORMAT, "hour \"" + hour + "\" is invalid for the 12-hour clock")
                        .withHint("Use the 24-hour clock, or give an hour between 1 and 12.").exception();
            }
            if (afternoon && hour < 12) hour += 12;
            else if (!afternoon && hour == 12) hour = 0;
        }
        long fraction = get("millis") * 1000L + get("micros");
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || fraction < 0 || fraction > 999_999) {
            throw outOfRange();
        }
        return ((hour * 60L + minute) * 60 + second) * CivilTime.MICROS_PER_SECOND + fraction;
    }

    private long day() {
        long year = year();
        if (get("julian") != 0) return get("julian") - (long) CivilTime.EPOCH_JULIAN;
        if (isoDates) return isoDay(year);
        int month = fields.getOrDefault("month", 0);
        int day = fields.getOrDefault("day", 0);
        int dayOfYear = get("dayOfYear");
        if (get("week") != 0) dayOfYear = (get("week") - 1) * 7 + 1;
        if (get("weekOfMonth") != 0) day = (get("weekOfMonth") - 1) * 7 + 1;
        if (dayOfYear != 0 && month <= 1 && day <= 1) {
            if (!fields.containsKey("year") && !beforeChrist) {
                throw new PgException(SqlState.INVALID_DATETIME_FORMAT, "cannot calculate day of year without year information");
            }
            if (dayOfYear < 1 || dayOfYear > (CivilTime.isLeap(year) ? 366 : 365)) throw outOfRange();
            return CivilTime.days(year, 1, 1) + dayOfYear - 1;
        }
        if (month == 0 && !fields.containsKey("month")) month = 1;
        if (day == 0 && !fields.containsKey("day")) day = 1;
        if (month == 0) month = 1;
        if (day == 0) day = 1;
        if (month < 1 || month > 12 || day < 1 || day > CivilTime.daysInMonth(year, month)) throw outOfRange();
        return CivilTime.days(year, month, day);
    }

    private long year() {
        int year = get("year");
        int century = get("century");
        if (year != 0) {
            if (century != 0 && fields.getOrDefault("yearDigits", 4) <= 2) {
                if (beforeChrist) century = -century;
                int last = Math.floorMod(year, 100);
                if (century >= 0) return last == 0 ? century * 100L : (century - 1) * 100L + last;
                return (century + 1) * 100L - last + 1;
            }
            long signed = beforeChrist ? -year : year;
            return signed < 0 ? signed + 1 : signed;
        }
        if (century == 0) return 0;
        if (beforeChrist) century = -century;
        return century >= 0 ? (century - 1) * 100L + 1 : century * 100L + 1;
    }

    private long isoDay(long year) {
        long start = DateTimePrinter.isoYearStart(year);
        if (get("isoWeek") != 0) {
            int weekday = fields.containsKey("isoWeekday") ? get("isoWeekday")
                    : fields.containsKey("weekday") ? (get("weekday") + 6) % 7 + 1 : 1;
            return start + (get("isoWeek") - 1) * 7L + weekday - 1;
        }
        return get("isoDayOfYear") != 0 ? start + get("isoDayOfYear") - 1 : CivilTime.days(year, 1, 1);
    }
}
