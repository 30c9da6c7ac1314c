package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.type.DateTimeTokens.Meaning;
import io.craton.core.type.DateTimeTokens.Token;
import io.craton.core.type.DateTimeTokens.Word;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a date, time or timestamp by PostgreSQL's rules: fields in nearly any order, the first number decided by DateStyle.
 * Used once; afterwards the fields hold the result.
 */
final class DateTimeReader {
    private static final int YEAR = 1;
    private static final int MONTH = 2;
    private static final int DAY = 4;
    private static final int DATE = YEAR | MONTH | DAY;
    private static final int TIME = 8;
    private static final int ZONE = 16;
    private static final int DAY_OF_YEAR = 32;
    private static final int DAY_OF_WEEK = 64;
    private static final int HALF = 128;
    private static final int ERA = 256;
    private static final int DAYLIGHT = 512;
    private static final int HOUR = 1024;
    private static final int MINUTE = 2048;
    private static final int SECOND = 4096;

    private final String typeName;
    private final String text;
    private final FormatContext context;
    private boolean timeOnly;
    private int seen;
    private int added;
    private boolean textMonth;
    private boolean shortYear;
    private boolean julian;
    private boolean bc;
    private @Nullable Word half;
    private @Nullable Word pending;
    private char pendingUnit;

    /** EPOCH, EARLY or LATE when the whole text says so, else null. */
    @Nullable Word special;
    int year;
    int month;
    int day;
    int dayOfYear;
    /** Micros of the day; up to and including 24:00. */
    long micros;
    @Nullable Zone zone;

    DateTimeReader(String typeName, String text, FormatContext context) {
        this.typeName = typeName;
        this.text = text;
        this.context = context;
    }

    boolean hasDate() {
        return (seen & DATE) == DATE;
    }

    /** Reads a date or timestamp; the date must be there. */
    DateTimeReader readDateTime() {
        fields();
        if (special == null && !hasDate()) throw bad();
        return this;
    }

    /** Reads a time of day; a date may be there. */
    DateTimeReader readTime() {
        timeOnly = true;
        fields();
        if (special != null || (seen & TIME) == 0) throw bad();
        if (zone == null && (seen & DATE) != 0 && !hasDate()) throw bad();
        if (zone != null && !hasDate() && !zone.fixed()) throw bad();
        return this;
    }

