package io.craton.core.type;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A hash consistent with {@link DatumComparator}: equal values have equal hashes. Not PostgreSQL's own hash values; for joins and groups. */
public final class DatumHash {
    private DatumHash() {}

    public static int hash(PgType type, @Nullable Object value) {
        if (value == null) return 0;
        return switch (value) {
            case Long number -> mix(number);
            case String text -> mix((isBlankPadded(type) ? DatumComparator.withoutBlanks(text) : text).hashCode());
            case Double number -> mix(number == 0 ? 0 : Double.doubleToLongBits(number));
            case byte[] bytes -> mix(Arrays.hashCode(bytes));
            case Interval interval -> mix(DatumComparator.wholeDays(interval) * 31 + DatumComparator.restMicros(interval));
            case PgArray array -> {
                int hash = 1;
                for (Object element : array.elements()) hash = hash * 31 + hash(array.elementType(), element);
                yield mix(hash);
            }
            case PgRecord row -> {
                int hash = 1;
                for (int i = 0; i < row.values().length; i++) hash = hash * 31 + hash(row.types().get(i), row.values()[i]);
                yield mix(hash);
            }
            default -> mix(value.hashCode());
        };
    }

    private static boolean isBlankPadded(PgType type) {
        return type.oid() == TypeOid.BPCHAR || type.kind() == 'd' && type.baseTypeOid() == TypeOid.BPCHAR;
    }

    /** Spreads a 64-bit value over 32 bits. */
    public static int mix(long value) {
        long h = value * 0x9E3779B97F4A7C15L;
        h ^= h >>> 32;
        return (int) h;
    }
}
