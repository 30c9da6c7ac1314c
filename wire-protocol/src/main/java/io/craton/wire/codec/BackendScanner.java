package io.craton.wire.codec;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of a server's answers on their way through a relay without reading them: only ReadyForQuery and {@link CarryFrame}s
 * are looked at. Owned by the event loop.
 */
public final class BackendScanner {
    /** What the relay does with what is found, in order. */
    public interface Found {
        /** So many bytes from the buffer's reader index on are for the client; the callee moves the index past them. */
        void pass(ByteBuf in, int length);

        /** A ReadyForQuery with this status is among what is passed next. */
        void ready(char status);

        /** A frame for the relay itself. The body is valid during the call. */
        void frame(CarryFrame kind, ByteBuf body);
    }

    private static final int HEADER_LENGTH = 5;
    private static final int READY_LENGTH = 6;

    /** Bytes of the message under way that have not been passed. */
    private int rest;

    private boolean sinceReady;

    /** Has a message for the client been found since the last ReadyForQuery? */
    public boolean sinceReady() {
        return sinceReady;
    }

    /** Would a message that is written to the client now stand between two others? */
    public boolean atBoundary() {
        return rest == 0;
    }

    /** Takes what can be taken; what is left is too short to be understood and comes again with more behind it. */
    public void scan(ByteBuf in, Found found) {
        int at = in.readerIndex();
        while (true) {
            int end = in.writerIndex();
            int taken = Math.min(rest, end - at);
            rest -= taken;
            at += taken;
            if (rest > 0 || end - at < HEADER_LENGTH) break;
            int tag = in.getByte(at);
            int length = in.getInt(at + 1);
            if (length < 4) throw new IllegalArgumentException("frame of " + length + " bytes from the leader");
            if (tag == CarryFrame.TAG) {
                if (end - at <= length) break;
                if (at > in.readerIndex()) found.pass(in, at - in.readerIndex());
                CarryFrame kind = CarryFrame.of(in.getUnsignedByte(at + HEADER_LENGTH));
                ByteBuf body = in.slice(at + CarryFrame.HEADER_LENGTH, length - 5);
                in.readerIndex(at + 1 + length);
                found.frame(kind, body);
                at = in.readerIndex();
                continue;
            }
            sinceReady = tag != 'Z';
            if (tag == 'Z') {
                if (end - at < READY_LENGTH) break;
                found.ready((char) in.getByte(at + HEADER_LENGTH));
            }
            rest = 1 + length;
        }
        if (at > in.readerIndex()) found.pass(in, at - in.readerIndex());
    }
}
