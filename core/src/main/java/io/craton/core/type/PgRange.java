package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import org.jspecify.annotations.Nullable;

/**
 * A range, in its canonical form: of whole numbers and dates the lower bound is in it and the upper is not; a bound that is null is infinite and not in it. Immutable.
 *
 * @param subtype type of the bounds
 * @param empty holds nothing; then it has no bounds
 */
public record PgRange(PgType subtype, boolean empty, @Nullable Object lower, boolean lowerInclusive, @Nullable Object upper, boolean upperInclusive)
        implements Comparable<PgRange> {
    /** One end, as it compares with others. */
    public record Bound(PgType subtype, @Nullable Object value, boolean inclusive, boolean lower) implements Comparable<Bound> {
        @Override
        public int compareTo(Bound other) {
            if (value == null || other.value == null) {
                if (value == null && other.value == null) return lower == other.lower ? 0 : lower ? -1 : 1;
                return value == null ? lower ? -1 : 1 : other.lower ? 1 : -1;
            }
            int order = DatumComparator.compare(subtype, value, other.value);
            return order != 0 ? order : Integer.compare(side(), other.side());
        }

        /** Where it lies beside its value: just before, at it, just behind. */
        private int side() {
            return inclusive ? 0 : lower ? 1 : -1;
        }

        /** Whether what ends here goes on, without gap or overlap, where the other begins. */
        public boolean meets(Bound other) {
            return value != null && other.value != null && inclusive != other.inclusive && DatumComparator.compare(subtype, value, other.value) == 0;
        }
    }

    public static PgRange empty(PgType subtype) {
        return new PgRange(subtype, true, null, false, null, false);
    }

    /** 22000 when the bounds are the wrong way round. */
    public static PgRange of(PgType subtype, @Nullable Object lower, boolean lowerInclusive, @Nullable Object upper, boolean upperInclusive) {
        Object from = lower;
        Object to = upper;
        boolean fromInclusive = lowerInclusive && lower != null;
        boolean toInclusive = upperInclusive && upper != null;
        if (from != null && to != null) {
            int order = DatumComparator.compare(subtype, from, to);
            if (order > 0) throw new PgException(SqlState.DATA_EXCEPTION, "range lower bound must be less than or equal to range upper bound");
            if (order == 0 && !(fromInclusive && toInclusive)) return empty(subtype);
        }
        if (isDiscrete(subtype)) {
            if (from != null && !fromInclusive && !isInfiniteDate(subtype, from)) {
                from = next(subtype, (Long) from);
                fromInclusive = true;
            }
            if (to != null && toInclusive && !isInfiniteDate(subtype, to)) {
                to = next(subtype, (Long) to);
                toInclusive = false;
            }
            if (from != null && to != null && DatumComparator.compare(subtype, from, to) == 0 && !(fromInclusive && toInclusive)) return empty(subtype);
        }
        return new PgRange(subtype, false, from, fromInclusive, to, toInclusive);
    }

    /** Of two bounds; empty when they are the wrong way round. */
    public static PgRange between(Bound lower, Bound upper) {
        if (lower.value != null && upper.value != null && DatumComparator.compare(lower.subtype, lower.value, upper.value) > 0) return empty(lower.subtype);
        return of(lower.subtype, lower.value, lower.inclusive, upper.value, upper.inclusive);
    }

    private static boolean isDiscrete(PgType subtype) {
        return subtype.oid() == TypeOid.INT4 || subtype.oid() == TypeOid.INT8 || subtype.oid() == TypeOid.DATE;
    }

    private static boolean isInfiniteDate(PgType subtype, Object value) {
        return subtype.oid() == TypeOid.DATE && CivilTime.isInfiniteDate((Long) value);
    }

    private static Long next(PgType subtype, long value) {
        switch (subtype.oid()) {
            case TypeOid.INT4 -> {
                if (value == Integer.MAX_VALUE) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "integer out of range");
            }
            case TypeOid.INT8 -> {
                if (value == Long.MAX_VALUE) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "bigint out of range");
            }
            default -> {
                if (value + 1 >= CivilTime.DATE_END) throw new PgException(SqlState.DATETIME_VALUE_OUT_OF_RANGE, "date out of range");
            }
        }
        return value + 1;
    }

    public Bound lowerBound() {
        return new Bound(subtype, lower, lowerInclusive, true);
    }

    public Bound upperBound() {
        return new Bound(subtype, upper, upperInclusive, false);
    }

    public boolean contains(Object value) {
        if (empty) return false;
        Bound point = new Bound(subtype, value, true, true);
        return lowerBound().compareTo(point) <= 0 && upperBound().compareTo(point) >= 0;
    }

    public boolean contains(PgRange other) {
        return other.empty || !empty && lowerBound().compareTo(other.lowerBound()) <= 0 && upperBound().compareTo(other.upperBound()) >= 0;
    }

    public boolean overlaps(PgRange other) {
        return !empty && !other.empty && lowerBound().compareTo(other.upperBound()) <= 0 && other.lowerBound().compareTo(upperBound()) <= 0;
    }

    public boolean adjacent(PgRange other) {
        return !empty && !other.empty && (upperBound().meets(other.lowerBound()) || other.upperBound().meets(lowerBound()));
    }

    public PgRange intersect(PgRange other) {
        if (!overlaps(other)) return empty(subtype);
        return between(max(lowerBound(), other.lowerBound()), min(upperBound(), other.upperBound()));
    }

    /** The smallest range that holds both. */
    public PgRange merge(PgRange other) {
        if (empty) return other;
        if (other.empty) return this;
        return between(min(lowerBound(), other.lowerBound()), max(upperBound(), other.upperBound()));
    }

    private static Bound min(Bound a, Bound b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Bound max(Bound a, Bound b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Everything before this bound of another range, which begins where this one ends. */
    static Bound opposite(Bound bound) {
        return new Bound(bound.subtype, bound.value, !bound.inclusive && bound.value != null, !bound.lower);
    }

    /** An empty range is less than any other. */
    @Override
    public int compareTo(PgRange other) {
        if (empty || other.empty) return Boolean.compare(!empty, !other.empty);
        int order = lowerBound().compareTo(other.lowerBound());
        return order != 0 ? order : upperBound().compareTo(other.upperBound());
    }
}
