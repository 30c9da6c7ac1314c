package io.craton.sql.function;

import io.craton.core.type.CivilTime;
import io.craton.core.type.Interval;
import io.craton.core.type.Numeric;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TimeZones;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** extract (numeric) and date_part (double precision). Both are computed as numeric; date_part converts. */
final class ExtractFunctions {
    private static final String TIMESTAMP = "timestamp without time zone";
    private static final String TIMESTAMPTZ = "timestamp with time zone";
    private static final Numeric MICROS_PER_DAY = Numeric.of(CivilTime.MICROS_PER_DAY);

    private ExtractFunctions() {}

    static void register(Kernels kernels) {
        both(kernels, "timestamp", (context, call, a) -> timestamp((String) a[0], (Long) a[1], TIMESTAMP, 0));
        both(kernels, "timestamptz", (context, call, a) -> {
            long micros = (Long) a[1];
            boolean infinite = CivilTime.isInfinite(micros);
            int offset = infinite ? 0 : context.format().zone().offsetAt(micros);
            DateTimeUnit unit = DateTimeUnit.of((String) a[0], TIMESTAMPTZ);
            if (!infinite && unit == DateTimeUnit.EPOCH) return epoch(micros);
            return timestamp((String) a[0], infinite ? micros : micros + offset * CivilTime.MICROS_PER_SECOND, TIMESTAMPTZ, offset);
        });
        both(kernels, "time", (context, call, a) -> time((String) a[0], (Long) a[1], "time without time zone", 0));
        both(kernels, "timetz", (context, call, a) ->
                time((String) a[0], ((TimeTz) a[1]).micros(), "time with time zone", -((TimeTz) a[1]).zoneSeconds()));
        both(kernels, "interval", (context, call, a) -> interval((String) a[0], (Interval) a[1]));
        kernels.scalar("extract_date", (context, call, a) -> date((String) a[0], (Long) a[1]));
        kernels.scalar("sql:1384", (context, call, a) ->
                toDouble(timestamp((String) a[0], DateTimeMath.dateToTimestamp((Long) a[1]), TIMESTAMP, 0)));
    }

    private static void both(Kernels kernels, String type, ScalarKernel kernel) {
        kernels.scalar("extract_" + type, kernel);
        kernels.scalar(type + "_part", (context, call, a) -> {
            boolean epoch = a[1] instanceof Interval && DateTimeUnit.of((String) a[0], type) == DateTimeUnit.EPOCH;
            return epoch ? (Object) intervalSeconds((Interval) a[1]) : toDouble(kernel.apply(context, call, a));
        });
    }

    /** In binary floating point from the start, as PostgreSQL computes it. */
    private static double intervalSeconds(Interval value) {
        double seconds = value.micros() / 1_000_000.0;
        seconds += 365.25 * 86_400 * (value.months() / 12);
        seconds += 30.0 * 86_400 * (value.months() % 12);
        return seconds + 86_400.0 * value.days();
    }

    private static @Nullable Object toDouble(@Nullable Object value) {
        return value == null ? null : (Object) ((Numeric) value).doubleValue();
    }

    private static Numeric epoch(long micros) {
        long shifted = micros + CivilTime.EPOCH_SECONDS * CivilTime.MICROS_PER_SECOND;
        if (((micros ^ shifted) & shifted) < 0 && micros > 0) {
            return Numeric.of(BigDecimal.valueOf(micros, 6).add(BigDecimal.valueOf(CivilTime.EPOCH_SECONDS)));
        }
        return Numeric.of(shifted, 6);
    }

    /** A local timestamp. */
    private static @Nullable Numeric timestamp(String name, long micros, String type, int offset) {
        DateTimeUnit unit = DateTimeUnit.of(name, type);
        if (CivilTime.isInfinite(micros)) return infinite(unit, micros > 0);
        CivilTime civil = CivilTime.ofMicros(micros);
        return switch (unit) {
            case MICROSECONDS, MILLISECONDS, SECOND, MINUTE, HOUR -> ofTime(unit, civil.micros());
            case EPOCH -> epoch(micros);
            case JULIAN -> {
                long day = civil.toDays() + CivilTime.EPOCH_JULIAN;
                yield Numeric.of(day).add(Numeric.of(civil.micros()).divide(MICROS_PER_DAY));
            }
            case TIMEZONE, TIMEZONE_HOUR, TIMEZONE_MINUTE -> {
                if (type.equals(TIMESTAMP)) throw DateTimeUnit.unsupported(name, type);
                yield ofZone(unit, offset);
            }
            default -> Numeric.of(ofDate(unit, civil));
        };
    }

    /** Fields that only grow are infinite too, the others are null. */
    private static @Nullable Numeric infinite(DateTimeUnit unit, boolean positive) {
        return switch (unit) {
            case YEAR, DECADE, CENTURY, MILLENNIUM, JULIAN, ISOYEAR, EPOCH -> positive ? Numeric.POSITIVE_INFINITY : Numeric.NEGATIVE_INFINITY;
            default -> null;
        };
    }

