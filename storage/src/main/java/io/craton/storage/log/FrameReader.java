package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;

/**
 * A window over a segment's bytes. It holds only bytes below the limit as it was when they were read, so a window is never stale
 * while the segment only grows. One thread.
 */
final class FrameReader {
    private static final int WINDOW_BYTES = 256 << 10;

    enum Found { FRAME, DAMAGED, END }

    private final BlockFile file;
    private final LongSupplier limit;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;
    private int at;

    FrameReader(BlockFile file, LongSupplier limit) {
        this.file = file;
        this.limit = limit;
    }

    ByteBuffer window() {
        return window;
    }

    /** Where in the window the frame is that {@link #look} found. */
    int at() {
        return at;
    }

    /** Brings {@code count} bytes at {@code offset} into the window and answers where in it they are; -1 when the limit comes first. */
    int require(long offset, int count) throws IOException {
        if (offset >= windowStart && offset + count <= windowStart + window.limit()) return (int) (offset - windowStart);
        long end = limit.getAsLong();
        if (offset + count > end) return -1;
        int wanted = (int) Math.max(count, Math.min(WINDOW_BYTES, end - offset));
        if (window.capacity() < wanted) window = ByteBuffer.allocate(wanted);
        window.clear().limit((int) Math.min(window.capacity(), end - offset));
        int read = file.read(window, offset);
        window.position(0).limit(read);
        windowStart = offset;
        return read >= count ? 0 : -1;
    }

    /** Looks at the frame at {@code offset}. */
    Found look(long offset) throws IOException {
        int head = require(offset, Integer.BYTES);
        if (head < 0) return Found.END;
        int length = Frame.length(window, head);
        if (length == 0) return Found.END;
        if (!Frame.plausibleLength(length)) return Found.DAMAGED;
        at = require(offset, Frame.paddedBytes(length));
        if (at < 0) return Found.DAMAGED;
        if (!Frame.intact(window, at, crc)) return Found.DAMAGED;
        for (int i = length; i < Frame.paddedBytes(length); i++) if (window.get(at + i) != 0) return Found.DAMAGED;
        return Found.FRAME;
    }

    /** The length of the frame at {@code offset}, without checking it; 0 past the last. */
    int lengthAt(long offset) throws IOException {
        int head = require(offset, Integer.BYTES);
        return head < 0 ? 0 : Frame.length(window, head);
    }
}
