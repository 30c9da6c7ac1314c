package io.craton.sql.copy;

import io.craton.core.session.CopySource;
import java.util.Arrays;

/**
 * Bytes of COPY FROM as one window that slides over the stream. Readers look at {@link #bytes} between {@link #position} and {@link #limit} and call
 * {@link #more} when they need what comes behind; what lies before {@link #mark} may be forgotten then. One thread.
 */
final class CopyInput {
    private final CopySource source;
    byte[] bytes = new byte[1 << 16];
    int position;
    int limit;
    /** First byte that is still needed; moves with the window. */
    int mark;
    private boolean ended;

    CopyInput(CopySource source) {
        this.source = source;
    }

    /** Appends the next part of the stream; false at its end. Positions move left by what was forgotten. */
    boolean more() {
        if (ended) return false;
        byte[] next = source.next();
        if (next == null) {
            ended = true;
            return false;
        }
        if (mark > 0) {
            System.arraycopy(bytes, mark, bytes, 0, limit - mark);
            position -= mark;
            limit -= mark;
            mark = 0;
        }
        if (bytes.length - limit < next.length) bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, limit + next.length));
        System.arraycopy(next, 0, bytes, limit, next.length);
        limit += next.length;
        return true;
    }

    /** Whether a byte is there to be read, after waiting for it. */
    boolean available() {
        return position < limit || moreUntil(1);
    }

    /** Waits until so many bytes are there; false when the stream ends before. */
    boolean moreUntil(int count) {
        while (limit - position < count) {
            if (!more()) return false;
        }
        return true;
    }

    /** Reads the rest of the stream and forgets it. */
    void drain() {
        do {
            mark = position = limit;
        } while (more());
    }
}
