package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.Interval;
import io.craton.core.type.TimeZones;
import io.craton.core.type.Zone;

/** date_trunc and date_bin. */
final class TruncationFunctions {
    private static final String TIMESTAMP = "timestamp without time zone";
    private static final String TIMESTAMPTZ = "timestamp with time zone";

    private TruncationFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("timestamp_trunc", (context, call, a) ->
                CivilTime.isInfinite((Long) a[1]) ? a[1] : (Object) truncate(unit((String) a[0], TIMESTAMP), (Long) a[1]));
        kernels.scalar("timestamptz_trunc",
                (context, call, a) -> truncate((String) a[0], (Long) a[1], context.format().zone()));
        kernels.scalar("timestamptz_trunc_zone",
                (context, call, a) -> truncate((String) a[0], (Long) a[1], TimeZones.require((String) a[2])));
        kernels.scalar("interval_trunc", (context, call, a) -> truncate((String) a[0], (Interval) a[1]));
        kernels.scalar("timestamp_bin", (context, call, a) -> bin((Interval) a[0], (Long) a[1], (Long) a[2]));
        kernels.scalar("timestamptz_bin", (context, call, a) -> bin((Interval) a[0], (Long) a[1], (Long) a[2]));
    }

    private static DateTimeUnit unit(String name, String type) {
        DateTimeUnit unit = DateTimeUnit.of(name, type);
        return switch (unit) {
            case JULIAN, ISOYEAR, DOW, ISODOW, DOY, EPOCH -> throw DateTimeUnit.unrecognized(name, type);
            case TIMEZONE, TIMEZONE_HOUR, TIMEZONE_MINUTE -> throw DateTimeUnit.unsupported(name, type);
            default -> unit;
        };
    }

    /** From days on the result is local midnight, whatever the offset is then; below, the offset stays. */
    private static long truncate(String name, long micros, Zone zone) {
        if (CivilTime.isInfinite(micros)) return micros;
        DateTimeUnit unit = unit(name, TIMESTAMPTZ);
        long local = TimeZones.toLocal(micros, zone);
        long truncated = truncate(unit, local);
        return switch (unit) {
            case MICROSECONDS, MILLISECONDS, SECOND, MINUTE, HOUR -> micros - (local - truncated);
            default -> TimeZones.toInstant(truncated, zone);
        };
    }

    private static long truncate(DateTimeUnit unit, long micros) {
        CivilTime civil = CivilTime.ofMicros(micros);
        int year = civil.year();
        return switch (unit) {
            case MICROSECONDS -> micros;
            case MILLISECONDS -> Math.floorDiv(micros, 1000) * 1000;
            case SECOND -> Math.floorDiv(micros, CivilTime.MICROS_PER_SECOND) * CivilTime.MICROS_PER_SECOND;
            case MINUTE -> Math.floorDiv(micros, CivilTime.MICROS_PER_MINUTE) * CivilTime.MICROS_PER_MINUTE;
            case HOUR -> Math.floorDiv(micros, CivilTime.MICROS_PER_HOUR) * CivilTime.MICROS_PER_HOUR;
            case DAY -> Math.floorDiv(micros, CivilTime.MICROS_PER_DAY) * CivilTime.MICROS_PER_DAY;
            case WEEK -> {
                long days = civil.toDays();
                yield CivilTime.timestamp(days - Math.floorMod(CivilTime.dayOfWeek(days) + 6, 7), 0);
            }
            case MONTH -> CivilTime.timestamp(CivilTime.days(year, civil.month(), 1), 0);
            case QUARTER -> CivilTime.timestamp(CivilTime.days(year, (civil.month() - 1) / 3 * 3 + 1, 1), 0);
            case YEAR -> firstOf(year);
            case DECADE -> firstOf(year > 0 ? year / 10 * 10 : -((8 - (year - 1)) / 10) * 10);
            case CENTURY -> firstOf(year > 0 ? (year + 99) / 100 * 100 - 99 : -((99 - (year - 1)) / 100) * 100 + 1);
            case MILLENNIUM -> firstOf(year > 0 ? (year + 999) / 1000 * 1000 - 999 : -((999 - (year - 1)) / 1000) * 1000 + 1);
            default -> throw new IllegalArgumentException(unit.name());
        };
    }

    private static long firstOf(int year) {
        return CivilTime.timestamp(CivilTime.days(year, 1, 1), 0);
    }

    private static Interval truncate(String name, Interval value) {
        DateTimeUnit unit = unit(name, "interval");
        int months = value.months();
        long micros = value.micros();
        return switch (unit) {
            case MILLENNIUM -> new Interval(months / 12_000 * 12_000, 0, 0);
            case CENTURY -> new Interval(months / 1200 * 1200, 0, 0);
            case DECADE -> new Interval(months / 120 * 120, 0, 0);
            case YEAR -> new Interval(months / 12 * 12, 0, 0);
            case QUARTER -> new Interval(months / 3 * 3, 0, 0);
            case MONTH -> new Interval(months, 0, 0);
            case DAY -> new Interval(months, value.days(), 0);
            case HOUR -> new Interval(months, value.days(), micros / CivilTime.MICROS_PER_HOUR * CivilTime.MICROS_PER_HOUR);
            case MINUTE -> new Interval(months, value.days(), micros / CivilTime.MICROS_PER_MINUTE * CivilTime.MICROS_PER_MINUTE);
            case SECOND -> new Interval(months, value.days(), micros / CivilTime.MICROS_PER_SECOND * CivilTime.MICROS_PER_SECOND);
            case MILLISECONDS -> new Interval(months, value.days(), micros / 1000 * 1000);
            case MICROSECONDS -> value;
            default -> throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, DateTimeUnit.unsupported(name, "interval").error().message())
                    .withDetail("Months usually have fractional weeks.").exception();
        };
    }

    private static long bin(Interval stride, long micros, long origin) {
        if (CivilTime.isInfinite(micros)) return micros;
        if (CivilTime.isInfinite(origin)) throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "origin out of range");
        if (stride.months() != 0) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "timestamps cannot be binned into intervals containing months or years");
        }
        long width;
        try {
            width = Math.addExact(Math.multiplyExact(stride.days(), CivilTime.MICROS_PER_DAY), stride.micros());
        } catch (ArithmeticException e) {
            throw DateTimeMath.intervalOutOfRange();
        }
        if (width <= 0) throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "stride must be greater than zero");
        long distance = micros - origin;
        if (((micros ^ origin) & (micros ^ distance)) < 0) throw DateTimeMath.intervalOutOfRange();
        return CivilTime.checkTimestamp(micros - Math.floorMod(distance, width));
    }
}
