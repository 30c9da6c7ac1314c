package io.craton.storage.projection;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Entries of an index in any order, in memory outside the heap from where RocksDB takes them without a copy, and then in the order of their keys. Sorted by eight bytes of the keys at a time,
 * each time by their digits, as most keys differ there; keys that are equal so far by the next eight. One thread at a time, but for cursors: each has one thread. Close it.
 *
 * <pre>
 * length of the key(4) length of the value(4) key value
 * </pre>
 *
 * Memory is taken by the chunk and kept when the piece is emptied. An entry is known by the number of its chunk and where it begins there.
 */
final class IndexPiece implements AutoCloseable {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int CHUNK_BITS = 20;
    static final int CHUNK_BYTES = 1 << CHUNK_BITS;
    private static final int PLACE = CHUNK_BYTES - 1;
    private static final int HEAD = 8;
    /** Behind the last entry, so that a word can be read at any byte of a key. */
    private static final int TAIL = Long.BYTES;
    private static final int DIGITS = 256;
    /** Of the heap, for each entry that is to be sorted. */
    private static final int SORT_BYTES = 2 * Integer.BYTES + 2 * Long.BYTES;
    private static final int FEW = 32;

    private final Arena arena = Arena.ofShared();
    private long capacity;
    private MemorySegment[] chunks = new MemorySegment[0];
    private int chunk = -1;
    /** Where the next entry begins, and where the next part of the present one. */
    private int place;
    private int part;
    private long used;
    /** Of the chunks that have entries. */
    private long opened;
    private int count;
    private int[] entries = new int[1 << 12];
    private long[] words = new long[0];
    private int[] entriesAside = new int[0];
    private long[] wordsAside = new long[0];

    /** @param capacity bytes that its entries may take; one entry may be larger, and 2^31 are the most */
    IndexPiece(long capacity) {
        this.capacity = capacity;
    }

    /** Whether there is room for an entry more. */
    boolean takes(int keyLength, int valueLength) {
        return count == 0 || used + HEAD + keyLength + valueLength <= capacity;
    }

    /** An entry more, of which the parts of key and value come one by one. */
    void begin(int keyLength, int valueLength) {
        int length = HEAD + keyLength + valueLength;
        if (chunk < 0 || place + length > CHUNK_BYTES) open(length);
        if (count == entries.length) entries = Arrays.copyOf(entries, 2 * count);
        entries[count++] = chunk << CHUNK_BITS | place;
        MemorySegment bytes = chunks[chunk];
        bytes.set(LENGTH, place, keyLength);
        bytes.set(LENGTH, place + 4L, valueLength);
        part = place + HEAD;
        place += length;
        used += length;
    }

    void append(byte[] bytes) {
        MemorySegment.copy(bytes, 0, chunks[chunk], ValueLayout.JAVA_BYTE, part, bytes.length);
        part += bytes.length;
    }

    private void open(int length) {
        chunk++;
        place = 0;
        if (chunk == chunks.length) chunks = Arrays.copyOf(chunks, chunk + 1);
        int size = Math.max(CHUNK_BYTES, length) + TAIL;
        if (chunks[chunk] == null || chunks[chunk].byteSize() < size) chunks[chunk] = arena.allocate(size);
        opened += chunks[chunk].byteSize();
    }

    /** Bytes of memory that its entries take, on the heap and outside, about. */
    long memory() {
        return opened + (long) SORT_BYTES * count;
    }

    int count() {
        return count;
    }

    /** Has no entries from now on, and may take so many bytes of them. */
    void clear(long capacity) {
        this.capacity = capacity;
        chunk = -1;
        used = 0;
        opened = 0;
        count = 0;
    }

    /** @param common all keys have the same first bytes, so many */
    void sort(int common) {
        if (words.length < count) {
            int room = Math.min(entries.length, count + (count >> 3));
            words = new long[room];
            wordsAside = new long[room];
            entriesAside = new int[room];
        }
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
        long word = chunks[entry >>> CHUNK_BITS].get(WORD, (entry & PLACE) + (long) HEAD + depth);
        return left >= Long.BYTES ? word : word & -1L << 8 * (Long.BYTES - left);
    }

