package io.craton.storage.projection;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Entries of an index in any order, in memory outside the heap from where RocksDB takes them without a copy, and then in the order of their keys. Sorted by eight bytes of the keys at a time,
 * each time by their digits, as most keys differ there; keys that are equal so far by the next eight. One thread at a time. Close it.
 *
 * <pre>
 * length of the key(4) length of the value(4) key value
 * </pre>
 */
final class IndexPiece implements AutoCloseable {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int HEAD = 8;
    /** Behind the last entry, so that a word can be read at any byte of a key. */
    private static final int TAIL = Long.BYTES;
    private static final int DIGITS = 256;
    private static final int FEW = 32;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;
    private final int capacity;
    private final ByteBuffer keys;
    private final ByteBuffer values;
    private int used;
    private int count;
    private int[] entries = new int[1 << 12];
    private long[] words = new long[0];
    private int[] entriesAside = new int[0];
    private long[] wordsAside = new long[0];

    /**
     * @param capacity bytes that its entries may take
     * @param largest bytes of a key with its value that it takes in any case
     */
    IndexPiece(int capacity, int largest) {
        this.capacity = Math.max(capacity, largest + HEAD);
        bytes = arena.allocate(this.capacity + (long) TAIL);
        keys = bytes.asByteBuffer();
        values = bytes.asByteBuffer();
    }

    /** Whether there is room for an entry more. */
    boolean takes(int keyLength, int valueLength) {
        return (long) used + HEAD + keyLength + valueLength <= capacity;
    }

    void add(byte[] key, byte[] value) {
        if (count == entries.length) entries = Arrays.copyOf(entries, 2 * count);
        entries[count++] = used;
        bytes.set(LENGTH, used, key.length);
        bytes.set(LENGTH, used + 4L, value.length);
        MemorySegment.copy(key, 0, bytes, ValueLayout.JAVA_BYTE, used + (long) HEAD, key.length);
        MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, used + (long) HEAD + key.length, value.length);
        used += HEAD + key.length + value.length;
    }

    int count() {
        return count;
    }

    /** @param common all keys have the same first bytes, so many */
    void sort(int common) {
        words = new long[count];
        wordsAside = new long[count];
        entriesAside = new int[count];
        sort(0, count, common);
    }

    private void sort(int from, int to, int depth) {
        if (ascending(from, to)) return;
        if (to - from <= FEW || deeperThanKeys(from, to, depth)) {
            insert(from, to);
            return;
        }
        for (int i = from; i < to; i++) words[i] = word(entries[i], depth);
        byDigits(from, to);
        for (int start = from, end; start < to; start = end) {
            end = start + 1;
            while (end < to && words[end] == words[start]) end++;
            if (end - start > 1) sort(start, end, depth + Long.BYTES);
        }
    }

    private boolean ascending(int from, int to) {
        for (int i = from + 1; i < to; i++) if (compare(entries[i - 1], entries[i]) > 0) return false;
        return true;
    }

    /** Keys that differ in nothing but zeros at their ends. */
    private boolean deeperThanKeys(int from, int to, int depth) {
        for (int i = from; i < to; i++) if (keyLength(entries[i]) > depth) return false;
        return true;
    }

    private void insert(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            int entry = entries[i];
            int at = i;
            for (; at > from && compare(entries[at - 1], entry) > 0; at--) entries[at] = entries[at - 1];
            entries[at] = entry;
        }
    }

    /** By their words, the lowest digit first; what is equal stays in its order. */
    private void byDigits(int from, int to) {
        int[][] counts = new int[Long.BYTES][DIGITS];
        for (int i = from; i < to; i++) {
            long word = words[i];
            for (int digit = 0; digit < Long.BYTES; digit++) counts[digit][(int) (word >>> 8 * digit) & 0xff]++;
        }
        for (int digit = 0; digit < Long.BYTES; digit++) {
            int shift = 8 * digit;
            int[] places = counts[digit];
            if (places[(int) (words[from] >>> shift) & 0xff] == to - from) continue;
            for (int i = 0, place = from; i < DIGITS; i++) {
                int here = places[i];
                places[i] = place;
                place += here;
            }
            for (int i = from; i < to; i++) {
                int place = places[(int) (words[i] >>> shift) & 0xff]++;
                wordsAside[place] = words[i];
                entriesAside[place] = entries[i];
            }
            System.arraycopy(wordsAside, from, words, from, to - from);
            System.arraycopy(entriesAside, from, entries, from, to - from);
        }
    }

    /** Eight bytes of a key, with zeros for those that it does not have. */
    private long word(int entry, int depth) {
        int left = keyLength(entry) - depth;
        if (left <= 0) return 0;
        long word = bytes.get(WORD, (long) entry + HEAD + depth);
        return left >= Long.BYTES ? word : word & -1L << 8 * (Long.BYTES - left);
    }

    private int compare(int left, int right) {
        int leftLength = keyLength(left);
        int rightLength = keyLength(right);
        int both = Math.min(leftLength, rightLength);
        for (int at = 0; at < both; at += Long.BYTES) {
            long a = word(left, at);
            long b = word(right, at);
            if (a != b) return Long.compareUnsigned(a, b);
        }
        return Integer.compare(leftLength, rightLength);
    }

    private int keyLength(int entry) {
        return bytes.get(LENGTH, entry);
    }

    /** Whether an entry has the same key as the one in front of it. */
    boolean repeats(int number) {
        return compare(entries[number - 1], entries[number]) == 0;
    }

    /** The key of an entry, by its place in the order; good until the next call. */
    ByteBuffer key(int number) {
        int entry = entries[number];
        return keys.clear().position(entry + HEAD).limit(entry + HEAD + keyLength(entry));
    }

    ByteBuffer value(int number) {
        int entry = entries[number];
        int start = entry + HEAD + keyLength(entry);
        return values.clear().position(start).limit(start + bytes.get(LENGTH, entry + 4L));
    }

    static byte[] copy(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    @Override
    public void close() {
        arena.close();
    }
}
