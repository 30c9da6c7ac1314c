package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.ByteWriter;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeOid;
import io.craton.sql.expr.Datums;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers distinct keys from 0 in order of arrival, by SQL equality: open addressing over hashes. Used by joins, grouping, DISTINCT and set operations.
 * One thread.
 */
abstract sealed class KeyTable {
    /** What a null in a key means: no match at all (joins), or a value like others (grouping). */
    enum NullKeys { NEVER_MATCH, EQUAL }

    private int[] slots = new int[64];
    private int[] hashes = new int[32];
    private int size;
    final NullKeys nullKeys;

    private KeyTable(NullKeys nullKeys) {
        this.nullKeys = nullKeys;
        Arrays.fill(slots, -1);
    }

    private KeyTable(KeyTable filled) {
        slots = filled.slots;
        hashes = filled.hashes;
        size = filled.size;
        nullKeys = filled.nullKeys;
    }

    static KeyTable of(PgType[] types, NullKeys nullKeys) {
        return types.length == 1 && (types[0].repr() == Repr.LONG || types[0].repr() == Repr.BOOL)
                ? new Longs(nullKeys)
                : Arrays.stream(types).allMatch(type -> type.repr() == Repr.LONG || type.repr() == Repr.BOOL)
                        ? new Packed(types.length, nullKeys)
                        : new Encoded(types, nullKeys);
    }

    int size() {
        return size;
    }

    /** Number of the key of each selected row (at the row's position); new keys are added. -1 for null keys that never match. */
    final void add(Vector[] keys, Batch batch, int[] numbers) {
        number(keys, batch, numbers, true);
    }

    /** As {@link #add}, but unknown keys give -1. */
    final void find(Vector[] keys, Batch batch, int[] numbers) {
        number(keys, batch, numbers, false);
    }

    abstract void number(Vector[] keys, Batch batch, int[] numbers, boolean adding);

    /** For look-ups by one more thread, when nothing is added any more. */
    KeyTable prober() {
        return this;
    }

    /** Which values a column of the keys has; null when nothing short can be said of it. */
    @Nullable KeyFilter filter(int column) {
        return null;
    }

    /** About how many bytes it holds. */
    long bytes() {
        return 4L * (slots.length + hashes.length);
    }

    final int slotMask() {
        return slots.length - 1;
    }

    final int slot(int at) {
        return slots[at];
    }

    final int hash(int number) {
        return hashes[number];
    }

    /** Takes the next number for a key at a free slot. */
    final int insert(int at, int hash) {
        int number = size++;
        if (number == hashes.length) hashes = Arrays.copyOf(hashes, number * 2);
        hashes[number] = hash;
        slots[at] = number;
        if (size * 2 > slots.length) grow();
        return number;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        Arrays.fill(slots, -1);
        int mask = slots.length - 1;
        for (int number = 0; number < size; number++) {
            int at = hashes[number] & mask;
            while (slots[at] >= 0) at = at + 1 & mask;
            slots[at] = number;
        }
    }

    static int mix(long value) {
        long hash = value * 0x9E3779B97F4A7C15L;
        return (int) (hash ^ hash >>> 32);
    }

    /** One integer key. */
    private static final class Longs extends KeyTable {
        private long[] keys = new long[32];
        private int nullNumber = -1;

        Longs(NullKeys nullKeys) {
            super(nullKeys);
        }

        @Override
        void number(Vector[] columns, Batch batch, int[] numbers, boolean adding) {
            Vector column = columns[0];
            boolean nulls = column.mayHaveNulls();
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                numbers[row] = nulls && column.isNull(row) ? nullNumber(adding) : number(column.longAt(row), adding);
            }
        }

        private int nullNumber(boolean adding) {
            if (nullKeys == NullKeys.EQUAL && nullNumber < 0 && adding) {
                int at = 0;
                while (slot(at) >= 0) at = at + 1 & slotMask();
                nullNumber = insert(at, 0);
                ensure(nullNumber);
                keys[nullNumber] = Long.MIN_VALUE + 7;
            }
            return nullNumber;
        }

        private void ensure(int number) {
            if (number >= keys.length) keys = Arrays.copyOf(keys, Math.max(number + 1, keys.length * 2));
        }

        private int number(long key, boolean adding) {
            int hash = mix(key);
            int mask = slotMask();
            int at = hash & mask;
            for (int number = slot(at); number >= 0; number = slot(at)) {
                if (keys[number] == key && number != nullNumber) return number;
                at = at + 1 & mask;
            }
            if (!adding) return -1;
            int number = insert(at, hash);
            ensure(number);
            keys[number] = key;
            return number;
        }

        @Override
        KeyFilter filter(int column) {
            return KeyFilter.of(keys, 0, 1, size());
        }

