package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.ScalarKernel;
import org.jspecify.annotations.Nullable;

/**
 * in_range of numbers for frames of RANGE with offset, where no kernel of the function itself exists: (value, base, offset, subtract, less) says whether value is
 * at most (less) or at least base minus or plus offset. Stateless.
 */
public final class InRange {
    private InRange() {}

    /** Null for types that need calendar arithmetic. */
    public static @Nullable ScalarKernel of(PgType key, PgType offset) {
        if (key.repr() != offset.repr()) return null;
        return switch (key.repr()) {
            case LONG -> integer(key) && integer(offset) ? (context, call, a) -> longs((Long) a[0], (Long) a[1], (Long) a[2], (Boolean) a[3],
                    (Boolean) a[4]) : null;
            case DOUBLE -> (context, call, a) -> doubles((Double) a[0], (Double) a[1], (Double) a[2], (Boolean) a[3], (Boolean) a[4]);
            case NUMERIC -> (context, call, a) -> numerics((Numeric) a[0], (Numeric) a[1], (Numeric) a[2], (Boolean) a[3], (Boolean) a[4]);
            default -> null;
        };
    }

    private static boolean integer(PgType type) {
        return type.repr() == Repr.LONG && (type.oid() == TypeOid.INT2 || type.oid() == TypeOid.INT4 || type.oid() == TypeOid.INT8);
    }

    private static PgException negative() {
        return new PgException(SqlState.INVALID_PRECEDING_OR_FOLLOWING_SIZE, "invalid preceding or following size in window function");
    }

    private static boolean longs(long value, long base, long offset, boolean subtract, boolean less) {
        if (offset < 0) throw negative();
        long bound = subtract ? base - offset : base + offset;
        boolean overflow = subtract ? bound > base : bound < base;
        if (overflow) return subtract != less; // the bound lies beyond all values
        return less ? value <= bound : value >= bound;
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
        int sign = value.compareTo(subtract ? base.subtract(offset) : base.add(offset));
        return less ? sign <= 0 : sign >= 0;
    }
}
