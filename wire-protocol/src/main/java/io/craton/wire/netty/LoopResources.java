package io.craton.wire.netty;

import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.FrontendDecoder;
import java.util.ArrayDeque;

/** What the connections of one event loop share, so that an idle connection holds no buffers. Owned by the loop's thread. */
final class LoopResources {
    private static final int BUFFER_LENGTH = 48 * 1024;
    private static final int BUFFER_LENGTH_MAX = 4 * BUFFER_LENGTH;
    private static final int BUFFERS_MAX = 64;

    final FrontendDecoder decoder;
    private final ArrayDeque<ByteWriter> buffers = new ArrayDeque<>();

    LoopResources(int frameBytesMax) {
        decoder = new FrontendDecoder(frameBytesMax);
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
