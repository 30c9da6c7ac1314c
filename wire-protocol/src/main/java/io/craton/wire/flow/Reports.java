package io.craton.wire.flow;

import io.craton.core.type.ByteWriter;

/** What a session tells the node that relays it, between its answers to the client. */
public interface Reports {
    /** For a session whose client is connected here. */
    Reports NONE = new Reports() {
        @Override
        public void beforeReady(ByteWriter out) {}

        @Override
        public void unanswered(ByteWriter out) {}
    };

    /** ReadyForQuery comes next. */
    void beforeReady(ByteWriter out);

    /** A message that ReadyForQuery usually follows was passed over. */
    void unanswered(ByteWriter out);
}
