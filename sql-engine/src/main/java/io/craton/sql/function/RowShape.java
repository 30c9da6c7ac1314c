package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeResolver;
import java.util.List;

/** Whether the row of a function fits the columns that a query names for it. Pure. */
public final class RowShape {
    private RowShape() {}

    /** 42804 unless the values have these types. */
    public static void require(PgRecord row, List<PgType> expected, TypeResolver types) {
        int count = row.types().size();
        if (count != expected.size()) {
            throw mismatch("Returned row contains " + count + (count == 1 ? " attribute" : " attributes")
                    + ", but query expects " + expected.size() + ".");
        }
        for (int i = 0; i < count; i++) {
            if (row.types().get(i).oid() != expected.get(i).oid()) {
                throw mismatch("Returned type " + name(row.types().get(i), types) + " at ordinal position " + (i + 1)
                        + ", but query expects " + name(expected.get(i), types) + ".");
            }
        }
    }

    private static String name(PgType type, TypeResolver types) {
        return TypeNaming.format(type.oid(), TypeNaming.NO_TYPMOD, types, PgType::name);
    }

    private static PgException mismatch(String detail) {
        return PgError.error(SqlState.DATATYPE_MISMATCH, "function return row and query-specified return row do not match")
                .withDetail(detail).exception();
    }
}
