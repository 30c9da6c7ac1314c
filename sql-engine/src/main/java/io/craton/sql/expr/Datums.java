package io.craton.sql.expr;

import io.craton.core.type.Interval;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Facts about datums that hashing, grouping and sorting need. */
public final class Datums {
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private Datums() {}

    /** An object that equals that of another datum of the type exactly when the type's = says so. Null stays null. */
    public static @Nullable Object key(PgType type, @Nullable Object datum) {
        return switch (datum) {
            case null -> null;
            case Double number -> number == 0 ? (Object) 0.0 : number;
            case String text when type.oid() == TypeOid.BPCHAR -> trimBlanks(text);
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            case Interval interval -> span(interval);
            case PgArray array -> arrayKey(array);
            case PgRecord record -> recordKey(record);
            default -> datum;
        };
    }

    private record Span(long days, long micros) {}

    private static Span span(Interval interval) {
        long days = interval.months() * 30L + interval.days() + Math.floorDiv(interval.micros(), MICROS_PER_DAY);
        return new Span(days, Math.floorMod(interval.micros(), MICROS_PER_DAY));
    }

    private static Object arrayKey(PgArray array) {
        List<Object> key = new ArrayList<>();
        key.add(Arrays.hashCode(array.sizes()));
        for (int size : array.sizes()) key.add(size);
        for (int bound : array.lowerBounds()) key.add(bound);
        for (Object element : array.elements()) key.add(key(array.elementType(), element));
        return key;
    }

    private static Object recordKey(PgRecord record) {
        List<Object> key = new ArrayList<>();
        for (int i = 0; i < record.values().length; i++) key.add(key(record.types().get(i), record.values()[i]));
        return key;
    }

    public static String trimBlanks(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') end--;
        return end == text.length() ? text : text.substring(0, end);
    }

    /** Order of valid Unicode by code points, which is that of UTF-8 bytes. */
    public static int compareText(String left, String right) {
        int shared = Math.min(left.length(), right.length());
        for (int i = 0; i < shared; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean highA = Character.isSurrogate(a);
                boolean highB = Character.isSurrogate(b);
                return highA != highB ? highA ? 1 : -1 : Character.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
