package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Interval;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TimeTz;

/**
 * in_range(value, base, offset, subtract, less): whether value is at most (less) or at least base minus or plus offset. Frames of RANGE with offset are cut by
 * them. Pure.
 */
final class InRangeFunctions {
    private InRangeFunctions() {}

    private interface Test {
        boolean of(Object value, Object base, Object offset, boolean subtract, boolean less);
    }

    static void register(Kernels kernels) {
        for (String types : new String[] {"int8_int8", "int4_int8", "int4_int4", "int4_int2", "int2_int8", "int2_int4", "int2_int2"}) {
            register(kernels, types, (value, base, offset, subtract, less) -> longs((Long) value, (Long) base, (Long) offset, subtract, less));
        }
        for (String types : new String[] {"float8_float8", "float4_float8"}) {
            register(kernels, types, (value, base, offset, subtract, less) -> doubles((Double) value, (Double) base, (Double) offset, subtract, less));
        }
        register(kernels, "numeric_numeric",
                (value, base, offset, subtract, less) -> numerics((Numeric) value, (Numeric) base, (Numeric) offset, subtract, less));
        register(kernels, "timestamp_interval", (value, base, offset, subtract, less) ->
                within((Long) value, DateTimeMath.plus((Long) base, span(offset, subtract)), less));
        register(kernels, "date_interval", (value, base, offset, subtract, less) -> within(DateTimeMath.dateToTimestamp((Long) value),
                DateTimeMath.plus(DateTimeMath.dateToTimestamp((Long) base), span(offset, subtract)), less));
        register(kernels, "time_interval", (value, base, offset, subtract, less) ->
                within((Long) value, (Long) base + micros((Interval) offset, subtract), less));
        register(kernels, "timetz_interval", (value, base, offset, subtract, less) -> {
            TimeTz from = (TimeTz) base;
            TimeTz bound = new TimeTz(from.micros() + micros((Interval) offset, subtract), from.zoneSeconds());
            int order = DatumComparator.compare(PgTypes.TIMETZ, value, bound);
            return less ? order <= 0 : order >= 0;
        });
        register(kernels, "interval_interval", (value, base, offset, subtract, less) -> {
            int order = DatumComparator.compare(PgTypes.INTERVAL, value, DateTimeMath.add((Interval) base, span(offset, subtract)));
            return less ? order <= 0 : order >= 0;
        });
        kernels.scalar("in_range_timestamptz_interval", (context, call, a) -> within((Long) a[0],
                DateTimeMath.plus((Long) a[1], span(a[2], (Boolean) a[3]), context.format().zone()), (Boolean) a[4]));
    }

    private static void register(Kernels kernels, String types, Test test) {
        kernels.scalar("in_range_" + types, (context, call, a) -> test.of(a[0], a[1], a[2], (Boolean) a[3], (Boolean) a[4]));
    }

    private static PgException negative() {
        return new PgException(SqlState.INVALID_PRECEDING_OR_FOLLOWING_SIZE, "invalid preceding or following size in window function");
    }

    private static boolean within(long value, long bound, boolean less) {
        return less ? value <= bound : value >= bound;
    }

    /** The offset, or its opposite; not negative as a whole. */
    private static Interval span(Object offset, boolean subtract) {
        Interval span = (Interval) offset;
        if (DatumComparator.compare(PgTypes.INTERVAL, span, new Interval(0, 0, 0)) < 0) throw negative();
        return subtract ? DateTimeMath.negate(span) : span;
    }

    /** Times of day know no months and days. */
    private static long micros(Interval offset, boolean subtract) {
        if (offset.micros() < 0) throw negative();
        return subtract ? -offset.micros() : offset.micros();
    }

    private static boolean longs(long value, long base, long offset, boolean subtract, boolean less) {
        if (offset < 0) throw negative();
        long bound = subtract ? base - offset : base + offset;
        boolean overflow = subtract ? bound > base : bound < base;
        if (overflow) return subtract != less; // the bound lies beyond all values
        return within(value, bound, less);
    }

    private static boolean doubles(double value, double base, double offset, boolean subtract, boolean less) {
        if (!(offset >= 0)) throw negative();
        if (Double.isNaN(value)) return Double.isNaN(base) || !less;
        if (Double.isNaN(base)) return less;
        if (Double.isInfinite(offset) && Double.isInfinite(base) && base > 0 == subtract) return true;
        double bound = subtract ? base - offset : base + offset;
        return less ? value <= bound : value >= bound;
    }

    private static boolean numerics(Numeric value, Numeric base, Numeric offset, boolean subtract, boolean less) {
        if (offset.isNaN() || offset.signum() < 0) throw negative();
        if (value.isNaN()) return base.isNaN() || !less;
        if (base.isNaN()) return less;
        if (offset.isInfinite() && base.isInfinite() && base.signum() > 0 == subtract) return true;
        int order = value.compareTo(subtract ? base.subtract(offset) : base.add(offset));
        return less ? order <= 0 : order >= 0;
    }
}
