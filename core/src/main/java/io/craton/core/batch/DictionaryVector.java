package io.craton.core.batch;

import io.craton.core.type.Repr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Row i is {@code dictionary[codes[i]]}; -1 is null. Also a lazy form of gather. */
public record DictionaryVector(Vector dictionary, int[] codes, int length) implements Vector {
    @Override
    public Repr repr() {
        return dictionary.repr();
    }

    @Override
    public boolean isNull(int row) {
        return codes[row] < 0 || dictionary.isNull(codes[row]);
    }

    @Override
    public boolean mayHaveNulls() {
        return true;
    }

    @Override
    public @Nullable Object datum(int row) {
        return codes[row] < 0 ? null : dictionary.datum(codes[row]);
    }

    @Override
    public long longAt(int row) {
        return dictionary.longAt(codes[row]);
    }

    @Override
    public double doubleAt(int row) {
        return dictionary.doubleAt(codes[row]);
    }

    @Override
    public Vector gather(int[] rows, int count) {
        int[] result = new int[count];
        for (int i = 0; i < count; i++) result[i] = rows[i] < 0 ? -1 : codes[rows[i]];
        return new DictionaryVector(dictionary, result, count);
    }

    @Override
    public Vector slice(int from, int count) {
        return new DictionaryVector(dictionary, Arrays.copyOfRange(codes, from, from + count), count);
    }

    @Override
    public Vector flat() {
        return dictionary.gather(codes, length).flat();
    }

    @Override
    public long bytes() {
        return 32 + 4L * codes.length;
    }
}
