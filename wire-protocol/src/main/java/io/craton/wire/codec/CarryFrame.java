package io.craton.wire.codec;

import io.craton.core.type.ByteWriter;

/**
 * What the leader tells a relaying node between the messages for its client. Framed as those are, under a tag that no message has:
 *
 * <pre>
 * tag      1 byte, {@link #TAG}
 * length   4 bytes, itself included
 * kind     1 byte: ordinal of a {@link CarryFrame}
 * body     as the kind says
 * </pre>
 *
 * Never passed on to a client.
 */
public enum CarryFrame {
    /** The session is open: the client's bytes may come. */
    OPENED,
    /** This node does not lead. Body: how many of the client's bytes the session had taken (8 bytes); it took no others. */
    NOT_LEADING,
    /** A message after which the client might expect ReadyForQuery gets none (a Sync inside COPY, a Query that was skipped). */
    UNANSWERED,
    /** The session has ended for good: no other node goes on with it. */
    ENDED,
    /** Part of the state with which the session can go on elsewhere. Body: number of the part (1 byte), its bytes. */
    STATE,
    /** Why the session cannot go on elsewhere, or nothing when it can. Body: UTF-8. */
    BOUND,
    /** The session only reads and asks for reads where its client is: it may go on there when nothing is under way. Stands before each ReadyForQuery of which it is true. */
    HOME;

    public static final int TAG = 0x01;
    static final int HEADER_LENGTH = 6;
    private static final byte[] NOTHING = {};
    private static final CarryFrame[] ALL = values();

    /** The kind of this number; the other node speaks another version when there is none. */
    static CarryFrame of(int number) {
        if (number >= ALL.length) throw new IllegalArgumentException("frame of unknown kind " + number + " from the leader");
        return ALL[number];
    }

    public void write(ByteWriter out) {
        write(out, NOTHING);
    }

    public void write(ByteWriter out, byte[] body) {
        out.ensure(HEADER_LENGTH + body.length);
        out.putByte(TAG);
        out.putInt(5 + body.length);
        out.putByte(ordinal());
        out.putBytes(body, 0, body.length);
    }
}
