package io.craton.storage.columnar;

import java.util.Arrays;

/** The keys of a segment's rows, ascending: what they share once, and the rest as packed numbers where it is of one length and short. Immutable, any thread. */
abstract sealed class SegmentKeys {
    abstract int length();

    /** Row of the first key at or above this one. */
    abstract int ceiling(byte[] key);

    /** Row of the key, or -1. */
    abstract int find(byte[] key);

    abstract long bytes();

    /** Collects keys in ascending order. One thread. */
    static final class Builder {
        private byte[] heap = new byte[1 << 16];
        private int[] ends = new int[1024];
        private int count;
        private int used;
        private boolean oneLength = true;

        void add(byte[] key) {
            if (used + key.length > heap.length) heap = Arrays.copyOf(heap, Math.max(used + key.length, heap.length * 2));
            if (count == ends.length) ends = Arrays.copyOf(ends, count * 2);
            System.arraycopy(key, 0, heap, used, key.length);
            oneLength &= count == 0 || key.length == ends[0];
            used += key.length;
            ends[count++] = used;
        }

        SegmentKeys build() {
            if (count == 0) return new Any(new byte[0], new int[0]);
            int length = ends[0];
            int shared = 0;
            int last = used - length;
            while (oneLength && shared < length && heap[shared] == heap[last + shared]) shared++;
            if (!oneLength || length - shared > Long.BYTES) return new Any(Arrays.copyOf(heap, used), Arrays.copyOf(ends, count));
            long[] rests = new long[count];
            for (int i = 0; i < count; i++) rests[i] = Short.number(heap, i * length + shared, length - shared);
            return new Short(Arrays.copyOf(heap, shared), length, Packed.of(rests, count), count);
        }
    }

    /** Keys of one length that differ in their last eight bytes at most. */
    private static final class Short extends SegmentKeys {
        private final byte[] shared;
        private final int keyLength;
        private final Packed rests;
        private final int length;

        Short(byte[] shared, int keyLength, Packed rests, int length) {
            this.shared = shared;
            this.keyLength = keyLength;
            this.rests = rests;
            this.length = length;
        }

        /** Bytes as a number in their order; those that are missing count as zeros. */
        static long number(byte[] bytes, int from, int size) {
            long number = 0;
            for (int i = 0; i < Long.BYTES; i++) number = number << 8 | (i < size && from + i < bytes.length ? bytes[from + i] & 0xff : 0);
            return number ^ Long.MIN_VALUE;
        }

        @Override
        int length() {
            return length;
        }

        @Override
        int ceiling(byte[] key) {
            int size = Math.min(key.length, shared.length);
            int order = Arrays.compareUnsigned(key, 0, size, shared, 0, size);
            if (order != 0 || key.length < shared.length) return order > 0 ? length : 0;
            long wanted = number(key, shared.length, keyLength - shared.length);
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = low + high >>> 1;
                if (rests.get(middle) < wanted) low = middle + 1;
                else high = middle;
            }
            // A longer key stands behind the one that it begins with.
            return key.length > keyLength && low < length && rests.get(low) == wanted ? low + 1 : low;
        }

        @Override
        int find(byte[] key) {
            if (key.length != keyLength) return -1;
            int row = ceiling(key);
            return row < length && startsShared(key) && rests.get(row) == number(key, shared.length, keyLength - shared.length) ? row : -1;
        }

        private boolean startsShared(byte[] key) {
            return Arrays.equals(key, 0, shared.length, shared, 0, shared.length);
        }

        @Override
        long bytes() {
            return 64 + shared.length + rests.bytes();
        }
    }

    private static final class Any extends SegmentKeys {
        private final byte[] heap;
        private final int[] ends;

        Any(byte[] heap, int[] ends) {
            this.heap = heap;
            this.ends = ends;
        }

        @Override
        int length() {
            return ends.length;
        }

        private int compare(int row, byte[] key) {
            return Arrays.compareUnsigned(heap, row == 0 ? 0 : ends[row - 1], ends[row], key, 0, key.length);
        }

        @Override
        int ceiling(byte[] key) {
            int low = 0;
            int high = ends.length;
            while (low < high) {
                int middle = low + high >>> 1;
                if (compare(middle, key) < 0) low = middle + 1;
                else high = middle;
            }
            return low;
        }

        @Override
        int find(byte[] key) {
            int row = ceiling(key);
            return row < ends.length && compare(row, key) == 0 ? row : -1;
        }

        @Override
        long bytes() {
            return 64 + heap.length + 4L * ends.length;
        }
    }
}
