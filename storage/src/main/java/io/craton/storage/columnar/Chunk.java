package io.craton.storage.columnar;

import io.craton.core.batch.BytesVector;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.Repr;
import org.jspecify.annotations.Nullable;

/** One column of a segment in the form in which it is kept; pieces of it are unpacked as vectors. Immutable, any thread. */
public sealed interface Chunk {
    int length();

    /** The rows {@code from .. from + count}. */
    Vector slice(int from, int count);

    /** These rows; none is -1. */
    Vector gather(int[] rows, int count);

    /** About how much memory it holds. */
    long bytes();

    /** The smallest form of a vector. */
    static Chunk of(Vector vector) {
        return switch (vector) {
            case LongVector longs -> new Longs(longs.repr(), 0, Packed.of(longs.values(), longs.length()), longs.nulls(), longs.length());
            case NumericVector numbers -> new Longs(Repr.NUMERIC, numbers.scale(), Packed.of(numbers.values(), numbers.length()), numbers.nulls(),
                    numbers.length());
            case DictionaryVector coded when coded.dictionary() instanceof BytesVector entries -> Coded.of(entries, coded.codes(), coded.length());
            default -> new Plain(vector);
        };
    }

    /** Integers, dates, times, booleans and numerics of one scale. */
    record Longs(Repr repr, int scale, Packed values, long @Nullable [] nulls, int length) implements Chunk {
        /** Bounds of the values that are not null, or wider. */
        public long smallest() {
            return values.smallest();
        }

        public long largest() {
            return values.largest();
        }

        @Override
        public Vector slice(int from, int count) {
            if (values.constant() && nulls == null) return new ConstantVector(vector(values.slice(0, 1), 1, null), count);
            return vector(values.slice(from, count), count, Nulls.slice(nulls, from, count));
        }

        @Override
        public Vector gather(int[] rows, int count) {
            if (values.constant() && nulls == null) return new ConstantVector(vector(values.slice(0, 1), 1, null), count);
            return vector(values.gather(rows, count), count, nulls == null ? null : Nulls.gather(nulls, rows, count));
        }

        private Vector vector(long[] longs, int count, long @Nullable [] bits) {
            return repr == Repr.NUMERIC ? new NumericVector(longs, scale, count, bits) : new LongVector(repr, longs, count, bits);
        }

        @Override
        public long bytes() {
            return 48 + values.bytes() + (nulls == null ? 0 : 8L * nulls.length);
        }
    }

    /** Text with few different values: small codes into a dictionary, the first code being null. */
    record Coded(BytesVector dictionary, byte[] codes) implements Chunk {
        private static final int ENTRIES_MAX = 255;

        static Chunk of(BytesVector dictionary, int[] codes, int length) {
            if (dictionary.length() > ENTRIES_MAX) {
                return new Plain(new DictionaryVector(dictionary, java.util.Arrays.copyOf(codes, length), length));
            }
            byte[] small = new byte[length];
            for (int i = 0; i < length; i++) small[i] = (byte) (codes[i] + 1);
            return new Coded(dictionary, small);
        }

        @Override
        public int length() {
            return codes.length;
        }

        @Override
        public Vector slice(int from, int count) {
            int[] result = new int[count];
            for (int i = 0; i < count; i++) result[i] = (codes[from + i] & 0xff) - 1;
            return new DictionaryVector(dictionary, result, count);
        }

        @Override
        public Vector gather(int[] rows, int count) {
            int[] result = new int[count];
            for (int i = 0; i < count; i++) result[i] = (codes[rows[i]] & 0xff) - 1;
            return new DictionaryVector(dictionary, result, count);
        }

        @Override
        public long bytes() {
            return 48 + codes.length + dictionary.bytes();
        }
    }

    /** As it was decoded. */
    record Plain(Vector vector) implements Chunk {
        @Override
        public int length() {
            return vector.length();
        }

        @Override
        public Vector slice(int from, int count) {
            return vector.slice(from, count);
        }

        @Override
        public Vector gather(int[] rows, int count) {
            return vector.gather(rows, count);
        }

        @Override
        public long bytes() {
            return 32 + vector.bytes() + (vector instanceof DictionaryVector coded ? coded.dictionary().bytes() : 0);
        }
    }
}
