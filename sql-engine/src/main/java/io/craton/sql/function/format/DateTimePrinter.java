package io.craton.sql.function.format;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.Interval;
import io.craton.sql.function.format.DateTimeTemplate.Kind;
import io.craton.sql.function.format.DateTimeTemplate.Node;
import java.util.Locale;

/** Prints one timestamp or interval through a template: to_char. */
public final class DateTimePrinter {
    static final String[] MONTHS = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December"};
    static final String[] DAYS = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    static final String[] ROMAN_MONTHS = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"};

    /** A point in time, or a span, in parts. {@code year} is astronomical. */
    private record Moment(long year, int month, int day, long hour, int minute, int second, int fraction, boolean interval, String zone,
            int offsetSeconds) {
        long displayYear() {
            return interval || year > 0 ? year : 1 - year;
        }

        long days() {
            return CivilTime.days(year, month, day);
        }
    }

    private final Moment moment;
    private final StringBuilder out = new StringBuilder();

    private DateTimePrinter(Moment moment) {
        this.moment = moment;
    }

    /** @param local micros of local time since 2000; @param zone abbreviation, empty for timestamps without time zone; @param offset east of UTC */
    public static String timestamp(DateTimeTemplate template, long local, String zone, int offset) {
        CivilTime t = CivilTime.ofMicros(local);
        return new DateTimePrinter(new Moment(t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second(), t.fraction(), false, zone, offset))
                .print(template);
    }

    public static String interval(DateTimeTemplate template, Interval span) {
        long micros = span.micros();
        return new DateTimePrinter(new Moment(span.months() / 12, span.months() % 12, span.days(), micros / CivilTime.MICROS_PER_HOUR,
                (int) (micros / CivilTime.MICROS_PER_MINUTE % 60), (int) (micros / CivilTime.MICROS_PER_SECOND % 60),
                (int) (micros % CivilTime.MICROS_PER_SECOND), true, "", 0)).print(template);
    }

    private String print(DateTimeTemplate template) {
        for (Node node : template.nodes()) {
            if (node.kind() == Kind.FIELD) field(node);
            else out.append(node.name());
        }
        return out.toString();
    }

    private void field(Node node) {
        switch (node.name()) {
            case "A.M.", "P.M." -> cased(node, moment.hour % 24 >= 12 ? "P.M." : "A.M.");
            case "AM", "PM" -> cased(node, moment.hour % 24 >= 12 ? "PM" : "AM");
            case "A.D.", "B.C." -> calendar(node, moment.year <= 0 ? "B.C." : "A.D.");
            case "AD", "BC" -> calendar(node, moment.year <= 0 ? "BC" : "AD");
            case "HH", "HH12" -> number(node, moment.hour % 12 == 0 ? 12 : moment.hour % 12, 2, moment.hour >= 0);
            case "HH24" -> number(node, moment.hour, 2, moment.hour >= 0);
            case "MI" -> number(node, moment.minute, 2, moment.minute >= 0);
            case "SS" -> number(node, moment.second, 2, moment.second >= 0);
            case "MS", "FF3" -> plain(node, String.format("%03d", moment.fraction / 1000));
            case "US", "FF6" -> plain(node, String.format("%06d", moment.fraction));
            case "FF1" -> plain(node, String.format("%01d", moment.fraction / 100_000));
            case "FF2" -> plain(node, String.format("%02d", moment.fraction / 10_000));
            case "FF4" -> plain(node, String.format("%04d", moment.fraction / 100));
            case "FF5" -> plain(node, String.format("%05d", moment.fraction / 10));
            case "SSSS", "SSSSS" -> plain(node, Long.toString(moment.hour * 3600 + moment.minute * 60L + moment.second));
            case "TZ", "TZH", "TZM", "OF" -> zone(node);
            case "MONTH", "MON", "DAY", "DY" -> name(node);
            case "MM" -> number(node, moment.month, 2, moment.month >= 0);
            case "DDD" -> number(node, moment.interval ? (moment.year * 12 + moment.month) * 30 + moment.day : dayOfYear(), 3, true);
            case "DD" -> number(node, moment.day, 2, true);
            case "FX" -> { }
            case "RM" -> roman(node);
            default -> calendarField(node);
        }
    }

    private int dayOfYear() {
        return (int) (moment.days() - CivilTime.days(moment.year, 1, 1) + 1);
    }

