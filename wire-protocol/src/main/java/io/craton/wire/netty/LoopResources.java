package io.craton.wire.netty;

import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.FrontendDecoder;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What the connections of one event loop share, so that an idle connection holds no buffers. Owned by the loop's thread. */
final class LoopResources {
    private static final int BUFFER_LENGTH = 48 * 1024;
    private static final int BUFFER_LENGTH_MAX = 4 * BUFFER_LENGTH;
    private static final int BUFFERS_MAX = 64;
    /** A loop that has heard nothing from other sessions for so long is one session's own. */
    private static final long OWN_AFTER_NANOS = 100_000_000L;

    final FrontendDecoder decoder;
    private final ArrayDeque<ByteWriter> buffers = new ArrayDeque<>();

    private @Nullable Object heard;
    private long heardSince;

    LoopResources(int frameBytesMax) {
        decoder = new FrontendDecoder(frameBytesMax);
    }

    /** This session is heard. True when it has been the only one for a while. */
    boolean isOwn(Object session) {
        long now = System.nanoTime();
        if (session != heard) {
            heard = session;
            heardSince = now;
        }
        return now - heardSince > OWN_AFTER_NANOS;
    }

    void forget(Object session) {
        if (heard == session) heard = null;
    }

    ByteWriter take() {
        ByteWriter buffer = buffers.pollLast();
        return buffer != null ? buffer : new ByteWriter(BUFFER_LENGTH);
    }

    void giveBack(ByteWriter buffer) {
        if (buffer.array().length > BUFFER_LENGTH_MAX || buffers.size() >= BUFFERS_MAX) return;
        buffer.clear();
        buffers.addLast(buffer);
    }
}
