package io.craton.wire.flow;

import io.craton.core.type.ByteWriter;

/** Where the bytes of a session's answers go and where its COPY data comes from. */
public interface Outlet {
    /**
     * Sends everything in the buffer and clears it.
     *
     * @param waits whether to wait while the client is slow; only a session's own thread may
     */
    void send(ByteWriter out, Patience waits);

    enum Patience { NEVER, WHILE_CLIENT_IS_SLOW }

    /** The client's COPY data from here on; read by the session's own thread. */
    CopyInput copyInput();
}
