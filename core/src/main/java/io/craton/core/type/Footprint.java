package io.craton.core.type;

import org.jspecify.annotations.Nullable;

/** Bytes that a value which is kept counts for: small ones count nothing, so that loops over numbers pay nothing. */
public final class Footprint {
    private static final int SMALL = 4096;

    private Footprint() {}

    public static long of(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length() < SMALL ? 0 : text.length();
            case byte[] bytes -> bytes.length < SMALL ? 0 : bytes.length;
            case PgArray array -> (array.elements().length < SMALL / 16 ? 0 : 24L * array.elements().length) + parts(array.elements());
            case PgRecord record -> {
                long sum = 0;
                for (Object each : record.values()) sum += of(each);
                yield sum;
            }
            case null, default -> 0;
        };
    }

    /** All elements are of one type: where one has no size, none has. */
    private static long parts(@Nullable Object[] elements) {
        long sum = 0;
        for (Object each : elements) {
            if (each != null && !(each instanceof String || each instanceof byte[] || each instanceof PgRecord)) return 0;
            sum += of(each);
        }
        return sum;
    }
}
