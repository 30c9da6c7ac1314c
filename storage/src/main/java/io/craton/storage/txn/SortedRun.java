package io.craton.storage.txn;

import io.craton.core.type.ByteWriter;
import io.craton.storage.row.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys in order, each with some bytes, in blocks of a {@link SpillFile}; in memory are the first key of each block and a Bloom filter. Immutable, any
 * thread.
 */
final class SortedRun {
    private static final int BLOCK_BYTES = 16 << 10;
    private static final int FILTER_BITS = 10;

    /** One decoded block. */
    private record Block(int number, byte[][] keys, byte[][] values) {}

    private final SpillFile file;
    private final byte[][] firstKeys;
    private final long[] offsets;
    private final int[] lengths;
    private final byte[] lastKey;
    private final long[] filter;
    /** The block that was read last: readers mostly go forward. */
    private volatile @Nullable Block recent;

    private SortedRun(Builder made) {
        file = made.file;
        firstKeys = made.firstKeys.toArray(byte[][]::new);
        offsets = made.offsets.stream().mapToLong(Long::longValue).toArray();
        lengths = made.lengths.stream().mapToInt(Integer::intValue).toArray();
        lastKey = made.lastKey;
        filter = made.filter;
    }

    /** Writes a run. Keys come in order, each once. */
    static final class Builder {
        private final SpillFile file;
        private final List<byte[]> firstKeys = new ArrayList<>();
        private final List<Long> offsets = new ArrayList<>();
        private final List<Integer> lengths = new ArrayList<>();
        private final ByteWriter block = new ByteWriter(BLOCK_BYTES + 1024);
        private final long[] filter;
        private byte[] lastKey = new byte[0];

        /** @param keys at least as many as will come */
        Builder(SpillFile file, int keys) {
            this.file = file;
            filter = new long[Math.max(1, (int) ((long) keys * FILTER_BITS / 64))];
        }

        /** @param hash what {@link SortedRun#mayHave} is asked with */
        void add(byte[] key, byte[] value, int valueLength, long hash) {
            if (block.size() == 0) {
                firstKeys.add(key);
                offsets.add(0L);
                lengths.add(0);
            }
            block.putInt(key.length);
            block.putInt(valueLength);
            block.putBytes(key);
            block.putBytes(value, 0, valueLength);
            lastKey = key;
            for (int i = 0; i < 3; i++) {
                int bit = bit(hash, i, filter.length);
                filter[bit >>> 6] |= 1L << bit;
            }
            if (block.size() >= BLOCK_BYTES) endBlock();
        }

        private void endBlock() {
            if (block.size() == 0) return;
            offsets.set(offsets.size() - 1, file.append(block.array(), block.size()));
            lengths.set(lengths.size() - 1, block.size());
            block.clear();
        }

        SortedRun finish() {
            endBlock();
            return new SortedRun(this);
        }
    }

    private static int bit(long hash, int probe, int words) {
        long mixed = Bytes.mix(hash + probe * 0x9E3779B97F4A7C15L);
        return (int) ((mixed >>> 1) % (words * 64L));
    }

    static long hash(byte[] key) {
        return Bytes.hash(0, key);
    }

    /** False when no key was added with this hash. */
    boolean mayHave(long hash) {
        for (int i = 0; i < 3; i++) {
            int bit = bit(hash, i, filter.length);
            if ((filter[bit >>> 6] & 1L << bit) == 0) return false;
        }
        return true;
    }

    byte[] lastKey() {
        return lastKey;
    }

    /** The bytes of a key, or null. */
    byte @Nullable [] get(byte[] key, long hash) {
        if (firstKeys.length == 0 || Arrays.compareUnsigned(key, lastKey) > 0 || Arrays.compareUnsigned(key, firstKeys[0]) < 0 || !mayHave(hash)) return null;
        Block block = block(blockOf(key));
        int at = Arrays.binarySearch(block.keys, key, Arrays::compareUnsigned);
        return at < 0 ? null : block.values[at];
    }

    /** The block that has the key if any has. */
    private int blockOf(byte[] key) {
        int at = Arrays.binarySearch(firstKeys, key, Arrays::compareUnsigned);
        return at >= 0 ? at : Math.max(0, -at - 2);
    }

    private Block block(int number) {
        Block block = recent;
        if (block != null && block.number == number) return block;
        byte[] bytes = file.read(offsets[number], lengths[number]);
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        for (int at = 0; at < bytes.length;) {
            int keyLength = Bytes.getInt(bytes, at);
            int valueLength = Bytes.getInt(bytes, at + 4);
            at += 8;
            keys.add(Arrays.copyOfRange(bytes, at, at + keyLength));
            at += keyLength;
            values.add(Arrays.copyOfRange(bytes, at, at + valueLength));
            at += valueLength;
        }
        block = new Block(number, keys.toArray(byte[][]::new), values.toArray(byte[][]::new));
        recent = block;
        return block;
    }

    /** Keys in [from, to), ascending or descending. One thread. */
    final class Cursor {
        private final byte @Nullable [] from;
        private final byte @Nullable [] to;
        private final boolean reverse;
        private @Nullable Block block;
        private int at;

        Cursor(byte @Nullable [] from, byte @Nullable [] to, boolean reverse) {
            this.from = from;
            this.to = to;
            this.reverse = reverse;
        }

        /** Moves to the next key; false at the end. */
        boolean next() {
            if (firstKeys.length == 0) return false;
            Block current = block;
            if (current == null) {
                current = block = first();
            } else {
                at += reverse ? -1 : 1;
            }
            if (at < 0 || at >= current.keys.length) {
                int number = current.number + (reverse ? -1 : 1);
                if (number < 0 || number >= firstKeys.length) return false;
                current = block = block(number);
                at = reverse ? current.keys.length - 1 : 0;
            }
            byte[] key = current.keys[at];
            return reverse ? from == null || Arrays.compareUnsigned(key, from) >= 0 : to == null || Arrays.compareUnsigned(key, to) < 0;
        }

        private Block first() {
            byte[] bound = reverse ? to : from;
            Block start = block(bound == null ? reverse ? firstKeys.length - 1 : 0 : blockOf(bound));
            if (bound == null) {
                at = reverse ? start.keys.length - 1 : 0;
            } else {
                int found = Arrays.binarySearch(start.keys, bound, Arrays::compareUnsigned);
                int place = found >= 0 ? found : -found - 1;
                at = reverse ? place - 1 : place;
            }
            return start;
        }

        byte[] key() {
            return java.util.Objects.requireNonNull(block).keys[at];
        }

        byte[] value() {
            return java.util.Objects.requireNonNull(block).values[at];
        }
    }
}
