package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Interval;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TimeZones;
import io.craton.core.type.Zone;

/** Calendar arithmetic behind the date and time operators. Timestamps are micros since 2000-01-01; infinities pass through. */
final class DateTimeMath {
    private static final long DAY = CivilTime.MICROS_PER_DAY;

    private DateTimeMath() {}

    static PgException intervalOutOfRange() {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "interval out of range");
    }

    static PgException dateOutOfRange() {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range");
    }

    // ---- timestamps ----------------------------------------------------------------------------------------------

    static long plus(long micros, Interval span) {
        if (CivilTime.isInfinite(micros)) return micros;
        long result = plusDays(plusMonths(micros, span.months()), span.days());
        return plusMicros(result, span.micros());
    }

    /** Months and days are local ones in the zone, so that daylight changes do not move the hour. */
    static long plus(long micros, Interval span, Zone zone) {
        if (CivilTime.isInfinite(micros)) return micros;
        long result = micros;
        if (span.months() != 0) result = TimeZones.toInstant(plusMonths(TimeZones.toLocal(result, zone), span.months()), zone);
        if (span.days() != 0) result = TimeZones.toInstant(plusDays(TimeZones.toLocal(result, zone), span.days()), zone);
        return plusMicros(result, span.micros());
    }

    private static long plusMonths(long micros, int months) {
        if (months == 0) return micros;
        CivilTime civil = CivilTime.ofMicros(micros);
        long month = civil.year() * 12L + civil.month() - 1 + months;
        long year = Math.floorDiv(month, 12L);
        int monthOfYear = (int) Math.floorMod(month, 12L) + 1;
        int day = Math.min(civil.day(), CivilTime.daysInMonth(year, monthOfYear));
        return CivilTime.timestamp(CivilTime.days(year, monthOfYear, day), civil.micros());
    }

    private static long plusDays(long micros, int days) {
        return days == 0 ? micros : CivilTime.timestamp(Math.floorDiv(micros, DAY) + days, Math.floorMod(micros, DAY));
    }

    private static long plusMicros(long micros, long more) {
        long sum = micros + more;
        if (((micros ^ sum) & (more ^ sum)) < 0) throw CivilTime.timestampOutOfRange();
        return CivilTime.checkTimestamp(sum);
    }

    /** Days and a time of day. */
    static Interval minus(long left, long right) {
        if (CivilTime.isInfinite(left) || CivilTime.isInfinite(right)) {
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "cannot subtract infinite timestamps");
        }
        long difference = left - right;
        if (((left ^ right) & (left ^ difference)) < 0) throw intervalOutOfRange();
        return new Interval(0, (int) (difference / DAY), difference % DAY);
    }

    /** Symbolic difference in years, months, days and a time, of local timestamps. */
    static Interval age(long left, long right) {
        if (CivilTime.isInfinite(left) || CivilTime.isInfinite(right)) throw CivilTime.timestampOutOfRange();
        boolean negative = left < right;
        CivilTime later = CivilTime.ofMicros(negative ? right : left);
        CivilTime earlier = CivilTime.ofMicros(negative ? left : right);
        long micros = later.micros() - earlier.micros();
        int days = later.day() - earlier.day();
        int months = (later.year() - earlier.year()) * 12 + later.month() - earlier.month();
        if (micros < 0) {
            micros += DAY;
            days--;
        }
        if (days < 0) {
            days += CivilTime.daysInMonth(earlier.year(), earlier.month());
            months--;
        }
        return negative ? new Interval(-months, -days, -micros) : new Interval(months, days, micros);
    }

    // ---- dates ---------------------------------------------------------------------------------------------------

    static long datePlus(long date, long days) {
        if (CivilTime.isInfiniteDate(date)) return date;
        long result = date + days;
        if (result < CivilTime.DATE_MIN || result >= CivilTime.DATE_END) throw dateOutOfRange();
        return result;
    }

    static long dateToTimestamp(long date) {
        if (CivilTime.isInfiniteDate(date)) return date > 0 ? CivilTime.INFINITY : CivilTime.MINUS_INFINITY;
        if (date >= CivilTime.TIMESTAMP_END / DAY) {
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range for timestamp");
        }
        return date * DAY;
    }

    static long timestampToDate(long micros) {
        if (CivilTime.isInfinite(micros)) return micros > 0 ? CivilTime.DATE_INFINITY : CivilTime.DATE_MINUS_INFINITY;
        return Math.floorDiv(micros, DAY);
    }

    // ---- intervals -----------------------------------------------------------------------------------------------

    static Interval add(Interval left, Interval right) {
        try {
            return new Interval(Math.addExact(left.months(), right.months()), Math.addExact(left.days(), right.days()),
                    Math.addExact(left.micros(), right.micros()));
        } catch (ArithmeticException e) {
            throw intervalOutOfRange();
        }
    }

    static Interval negate(Interval value) {
        try {
            return new Interval(Math.negateExact(value.months()), Math.negateExact(value.days()), Math.negateExact(value.micros()));
        } catch (ArithmeticException e) {
            throw intervalOutOfRange();
        }
    }

    static Interval subtract(Interval left, Interval right) {
        try {
            return new Interval(Math.subtractExact(left.months(), right.months()), Math.subtractExact(left.days(), right.days()),
                    Math.subtractExact(left.micros(), right.micros()));
        } catch (ArithmeticException e) {
            throw intervalOutOfRange();
        }
    }

    static Interval multiply(Interval span, double factor) {
        return cascade(span.months() * factor, span.days() * factor, span.micros() * factor);
    }

    static Interval divide(Interval span, double factor) {
        if (factor == 0) throw IntegerFunctions.divisionByZero();
        return cascade(span.months() / factor, span.days() / factor, span.micros() / factor);
    }

    /** Fractions of months become days (30 each), fractions of days become time. */
    private static Interval cascade(double exactMonths, double exactDays, double exactMicros) {
        int months = toInt(exactMonths);
        long days = toInt(exactDays);
        double restDays = round((exactMonths - months) * 30);
        double restSeconds = round((exactDays - days + restDays - (int) restDays) * 86_400);
        if (Math.abs(restSeconds) >= 86_400) {
            days += (int) (restSeconds / 86_400);
            restSeconds -= (int) (restSeconds / 86_400) * 86_400;
        }
        days += (int) restDays;
        double micros = Math.rint(exactMicros + restSeconds * 1_000_000);
        if (days != (int) days || !(micros >= Long.MIN_VALUE && micros < -(double) Long.MIN_VALUE)) throw intervalOutOfRange();
        return new Interval(months, (int) days, (long) micros);
    }

    private static int toInt(double value) {
        if (!(value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE)) throw intervalOutOfRange();
        return (int) value;
    }

    private static double round(double value) {
        return Math.rint(value * 1_000_000) / 1_000_000;
    }

    static int sign(Interval value) {
        return DatumComparator.compare(PgTypes.INTERVAL, value, new Interval(0, 0, 0));
    }

    static Interval justifyHours(Interval value) {
        long days = value.days() + value.micros() / DAY;
        long micros = value.micros() % DAY;
        if (days > 0 && micros < 0) {
            micros += DAY;
            days--;
        } else if (days < 0 && micros > 0) {
            micros -= DAY;
            days++;
        }
        return make(value.months(), days, micros);
    }

    static Interval justifyDays(Interval value) {
        long months = value.months() + (long) (value.days() / 30);
        int days = value.days() % 30;
        if (months > 0 && days < 0) {
            days += 30;
            months--;
        } else if (months < 0 && days > 0) {
            days -= 30;
            months++;
        }
        return make(months, days, value.micros());
    }

    static Interval justifyInterval(Interval value) {
        long days = value.days() + value.micros() / DAY;
        long micros = value.micros() % DAY;
        long months = value.months() + days / 30;
        days %= 30;
        if (months > 0 && (days < 0 || days == 0 && micros < 0)) {
            days += 30;
            months--;
        } else if (months < 0 && (days > 0 || days == 0 && micros > 0)) {
            days -= 30;
            months++;
        }
        if (days > 0 && micros < 0) {
            micros += DAY;
            days--;
        } else if (days < 0 && micros > 0) {
            micros -= DAY;
            days++;
        }
        return make(months, days, micros);
    }

    static Interval make(long months, long days, long micros) {
        if (months != (int) months || days != (int) days) throw intervalOutOfRange();
        return new Interval((int) months, (int) days, micros);
    }
}
