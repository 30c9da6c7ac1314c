package io.craton.wire.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The client's last bytes that have been forwarded and not answered, to be sent again when the node that got them is lost before it did
 * anything with them. What is longer than a bound is not kept. Positions count the bytes forwarded. Owned by the event loop.
 */
final class Repeatable {
    private static final int LENGTH_MAX = 64 * 1024;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    /** Position of {@code bytes[0]}, and of what comes next. */
    private long base;
    private long end;
    /** What is before this has been answered. */
    private long start;
    private boolean overflown;

    /** The next bytes are forwarded: so many from the reader index on. */
    void add(ByteBuf in, int count) {
        int length = overflown ? 0 : (int) (end - base);
        end += count;
        if (overflown) return;
        if (length + count > LENGTH_MAX) {
            overflown = true;
            bytes = NOTHING;
            return;
        }
        if (bytes.length - length < count) bytes = Arrays.copyOf(bytes, Math.max(length + count, Math.max(256, 2 * bytes.length)));
        in.getBytes(in.readerIndex(), bytes, length, count);
    }

    /** Everything before the position has been answered. */
    void answered(long position) {
        start = position;
        if (position < end) return;
        base = end;
        overflown = false;
    }

    /** Where the first message begins that has not been answered. */
    long start() {
        return start;
    }

    /** What was forwarded from a position on, null when it was not kept. */
    byte @Nullable [] from(long position) {
        if (position == end) return NOTHING;
        if (overflown || position < base || position > end) return null;
        return Arrays.copyOfRange(bytes, (int) (position - base), (int) (end - base));
    }
}
