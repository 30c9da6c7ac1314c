package io.craton.storage.log;

import java.nio.ByteBuffer;

/**
 * One entry of the event log. {@code index} is the position; {@code tenant} is 0 for entries of the group itself. The payload is read
 * from its position to its limit and is not changed; the log never keeps it.
 */
public record LogRecord(long index, long term, EntryType type, int tenant, ByteBuffer payload) {
    /** What the log puts around a payload, at most. */
    public static final int OVERHEAD_BYTES_MAX = Frame.HEADER_BYTES + Frame.ALIGNMENT - 1;

    public LogRecord {
        if (index <= 0) throw new IllegalArgumentException("index " + index);
        if (term < 0) throw new IllegalArgumentException("term " + term);
    }
}
