package io.craton.core.type;

import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's btree order of every type that has one; equal means the type's {@code =}. Arguments are datums and not null.
 * Text is ordered by code points (collation C).
 */
public final class DatumComparator {
    private DatumComparator() {}

    public static int compare(PgType type, Object left, Object right) {
        return switch (type.repr()) {
            case BOOL -> Boolean.compare((Boolean) left, (Boolean) right);
            case LONG -> compareLongs(type, (Long) left, (Long) right);
            case DOUBLE -> compareDoubles((Double) left, (Double) right);
            case NUMERIC -> ((Numeric) left).compareTo((Numeric) right);
            case TEXT -> base(type).oid() == TypeOid.BPCHAR ? compareBlankPadded((String) left, (String) right)
                    : Utf8.compare((String) left, (String) right);
            case BYTES -> Arrays.compareUnsigned((byte[]) left, (byte[]) right);
            case OBJECT -> compareObjects(left, right);
        };
    }

    /** The order of a type as a comparator; nulls are the caller's. */
    public static Comparator<Object> of(PgType type) {
        return (left, right) -> compare(type, left, right);
    }

    private static PgType base(PgType type) {
        PgType base = type;
        while (base.kind() == 'd') {
            PgType next = PgTypes.find(base.baseTypeOid());
            if (next == null) break;
            base = next;
        }
        return base;
    }

    /** Order of values whose {@link Repr} is LONG. */
    /** Whether values of a type whose datum is a long come in the order of signed numbers. */
    public static boolean signedLongs(PgType type) {
        return type.kind() == 'b' && switch (type.oid()) {
            case TypeOid.CHAR, TypeOid.XID8, TypeOid.PG_LSN, TypeOid.MACADDR8 -> false;
            default -> true;
        };
    }

    public static int compareLongs(PgType type, long left, long right) {
        return switch (type.oid()) {
            case TypeOid.CHAR -> Long.compare(left & 0xff, right & 0xff);
            case TypeOid.XID8, TypeOid.PG_LSN, TypeOid.MACADDR8 -> Long.compareUnsigned(left, right);
            default -> type.kind() == 'e' ? compareLabels(type, left, right)
                    : type.kind() == 'd' && base(type) != type ? compareLongs(base(type), left, right) : Long.compare(left, right);
        };
    }

    private static int compareLabels(PgType type, long left, long right) {
        if (left == right) return 0;
        float leftOrder = 0;
        float rightOrder = 0;
        for (PgType.EnumLabel label : type.labels()) {
            long oid = label.oid() & 0xffffffffL;
            if (oid == left) leftOrder = label.sortOrder();
            if (oid == right) rightOrder = label.sortOrder();
        }
        return Float.compare(leftOrder, rightOrder);
    }

    /** NaN equals NaN and is greater than everything; the zeros are equal. */
    public static int compareDoubles(double left, double right) {
        if (left < right) return -1;
        if (left > right) return 1;
        if (left == right) return 0;
        return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
    }

    private static int compareBlankPadded(String left, String right) {
        return Utf8.compare(withoutBlanks(left), withoutBlanks(right));
    }

    static String withoutBlanks(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') end--;
        return end == text.length() ? text : text.substring(0, end);
    }

    private static int compareObjects(Object left, Object right) {
        return switch (left) {
            case Interval value -> compareIntervals(value, (Interval) right);
            case TimeTz value -> {
                TimeTz other = (TimeTz) right;
                int order = Long.compare(value.micros() + value.zoneSeconds() * 1_000_000L, other.micros() + other.zoneSeconds() * 1_000_000L);
                yield order != 0 ? order : Integer.compare(value.zoneSeconds(), other.zoneSeconds());
            }
            case UUID value -> {
                int order = Long.compareUnsigned(value.getMostSignificantBits(), ((UUID) right).getMostSignificantBits());
                yield order != 0 ? order : Long.compareUnsigned(value.getLeastSignificantBits(), ((UUID) right).getLeastSignificantBits());
            }
            case Jsonb value -> value.compareTo((Jsonb) right);
            case PgArray value -> compareArrays(value, (PgArray) right);
            case PgRecord value -> compareRecords(value, (PgRecord) right);
            case BitString value -> value.compareTo((BitString) right);
            case Inet value -> value.compareTo((Inet) right);
            case PgRange value -> value.compareTo((PgRange) right);
            case PgMultirange value -> value.compareTo((PgMultirange) right);
            case Tid value -> value.compareTo((Tid) right);
            case String value -> Utf8.compare(value, (String) right);
            default -> throw io.craton.core.error.PgException.notSupported("comparison of " + left.getClass().getSimpleName());
        };
    }

    /** Intervals compare by length, a month being 30 days and a day 24 hours. */
    private static int compareIntervals(Interval left, Interval right) {
        int order = Long.compare(wholeDays(left), wholeDays(right));
        return order != 0 ? order : Long.compare(restMicros(left), restMicros(right));
    }

    static long wholeDays(Interval value) {
        return value.months() * 30L + value.days() + Math.floorDiv(value.micros(), 86_400_000_000L);
    }

    static long restMicros(Interval value) {
        return Math.floorMod(value.micros(), 86_400_000_000L);
    }

    private static int compareArrays(PgArray left, PgArray right) {
        int common = Math.min(left.elements().length, right.elements().length);
        for (int i = 0; i < common; i++) {
            int order = compareNullable(left.elementType(), left.elements()[i], right.elements()[i]);
            if (order != 0) return order;
        }
        int order = Integer.compare(left.elements().length, right.elements().length);
        if (order != 0) return order;
        order = Integer.compare(left.dimensions(), right.dimensions());
        for (int i = 0; order == 0 && i < left.dimensions(); i++) order = Integer.compare(left.sizes()[i], right.sizes()[i]);
        for (int i = 0; order == 0 && i < left.dimensions(); i++) {
            order = Integer.compare(left.lowerBounds()[i], right.lowerBounds()[i]);
        }
        return order;
    }

    private static int compareRecords(PgRecord left, PgRecord right) {
        int common = Math.min(left.values().length, right.values().length);
        for (int i = 0; i < common; i++) {
            PgType type = left.types().get(i);
            if (!type.equals(right.types().get(i))) {
                throw new io.craton.core.error.PgException(io.craton.core.error.SqlState.DATATYPE_MISMATCH,
                        "cannot compare dissimilar column types " + type.name() + " and " + right.types().get(i).name()
                                + " at record column " + (i + 1));
            }
            int order = compareNullable(type, left.values()[i], right.values()[i]);
            if (order != 0) return order;
        }
        if (left.values().length != right.values().length) {
            throw new io.craton.core.error.PgException(io.craton.core.error.SqlState.DATATYPE_MISMATCH,
                    "cannot compare record types with different numbers of columns");
        }
        return 0;
    }

    /** As {@link #compare}, null after everything and equal to null: how arrays, records and sorts see it. */
    public static int compareNullable(PgType type, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) return left == right ? 0 : left == null ? 1 : -1;
        return compare(type, left, right);
    }
}
