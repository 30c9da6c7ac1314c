package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/**
 * A date of the proleptic Gregorian calendar with a time of day; a timestamp taken apart.
 *
 * @param year astronomical: 0 is 1 BC, -1 is 2 BC
 * @param micros microseconds of the day
 */
public record CivilTime(int year, int month, int day, long micros) {
    private static final long[] UNITS = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};
    public static final long MICROS_PER_SECOND = 1_000_000L;
    public static final long MICROS_PER_MINUTE = 60_000_000L;
    public static final long MICROS_PER_HOUR = 3_600_000_000L;
    public static final long MICROS_PER_DAY = 86_400_000_000L;
    /** Days and seconds from 1970-01-01 to 2000-01-01. */
    public static final int EPOCH_DAYS = 10957;
    public static final long EPOCH_SECONDS = 946_684_800L;
    /** Julian day of 2000-01-01. */
    public static final int EPOCH_JULIAN = 2_451_545;
    /** 4714-11-24 BC, and the first microsecond of 294277 AD, which is out of range. */
    public static final long TIMESTAMP_MIN = -211_813_488_000_000_000L;
    public static final long TIMESTAMP_END = 9_223_371_331_200_000_000L;
    /** Half-open range of dates. */
    public static final long DATE_MIN = -EPOCH_JULIAN;
    public static final long DATE_END = 2_147_483_494L - EPOCH_JULIAN;
    /** The infinities of timestamps and dates. */
    public static final long INFINITY = Long.MAX_VALUE;
    public static final long MINUS_INFINITY = Long.MIN_VALUE;
    public static final long DATE_INFINITY = Integer.MAX_VALUE;
    public static final long DATE_MINUS_INFINITY = Integer.MIN_VALUE;

    /** Takes finite micros since 2000-01-01 apart. */
    public static CivilTime ofMicros(long micros) {
        return ofDays(Math.floorDiv(micros, MICROS_PER_DAY), Math.floorMod(micros, MICROS_PER_DAY));
    }

    /** Takes days since 2000-01-01 apart. */
    public static CivilTime ofDays(long days, long microsOfDay) {
        long shifted = days + EPOCH_DAYS + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shiftedMonth = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        return new CivilTime(year, month, day, microsOfDay);
    }

    /** Days since 2000-01-01; months beyond 1..12 and days beyond the month count on. */
    public static long days(long year, int month, int day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400);
        int yearOfEra = (int) (y - era * 400);
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468 - EPOCH_DAYS;
    }

    public static boolean isLeap(long year) {
        return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    public static int daysInMonth(long year, int month) {
        return switch (month) {
            case 2 -> isLeap(year) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 2000-01-01. */
    public long toDays() {
        return days(year, month, day);
    }

    /** Micros since 2000-01-01; 22008 when it is no timestamp. */
    public long toMicros() {
        return timestamp(toDays(), micros);
    }

    /** Micros since 2000-01-01 of a day and a time of it; 22008 when out of range. */
    public static long timestamp(long days, long microsOfDay) {
        if (days < DATE_MIN - 1 || days > TIMESTAMP_END / MICROS_PER_DAY + 1) throw timestampOutOfRange();
        long result = days * MICROS_PER_DAY + microsOfDay;
        if ((result < 0) != (days < 0) && days != 0 && days != -1) throw timestampOutOfRange();
        return checkTimestamp(result);
    }

    /** Rounded half away from zero to {@code digits} digits of the second; infinities and -1 digits stay. */
    public static long rounded(long micros, int digits) {
        if (digits < 0 || digits >= 6 || CivilTime.isInfinite(micros)) return micros;
        long unit = UNITS[digits];
        long half = unit / 2;
        return micros >= 0 ? (micros + half) / unit * unit : -((-micros + half) / unit * unit);
    }

    /** The value if it is a finite timestamp in range, else 22008. */
    public static long checkTimestamp(long micros) {
        if (micros < TIMESTAMP_MIN || micros >= TIMESTAMP_END) throw timestampOutOfRange();
        return micros;
    }

    public static boolean isInfinite(long micros) {
        return micros == INFINITY || micros == MINUS_INFINITY;
    }

    public static boolean isInfiniteDate(long days) {
        return days == DATE_INFINITY || days == DATE_MINUS_INFINITY;
    }

    public static PgException timestampOutOfRange() {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp out of range");
    }

    public int hour() {
        return (int) (micros / MICROS_PER_HOUR);
    }

    public int minute() {
        return (int) (micros / MICROS_PER_MINUTE % 60);
    }

    public int second() {
        return (int) (micros / MICROS_PER_SECOND % 60);
    }

    /** Micros of the second. */
    public int fraction() {
        return (int) (micros % MICROS_PER_SECOND);
    }

    /** 0 Sunday .. 6 Saturday of days since 2000-01-01, a Saturday. */
    public static int dayOfWeek(long days) {
        return (int) Math.floorMod(days + 6, 7);
    }
}
