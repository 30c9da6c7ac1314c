package io.craton.storage.projection;

import io.craton.core.type.ByteWriter;
import io.craton.storage.io.TemporaryFile;
import io.craton.storage.io.TemporaryFolder;
import io.craton.storage.row.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorted keys in a temporary file, in blocks; in memory is the first key of each block. Written by one thread, then read by any. Its file goes when it is closed.
 *
 * <pre>
 * a key: length(4) bytes
 * </pre>
 */
final class KeyRun implements AutoCloseable {
    static final int BLOCK_BYTES = 32 << 10;

    /** One block's place in the file. */
    private record Block(byte[] firstKey, long offset, int length) {}

    private final TemporaryFile file;
    private final List<Block> blocks = new ArrayList<>();

    private KeyRun(TemporaryFile file) {
        this.file = file;
    }

    /** Writes all that is left of these keys. */
    static KeyRun write(TemporaryFolder folder, SortedKeys keys) {
        KeyRun run;
        try {
            run = new KeyRun(folder.create("keys_", ".spill"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean written = false;
        try {
            run.writeAll(keys);
            written = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!written) run.close();
        }
        return run;
    }

    private void writeAll(SortedKeys keys) throws IOException {
        ByteWriter block = new ByteWriter(BLOCK_BYTES + 1024);
        byte[] first = new byte[0];
        long end = 0;
        boolean more = keys.next();
        while (more) {
            if (block.size() == 0) first = Arrays.copyOfRange(keys.bytes(), keys.from(), keys.to());
            block.putInt(keys.to() - keys.from());
            block.putBytes(keys.bytes(), keys.from(), keys.to() - keys.from());
            more = keys.next();
            if (more && block.size() < BLOCK_BYTES) continue;
            file.write(block.array(), 0, block.size(), end);
            blocks.add(new Block(first, end, block.size()));
            end += block.size();
            block.clear();
        }
    }

    /** Some keys of it, in order, in about the same distances. */
    List<byte[]> samples(int most) {
        List<byte[]> samples = new ArrayList<>();
        int step = blocks.size() / most + 1;
        for (int i = 0; i < blocks.size(); i += step) samples.add(blocks.get(i).firstKey);
        return samples;
    }

    /** Keys in a half-open range; null is unbounded. */
    SortedKeys keys(byte @Nullable [] from, byte @Nullable [] to) {
        return new Keys(from, to);
    }

    /** The first block in which there may be a key that is no lower: the same one may end one block and begin the next. */
    private int blockOf(byte[] key) {
        int from = 0;
        int to = blocks.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (Arrays.compareUnsigned(blocks.get(middle).firstKey, key) < 0) from = middle + 1;
            else to = middle;
        }
        return Math.max(0, from - 1);
    }

    private final class Keys implements SortedKeys {
        private final byte @Nullable [] lower;
        private final byte @Nullable [] upper;
        private int block;
        private byte[] bytes = new byte[0];
        private int from;
        private int to;
        private boolean inside;

        Keys(byte @Nullable [] lower, byte @Nullable [] upper) {
            this.lower = lower;
            this.upper = upper;
            block = lower == null ? 0 : blockOf(lower);
            inside = lower == null;
        }

        @Override
        public boolean next() {
            do {
                if (to == bytes.length && !read()) return false;
                from = to + Integer.BYTES;
                to = from + Bytes.getInt(bytes, to);
                if (!inside) inside = compare(lower) >= 0;
            } while (!inside);
            return upper == null || compare(upper) < 0;
        }

        private int compare(byte @Nullable [] bound) {
            return Arrays.compareUnsigned(bytes, from, to, java.util.Objects.requireNonNull(bound), 0, bound.length);
        }

        private boolean read() {
            if (block == blocks.size()) return false;
            Block next = blocks.get(block++);
            bytes = new byte[next.length];
            to = 0;
            try {
                file.read(bytes, next.offset);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public int from() {
            return from;
        }

        @Override
        public int to() {
            return to;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
