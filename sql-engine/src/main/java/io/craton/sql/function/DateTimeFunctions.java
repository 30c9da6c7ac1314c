package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.Interval;
import io.craton.core.type.IntervalFormat;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TimeZones;
import io.craton.core.type.Zone;
import io.craton.sql.exec.ExecContext;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operators and casts of date, time, timetz, timestamp, timestamptz and interval. The calendar is {@link DateTimeMath}'s. */
final class DateTimeFunctions {
    private static final long DAY = CivilTime.MICROS_PER_DAY;

    private DateTimeFunctions() {}

    static void register(Kernels kernels) {
        dates(kernels);
        timestamps(kernels);
        times(kernels);
        intervals(kernels);
        casts(kernels);
        mixedComparisons(kernels);
    }

    private static Zone zone(ExecContext context) {
        return context.format().zone();
    }

    private static void dates(Kernels kernels) {
        kernels.scalar("date_mi", (context, call, a) -> {
            if (CivilTime.isInfiniteDate((Long) a[0]) || CivilTime.isInfiniteDate((Long) a[1])) {
                throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "cannot subtract infinite dates");
            }
            return (Long) a[0] - (Long) a[1];
        });
        kernels.scalar("date_pli", (context, call, a) -> DateTimeMath.datePlus((Long) a[0], (Long) a[1]));
        kernels.scalar("date_mii", (context, call, a) -> DateTimeMath.datePlus((Long) a[0], -(Long) a[1]));
        kernels.scalar("sql:2550", (context, call, a) -> DateTimeMath.datePlus((Long) a[1], (Long) a[0]));
        kernels.scalar("date_pl_interval",
                (context, call, a) -> DateTimeMath.plus(DateTimeMath.dateToTimestamp((Long) a[0]), (Interval) a[1]));
        kernels.scalar("sql:2546",
                (context, call, a) -> DateTimeMath.plus(DateTimeMath.dateToTimestamp((Long) a[1]), (Interval) a[0]));
        kernels.scalar("date_mi_interval", (context, call, a) ->
                DateTimeMath.plus(DateTimeMath.dateToTimestamp((Long) a[0]), DateTimeMath.negate((Interval) a[1])));
        kernels.scalar("date_finite", (context, call, a) -> !CivilTime.isInfiniteDate((Long) a[0]));
        kernels.scalar("timestamp_finite", (context, call, a) -> !CivilTime.isInfinite((Long) a[0]));
        kernels.scalar("interval_finite", (context, call, a) -> true);
        kernels.scalar("datetime_timestamp", (context, call, a) -> dateTime((Long) a[0], (Long) a[1]));
        kernels.scalar("sql:1296", (context, call, a) -> dateTime((Long) a[1], (Long) a[0]));
        kernels.scalar("datetimetz_timestamptz", (context, call, a) -> dateTimeTz((Long) a[0], (TimeTz) a[1]));
        kernels.scalar("sql:1298", (context, call, a) -> dateTimeTz((Long) a[1], (TimeTz) a[0]));
        kernels.scalar("sql:1176", (context, call, a) -> TimeZones.toInstant(dateTime((Long) a[0], (Long) a[1]), zone(context)));
    }

    private static long dateTime(long date, long time) {
        long start = DateTimeMath.dateToTimestamp(date);
        return CivilTime.isInfinite(start) ? start : CivilTime.checkTimestamp(start + time);
    }

    private static long dateTimeTz(long date, TimeTz time) {
        long start = DateTimeMath.dateToTimestamp(date);
        if (CivilTime.isInfinite(start)) return start;
        return CivilTime.checkTimestamp(start + time.micros() + time.zoneSeconds() * CivilTime.MICROS_PER_SECOND);
    }

    private static void timestamps(Kernels kernels) {
        kernels.scalar("timestamp_mi", (context, call, a) -> DateTimeMath.minus((Long) a[0], (Long) a[1]));
        kernels.scalar("timestamp_pl_interval", (context, call, a) -> DateTimeMath.plus((Long) a[0], (Interval) a[1]));
        kernels.scalar("sql:2548", (context, call, a) -> DateTimeMath.plus((Long) a[1], (Interval) a[0]));
        kernels.scalar("timestamp_mi_interval",
                (context, call, a) -> DateTimeMath.plus((Long) a[0], DateTimeMath.negate((Interval) a[1])));
        kernels.scalar("timestamptz_pl_interval",
                (context, call, a) -> DateTimeMath.plus((Long) a[0], (Interval) a[1], zone(context)));
        kernels.scalar("sql:2549", (context, call, a) -> DateTimeMath.plus((Long) a[1], (Interval) a[0], zone(context)));
        kernels.scalar("timestamptz_mi_interval",
                (context, call, a) -> DateTimeMath.plus((Long) a[0], DateTimeMath.negate((Interval) a[1]), zone(context)));
        kernels.scalar("timestamp_age", (context, call, a) -> DateTimeMath.age((Long) a[0], (Long) a[1]));
        kernels.scalar("timestamptz_age", (context, call, a) ->
                DateTimeMath.age(TimeZones.toLocal((Long) a[0], zone(context)), TimeZones.toLocal((Long) a[1], zone(context))));
        kernels.scalar("sql:2059", (context, call, a) -> DateTimeMath.age(today(context), (Long) a[0]));
        kernels.scalar("sql:1386",
                (context, call, a) -> DateTimeMath.age(today(context), TimeZones.toLocal((Long) a[0], zone(context))));
    }

    /** Local midnight of the current date. */
    private static long today(ExecContext context) {
        long local = TimeZones.toLocal(context.format().nowMicros(), zone(context));
        return Math.floorDiv(local, DAY) * DAY;
    }

    private static void times(Kernels kernels) {
        kernels.scalar("time_mi_time", (context, call, a) -> new Interval(0, 0, (Long) a[0] - (Long) a[1]));
        kernels.scalar("time_pl_interval", (context, call, a) -> Math.floorMod((Long) a[0] + ((Interval) a[1]).micros() % DAY, DAY));
        kernels.scalar("sql:1848", (context, call, a) -> Math.floorMod((Long) a[1] + ((Interval) a[0]).micros() % DAY, DAY));
        kernels.scalar("time_mi_interval", (context, call, a) -> Math.floorMod((Long) a[0] - ((Interval) a[1]).micros() % DAY, DAY));
        kernels.scalar("timetz_pl_interval", (context, call, a) -> shifted((TimeTz) a[0], ((Interval) a[1]).micros() % DAY));
        kernels.scalar("sql:2547", (context, call, a) -> shifted((TimeTz) a[1], ((Interval) a[0]).micros() % DAY));
        kernels.scalar("timetz_mi_interval", (context, call, a) -> shifted((TimeTz) a[0], -(((Interval) a[1]).micros() % DAY)));
    }

    private static TimeTz shifted(TimeTz time, long micros) {
        return new TimeTz(Math.floorMod(time.micros() + micros, DAY), time.zoneSeconds());
    }

    private static void intervals(Kernels kernels) {
        kernels.scalar("interval_um", (context, call, a) -> DateTimeMath.negate((Interval) a[0]));
        kernels.scalar("interval_pl", (context, call, a) -> DateTimeMath.add((Interval) a[0], (Interval) a[1]));
        kernels.scalar("interval_mi", (context, call, a) -> DateTimeMath.subtract((Interval) a[0], (Interval) a[1]));
        kernels.scalar("interval_mul", (context, call, a) -> DateTimeMath.multiply((Interval) a[0], (Double) a[1]));
        kernels.scalar("mul_d_interval", (context, call, a) -> DateTimeMath.multiply((Interval) a[1], (Double) a[0]));
        kernels.scalar("interval_div", (context, call, a) -> DateTimeMath.divide((Interval) a[0], (Double) a[1]));
        kernels.scalar("interval_justify_hours", (context, call, a) -> DateTimeMath.justifyHours((Interval) a[0]));
        kernels.scalar("interval_justify_days", (context, call, a) -> DateTimeMath.justifyDays((Interval) a[0]));
        kernels.scalar("interval_justify_interval", (context, call, a) -> DateTimeMath.justifyInterval((Interval) a[0]));
    }

    // ---- casts ---------------------------------------------------------------------------------------------------

    private static void casts(Kernels kernels) {
        one(kernels, "date_timestamp", DateTimeMath::dateToTimestamp);
        kernels.scalar("date_timestamptz", (context, call, a) -> dateToInstant((Long) a[0], zone(context)));
        one(kernels, "timestamp_date", DateTimeMath::timestampToDate);
        kernels.scalar("timestamptz_date",
                (context, call, a) -> DateTimeMath.timestampToDate(TimeZones.toLocal((Long) a[0], zone(context))));
        kernels.scalar("timestamp_timestamptz", (context, call, a) -> TimeZones.toInstant((Long) a[0], zone(context)));
        kernels.scalar("timestamptz_timestamp", (context, call, a) -> TimeZones.toLocal((Long) a[0], zone(context)));
        kernels.scalar("timestamp_time",
                (context, call, a) -> CivilTime.isInfinite((Long) a[0]) ? null : Math.floorMod((Long) a[0], DAY));
        kernels.scalar("timestamptz_time", (context, call, a) -> CivilTime.isInfinite((Long) a[0]) ? null
                : Math.floorMod(TimeZones.toLocal((Long) a[0], zone(context)), DAY));
        kernels.scalar("timestamptz_timetz", (context, call, a) -> toTimeTz((Long) a[0], zone(context)));
        kernels.scalar("time_interval", (context, call, a) -> new Interval(0, 0, (Long) a[0]));
        kernels.scalar("interval_time", (context, call, a) -> Math.floorMod(((Interval) a[0]).micros(), DAY));
        kernels.scalar("timetz_time", (context, call, a) -> ((TimeTz) a[0]).micros());
        kernels.scalar("time_timetz", (context, call, a) ->
                new TimeTz((Long) a[0], -zone(context).offsetOfLocal(today(context) + (Long) a[0])));
        kernels.scalar("time_scale", (context, call, a) -> CivilTime.rounded((Long) a[0], precision(a[1])));
        kernels.scalar("timetz_scale", (context, call, a) ->
                new TimeTz(CivilTime.rounded(((TimeTz) a[0]).micros(), precision(a[1])), ((TimeTz) a[0]).zoneSeconds()));
        ScalarKernel scale = (context, call, a) -> CivilTime.isInfinite((Long) a[0]) ? a[0] : CivilTime.rounded((Long) a[0], precision(a[1]));
        kernels.scalar("timestamp_scale", scale);
        kernels.scalar("timestamptz_scale", scale);
        kernels.scalar("interval_scale", (context, call, a) -> IntervalFormat.applyTypmod((Interval) a[0], (int) (long) (Long) a[1]));
    }

    private static void one(Kernels kernels, String name, LongUnaryOperator operator) {
        kernels.scalar(name, (context, call, a) -> operator.applyAsLong((Long) a[0]));
    }

    static long dateToInstant(long date, Zone zone) {
        long local = DateTimeMath.dateToTimestamp(date);
        if (CivilTime.isInfinite(local)) return local;
        long micros = local - zone.offsetOfLocal(local) * CivilTime.MICROS_PER_SECOND;
        if (micros < CivilTime.TIMESTAMP_MIN || micros >= CivilTime.TIMESTAMP_END) {
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range for timestamp");
        }
        return micros;
    }

    private static @Nullable Object toTimeTz(long micros, Zone zone) {
        if (CivilTime.isInfinite(micros)) return null;
        return new TimeTz(Math.floorMod(TimeZones.toLocal(micros, zone), DAY), -zone.offsetAt(micros));
    }

    private static int precision(@Nullable Object typmod) {
        return (int) (long) (Long) typmod;
    }

    // ---- comparisons between types -------------------------------------------------------------------------------

    private static void mixedComparisons(Kernels kernels) {
        for (String suffix : new String[] {"lt", "le", "eq", "ne", "ge", "gt", "cmp"}) {
            mixed(kernels, "date", suffix, "timestamp", (context, x, y) -> dateAgainst(x, y));
            mixed(kernels, "timestamp", suffix, "date", (context, x, y) -> -dateAgainst(y, x));
            mixed(kernels, "date", suffix, "timestamptz", (context, x, y) -> dateAgainst(x, y, zone(context)));
            mixed(kernels, "timestamptz", suffix, "date", (context, x, y) -> -dateAgainst(y, x, zone(context)));
            mixed(kernels, "timestamp", suffix, "timestamptz", (context, x, y) -> Long.compare(instantOf(x, zone(context)), y));
            mixed(kernels, "timestamptz", suffix, "timestamp", (context, x, y) -> Long.compare(x, instantOf(y, zone(context))));
        }
    }

    @FunctionalInterface
    private interface ZonedOrder {
        int compare(ExecContext context, long left, long right);
    }

    private static void mixed(Kernels kernels, String left, String suffix, String right, ZonedOrder order) {
        kernels.scalar(left + "_" + suffix + "_" + right, (context, call, a) -> {
            int result = order.compare(context, (Long) a[0], (Long) a[1]);
            return switch (suffix) {
                case "lt" -> result < 0;
                case "le" -> result <= 0;
                case "eq" -> result == 0;
                case "ne" -> result != 0;
                case "ge" -> result >= 0;
                case "gt" -> result > 0;
                default -> (long) Integer.signum(result);
            };
        });
    }

    /** A date too late for a timestamp is after all of them but infinity. */
    private static int dateAgainst(long date, long micros) {
        if (!CivilTime.isInfiniteDate(date) && date >= CivilTime.TIMESTAMP_END / DAY) return micros == CivilTime.INFINITY ? -1 : 1;
        return Long.compare(DateTimeMath.dateToTimestamp(date), micros);
    }

    private static int dateAgainst(long date, long micros, Zone zone) {
        if (!CivilTime.isInfiniteDate(date) && date >= CivilTime.TIMESTAMP_END / DAY) return micros == CivilTime.INFINITY ? -1 : 1;
        return Long.compare(instantOf(DateTimeMath.dateToTimestamp(date), zone), micros);
    }

    private static long instantOf(long local, Zone zone) {
        return CivilTime.isInfinite(local) ? local : local - zone.offsetOfLocal(local) * CivilTime.MICROS_PER_SECOND;
    }
}
