package io.craton.storage.columnar;

import io.craton.core.batch.BytesVector;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.Repr;
import io.craton.storage.row.RowCodec;
import java.util.Arrays;

/** Decodes one column of a segment. One thread. */
abstract sealed class ChunkBuilder {
    final RowCodec codec;
    final int column;

    private ChunkBuilder(RowCodec codec, int column) {
        this.codec = codec;
        this.column = column;
    }

    static ChunkBuilder of(RowCodec codec, int column) {
        Repr repr = codec.repr(column);
        return repr == Repr.TEXT ? new Text(codec, column) : new Plain(codec, column, repr);
    }

    abstract void add(byte[][] rows, int count);

    abstract Vector build();

    private static final class Plain extends ChunkBuilder {
        private final Repr repr;
        private final VectorBuilder values;

        Plain(RowCodec codec, int column, Repr repr) {
            super(codec, column);
            this.repr = repr;
            values = VectorBuilder.of(repr, 1024);
        }

        @Override
        void add(byte[][] rows, int count) {
            for (int i = 0; i < count; i++) {
                byte[] row = rows[i];
                if (codec.isNull(row, column)) {
                    values.appendNull();
                    continue;
                }
                switch (repr) {
                    case BOOL, LONG -> values.appendLong(codec.getLong(row, column));
                    case DOUBLE -> values.appendDouble(codec.getDouble(row, column));
                    case TEXT, BYTES -> {
                        byte[] holder = codec.bytesHolder(row, column);
                        int start = codec.start(holder, column);
                        values.appendBytes(holder, start, codec.end(holder, column) - start);
                    }
                    case NUMERIC, OBJECT -> values.append(codec.datum(row, column));
                }
            }
        }

        @Override
        Vector build() {
            return values.build();
        }
    }

    /** Text with few different values becomes a dictionary with codes; with many it is flat. */
    private static final class Text extends ChunkBuilder {
        private static final int ENTRIES_MAX = 1 << 10;
        private final Plain flat;
        private final VectorBuilder entries = VectorBuilder.of(Repr.TEXT, 16);
        private final byte[][] values = new byte[ENTRIES_MAX][];
        private final int[] slots = new int[ENTRIES_MAX * 4];
        private int[] codes = new int[1024];
        private int size;
        private int rowCount;
        private boolean few = true;

        Text(RowCodec codec, int column) {
            super(codec, column);
            flat = new Plain(codec, column, Repr.TEXT);
            Arrays.fill(slots, -1);
        }

        @Override
        void add(byte[][] rows, int count) {
            if (!few) {
                flat.add(rows, count);
                return;
            }
            if (rowCount + count > codes.length) codes = Arrays.copyOf(codes, Math.max(rowCount + count, codes.length * 4));
            for (int i = 0; i < count; i++) {
                if (codec.isNull(rows[i], column)) {
                    codes[rowCount++] = -1;
                    continue;
                }
                byte[] holder = codec.bytesHolder(rows[i], column);
                int start = codec.start(holder, column);
                int code = code(holder, start, codec.end(holder, column));
                if (code < 0) {
                    flatten();
                    flat.add(Arrays.copyOfRange(rows, i, count), count - i);
                    return;
                }
                codes[rowCount++] = code;
            }
        }

        private int code(byte[] bytes, int from, int to) {
            int hash = 1;
            for (int i = from; i < to; i++) hash = 31 * hash + bytes[i];
            int mask = slots.length - 1;
            int at = (hash ^ hash >>> 16) & mask;
            for (int code = slots[at]; code >= 0; code = slots[at]) {
                if (Arrays.equals(values[code], 0, values[code].length, bytes, from, to)) return code;
                at = at + 1 & mask;
            }
            if (size == ENTRIES_MAX) return -1;
            values[size] = Arrays.copyOfRange(bytes, from, to);
            entries.appendBytes(bytes, from, to - from);
            slots[at] = size;
            return size++;
        }

        private void flatten() {
            few = false;
            for (int i = 0; i < rowCount; i++) {
                if (codes[i] < 0) flat.values.appendNull();
                else flat.values.appendBytes(values[codes[i]], 0, values[codes[i]].length);
            }
        }

        @Override
        Vector build() {
            if (!few) return flat.build();
            BytesVector dictionary = (BytesVector) entries.build();
            return new DictionaryVector(dictionary, codes, rowCount);
        }
    }
}
