package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.CivilTime;
import io.craton.core.type.Interval;
import io.craton.core.type.IntervalFormat;
import io.craton.core.type.TimeTz;
import io.craton.core.type.TimeZones;
import io.craton.core.type.Zone;
import io.craton.sql.exec.ExecContext;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Functions that make dates and times: make_date and the like, the clocks, AT TIME ZONE, to_timestamp, series, OVERLAPS. */
final class DateTimeMakers {
    private DateTimeMakers() {}

    static void register(Kernels kernels) {
        makers(kernels);
        clocks(kernels);
        zones(kernels);
        overlaps(kernels);
        kernels.set("generate_series_timestamp", (context, call, a) ->
                series((Long) a[0], (Long) a[1], (Interval) a[2], value -> DateTimeMath.plus(value, (Interval) a[2])));
        kernels.set("generate_series_timestamptz", (context, call, a) -> {
            Zone zone = context.format().zone();
            return series((Long) a[0], (Long) a[1], (Interval) a[2], value -> DateTimeMath.plus(value, (Interval) a[2], zone));
        });
    }

    private static int integer(@Nullable Object value) {
        return (int) (long) (Long) value;
    }

    // ---- makers --------------------------------------------------------------------------------------------------

    private static void makers(Kernels kernels) {
        kernels.scalar("make_date", (context, call, a) -> makeDate(integer(a[0]), integer(a[1]), integer(a[2])));
        kernels.scalar("make_time", (context, call, a) -> makeTime(integer(a[0]), integer(a[1]), (Double) a[2]));
        kernels.scalar("make_timestamp", (context, call, a) -> makeTimestamp(a));
        kernels.scalar("make_timestamptz", (context, call, a) -> TimeZones.toInstant(makeTimestamp(a), context.format().zone()));
        kernels.scalar("make_timestamptz_at_timezone",
                (context, call, a) -> TimeZones.toInstant(makeTimestamp(a), namedZone((String) a[6])));
        kernels.scalar("make_interval", (context, call, a) -> makeInterval(a));
        kernels.scalar("float8_timestamptz", (context, call, a) -> ofEpoch((Double) a[0]));
    }