        @Override
        long bytes() {
            return super.bytes() + 8L * keys.length;
        }
    }

    /** Several integer keys: all of them and a mask of those that are null, side by side. */
    private static final class Packed extends KeyTable {
        private final int width;
        private long[] keys;

        Packed(int columns, NullKeys nullKeys) {
            super(nullKeys);
            width = columns + 1;
            keys = new long[32 * width];
        }

        @Override
        void number(Vector[] columns, Batch batch, int[] numbers, boolean adding) {
            LongVector[] longs = new LongVector[columns.length];
            for (int i = 0; i < longs.length; i++) longs[i] = (LongVector) columns[i].flat();
            long[] key = new long[width];
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                long mask = 0;
                long hash = 0;
                for (int k = 0; k < longs.length; k++) {
                    boolean missing = longs[k].nulls() != null && longs[k].isNull(row);
                    long value = missing ? 0 : longs[k].values()[row];
                    if (missing) mask |= 1L << k;
                    key[k] = value;
                    hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
                    hash ^= hash >>> 29;
                }
                key[longs.length] = mask;
                numbers[row] = mask != 0 && nullKeys == NullKeys.NEVER_MATCH ? -1 : number(key, mix(hash ^ mask), adding);
            }
        }

        private int number(long[] key, int hash, boolean adding) {
            int mask = slotMask();
            int at = hash & mask;
            for (int number = slot(at); number >= 0; number = slot(at)) {
                if (hash(number) == hash && same(number, key)) return number;
                at = at + 1 & mask;
            }
            if (!adding) return -1;
            int number = insert(at, hash);
            if ((number + 1) * width > keys.length) keys = Arrays.copyOf(keys, keys.length * 2);
            System.arraycopy(key, 0, keys, number * width, width);
            return number;
        }

        private boolean same(int number, long[] key) {
            int from = number * width;
            for (int k = 0; k < width; k++) if (keys[from + k] != key[k]) return false;
            return true;
        }

        @Override
        KeyFilter filter(int column) {
            return KeyFilter.of(keys, column, width, size());
        }

        @Override
        long bytes() {
            return super.bytes() + 8L * keys.length;
        }
    }

    /** Any keys, as bytes that are equal when the keys are. */
    private static final class Encoded extends KeyTable {
        private static final int COMBINATIONS_MAX = 1 << 14;
        private static final int UNKNOWN = -2;
        private static final int COMPACT = 1;
        private static final int INTERNED = 2;
        private final PgType[] types;
        /** Dictionaries of the batch before, and the number of each combination of their codes, as far as it came up. */
        private Vector[] dictionaries = new Vector[0];
        private int[] known = new int[0];
        private final ByteWriter buffer = new ByteWriter(64);
        private final Map<Object, Long> interned;
        private byte[] heap;
        private int[] ends;

        Encoded(PgType[] types, NullKeys nullKeys) {
            super(nullKeys);
            this.types = types;
            interned = new HashMap<>();
            heap = new byte[1024];
            ends = new int[32];
        }

        private Encoded(Encoded filled) {
            super(filled);
            types = filled.types;
            interned = filled.interned;
            heap = filled.heap;
            ends = filled.ends;
        }

        @Override
        KeyTable prober() {
            return new Encoded(this);
        }

        @Override
        void number(Vector[] columns, Batch batch, int[] numbers, boolean adding) {
            if (coded(columns)) {
                numberCoded(columns, batch, numbers, adding);
                return;
            }
            numberPlain(columns, batch, numbers, adding);
        }

        /** Whether all columns have small dictionaries; {@code known} is then for just these. */
        private boolean coded(Vector[] columns) {
            long product = 1;
            for (Vector column : columns) {
                if (!(column instanceof DictionaryVector coded)) return false;
                product *= coded.dictionary().length() + 1;
                if (product > COMBINATIONS_MAX) return false;
            }
            boolean same = known.length == product && dictionaries.length == columns.length;
            for (int i = 0; same && i < columns.length; i++) same = dictionaries[i] == ((DictionaryVector) columns[i]).dictionary();
            if (!same) {
                dictionaries = new Vector[columns.length];
                for (int i = 0; i < columns.length; i++) dictionaries[i] = ((DictionaryVector) columns[i]).dictionary();
                known = new int[(int) product];
                Arrays.fill(known, UNKNOWN);
            }
            return true;
        }

        private void numberCoded(Vector[] columns, Batch batch, int[] numbers, boolean adding) {
            int[] positions = batch.positions();
            int[][] codes = new int[columns.length][];
            int[] sizes = new int[columns.length];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = ((DictionaryVector) columns[i]).codes();
                sizes[i] = dictionaries[i].length() + 1;
            }
            int[] one = new int[1];
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                int combination = 0;
                for (int k = 0; k < codes.length; k++) combination = combination * sizes[k] + codes[k][row] + 1;
                int number = known[combination];
                if (number == UNKNOWN) {
                    one[0] = row;
                    numberPlain(columns, batch.select(one, 1), numbers, adding);
                    number = numbers[row];
                    if (adding || number >= 0) known[combination] = number;
                }
                numbers[row] = number;
            }
        }

        private void numberPlain(Vector[] columns, Batch batch, int[] numbers, boolean adding) {
            int[] positions = batch.positions();
            boolean few = batch.selected() == 1;
            Vector[] flat = new Vector[columns.length];
            for (int i = 0; i < flat.length; i++) {
                flat[i] = columns[i].repr() == Repr.TEXT || columns[i].repr() == Repr.BYTES ? (few ? sparse(columns[i], batch) : columns[i].flat()) : columns[i];
            }
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                buffer.clear();
                boolean known = true;
                for (int k = 0; k < flat.length && known; k++) known = encode(flat[k], types[k], row, adding);
                numbers[row] = known ? number(adding) : -1;
            }
        }

        /** The one selected row at its position in flat form. */
        private static Vector sparse(Vector column, Batch batch) {
            int row = batch.positions()[0];
            int[] rows = new int[row + 1];
            Arrays.fill(rows, -1);
            rows[row] = row;
            return column.gather(rows, row + 1).flat();
        }

        /** False when the key cannot match. */
        private boolean encode(Vector column, PgType type, int row, boolean adding) {
            if (column.isNull(row)) {
                buffer.putByte(0);
                return nullKeys == NullKeys.EQUAL;
            }
            buffer.putByte(1);
            switch (column.repr()) {
                case BOOL, LONG -> buffer.putLong(column.longAt(row));
                case DOUBLE -> {
                    double value = column.doubleAt(row);
                    buffer.putLong(value == 0 ? 0 : Double.doubleToLongBits(value));
                }
                case TEXT, BYTES -> {
                    BytesVector bytes = (BytesVector) column;
                    int start = bytes.starts()[row];
                    int length = bytes.lengths()[row];
                    if (type.oid() == TypeOid.BPCHAR) while (length > 0 && bytes.heap()[start + length - 1] == ' ') length--;
                    buffer.putInt(length);
                    buffer.putBytes(bytes.heap(), start, length);
                }
                case NUMERIC, OBJECT -> {
                    if (column instanceof NumericVector numbers) {
                        encode(numbers.values()[row], numbers.scale());
                        return true;
                    }
                    Object datum = column.datum(row);
                    if (datum instanceof Numeric number && encode(number)) return true;
                    Object key = Datums.key(type, datum);
                    buffer.putByte(INTERNED);
                    Long id = interned.get(key);
                    if (id == null) {
                        if (!adding) return false;
                        id = (long) interned.size();
                        interned.put(key, id);
                    }
                    buffer.putLong(id);
                }
            }
            return true;
        }

        /** Equal numbers of different scales have the same form. */
        private void encode(long digits, int scale) {
            long left = digits;
            int places = scale;
            while (places > 0 && left % 10 == 0) {
                left /= 10;
                places--;
            }
            buffer.putByte(COMPACT);
            buffer.putInt(places);
            buffer.putLong(left);
        }

        /** False for what has no such form: NaN, infinities, very long numbers. */
        private boolean encode(Numeric number) {
            if (number.isCompact()) {
                encode(number.unscaled(), number.scale());
                return true;
            }
            if (!number.isFinite()) return false;
            java.math.BigDecimal plain = number.toBigDecimal().stripTrailingZeros();
            if (plain.scale() < 0) plain = plain.setScale(0);
            if (plain.unscaledValue().bitLength() > 63) return false;
            encode(plain.unscaledValue().longValue(), plain.scale());
            return true;
        }

        private int number(boolean adding) {
            byte[] bytes = buffer.array();
            int length = buffer.size();
            int hash = 1;
            int i = 0;
            for (; i + 8 <= length; i += 8) hash = hash * 31 + mix((long) LONGS.get(bytes, i));
            for (; i < length; i++) hash = hash * 31 + bytes[i];
            hash = mix(hash);
            int mask = slotMask();
            int at = hash & mask;
            for (int number = slot(at); number >= 0; number = slot(at)) {
                if (hash(number) == hash && same(number, bytes, length)) return number;
                at = at + 1 & mask;
            }
            if (!adding) return -1;
            int number = insert(at, hash);
            if (number + 1 >= ends.length) ends = Arrays.copyOf(ends, ends.length * 2);
            int start = number == 0 ? 0 : ends[number - 1];
            if (heap.length - start < length) heap = Arrays.copyOf(heap, Math.max(start + length, heap.length * 2));
            System.arraycopy(bytes, 0, heap, start, length);
            ends[number] = start + length;
            return number;
        }

        private boolean same(int number, byte[] bytes, int length) {
            int start = number == 0 ? 0 : ends[number - 1];
            return ends[number] - start == length && Arrays.equals(heap, start, ends[number], bytes, 0, length);
        }

        @Override
        long bytes() {
            return super.bytes() + heap.length + 4L * ends.length + 64L * interned.size();
        }
    }

    private static final java.lang.invoke.VarHandle LONGS =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(long[].class, java.nio.ByteOrder.BIG_ENDIAN);
}
