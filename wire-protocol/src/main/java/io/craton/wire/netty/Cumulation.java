package io.craton.wire.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that have arrived and are not yet read as messages. Nothing is held while there are none. Owned by the event loop.
 * A rest grows by doubling, whatever length its header announces: memory follows bytes received, not bytes promised.
 */
final class Cumulation {
    private @Nullable ByteBuf bytes;

    /** Takes over the buffer. */
    void add(ByteBuf more, ByteBufAllocator allocator) {
        ByteBuf rest = bytes;
        if (rest == null || !rest.isReadable()) {
            if (rest != null) rest.release();
            bytes = more;
            return;
        }
        int needed = rest.readableBytes() + more.readableBytes();
        if (rest.writableBytes() < more.readableBytes() || rest.refCnt() > 1 || rest.isReadOnly()) {
            ByteBuf larger = allocator.heapBuffer(Math.max(needed, 2 * rest.readableBytes()));
            larger.writeBytes(rest);
            rest.release();
            bytes = rest = larger;
        }
        rest.writeBytes(more);
        more.release();
    }

    /** The bytes, or null when there are none. */
    @Nullable ByteBuf bytes() {
        return bytes;
    }

    int readable() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    /** Lets go of what has been read. */
    void trim() {
        if (bytes != null && !bytes.isReadable()) release();
    }

    void release() {
        if (bytes == null) return;
        bytes.release();
        bytes = null;
    }

    /** Gives the bytes away. */
    @Nullable ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = null;
        return taken;
    }
}