    private static long makeDate(int year, int month, int day) {
        long civilYear = year < 0 ? year + 1L : year;
        boolean valid = year != 0 && month >= 1 && month <= 12 && day >= 1 && day <= CivilTime.daysInMonth(civilYear, month);
        if (!valid) throw dateField(year, month, day);
        long days = CivilTime.days(civilYear, month, day);
        if (days < CivilTime.DATE_MIN || days >= CivilTime.DATE_END) {
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, String.format(Locale.ROOT, "date out of range: %d-%02d-%02d", year, month, day));
        }
        return days;
    }

    private static PgException dateField(int year, int month, int day) {
        return new PgException(SqlState.DATETIME_FIELD_OVERFLOW,
                String.format(Locale.ROOT, "date field value out of range: %d-%02d-%02d", year, month, day));
    }

    private static long makeTime(int hour, int minute, double second) {
        double micros = Math.rint(second * 1_000_000);
        boolean valid = hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 && micros >= 0 && micros <= 60_000_000
                && !(hour == 24 && (minute > 0 || micros > 0));
        long result = valid ? hour * CivilTime.MICROS_PER_HOUR + minute * CivilTime.MICROS_PER_MINUTE + (long) micros : 0;
        if (!valid || result > CivilTime.MICROS_PER_DAY) {
            String shown = second == Math.rint(second) && Math.abs(second) < 1e6 ? String.format(Locale.ROOT, "%02d", (long) second) : Double.toString(second);
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW,
                    String.format(Locale.ROOT, "time field value out of range: %d:%02d:%s", hour, minute, shown));
        }
        return result;
    }

    private static long makeTimestamp(@Nullable Object[] a) {
        long days = makeDate(integer(a[0]), integer(a[1]), integer(a[2]));
        return CivilTime.timestamp(days, makeTime(integer(a[3]), integer(a[4]), (Double) a[5]));
    }

    private static Interval makeInterval(@Nullable Object[] a) {
        double seconds = (Double) a[6];
        if (Double.isNaN(seconds) || Double.isInfinite(seconds)) throw DateTimeMath.intervalOutOfRange();
        double micros = Math.rint(seconds * 1_000_000);
        if (!(micros >= Long.MIN_VALUE && micros < -(double) Long.MIN_VALUE)) throw DateTimeMath.intervalOutOfRange();
        long time = integer(a[4]) * CivilTime.MICROS_PER_HOUR + integer(a[5]) * CivilTime.MICROS_PER_MINUTE;
        return DateTimeMath.make(integer(a[0]) * 12L + integer(a[1]), integer(a[2]) * 7L + integer(a[3]), time + (long) micros);
    }

    private static long ofEpoch(double seconds) {
        if (Double.isNaN(seconds)) throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp cannot be NaN");
        if (Double.isInfinite(seconds)) return seconds > 0 ? CivilTime.INFINITY : CivilTime.MINUS_INFINITY;
        double micros = Math.rint((seconds - CivilTime.EPOCH_SECONDS) * 1_000_000);
        if (!(micros >= CivilTime.TIMESTAMP_MIN && micros < CivilTime.TIMESTAMP_END)) {
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "timestamp out of range: \"" + seconds + "\"");
        }
        return (long) micros;
    }

    // ---- clocks --------------------------------------------------------------------------------------------------

    private static void clocks(Kernels kernels) {
        kernels.scalar("now", (context, call, a) -> context.transaction().startMicros());
        kernels.scalar("statement_timestamp", (context, call, a) -> context.statementMicros());
        kernels.scalar("clock_timestamp", (context, call, a) -> clock());
        kernels.scalar("timeofday", (context, call, a) -> timeOfDay(context));
    }

    private static long clock() {
        Instant now = Instant.now();
        return (now.getEpochSecond() - CivilTime.EPOCH_SECONDS) * CivilTime.MICROS_PER_SECOND + now.getNano() / 1000;
    }

    private static String timeOfDay(ExecContext context) {
        long micros = clock();
        Zone zone = context.format().zone();
        long local = TimeZones.toLocal(micros, zone);
        CivilTime civil = CivilTime.ofMicros(local);
        String[] days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        String[] months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        return String.format(Locale.ROOT, "%s %s %02d %02d:%02d:%02d.%06d %d %s", days[CivilTime.dayOfWeek(civil.toDays())],
                months[civil.month() - 1], civil.day(), civil.hour(), civil.minute(), civil.second(), civil.fraction(), civil.year(),
                zone.abbreviationAt(micros));
    }

    // ---- AT TIME ZONE --------------------------------------------------------------------------------------------

    private static void zones(Kernels kernels) {
        kernels.scalar("timestamp_zone", (context, call, a) ->
                CivilTime.isInfinite((Long) a[1]) ? a[1] : (Object) TimeZones.toInstant((Long) a[1], TimeZones.require((String) a[0])));
        kernels.scalar("timestamptz_zone", (context, call, a) ->
                CivilTime.isInfinite((Long) a[1]) ? a[1] : (Object) TimeZones.toLocal((Long) a[1], TimeZones.require((String) a[0])));
        kernels.scalar("timestamp_izone", (context, call, a) ->
                CivilTime.isInfinite((Long) a[1]) ? a[1] : (Object) TimeZones.toInstant((Long) a[1], offset((Interval) a[0])));
        kernels.scalar("timestamptz_izone", (context, call, a) ->
                CivilTime.isInfinite((Long) a[1]) ? a[1] : (Object) TimeZones.toLocal((Long) a[1], offset((Interval) a[0])));
        kernels.scalar("timetz_zone", (context, call, a) -> {
            int seconds = TimeZones.require((String) a[0]).offsetAt(context.format().nowMicros());
            return moved((TimeTz) a[1], seconds);
        });
        kernels.scalar("timetz_izone", (context, call, a) -> moved((TimeTz) a[1], offset((Interval) a[0]).offsetAt(0)));
    }

    private static Zone namedZone(String name) {
        if (!name.isEmpty() && (name.charAt(0) == '+' || name.charAt(0) == '-')) {
            Integer seconds = TimeZones.numeric(name);
            if (seconds != null && seconds == TimeZones.OUT_OF_RANGE) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "numeric time zone \"" + name + "\" out of range");
            }
            if (seconds != null) return Zone.ofOffset(seconds);
        }
        if (!name.isEmpty() && Character.isDigit(name.charAt(0))) {
            throw new PgException(PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid input syntax for type numeric time zone: \"" + name + "\"")
                    .withHint("Numeric time zones must have \"-\" or \"+\" as first character."));
        }
        return TimeZones.require(name);
    }

    private static Zone offset(Interval span) {
        if (span.months() != 0 || span.days() != 0) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "interval time zone \"" + IntervalFormat.format(span, "postgres") + "\" must not include months or days");
        }
        long seconds = span.micros() / CivilTime.MICROS_PER_SECOND;
        if (Math.abs(seconds) > 18 * 3600) {
            throw new PgException(SqlState.INVALID_TIME_ZONE_DISPLACEMENT_VALUE, "time zone displacement out of range");
        }
        return Zone.ofOffset((int) seconds);
    }

    /** The same moment with another offset east of UTC. */
    private static TimeTz moved(TimeTz time, int seconds) {
        long micros = time.micros() + (time.zoneSeconds() + seconds) * CivilTime.MICROS_PER_SECOND;
        return new TimeTz(Math.floorMod(micros, CivilTime.MICROS_PER_DAY), -seconds);
    }

    // ---- series and OVERLAPS -------------------------------------------------------------------------------------

    private static Iterator<@Nullable Object[]> series(long start, long stop, Interval step, LongUnaryOperator next) {
        int sign = DateTimeMath.sign(step);
        if (sign == 0) throw SeriesFunctions.zeroStep();
        return new Iterator<>() {
            private long value = start;

            @Override
            public boolean hasNext() {
                return sign > 0 ? value <= stop : value >= stop;
            }

            @Override
            public @Nullable Object[] next() {
                if (!hasNext()) throw new NoSuchElementException();
                long current = value;
                value = next.applyAsLong(current);
                return new Object[] {current};
            }
        };
    }

    private static void overlaps(Kernels kernels) {
        ScalarKernel longs = (context, call, a) -> overlap((Long) a[0], (Long) a[1], (Long) a[2], (Long) a[3]);
        kernels.scalar("overlaps_time", longs);
        kernels.scalar("overlaps_timestamp", longs);
        kernels.scalar("overlaps_timetz", (context, call, a) -> overlap(utc(a[0]), utc(a[1]), utc(a[2]), utc(a[3])));
        ends(kernels, 1305, 1307, 1306, true);
        ends(kernels, 2042, 2044, 2043, false);
        kernels.scalar("sql:1309", (context, call, a) -> overlap((Long) a[0], timeEnd(a[0], a[1]), (Long) a[2], timeEnd(a[2], a[3])));
        kernels.scalar("sql:1311", (context, call, a) -> overlap((Long) a[0], timeEnd(a[0], a[1]), (Long) a[2], (Long) a[3]));
        kernels.scalar("sql:1310", (context, call, a) -> overlap((Long) a[0], (Long) a[1], (Long) a[2], timeEnd(a[2], a[3])));
    }

    /** The variants of timestamps whose ends are given as intervals: both, the first, the second. */
    private static void ends(Kernels kernels, int both, int first, int second, boolean zoned) {
        kernels.scalar("sql:" + both, (context, call, a) ->
                overlap((Long) a[0], end(context, zoned, a[0], a[1]), (Long) a[2], end(context, zoned, a[2], a[3])));
        kernels.scalar("sql:" + first,
                (context, call, a) -> overlap((Long) a[0], end(context, zoned, a[0], a[1]), (Long) a[2], (Long) a[3]));
        kernels.scalar("sql:" + second,
                (context, call, a) -> overlap((Long) a[0], (Long) a[1], (Long) a[2], end(context, zoned, a[2], a[3])));
    }

    private static @Nullable Long end(ExecContext context, boolean zoned, @Nullable Object start, @Nullable Object span) {
        if (start == null || span == null) return null;
        return zoned ? DateTimeMath.plus((Long) start, (Interval) span, context.format().zone())
                : DateTimeMath.plus((Long) start, (Interval) span);
    }

    private static @Nullable Long timeEnd(@Nullable Object start, @Nullable Object span) {
        if (start == null || span == null) return null;
        return Math.floorMod((Long) start + ((Interval) span).micros() % CivilTime.MICROS_PER_DAY, CivilTime.MICROS_PER_DAY);
    }

    private static @Nullable Long utc(@Nullable Object value) {
        return value instanceof TimeTz time ? time.micros() + time.zoneSeconds() * CivilTime.MICROS_PER_SECOND : null;
    }

    private static @Nullable Object overlap(@Nullable Long start1, @Nullable Long end1, @Nullable Long start2, @Nullable Long end2) {
        Long from1 = first(start1, end1);
        Long to1 = last(start1, end1);
        Long from2 = first(start2, end2);
        Long to2 = last(start2, end2);
        if (from1 == null || from2 == null) return null;
        int order = from1.compareTo(from2);
        if (order == 0) return to1 == null || to2 == null ? null : (Object) true;
        Long inner = order > 0 ? from1 : from2;
        Long outerEnd = order > 0 ? to2 : to1;
        Long innerEnd = order > 0 ? to1 : to2;
        if (outerEnd == null) return null;
        if (inner < outerEnd) return true;
        return innerEnd == null ? null : (Object) false;
    }

    /** The lesser end, or the one that is known. */
    private static @Nullable Long first(@Nullable Long start, @Nullable Long end) {
        if (start == null) return end;
        return end == null || start <= end ? start : end;
    }

    private static @Nullable Long last(@Nullable Long start, @Nullable Long end) {
        if (start == null || end == null) return null;
        return start <= end ? end : start;
    }
}
