package io.craton.sql.procedure;

import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import org.jspecify.annotations.Nullable;

/** Bytes that a value of a variable counts for: small ones count nothing, so that loops over numbers pay nothing. */
final class Footprint {
    private static final int SMALL = 4096;

    private Footprint() {}

    static long of(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length() < SMALL ? 0 : text.length();
            case byte[] bytes -> bytes.length < SMALL ? 0 : bytes.length;
            case PgArray array -> array.elements().length < SMALL / 16 ? 0 : 24L * array.elements().length;
            case PgRecord record -> {
                long sum = 0;
                for (Object each : record.values()) sum += of(each);
                yield sum;
            }
            case null, default -> 0;
        };
    }
}