    private void calendarField(Node node) {
        switch (node.name()) {
            case "D" -> plain(node, Integer.toString(dayOfWeek() + 1));
            case "ID" -> plain(node, Integer.toString(dayOfWeek() == 0 ? 7 : dayOfWeek()));
            case "IDDD" -> number(node, moment.days() - isoYearStart(isoYear()) + 1, 3, true);
            case "WW" -> number(node, (dayOfYear() - 1) / 7 + 1, 2, true);
            case "IW" -> number(node, (moment.days() - isoYearStart(isoYear())) / 7 + 1, 2, true);
            case "Q" -> {
                if (moment.month != 0) plain(node, Integer.toString((moment.month - 1) / 3 + 1));
            }
            case "CC" -> {
                long century = moment.interval ? moment.year / 100 : moment.year > 0 ? (moment.year - 1) / 100 + 1 : moment.year / 100 - 1;
                number(node, century, century >= 0 ? 2 : 2, century >= 0);
            }
            case "Y,YYY" -> plain(node, moment.displayYear() / 1000 + "," + String.format("%03d", moment.displayYear() % 1000));
            case "YYYY" -> number(node, moment.displayYear(), 4, moment.displayYear() >= 0);
            case "YYY" -> number(node, moment.displayYear() % 1000, 3, moment.displayYear() >= 0);
            case "YY" -> number(node, moment.displayYear() % 100, 2, moment.displayYear() >= 0);
            case "Y" -> number(node, moment.displayYear() % 10, 1, moment.displayYear() >= 0);
            case "IYYY" -> number(node, displayIsoYear(), 4, true);
            case "IYY" -> number(node, displayIsoYear() % 1000, 3, true);
            case "IY" -> number(node, displayIsoYear() % 100, 2, true);
            case "I" -> number(node, displayIsoYear() % 10, 1, true);
            case "W" -> plain(node, Integer.toString((moment.day - 1) / 7 + 1));
            case "J" -> plain(node, Long.toString(moment.days() + CivilTime.EPOCH_JULIAN));
            default -> throw new IllegalStateException(node.name());
        }
    }

    private int dayOfWeek() {
        return moment.interval ? 0 : CivilTime.dayOfWeek(moment.days());
    }

    /** The Monday of week 1, which holds January 4th. */
    static long isoYearStart(long year) {
        long fourth = CivilTime.days(year, 1, 4);
        return fourth - (CivilTime.dayOfWeek(fourth) + 6) % 7;
    }

    private long isoYear() {
        long days = moment.days();
        if (days < isoYearStart(moment.year)) return moment.year - 1;
        return days >= isoYearStart(moment.year + 1) ? moment.year + 1 : moment.year;
    }

    private long displayIsoYear() {
        long year = isoYear();
        return moment.interval || year > 0 ? year : 1 - year;
    }

    private void requireDate() {
        if (!moment.interval) return;
        throw PgError.error(SqlState.INVALID_DATETIME_FORMAT, "invalid format specification for an interval value")
                .withHint("Intervals are not tied to specific calendar dates.").exception();
    }

    private void cased(Node node, String text) {
        out.append(node.lowerCase() ? text.toLowerCase(Locale.ROOT) : text);
    }

    private void calendar(Node node, String text) {
        requireDate();
        cased(node, text);
    }

    private void zone(Node node) {
        requireDate();
        int offset = Math.abs(moment.offsetSeconds);
        String sign = moment.offsetSeconds < 0 ? "-" : "+";
        switch (node.name()) {
            case "TZ" -> cased(node, moment.zone);
            case "TZH" -> out.append(sign).append(String.format("%02d", offset / 3600));
            case "TZM" -> out.append(String.format("%02d", offset % 3600 / 60));
            default -> {
                out.append(sign).append(node.fill() ? Integer.toString(offset / 3600) : String.format("%02d", offset / 3600));
                if (offset % 3600 != 0) out.append(String.format(":%02d", offset % 3600 / 60));
            }
        }
    }

    private void name(Node node) {
        requireDate();
        boolean month = node.name().startsWith("M");
        String full = month ? MONTHS[moment.month - 1] : DAYS[dayOfWeek()];
        boolean whole = node.name().equals("MONTH") || node.name().equals("DAY");
        String text = whole ? full : full.substring(0, 3);
        if (node.lowerCase()) text = text.toLowerCase(Locale.ROOT);
        else if (!node.capitalised()) text = text.toUpperCase(Locale.ROOT);
        out.append(text);
        if (whole && !node.fill() && !node.localised()) out.append(" ".repeat(9 - text.length()));
    }

    private void roman(Node node) {
        if (moment.month == 0 && moment.year == 0) return;
        int index = moment.month > 0 ? moment.month - 1 : moment.month == 0 ? moment.year >= 0 ? 11 : 0 : 12 + moment.month;
        String text = ROMAN_MONTHS[index];
        cased(node, node.fill() ? text : text + " ".repeat(4 - text.length()));
    }

    /** Digits, zero-padded unless FM; a negative number gets a place more for its sign. */
    private void number(Node node, long value, int width, boolean positive) {
        String digits = Long.toString(Math.abs(value));
        String sign = value < 0 ? "-" : "";
        int places = positive ? width : width + 1;
        if (!node.fill()) digits = "0".repeat(Math.max(0, places - sign.length() - digits.length())) + digits;
        plain(node, sign + digits);
    }

    private void plain(Node node, String text) {
        out.append(text);
        if (node.ordinal() != null) out.append(ordinal(text, node.ordinal().equals("TH")));
    }

    /** st, nd, rd or th for a number in digits. */
    static String ordinal(String number, boolean upper) {
        char last = number.charAt(number.length() - 1);
        boolean teen = number.length() > 1 && number.charAt(number.length() - 2) == '1';
        String suffix = teen ? "th" : last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th";
        return upper ? suffix.toUpperCase(Locale.ROOT) : suffix;
    }
}
