package io.craton.wire.message;

import java.util.List;
import java.util.Map;

/** A packet without a tag: the first thing that a client says. */
public sealed interface StartupPacket {
    int PROTOCOL_3 = 3 << 16;
    int CANCEL_REQUEST = 80877102;
    int SSL_REQUEST = 80877103;
    int GSSENC_REQUEST = 80877104;

    record SslRequest() implements StartupPacket {}

    record GssEncRequest() implements StartupPacket {}

    record CancelRequest(int processId, int secret) implements StartupPacket {}

    /**
     * @param minor minor version of protocol 3 that the client asks for; the server speaks 0
     * @param parameters in the order sent, protocol extensions removed
     * @param extensions names of the protocol extensions ({@code _pq_.} options) asked for; the server knows none
     */
    record Startup(int minor, Map<String, String> parameters, List<String> extensions) implements StartupPacket {
        /** Must the client be told that it asked for more than the server has? */
        public boolean needsNegotiation() {
            return minor > 0 || !extensions.isEmpty();
        }
    }
}
