package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.type.CivilTime;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import org.jspecify.annotations.Nullable;

/**
 * Between the values of a foreign key's column and those of the column that it refers to, where their types differ: a foreign key may be narrower
 * (integer to numeric or float, date to timestamp), and is compared as the referenced type. Pure.
 */
final class KeyConversion {
    private KeyConversion() {}

    /** The child's value as one of the parent's type. */
    static Object toParent(Object value, PgType child, PgType parent) {
        if (child.oid() == parent.oid()) return value;
        if (child.oid() == TypeOid.DATE && parent.oid() == TypeOid.TIMESTAMP) return timestamp((Long) value);
        if (child.oid() == TypeOid.BPCHAR && parent.repr() == Repr.TEXT) return ((String) value).stripTrailing();
        if (zoned(child) != zoned(parent) || child.oid() == TypeOid.TIMESTAMP && parent.oid() == TypeOid.DATE) {
            throw PgException.notSupported("a foreign key from " + child.name() + " to " + parent.name());
        }
        if (child.repr() == parent.repr()) return value;
        if (parent.repr() == Repr.DOUBLE) return value instanceof Long number ? (Object) (double) number : ((Numeric) value).doubleValue();
        return parent.repr() == Repr.NUMERIC && value instanceof Long number ? Numeric.of(number) : value;
    }

    /** The parent's value as one of the child's type; null when the child's type has no such value. */
    static @Nullable Object toChild(Object value, PgType child, PgType parent) {
        if (child.oid() == parent.oid()) return value;
        if (child.oid() == TypeOid.DATE && parent.oid() == TypeOid.TIMESTAMP) {
            long micros = (Long) value;
            if (CivilTime.isInfinite(micros)) return micros > 0 ? CivilTime.DATE_INFINITY : CivilTime.DATE_MINUS_INFINITY;
            return Math.floorMod(micros, CivilTime.MICROS_PER_DAY) == 0 ? (Object) Math.floorDiv(micros, CivilTime.MICROS_PER_DAY) : null;
        }
        if (child.repr() == parent.repr()) return value;
        if (child.repr() == Repr.LONG && value instanceof Double number) return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? (Object) number.longValue() : null;
        if (child.repr() == Repr.LONG && value instanceof Numeric number) {
            if (!number.isFinite() || number.minScale() > 0 || number.toBigDecimal().precision() > 18) return null;
            return number.toBigDecimal().longValue();
        }
        if (child.repr() == Repr.NUMERIC && value instanceof Double number) return Numeric.ofDouble(number);
        return value;
    }

    private static boolean zoned(PgType type) {
        return type.oid() == TypeOid.TIMESTAMPTZ;
    }

    private static long timestamp(long days) {
        if (CivilTime.isInfiniteDate(days)) return days > 0 ? CivilTime.INFINITY : CivilTime.MINUS_INFINITY;
        return days * CivilTime.MICROS_PER_DAY;
    }
}
