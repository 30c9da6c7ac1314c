package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An SQL array out of json arrays. How many dimensions it has is known at the first element that is no array, or at the end of the first array that ends
 * before there is one; sub-arrays must agree in length. Used once.
 */
final class JsonArrays {
    private static final int LEVELS_MAX = 6400;

    private final PgType element;
    private final @Nullable String column;
    private final Function<JsonPiece, @Nullable Object> convert;
    private final List<@Nullable Object> elements = new ArrayList<>();
    private int[] lengths = {};
    private int[] counts = {};

    /** @param column the key whose value this is, for hints; null inside other arrays */
    JsonArrays(PgType element, @Nullable String column, Function<JsonPiece, @Nullable Object> convert) {
        this.element = element;
        this.column = column;
        this.convert = convert;
    }

    PgArray read(JsonPiece value) {
        level(value, 1);
        lengths[0] = counts[0];
        if (elements.isEmpty()) return PgArray.of(element);
        int[] lowerBounds = new int[lengths.length];
        Arrays.fill(lowerBounds, 1);
        return new PgArray(element, lengths, lowerBounds, elements.toArray());
    }

    private void level(JsonPiece value, int depth) {
        if (!value.isArray()) throw expectedArray(depth - 1);
        if (depth > LEVELS_MAX) throw new PgException(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded");
        List<JsonPiece> parts = value.elements();
        if (lengths.length == 0 && (parts.isEmpty() || !parts.getFirst().isArray())) {
            lengths = new int[depth];
            counts = new int[depth];
            Arrays.fill(lengths, -1);
        }
        for (JsonPiece part : parts) {
            if (lengths.length > 0 && depth >= lengths.length) {
                elements.add(convert.apply(part));
                counts[depth - 1]++;
            } else {
                level(part, depth + 1);
                close(depth);
            }
        }
    }

    /** Checks the length of a sub-array of the given dimension that was read to its end. */
    private void close(int dimension) {
        int count = counts[dimension];
        if (lengths[dimension] >= 0 && lengths[dimension] != count) {
            throw PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "malformed JSON array")
                    .withDetail("Multidimensional arrays must have sub-arrays with matching dimensions.").exception();
        }
        lengths[dimension] = count;
        counts[dimension] = 0;
        counts[dimension - 1]++;
    }

    private PgException expectedArray(int depth) {
        StringBuilder place = new StringBuilder();
        for (int i = 0; i < depth; i++) place.append('[').append(i < counts.length ? counts[i] : 0).append(']');
        PgError error = PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "expected JSON array");
        if (depth == 0) return column == null ? error.exception() : error.withHint("See the value of key \"" + column + "\".").exception();
        return error.withHint("See the array element " + place + (column == null ? "." : " of key \"" + column + "\".")).exception();
    }
}