    private void fields() {
        List<Token> tokens = DateTimeTokens.split(text);
        if (tokens == null || tokens.isEmpty()) throw bad();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            added = 0;
            switch (token.kind()) {
                case DATE -> dateToken(token.text());
                case TIME -> {
                    if (pending == Word.ISO_TIME) pending = null;
                    else if (pending != null) throw bad();
                    time(token.text());
                }
                case TZ -> {
                    zone = offset(token.text());
                    added = ZONE;
                }
                case NUMBER -> {
                    boolean dated = i == 0 && tokens.size() > 1 && (tokens.get(1).kind() == DateTimeTokens.Kind.TIME || tokens.getLast().kind() == DateTimeTokens.Kind.DATE);
                    if (timeOnly && pending == null && !dated) pending = Word.ISO_TIME;
                    number(token.text());
                }
                case STRING, SPECIAL -> word(token.text());
            }
            if ((added & seen) != 0) throw bad();
            seen |= added;
        }
        if (pending != null) throw bad();
        finish();
    }

    private PgException bad() {
        return DateTimeErrors.format(typeName, text);
    }

    private PgException overflow() {
        return DateTimeErrors.fieldOverflow(text);
    }

    // ---- single fields -------------------------------------------------------------------------------------------

    private void dateToken(String field) {
        if (pending == Word.JULIAN) {
            int dash = field.indexOf('-');
            if (dash < 0) throw bad();
            pending = null;
            julian(field.substring(0, dash));
            zone = offset(field.substring(dash));
            added = DATE | TIME | ZONE;
            return;
        }
        if (pending == Word.ISO_TIME || hasDate()) {
            if (Ascii.isDigit(field.charAt(0)) || pending != null) {
                pending = null;
                int dash = field.indexOf('-');
                if (dash < 0) throw bad();
                zone = offset(field.substring(dash));
                numberField(field.substring(0, dash));
                if ((added & TIME) == 0) throw bad();
                added |= ZONE;
            } else {
                namedZone(field);
            }
            return;
        }
        if (Ascii.isLetter(field.charAt(0)) && TimeZones.find(field) != null) {
            namedZone(field);
            return;
        }
        date(field);
    }

    private void namedZone(String field) {
        Zone found = TimeZones.find(field);
        if (found == null) {
            throw new PgException(io.craton.core.error.SqlState.INVALID_PARAMETER_VALUE, "time zone \"" + field + "\" not recognized");
        }
        zone = found;
        added = ZONE;
    }

    /** A date with delimiters: 1999-01-08, 8/1/1999, 08-jan-1999. */
    private void date(String field) {
        String[] parts = field.split("[^0-9a-z]+", -1);
        int known = seen;
        int all = 0;
        boolean monthByName = false;
        boolean[] done = new boolean[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].isEmpty()) throw bad();
            if (!Ascii.isLetter(parts[i].charAt(0))) continue;
            Meaning meaning = DateTimeTokens.word(parts[i]);
            if (meaning == null || meaning.word() != Word.MONTH) throw bad();
            if ((known & MONTH) != 0) throw bad();
            month = meaning.value();
            monthByName = true;
            known |= MONTH;
            all |= MONTH;
            done[i] = true;
        }
        for (int i = 0; i < parts.length; i++) {
            if (done[i]) continue;
            added = 0;
            dateNumber(parts[i], known, monthByName);
            if ((known & added) != 0) throw bad();
            known |= added;
            all |= added;
        }
        if ((known & ~(DAY_OF_YEAR | ZONE | TIME | DAY_OF_WEEK | HALF | ERA | DAYLIGHT)) != DATE) throw bad();
        added = all;
    }

    /** One number of a date; which field it is follows from what is known and from DateStyle. */
    private void dateNumber(String field, int known, boolean monthByName) {
        int point = field.indexOf('.');
        if (point >= 0) {
            if (point > 2) {
                int before = seen;
                seen |= DATE;
                numberField(field);
                seen = before;
                return;
            }
            throw bad();
        }
        int value = integer(field);
        int length = field.length();
        String order = context.dateOrder();
        if (length == 3 && (known & DATE) == YEAR && value >= 1 && value <= 366) {
            dayOfYear = value;
            added = DAY_OF_YEAR | MONTH | DAY;
            return;
        }
        int role = switch (known & DATE) {
            case 0 -> length >= 3 || order.equals("YMD") ? YEAR : order.equals("DMY") ? DAY : MONTH;
            case YEAR -> MONTH;
            case MONTH -> monthByName ? length >= 3 || order.equals("YMD") ? YEAR : DAY : DAY;
            case YEAR | MONTH -> {
                if (monthByName && length >= 3 && shortYear) {
                    day = year;
                    year = value;
                    shortYear = false;
                    added = DAY;
                    yield 0;
                }
                yield DAY;
            }
            case DAY -> MONTH;
            case MONTH | DAY -> YEAR;
            case DATE -> {
                numberField(field);
                yield 0;
            }
            default -> throw bad();
        };
        switch (role) {
            case YEAR -> {
                year = value;
                shortYear = length <= 2;
                added = YEAR;
            }
            case MONTH -> {
                month = value;
                added = MONTH;
            }
            case DAY -> {
                day = value;
                added = DAY;
            }
            default -> { }
        }
    }

    private int integer(String digits) {
        if (digits.isEmpty()) throw bad();
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (!Ascii.isDigit(digits.charAt(i))) throw bad();
            value = value * 10 + (digits.charAt(i) - '0');
            if (value > Integer.MAX_VALUE) throw overflow();
        }
        return (int) value;
    }

    private void number(String field) {
        if (pending == Word.JULIAN) {
            pending = null;
            julian(field);
            return;
        }
        if (pending == Word.UNIT) {
            pending = null;
            labelled(field);
            return;
        }
        if (pending == Word.ISO_TIME) {
            pending = null;
            int before = seen;
            seen |= DATE;
            numberField(field);
            seen = before;
            if ((added & TIME) == 0) throw bad();
            return;
        }
        int point = field.indexOf('.');
        if (point >= 0 && (seen & DATE) == 0) {
            date(field);
        } else if (point > 2) {
            numberField(field);
        } else if (field.length() >= 6 && ((seen & DATE) == 0 || (seen & TIME) == 0)) {
            numberField(field);
        } else {
            dateNumber(field, seen, textMonth);
        }
    }

    /** A field behind its label, as in y2001m02d04h05mm06s07.5. */
    private void labelled(String field) {
        int point = field.indexOf('.');
        if (point >= 0 && pendingUnit != 's') throw bad();
        int value = integer(point < 0 ? field : field.substring(0, point));
        switch (pendingUnit) {
            case 'y' -> {
                year = value;
                added = YEAR;
            }
            case 'd' -> {
                day = value;
                added = DAY;
            }
            case 'h' -> {
                if (value > 24) throw overflow();
                micros += value * CivilTime.MICROS_PER_HOUR;
                added = HOUR;
            }
            case 's' -> {
                if (value > 60) throw overflow();
                micros += value * CivilTime.MICROS_PER_SECOND + (point < 0 ? 0 : fraction(field.substring(point)));
                added = SECOND;
            }
            case 'm' -> {
                if ((seen & MONTH) != 0 && (seen & HOUR) != 0) {
                    minutes(value);
                    break;
                }
                month = value;
                added = MONTH;
            }
            default -> minutes(value);
        }
    }

    private void minutes(int value) {
        if (value > 59) throw overflow();
        micros += value * CivilTime.MICROS_PER_MINUTE;
        added = MINUTE;
    }

    private void julian(String field) {
        int point = field.indexOf('.');
        int days = integer(point < 0 ? field : field.substring(0, point));
        CivilTime civil = CivilTime.ofDays(days - (long) CivilTime.EPOCH_JULIAN, 0);
        year = civil.year();
        month = civil.month();
        day = civil.day();
        julian = true;
        added = DATE;
        if (point >= 0) {
            micros = (long) (Double.parseDouble("0" + field.substring(point)) * CivilTime.MICROS_PER_DAY);
            added |= TIME;
        }
    }

    /** Run-together yyyymmdd, yymmdd, hhmmss or hhmm. */
    private void numberField(String field) {
        int point = field.indexOf('.');
        String digits = point < 0 ? field : field.substring(0, point);
        long fraction = point < 0 ? 0 : fraction(field.substring(point));
        int length = digits.length();
        if (point < 0 && (seen & DATE) != DATE && length >= 6) {
            day = integer(digits.substring(length - 2));
            month = integer(digits.substring(length - 4, length - 2));
            year = integer(digits.substring(0, length - 4));
            shortYear = length == 6;
            added = DATE;
            return;
        }
        if ((seen & TIME) == 0 && (length == 6 || length == 4)) {
            setTime(integer(digits.substring(0, 2)), integer(digits.substring(2, 4)), length == 6 ? integer(digits.substring(4)) : 0, fraction);
            added = TIME;
            return;
        }
        throw bad();
    }

    private static long fraction(String field) {
        return field.length() == 1 ? 0 : Math.round(Double.parseDouble("0" + field) * 1_000_000);
    }

    /** hh:mm, hh:mm:ss, with a fraction. */
    private void time(String field) {
        String[] parts = field.split(":", -1);
        if (parts.length > 3) throw bad();
        int hour = integer(parts[0]);
        int second = 0;
        long fraction = 0;
        String last = parts[parts.length - 1];
        int point = last.indexOf('.');
        if (point >= 0) {
            String rest = last.substring(point);
            if (rest.indexOf('.', 1) >= 0) throw bad();
            fraction = fraction(rest);
            last = last.substring(0, point);
        }
        int minute;
        if (parts.length == 3) {
            minute = integer(parts[1]);
            second = integer(last);
        } else if (point >= 0) {
            minute = hour;
            hour = 0;
            second = integer(last);
        } else {
            minute = integer(last);
        }
        setTime(hour, minute, second, fraction);
        added = TIME;
    }

    private void setTime(int hour, int minute, int second, long fraction) {
        if (minute > 59 || second > 60) throw overflow();
        long value = hour * CivilTime.MICROS_PER_HOUR + minute * CivilTime.MICROS_PER_MINUTE + second * CivilTime.MICROS_PER_SECOND + fraction;
        if (hour > 24 || value > CivilTime.MICROS_PER_DAY) throw overflow();
        micros = value;
    }

    /** +hh, +hh:mm, +hh:mm:ss, +hhmm. */
    private Zone offset(String field) {
        Integer seconds = TimeZones.numeric(field);
        if (seconds == null) throw bad();
        if (seconds == TimeZones.OUT_OF_RANGE) throw DateTimeErrors.displacement(text);
        return Zone.ofOffset(seconds);
    }

    // ---- words ---------------------------------------------------------------------------------------------------

    private void word(String field) {
        Meaning meaning = DateTimeTokens.word(field);
        if (meaning == null || meaning.word() == Word.UNIT) {
            Zone found = TimeZones.abbreviation(field);
            if (found == null && meaning == null) found = TimeZones.find(field);
            if (found == null && meaning != null) {
                pending = Word.UNIT;
                pendingUnit = (char) meaning.value();
                return;
            }
            if (found == null) throw bad();
            zone = found;
            added = ZONE;
            return;
        }
        switch (meaning.word()) {
            case NOW -> now();
            case TODAY -> day(0);
            case TOMORROW -> day(1);
            case YESTERDAY -> day(-1);
            case EPOCH, EARLY, LATE -> {
                special = meaning.word();
            }
            case ALLBALLS -> {
                micros = 0;
                zone = Zone.UTC;
                added = TIME | ZONE;
            }
            case MONTH -> {
                if ((seen & MONTH) != 0 && !textMonth && (seen & DAY) == 0 && month >= 1 && month <= 31) {
                    day = month;
                    added = DAY;
                } else {
                    added = MONTH;
                }
                textMonth = true;
                month = meaning.value();
            }
            case DAY_OF_WEEK -> added = DAY_OF_WEEK;
            case AM, PM -> {
                half = meaning.word();
                added = HALF;
            }
            case AD, BC -> {
                bc = meaning.word() == Word.BC;
                added = ERA;
            }
            case DST -> {
                if (zone == null || !zone.fixed()) throw bad();
                zone = Zone.ofOffset(zone.offsetAt(0) + 3600);
                added = DAYLIGHT;
            }
            case ISO_TIME, JULIAN -> {
                if (meaning.word() == Word.ISO_TIME && (seen & DATE) != DATE && !timeOnly) throw bad();
                pending = meaning.word();
            }
            case IGNORE -> { }
            case UNIT -> throw new IllegalStateException("units are abbreviations or labels");
        }
    }

    private void now() {
        long local = TimeZones.toLocal(context.nowMicros(), context.zone());
        CivilTime civil = CivilTime.ofMicros(local);
        year = civil.year();
        month = civil.month();
        day = civil.day();
        julian = true;
        micros = civil.micros();
        zone = Zone.ofOffset(context.zone().offsetAt(context.nowMicros()));
        added = DATE | TIME | ZONE;
    }

    private void day(int offset) {
        long local = TimeZones.toLocal(context.nowMicros(), context.zone());
        CivilTime civil = CivilTime.ofDays(Math.floorDiv(local, CivilTime.MICROS_PER_DAY) + offset, 0);
        year = civil.year();
        month = civil.month();
        day = civil.day();
        julian = true;
        added = DATE;
    }

    // ---- checks --------------------------------------------------------------------------------------------------

    private void finish() {
        if (special != null) return;
        if ((seen & YEAR) != 0 && !julian) {
            if (bc) {
                if (year <= 0) throw overflow();
                year = 1 - year;
            } else if (shortYear) {
                year += year < 70 ? 2000 : 1900;
            } else if (year <= 0) {
                throw overflow();
            }
        }
        if ((seen & DAY_OF_YEAR) != 0) {
            CivilTime civil = CivilTime.ofDays(CivilTime.days(year, 1, 1) + dayOfYear - 1, 0);
            year = civil.year();
            month = civil.month();
            day = civil.day();
        }
        if ((seen & MONTH) != 0 && (month < 1 || month > 12)) throw DateTimeErrors.monthDayOverflow(text);
        if ((seen & DAY) != 0 && (day < 1 || day > 31)) throw DateTimeErrors.monthDayOverflow(text);
        if ((seen & DATE) == DATE && day > CivilTime.daysInMonth(year, month)) throw overflow();
        if (half != null) {
            long hour = micros / CivilTime.MICROS_PER_HOUR;
            if (hour > 12) throw overflow();
            if (half == Word.PM && hour != 12) micros += 12 * CivilTime.MICROS_PER_HOUR;
            else if (half == Word.AM && hour == 12) micros -= 12 * CivilTime.MICROS_PER_HOUR;
        }
    }
}
