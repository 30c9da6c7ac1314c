package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import org.jspecify.annotations.Nullable;

/** The built-in range types: what they range over and their multiranges (pg_range). */
final class Ranges {
    /** Range, its subtype, its multirange. */
    private static final int[][] BUILTIN = {
        {3904, 23, 4451}, {3906, 1700, 4532}, {3908, 1114, 4533}, {3910, 1184, 4534}, {3912, 1082, 4535}, {3926, 20, 4536}
    };

    private Ranges() {}

    static @Nullable PgType subtype(PgType range, CatalogView catalog) {
        for (int[] row : BUILTIN) if (row[0] == range.oid()) return catalog.type(row[1]);
        return null;
    }

    static @Nullable PgType rangeOf(PgType multirange, CatalogView catalog) {
        for (int[] row : BUILTIN) if (row[2] == multirange.oid()) return catalog.type(row[0]);
        return null;
    }

    static int multirangeOf(PgType range) {
        for (int[] row : BUILTIN) if (row[0] == range.oid()) return row[2];
        return 0;
    }
}
