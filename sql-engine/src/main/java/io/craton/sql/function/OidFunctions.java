package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Numeric;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Transaction ids, pg_lsn and money. */
final class OidFunctions {
    private OidFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("xid8toxid", (context, call, a) -> (Long) a[0] & 0xffffffffL);
        kernels.scalar("pg_lsn_mi", (context, call, a) -> unsigned((Long) a[0]).subtract(unsigned((Long) a[1])));
        kernels.scalar("pg_lsn_pli", (context, call, a) -> moved((Long) a[0], (Numeric) a[1], false));
        kernels.scalar("sql:5023", (context, call, a) -> moved((Long) a[1], (Numeric) a[0], false));
        kernels.scalar("pg_lsn_mii", (context, call, a) -> moved((Long) a[0], (Numeric) a[1], true));
        kernels.scalar("numeric_pg_lsn", (context, call, a) -> toLsn((Numeric) a[0]));
    }

    private static Numeric unsigned(long value) {
        return Numeric.of(new BigInteger(Long.toUnsignedString(value)));
    }

    private static Long moved(long lsn, Numeric bytes, boolean back) {
        if (bytes.isNaN()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot " + (back ? "subtract NaN from" : "add NaN to") + " pg_lsn");
        }
        Numeric base = unsigned(lsn);
        return toLsn(back ? base.subtract(bytes) : base.add(bytes));
    }

    private static Long toLsn(Numeric value) {
        if (!value.isFinite()) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "cannot convert " + (value.isNaN() ? "NaN" : "infinity") + " to pg_lsn");
        }
        BigInteger whole = value.round(0).toBigDecimal().toBigInteger();
        if (whole.signum() < 0 || whole.bitLength() > 64) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "pg_lsn out of range");
        return whole.longValue();
    }

}
