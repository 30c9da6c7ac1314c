package io.craton.core.batch;

import io.craton.core.type.Numeric;
import io.craton.core.type.Repr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects values of one representation into a vector. One thread; may be used again after {@link #build}, starting empty. */
public sealed abstract class VectorBuilder {
    private final Repr repr;
    private int length;
    private long @Nullable [] nulls;

    private VectorBuilder(Repr repr) {
        this.repr = repr;
    }

    public static VectorBuilder of(Repr repr, int capacity) {
        return switch (repr) {
            case BOOL, LONG -> new Longs(repr, capacity);
            case DOUBLE -> new Doubles(capacity);
            case TEXT, BYTES -> new Bytes(repr, capacity);
            case NUMERIC -> new Numerics(capacity);
            case OBJECT -> new Objects(repr, capacity);
        };
    }

    public final Repr repr() {
        return repr;
    }

    final long @Nullable [] nulls() {
        return nulls;
    }

    public final int length() {
        return length;
    }

    /** Appends a datum; null is SQL null. */
    public final void append(@Nullable Object datum) {
        if (datum == null) {
            appendNull();
            return;
        }
        reserve(length + 1);
        put(length++, datum);
    }

    public final void appendNull() {
        reserve(length + 1);
        putNull(length);
        if (nulls == null) nulls = new long[Math.max(1, (length >> 6) + 1)];
        else if (nulls.length <= length >> 6) nulls = Arrays.copyOf(nulls, Math.max(nulls.length * 2, (length >> 6) + 1));
        Nulls.set(nulls, length++);
    }

    /** Appends one row of a vector of the same representation. */
    public final void append(Vector source, int row) {
        if (row < 0 || source.isNull(row)) {
            appendNull();
            return;
        }
        reserve(length + 1);
        copy(length++, source, row);
    }

    /** Appends these rows of a vector of the same representation; none of them is -1. */
    public final void append(Vector source, int[] rows, int count) {
        Vector plain = source;
        int[] from = rows;
        if (source instanceof DictionaryVector) {
            plain = source.gather(rows, count).flat();
            from = Batch.IDENTITY;
        }
        if (plain.mayHaveNulls() || from.length < count) {
            for (int i = 0; i < count; i++) append(source, rows[i]);
            return;
        }
        reserve(length + count);
        copy(length, plain, from, count);
        length += count;
    }

    /** Copies rows that are not null to {@code row} and behind it. */
    void copy(int row, Vector source, int[] rows, int count) {
        for (int i = 0; i < count; i++) copy(row + i, source, rows[i]);
    }

    public void appendLong(long value) {
        throw new IllegalStateException("longs of " + repr);
    }

    public void appendDouble(double value) {
        throw new IllegalStateException("doubles of " + repr);
    }

    public void appendBytes(byte[] source, int offset, int size) {
        throw new IllegalStateException("bytes of " + repr);
    }

    /** The vector of everything appended; the builder forgets it. */
    public final Vector build() {
        long[] bits = nulls;
        if (bits != null && bits.length < (length + 63) >>> 6) bits = Arrays.copyOf(bits, (length + 63) >>> 6);
        Vector result = finish(length, bits);
        length = 0;
        nulls = null;
        return result;
    }

    abstract void reserve(int rows);

    abstract void put(int row, Object datum);

    void putNull(int row) {}

    abstract void copy(int row, Vector source, int sourceRow);

    abstract Vector finish(int rows, long @Nullable [] nulls);

    private static final class Longs extends VectorBuilder {
        private long[] values;

        Longs(Repr repr, int capacity) {
            super(repr);
            values = new long[Math.max(1, capacity)];
        }

        @Override
        public void appendLong(long value) {
            int row = length();
            reserve(row + 1);
            values[row] = value;
            super.length++;
        }

        @Override
        void reserve(int rows) {
            if (rows > values.length) values = Arrays.copyOf(values, Math.max(rows, values.length * 2));
        }

        @Override
        void put(int row, Object datum) {
            values[row] = datum instanceof Boolean bool ? bool ? 1 : 0 : (Long) datum;
        }

        @Override
        void putNull(int row) {
            values[row] = 0;
        }

        @Override
        void copy(int row, Vector source, int sourceRow) {
            values[row] = source.longAt(sourceRow);
        }

        @Override
        void copy(int row, Vector source, int[] rows, int count) {
            if (!(source instanceof LongVector longs)) {
                super.copy(row, source, rows, count);
                return;
            }
            for (int i = 0; i < count; i++) values[row + i] = longs.values()[rows[i]];
        }

        @Override
        Vector finish(int rows, long @Nullable [] nulls) {
            LongVector result = new LongVector(repr(), values, rows, nulls);
            values = new long[Math.max(1, Math.min(rows, Batch.SIZE))];
            return result;
        }
    }

    private static final class Doubles extends VectorBuilder {
        private double[] values;

        Doubles(int capacity) {
            super(Repr.DOUBLE);
            values = new double[Math.max(1, capacity)];
        }

        @Override
        public void appendDouble(double value) {
            int row = length();
            reserve(row + 1);
            values[row] = value;
            super.length++;
        }

        @Override
        void reserve(int rows) {
            if (rows > values.length) values = Arrays.copyOf(values, Math.max(rows, values.length * 2));
        }

        @Override
        void put(int row, Object datum) {
            values[row] = (Double) datum;
        }

        @Override
        void putNull(int row) {
            values[row] = 0;
        }

        @Override
        void copy(int row, Vector source, int sourceRow) {
            values[row] = source.doubleAt(sourceRow);
        }

        @Override
        Vector finish(int rows, long @Nullable [] nulls) {
            DoubleVector result = new DoubleVector(values, rows, nulls);
            values = new double[Math.max(1, Math.min(rows, Batch.SIZE))];
            return result;
        }
    }

    private static final class Bytes extends VectorBuilder {
        private byte[] heap;
        private int used;
        private int[] starts;
        private int[] lengths;

        Bytes(Repr repr, int capacity) {
            super(repr);
            int rows = Math.max(1, capacity);
            heap = new byte[rows * 8];
            starts = new int[rows];
            lengths = new int[rows];
        }

        @Override
        public void appendBytes(byte[] source, int offset, int size) {
            int row = length();
            reserve(row + 1);
            put(row, source, offset, size);
            super.length++;
        }

        @Override
        void reserve(int rows) {
            if (rows <= starts.length) return;
            int capacity = Math.max(rows, starts.length * 2);
            starts = Arrays.copyOf(starts, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
        }

        @Override
        void put(int row, Object datum) {
            byte[] bytes = datum instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) datum;
            put(row, bytes, 0, bytes.length);
        }

        private void put(int row, byte[] source, int offset, int size) {
            if (heap.length - used < size) heap = Arrays.copyOf(heap, Math.max(used + size, heap.length * 2));
            System.arraycopy(source, offset, heap, used, size);
            starts[row] = used;
            lengths[row] = size;
            used += size;
        }

        @Override
        void putNull(int row) {
            starts[row] = used;
            lengths[row] = 0;
        }

        @Override
        void copy(int row, Vector source, int sourceRow) {
            switch (source) {
                case BytesVector bytes -> put(row, bytes.heap(), bytes.starts()[sourceRow], bytes.lengths()[sourceRow]);
                case ConstantVector constant -> copy(row, constant.value(), 0);
                case DictionaryVector coded -> copy(row, coded.dictionary(), coded.codes()[sourceRow]);
                default -> put(row, java.util.Objects.requireNonNull(source.datum(sourceRow)));
            }
        }

        @Override
        void copy(int row, Vector source, int[] rows, int count) {
            if (!(source instanceof BytesVector bytes)) {
                super.copy(row, source, rows, count);
                return;
            }
            for (int i = 0; i < count; i++) put(row + i, bytes.heap(), bytes.starts()[rows[i]], bytes.lengths()[rows[i]]);
        }

        @Override
        Vector finish(int rows, long @Nullable [] nulls) {
            BytesVector result = new BytesVector(repr(), heap, starts, lengths, rows, nulls);
            int next = Math.max(1, Math.min(rows, Batch.SIZE));
            heap = new byte[next * 8];
            used = 0;
            starts = new int[next];
            lengths = new int[next];
            return result;
        }
    }

    /** Scaled longs as long as all values are such and of one scale, else objects. */
    private static final class Numerics extends VectorBuilder {
        private static final int UNKNOWN = -1;
        private long[] values;
        private int scale = UNKNOWN;
        private @Nullable Object @Nullable [] objects;

        Numerics(int capacity) {
            super(Repr.NUMERIC);
            values = new long[Math.max(1, capacity)];
        }

        @Override
        void reserve(int rows) {
            if (objects != null) {
                if (rows > objects.length) objects = Arrays.copyOf(objects, Math.max(rows, objects.length * 2));
            } else if (rows > values.length) {
                values = Arrays.copyOf(values, Math.max(rows, values.length * 2));
            }
        }

        @Override
        void put(int row, Object datum) {
            Numeric number = (Numeric) datum;
            if (objects == null && number.isCompact() && (scale == number.scale() || scale == UNKNOWN)) {
                scale = number.scale();
                values[row] = number.unscaled();
                return;
            }
            if (objects == null) objects = boxed(row);
            objects[row] = datum;
        }

        /** The rows in front of {@code row} as objects. */
        private @Nullable Object[] boxed(int row) {
            Object[] boxed = new Object[values.length];
            long[] bits = nulls();
            for (int i = 0; i < row; i++) if (!nullBefore(bits, i)) boxed[i] = Numeric.of(values[i], scale);
            return boxed;
        }

        private static boolean nullBefore(long @Nullable [] bits, int row) {
            return bits != null && row >> 6 < bits.length && Nulls.get(bits, row);
        }

        @Override
        void putNull(int row) {
            if (objects != null) objects[row] = null;
            else values[row] = 0;
        }

        @Override
        void copy(int row, Vector source, int sourceRow) {
            switch (source) {
                case NumericVector numbers when objects == null && (scale == numbers.scale() || scale == UNKNOWN) -> {
                    scale = numbers.scale();
                    values[row] = numbers.values()[sourceRow];
                }
                case ConstantVector constant -> copy(row, constant.value(), 0);
                case DictionaryVector coded -> copy(row, coded.dictionary(), coded.codes()[sourceRow]);
                default -> put(row, java.util.Objects.requireNonNull(source.datum(sourceRow)));
            }
        }

        @Override
        void copy(int row, Vector source, int[] rows, int count) {
            if (objects != null || !(source instanceof NumericVector numbers) || scale != UNKNOWN && scale != numbers.scale()) {
                super.copy(row, source, rows, count);
                return;
            }
            scale = numbers.scale();
            for (int i = 0; i < count; i++) values[row + i] = numbers.values()[rows[i]];
        }

        @Override
        Vector finish(int rows, long @Nullable [] nulls) {
            Vector result = objects != null
                    ? new ObjectVector(Repr.NUMERIC, objects, rows)
                    : new NumericVector(values, Math.max(0, scale), rows, nulls);
            values = new long[Math.max(1, Math.min(rows, Batch.SIZE))];
            objects = null;
            scale = UNKNOWN;
            return result;
        }
    }

    private static final class Objects extends VectorBuilder {
        private @Nullable Object[] values;

        Objects(Repr repr, int capacity) {
            super(repr);
            values = new Object[Math.max(1, capacity)];
        }

        @Override
        void reserve(int rows) {
            if (rows > values.length) values = Arrays.copyOf(values, Math.max(rows, values.length * 2));
        }

        @Override
        void put(int row, Object datum) {
            values[row] = datum;
        }

        @Override
        void putNull(int row) {
            values[row] = null;
        }

        @Override
        void copy(int row, Vector source, int sourceRow) {
            values[row] = source.datum(sourceRow);
        }

        @Override
        Vector finish(int rows, long @Nullable [] nulls) {
            ObjectVector result = new ObjectVector(repr(), values, rows);
            values = new Object[Math.max(1, Math.min(rows, Batch.SIZE))];
            return result;
        }
    }
}
