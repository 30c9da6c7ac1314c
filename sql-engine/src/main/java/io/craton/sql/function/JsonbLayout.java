package io.craton.sql.function;

import io.craton.core.type.Jsonb;
import io.craton.core.type.Numeric;
import io.craton.core.type.Utf8;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * Where PostgreSQL would put a container inside a document's binary form: jsonpath's {@code .keyvalue()} shows that offset as the object's id.
 *
 * <pre>
 * container | header 4 | one entry of 4 per element, per name and per value | data of the elements, or of all names and then all values
 * data      | text: its bytes | number: aligned to 4, a numeric | container: aligned to 4 | null and truth: nothing
 * </pre>
 */
final class JsonbLayout {
    private static final int WORD = 4;
    private static final int NUMERIC_DIGITS = 4;
    private static final int SHORT_SCALE_MAX = 63;
    private static final int SHORT_WEIGHT_MIN = -64;

    private final Jsonb target;
    private long found = -1;

    private JsonbLayout(Jsonb target) {
        this.target = target;
    }

    /** Bytes from the document's root to the container, which is the very object meant; 0 when it is not inside. */
    static long offset(Jsonb document, Jsonb container) {
        JsonbLayout layout = new JsonbLayout(container);
        layout.end(document, 0);
        return Math.max(layout.found, 0);
    }

    private static long aligned(long at) {
        return at + WORD - 1 & -WORD;
    }

    /** Where the value's data ends when they begin at {@code at}. */
    private long end(Jsonb value, long at) {
        if (value == target && found < 0) found = aligned(at);
        return switch (value) {
            case Jsonb.NullValue ignored -> at;
            case Jsonb.BoolValue ignored -> at;
            case Jsonb.TextValue text -> at + Utf8.length(text.value());
            case Jsonb.NumberValue number -> aligned(at) + bytes(number.value());
            case Jsonb.ArrayValue array -> all(array.elements(), aligned(at) + WORD + (long) WORD * array.elements().size());
            case Jsonb.ObjectValue object -> {
                long data = aligned(at) + WORD + 2L * WORD * object.names().size();
                for (String name : object.names()) data += Utf8.length(name);
                yield all(object.values(), data);
            }
        };
    }

    private long all(List<Jsonb> values, long start) {
        long at = start;
        for (Jsonb value : values) at = end(value, at);
        return at;
    }

    /** A numeric's length: its length word, a header of 2 or 4, two bytes per four digits without zeros around them. */
    private static long bytes(Numeric number) {
        BigDecimal value = number.toBigDecimal();
        int groups = 0;
        int weight = 0;
        if (value.signum() != 0) {
            int fraction = Math.ceilDiv(Math.max(value.scale(), 0), NUMERIC_DIGITS);
            BigInteger digits = value.movePointRight(fraction * NUMERIC_DIGITS).toBigIntegerExact().abs();
            BigInteger base = BigInteger.valueOf(10_000);
            int trailing = 0;
            for (BigInteger[] step = digits.divideAndRemainder(base); step[1].signum() == 0; step = digits.divideAndRemainder(base)) {
                digits = step[0];
                trailing++;
            }
            groups = Math.ceilDiv(digits.toString().length(), NUMERIC_DIGITS);
            weight = groups + trailing - fraction - 1;
        }
        boolean shortHeader = number.scale() <= SHORT_SCALE_MAX && weight >= SHORT_WEIGHT_MIN && weight < -SHORT_WEIGHT_MIN;
        return WORD + (shortHeader ? 2 : 4) + 2L * groups;
    }
}
