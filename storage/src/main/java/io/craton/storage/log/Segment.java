package io.craton.storage.log;

import java.io.IOException;
import java.util.Arrays;

/**
 * What is known of one segment file: its header, its name of the moment, its entries' range and the offset of every 64th entry.
 * The appender writes, any thread reads; {@code end} is published after the bytes below it are written.
 */
final class Segment {
    private static final int STRIDE = 64;

    private final SegmentHeader header;
    private volatile String name;
    private volatile long lastIndex;
    private volatile long end;
    private int[] offsets = new int[16];
    private int offsetCount;

    Segment(SegmentHeader header, String name, long lastIndex, long end) {
        this.header = header;
        this.name = name;
        this.lastIndex = lastIndex;
        this.end = end;
    }

    SegmentHeader header() {
        return header;
    }

    String name() {
        return name;
    }

    void renamed(String newName) {
        name = newName;
    }

    long firstIndex() {
        return header.firstIndex();
    }

    /** One less than the first index while the segment is empty. */
    long lastIndex() {
        return lastIndex;
    }

    /** Where the last entry ends. */
    long end() {
        return end;
    }

    boolean contains(long index) {
        return index >= header.firstIndex() && index <= lastIndex;
    }

    void extend(long newLastIndex, long newEnd) {
        end = newEnd;
        lastIndex = newLastIndex;
    }

    synchronized void shorten(long newLastIndex, long newEnd) {
        lastIndex = newLastIndex;
        end = newEnd;
        long kept = newLastIndex - header.firstIndex() + 1;
        offsetCount = (int) Math.min(offsetCount, (kept + STRIDE - 1) / STRIDE);
    }

    /** Remembers where an entry starts, if it is one of those that are remembered and the next of them. */
    void note(long index, long offset) {
        long ordinal = index - header.firstIndex();
        if (ordinal % STRIDE == 0) noteStride((int) (ordinal / STRIDE), offset);
    }

    private synchronized void noteStride(int stride, long offset) {
        if (stride != offsetCount) return;
        if (offsetCount == offsets.length) offsets = Arrays.copyOf(offsets, offsetCount * 2);
        offsets[offsetCount++] = (int) offset;
    }

    /** Where the entry starts; walks from the nearest entry whose place is remembered, remembering on its way. */
    long offsetOf(long index, FrameReader reader) throws IOException {
        long ordinal = index - header.firstIndex();
        long at;
        long offset;
        synchronized (this) {
            int stride = (int) Math.min(ordinal / STRIDE, offsetCount - 1);
            at = stride < 0 ? 0 : (long) stride * STRIDE;
            offset = stride < 0 ? SegmentHeader.BYTES : offsets[stride];
        }
        for (; at < ordinal; at++) {
            note(header.firstIndex() + at, offset);
            int length = reader.lengthAt(offset);
            if (!Frame.plausibleLength(length)) {
                throw new LogDamagedException(name, offset, "entry " + (header.firstIndex() + at) + " has the length " + length);
            }
            offset += Frame.paddedBytes(length);
        }
        return offset;
    }
}
