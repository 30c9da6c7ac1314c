package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.DurableFile;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The end of the segment that grows. Where the file system allows it, a durable append is one write past the page cache: the last, partial block
 * is kept in memory and written again with what follows, its older bytes unchanged, so that a torn write harms nothing older. Otherwise it is a
 * write and a sync. The appender's alone.
 */
final class SegmentTail implements AutoCloseable {
    private static final int PIECE_BYTES_MAX = 4 << 20;
    private static final int PIECE_BYTES_MIN = 64 << 10;

    private final BlockFile file;
    private final @Nullable DurableFile durable;
    /** The bytes from {@code blockStart} on; {@code held} of them are those of the file. Empty and of no place before the first append. */
    private ByteBuffer blocks = ByteBuffer.allocate(0);
    private long blockStart;
    private int held = -1;

    private SegmentTail(BlockFile file, @Nullable DurableFile durable) {
        this.file = file;
        this.durable = durable;
    }

    /** Over an open file of this name, which it closes; {@code syncMode} says whether appends will have to be durable. */
    static SegmentTail of(FileStore store, String name, BlockFile file, SyncMode syncMode) throws IOException {
        return new SegmentTail(file, syncMode == SyncMode.FSYNC ? store.openDurable(name) : null);
    }

    /** For everything but appends. What it writes must be followed by {@link #changed}. */
    BlockFile file() {
        return file;
    }

    /** The bytes of the file were changed beside the appends. */
    void changed() {
        held = -1;
    }

    /** Writes what remains in the buffer at the end of the segment; durable when it returns. */
    void appendDurably(ByteBuffer bytes, long end) throws IOException {
        if (durable == null) {
            file.write(bytes, end);
            file.sync();
        } else {
            writeBlocks(durable, bytes, end);
        }
    }

    /** Writes what remains in the buffer; durable after a sync. */
    void append(ByteBuffer bytes, long end) throws IOException {
        file.write(bytes, end);
    }

    private void writeBlocks(DurableFile to, ByteBuffer bytes, long end) throws IOException {
        int block = to.blockBytes();
        reserve(to, bytes.remaining(), block);
        if (held < 0 || blockStart + held != end) load(end, block);
        while (bytes.hasRemaining()) {
            int count = Math.min(bytes.remaining(), blocks.capacity() - held);
            blocks.clear().position(held);
            blocks.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            int filled = held + count;
            int padded = (filled + block - 1) & -block;
            while (blocks.position() < padded) blocks.put((byte) 0);
            to.write(blocks.flip(), blockStart);
            int whole = filled & -block;
            held = filled - whole;
            blockStart += whole;
            blocks.clear();
            if (whole > 0 && held > 0) blocks.put(0, blocks, whole, held);
        }
    }

    private void reserve(DurableFile to, int bytes, int block) {
        int wanted = Math.clamp((bytes + 2L * block) & -block, PIECE_BYTES_MIN, PIECE_BYTES_MAX);
        if (blocks.capacity() >= wanted) return;
        blocks = to.allocate(Math.min(Math.max(wanted, 2 * blocks.capacity()), PIECE_BYTES_MAX));
        held = -1;
    }

    private void load(long end, int block) throws IOException {
        blockStart = end & -block;
        held = (int) (end - blockStart);
        blocks.clear().limit(held);
        if (file.read(blocks, blockStart) < held) throw new IOException("the segment ends before its last entry");
    }

    @Override
    public void close() throws IOException {
        try (file; DurableFile second = durable) {
            held = -1;
        }
    }
}