    private static Numeric ofTime(DateTimeUnit unit, long micros) {
        return switch (unit) {
            case MICROSECONDS -> Numeric.of(micros % CivilTime.MICROS_PER_MINUTE);
            case MILLISECONDS -> Numeric.of(micros % CivilTime.MICROS_PER_MINUTE, 3);
            case SECOND -> Numeric.of(micros % CivilTime.MICROS_PER_MINUTE, 6);
            case MINUTE -> Numeric.of(micros / CivilTime.MICROS_PER_MINUTE % 60);
            default -> Numeric.of(micros / CivilTime.MICROS_PER_HOUR);
        };
    }

    private static Numeric ofZone(DateTimeUnit unit, int offset) {
        return Numeric.of(switch (unit) {
            case TIMEZONE -> offset;
            case TIMEZONE_HOUR -> offset / 3600;
            default -> offset / 60 % 60;
        });
    }

    private static long ofDate(DateTimeUnit unit, CivilTime civil) {
        int year = civil.year();
        return switch (unit) {
            case DAY -> civil.day();
            case MONTH -> civil.month();
            case QUARTER -> (civil.month() - 1) / 3 + 1;
            case YEAR -> year > 0 ? year : year - 1;
            case DECADE -> year >= 0 ? year / 10 : -((8 - (year - 1)) / 10);
            case CENTURY -> year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100);
            case MILLENNIUM -> year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000);
            case WEEK -> isoWeek(civil.toDays());
            case ISOYEAR -> {
                int isoYear = isoYear(civil.toDays());
                yield isoYear > 0 ? isoYear : isoYear - 1;
            }
            case DOW -> CivilTime.dayOfWeek(civil.toDays());
            case ISODOW -> {
                int day = CivilTime.dayOfWeek(civil.toDays());
                yield day == 0 ? 7 : day;
            }
            case DOY -> civil.toDays() - CivilTime.days(year, 1, 1) + 1;
            default -> throw new IllegalArgumentException(unit.name());
        };
    }

    /** The Thursday of a day's week decides its year. */
    private static long thursday(long days) {
        return days - Math.floorMod(CivilTime.dayOfWeek(days) + 6, 7) + 3;
    }

    static int isoYear(long days) {
        return CivilTime.ofDays(thursday(days), 0).year();
    }

    static long isoWeek(long days) {
        long thursday = thursday(days);
        return (thursday - CivilTime.days(CivilTime.ofDays(thursday, 0).year(), 1, 1)) / 7 + 1;
    }

    private static @Nullable Numeric date(String name, long days) {
        DateTimeUnit unit = DateTimeUnit.of(name, "date");
        switch (unit) {
            case MICROSECONDS, MILLISECONDS, SECOND, MINUTE, HOUR, TIMEZONE, TIMEZONE_HOUR, TIMEZONE_MINUTE ->
                throw DateTimeUnit.unsupported(name, "date");
            default -> { }
        }
        if (CivilTime.isInfiniteDate(days)) return infinite(unit, days > 0);
        return switch (unit) {
            case EPOCH -> Numeric.of((days + CivilTime.EPOCH_DAYS) * 86_400);
            case JULIAN -> Numeric.of(days + CivilTime.EPOCH_JULIAN);
            default -> Numeric.of(ofDate(unit, CivilTime.ofDays(days, 0)));
        };
    }

    private static Numeric time(String name, long micros, String type, int offset) {
        DateTimeUnit unit = DateTimeUnit.of(name, type);
        return switch (unit) {
            case MICROSECONDS, MILLISECONDS, SECOND, MINUTE, HOUR -> ofTime(unit, micros);
            case EPOCH -> Numeric.of(micros - offset * CivilTime.MICROS_PER_SECOND, 6);
            case TIMEZONE, TIMEZONE_HOUR, TIMEZONE_MINUTE -> {
                if (!type.equals("time with time zone")) throw DateTimeUnit.unsupported(name, type);
                yield ofZone(unit, offset);
            }
            default -> throw DateTimeUnit.unsupported(name, type);
        };
    }

    private static Numeric interval(String name, Interval value) {
        DateTimeUnit unit = DateTimeUnit.of(name, "interval");
        int years = value.months() / 12;
        int months = value.months() % 12;
        return switch (unit) {
            case MICROSECONDS, MILLISECONDS, SECOND, MINUTE, HOUR -> ofTime(unit, value.micros());
            case DAY -> Numeric.of(value.days());
            case MONTH -> Numeric.of(months);
            case QUARTER -> Numeric.of(months / 3 + 1);
            case YEAR -> Numeric.of(years);
            case DECADE -> Numeric.of(years / 10);
            case CENTURY -> Numeric.of(years / 100);
            case MILLENNIUM -> Numeric.of(years / 1000);
            case EPOCH -> {
                long seconds = (1461L * years + 120L * months + 4L * value.days()) * (86_400 / 4);
                yield Numeric.of(BigDecimal.valueOf(value.micros(), 6).add(BigDecimal.valueOf(seconds)));
            }
            default -> throw DateTimeUnit.unsupported(name, "interval");
        };
    }
}
