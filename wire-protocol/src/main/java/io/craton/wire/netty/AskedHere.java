package io.craton.wire.netty;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Of a session that reads here while another node leads: what the client sent since the session was at rest, to be asked again at the leader, and which answers in the
 * buffer are older than that. Used by whoever has the session.
 */
final class AskedHere {
    private final Repeatable all = new Repeatable();
    /** So many bytes at the start of the buffer of answers are older. */
    private int answeredBefore;
    private boolean answeredSince;

    /** All that is readable. */
    void add(ByteBuf bytes) {
        all.add(bytes, bytes.readableBytes());
    }

    /** What comes behind this position is what would be asked again; so many bytes of answers wait to be sent. */
    void atRest(long position, int answered) {
        all.answered(position);
        answeredBefore = answered;
        answeredSince = false;
    }

    /** The buffer of answers goes to the client. */
    void sent(int bytes) {
        answeredSince |= bytes > answeredBefore;
        answeredBefore = 0;
    }

    int answeredBefore() {
        return answeredBefore;
    }

    /** What to ask again; null when part of it has been answered, or it was not kept. */
    byte @Nullable [] again() {
        return answeredSince ? null : all.from(all.start());
    }
}
