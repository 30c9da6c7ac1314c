package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.storage.projection.Creation;
import io.craton.storage.txn.TenantLog;
import io.craton.storage.txn.Transaction;

/** Times of a database's past as positions. */
public final class PastTimes {
    private PastTimes() {}

    /** Position of the newest entry that was committed at or before a time; 22023 for one in the future, or before there was the database. */
    public static long position(long micros, long nowMicros, Transaction transaction, FormatContext format) {
        if (micros > nowMicros) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "the time " + print(micros, format) + " is in the future")
                    .withHint("It is " + print(nowMicros, format) + " now.").exception();
        }
        TenantLog log = transaction.log();
        long position = log.positionAt(micros);
        if (position != TenantLog.NOT_YET) return position;
        Creation creation = transaction.creation();
        throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "the time " + print(micros, format) + " is before the creation of the database")
                .withDetail(creation.equals(Creation.NONE) ? "The log begins at " + print(log.beganMicros(), format) + "."
                        : "It was created at " + print(creation.timestampMicros(), format) + ", position " + creation.position() + ".").exception();
    }

    private static String print(long micros, FormatContext format) {
        return TypeCodecs.toText(PgTypes.TIMESTAMPTZ, micros, format);
    }
}
