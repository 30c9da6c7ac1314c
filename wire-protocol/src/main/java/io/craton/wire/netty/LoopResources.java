package io.craton.wire.netty;

import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.FrontendDecoder;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
    private final EventLoop loop;
    private final List<Runnable> flushes = new ArrayList<>();

    private @Nullable Object heard;
    private long heardSince;

    LoopResources(EventLoop loop, int frameBytesMax) {
        this.loop = loop;
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

    /**
     * Done when all that the loop has been given by now is done. Answers that many sessions had to wait for together go out together so: their client is woken once, and finds them all,
     * where it would be woken by the first and sleep again before the second.
     */
    void flushLater(Runnable flush) {
        flushes.add(flush);
        if (flushes.size() == 1) loop.execute(this::flushAll);
    }

    private void flushAll() {
        List<Runnable> all = List.copyOf(flushes);
        flushes.clear();
        all.forEach(Runnable::run);
    }
}
