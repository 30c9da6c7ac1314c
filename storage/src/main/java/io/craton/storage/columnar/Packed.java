package io.craton.storage.columnar;

/** Longs as distances from the smallest one, in the fewest whole bytes that hold the largest distance. Immutable, any thread. */
final class Packed {
    private final long base;
    private final long largest;
    /** byte[], short[] or int[] (unsigned), long[]; null when all values are the same. */
    private final @org.jspecify.annotations.Nullable Object distances;

    private Packed(long base, long largest, @org.jspecify.annotations.Nullable Object distances) {
        this.base = base;
        this.largest = largest;
        this.distances = distances;
    }

    static Packed of(long[] values, int count) {
        long smallest = count == 0 ? 0 : values[0];
        long largest = smallest;
        for (int i = 1; i < count; i++) {
            smallest = Math.min(smallest, values[i]);
            largest = Math.max(largest, values[i]);
        }
        long span = largest - smallest;
        if (span == 0) return new Packed(smallest, largest, null);
        if (span > 0 && span <= 0xff) {
            byte[] bytes = new byte[count];
            for (int i = 0; i < count; i++) bytes[i] = (byte) (values[i] - smallest);
            return new Packed(smallest, largest, bytes);
        }
        if (span > 0 && span <= 0xffff) {
            short[] shorts = new short[count];
            for (int i = 0; i < count; i++) shorts[i] = (short) (values[i] - smallest);
            return new Packed(smallest, largest, shorts);
        }
        if (span > 0 && span <= 0xffffffffL) {
            int[] ints = new int[count];
            for (int i = 0; i < count; i++) ints[i] = (int) (values[i] - smallest);
            return new Packed(smallest, largest, ints);
        }
        long[] longs = new long[count];
        for (int i = 0; i < count; i++) longs[i] = values[i] - smallest; // may wrap around, and back
        return new Packed(smallest, largest, longs);
    }

    long smallest() {
        return base;
    }

    long largest() {
        return largest;
    }

    boolean constant() {
        return distances == null;
    }

    long get(int row) {
        return base + switch (distances) {
            case null -> 0;
            case byte[] bytes -> bytes[row] & 0xff;
            case short[] shorts -> shorts[row] & 0xffff;
            case int[] ints -> ints[row] & 0xffffffffL;
            default -> ((long[]) distances)[row];
        };
    }

    long[] slice(int from, int count) {
        long[] values = new long[count];
        switch (distances) {
            case null -> java.util.Arrays.fill(values, base);
            case byte[] bytes -> {
                for (int i = 0; i < count; i++) values[i] = base + (bytes[from + i] & 0xff);
            }
            case short[] shorts -> {
                for (int i = 0; i < count; i++) values[i] = base + (shorts[from + i] & 0xffff);
            }
            case int[] ints -> {
                for (int i = 0; i < count; i++) values[i] = base + (ints[from + i] & 0xffffffffL);
            }
            default -> {
                long[] longs = (long[]) distances;
                for (int i = 0; i < count; i++) values[i] = base + longs[from + i];
            }
        }
        return values;
    }

    long[] gather(int[] rows, int count) {
        long[] values = new long[count];
        switch (distances) {
            case null -> java.util.Arrays.fill(values, base);
            case byte[] bytes -> {
                for (int i = 0; i < count; i++) values[i] = base + (bytes[rows[i]] & 0xff);
            }
            case short[] shorts -> {
                for (int i = 0; i < count; i++) values[i] = base + (shorts[rows[i]] & 0xffff);
            }
            case int[] ints -> {
                for (int i = 0; i < count; i++) values[i] = base + (ints[rows[i]] & 0xffffffffL);
            }
            default -> {
                long[] longs = (long[]) distances;
                for (int i = 0; i < count; i++) values[i] = base + longs[rows[i]];
            }
        }
        return values;
    }

    long bytes() {
        return 48 + switch (distances) {
            case null -> 0L;
            case byte[] bytes -> bytes.length;
            case short[] shorts -> 2L * shorts.length;
            case int[] ints -> 4L * ints.length;
            default -> 8L * ((long[]) distances).length;
        };
    }
}
