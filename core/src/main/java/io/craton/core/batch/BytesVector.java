package io.craton.core.batch;

import io.craton.core.type.Repr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Text (UTF-8) or bytea: row i is {@code heap[starts[i] .. starts[i] + lengths[i])}. Gathered vectors share the heap, so values may
 * overlap and need not be in order.
 */
public record BytesVector(Repr repr, byte[] heap, int[] starts, int[] lengths, int length, long @Nullable [] nulls)
        implements Vector {
    @Override
    public boolean isNull(int row) {
        return Nulls.get(nulls, row);
    }

    @Override
    public boolean mayHaveNulls() {
        return nulls != null;
    }

    @Override
    public @Nullable Object datum(int row) {
        if (Nulls.get(nulls, row)) return null;
        return repr == Repr.TEXT
                ? new String(heap, starts[row], lengths[row], StandardCharsets.UTF_8)
                : Arrays.copyOfRange(heap, starts[row], starts[row] + lengths[row]);
    }

    @Override
    public long longAt(int row) {
        throw new IllegalStateException("longs of " + repr);
    }

    @Override
    public double doubleAt(int row) {
        throw new IllegalStateException("doubles of " + repr);
    }

    @Override
    public Vector gather(int[] rows, int count) {
        int[] start = new int[count];
        int[] size = new int[count];
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (row >= 0) {
                start[i] = starts[row];
                size[i] = lengths[row];
            }
        }
        return new BytesVector(repr, heap, start, size, count, Nulls.gather(nulls, rows, count));
    }

    @Override
    public Vector slice(int from, int count) {
        return new BytesVector(repr, heap, Arrays.copyOfRange(starts, from, from + count), Arrays.copyOfRange(lengths, from, from + count), count,
                Nulls.slice(nulls, from, count));
    }

    @Override
    public Vector flat() {
        return this;
    }

    @Override
    public long bytes() {
        return 48 + heap.length + 8L * starts.length;
    }

    /** Byte order, which is the order of text under the C collation. */
    public int compare(int row, BytesVector other, int otherRow) {
        return Arrays.compareUnsigned(heap, starts[row], starts[row] + lengths[row], other.heap, other.starts[otherRow],
                other.starts[otherRow] + other.lengths[otherRow]);
    }

    public boolean same(int row, BytesVector other, int otherRow) {
        return lengths[row] == other.lengths[otherRow]
                && Arrays.equals(heap, starts[row], starts[row] + lengths[row], other.heap, other.starts[otherRow],
                        other.starts[otherRow] + other.lengths[otherRow]);
    }
}
