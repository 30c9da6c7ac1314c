package io.craton.core.type;

import org.jspecify.annotations.Nullable;

/** PostgreSQL's range types: what they range over, and their multiranges (pg_range). */
public final class RangeTypes {
    /** Range, its subtype, its multirange. */
    private static final int[][] BUILT_IN = {
        {TypeOid.INT4RANGE, TypeOid.INT4, TypeOid.INT4MULTIRANGE}, {TypeOid.NUMRANGE, TypeOid.NUMERIC, TypeOid.NUMMULTIRANGE},
        {TypeOid.TSRANGE, TypeOid.TIMESTAMP, TypeOid.TSMULTIRANGE}, {TypeOid.TSTZRANGE, TypeOid.TIMESTAMPTZ, TypeOid.TSTZMULTIRANGE},
        {TypeOid.DATERANGE, TypeOid.DATE, TypeOid.DATEMULTIRANGE}, {TypeOid.INT8RANGE, TypeOid.INT8, TypeOid.INT8MULTIRANGE}
    };

    private RangeTypes() {}

    /** What the range type ranges over; null for what is no range type. */
    public static @Nullable PgType subtype(PgType range) {
        for (int[] row : BUILT_IN) if (row[0] == range.oid()) return PgTypes.get(row[1]);
        return null;
    }

    /** The type of a multirange's ranges; null for what is no multirange type. */
    public static @Nullable PgType rangeOf(PgType multirange) {
        for (int[] row : BUILT_IN) if (row[2] == multirange.oid()) return PgTypes.get(row[0]);
        return null;
    }

    /** Oid of the range type's multirange; 0 for what is no range type. */
    public static int multirangeOf(PgType range) {
        for (int[] row : BUILT_IN) if (row[0] == range.oid()) return row[2];
        return 0;
    }
}