    private int compare(int left, int right) {
        return compare(left, this, right);
    }

    private int compare(int left, IndexPiece other, int right) {
        int leftLength = keyLength(left);
        int rightLength = other.keyLength(right);
        int both = Math.min(leftLength, rightLength);
        for (int at = 0; at < both; at += Long.BYTES) {
            long a = word(left, at);
            long b = other.word(right, at);
            if (a != b) return Long.compareUnsigned(a, b);
        }
        return Integer.compare(leftLength, rightLength);
    }

    private int keyLength(int entry) {
        return chunks[entry >>> CHUNK_BITS].get(LENGTH, entry & PLACE);
    }

    /** How many entries have a lower key than an entry of a piece has; both are sorted. */
    int below(IndexPiece other, int number) {
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(entries[middle], other, other.entries[number]) < 0) from = middle + 1;
            else to = middle;
        }
        return from;
    }

    /** How many entries have a lower key; it is sorted. */
    int below(byte[] key) {
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Arrays.compareUnsigned(key(middle), key) < 0) from = middle + 1;
            else to = middle;
        }
        return from;
    }

    /** The key of an entry by its place in the order. */
    byte[] key(int number) {
        byte[] key = new byte[keyLength(entries[number])];
        copyKey(number, key);
        return key;
    }

    private void copyKey(int number, byte[] into) {
        int entry = entries[number];
        MemorySegment.copy(chunks[entry >>> CHUNK_BITS], ValueLayout.JAVA_BYTE, (entry & PLACE) + (long) HEAD, into, 0, keyLength(entry));
    }

    /** Keys by their places in the order, {@code from} inclusive, {@code to} exclusive. */
    SortedKeys keys(int from, int to) {
        return new Keys(from, to);
    }

    private final class Keys implements SortedKeys {
        private final int end;
        private int number;
        private byte[] bytes = new byte[64];

        Keys(int from, int to) {
            number = from - 1;
            end = to;
        }

        @Override
        public boolean next() {
            if (++number >= end) return false;
            if (bytes.length < to()) bytes = new byte[to()];
            copyKey(number, bytes);
            return true;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int from() {
            return 0;
        }

        @Override
        public int to() {
            return keyLength(entries[number]);
        }
    }

    /** Entries by their places in the order, {@code from} inclusive, {@code to} exclusive. */
    Cursor cursor(int from, int to) {
        return new Cursor(from, to);
    }

    /** Reads entries in order. One thread. */
    final class Cursor {
        private final int end;
        private final ByteBuffer[] keys = new ByteBuffer[chunks.length];
        private final ByteBuffer[] values = new ByteBuffer[chunks.length];
        private int number;

        private Cursor(int from, int to) {
            number = from;
            end = to;
        }

        boolean valid() {
            return number < end;
        }

        void next() {
            number++;
        }

        /** The key; good until the next call. */
        ByteBuffer key() {
            int entry = entries[number];
            int start = (entry & PLACE) + HEAD;
            return buffer(keys, entry).limit(start + keyLength(entry)).position(start);
        }

        ByteBuffer value() {
            int entry = entries[number];
            int start = (entry & PLACE) + HEAD + keyLength(entry);
            return buffer(values, entry).limit(start + chunks[entry >>> CHUNK_BITS].get(LENGTH, (entry & PLACE) + 4L)).position(start);
        }

        private ByteBuffer buffer(ByteBuffer[] buffers, int entry) {
            int at = entry >>> CHUNK_BITS;
            ByteBuffer buffer = buffers[at];
            if (buffer == null) buffers[at] = buffer = chunks[at].asByteBuffer();
            return buffer.clear();
        }

        /** Whether the next entry has the same key. */
        boolean isRepeated() {
            return number + 1 < end && compare(entries[number], entries[number + 1]) == 0;
        }

        int compareTo(Cursor other) {
            return compare(entries[number], other.piece(), other.piece().entries[other.number]);
        }

        private IndexPiece piece() {
            return IndexPiece.this;
        }
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
