package io.craton.replication.rpc;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which connection entries take to one member. A few of them that an event loop has to send, while none are on their way, go over a connection on that loop, and the answer comes back
 * there: no other thread is woken. While some are on their way all follow the same way, as the member takes them in the order of arrival. Guarded by its client.
 */
final class AppendRoad {
    private final Map<EventLoop, PeerConnection> ofLoops = new HashMap<>();
    private @Nullable PeerConnection current;
    private int underWay;

    /**
     * The connection for the next message with entries, which is under way from here on; null when that is the common one.
     *
     * @param loop that the caller runs on, if the message is to go over a connection there
     * @param open makes a connection on a loop
     */
    @Nullable PeerConnection next(@Nullable EventLoop loop, Function<EventLoop, PeerConnection> open) {
        if (underWay++ > 0 && current != null && !current.ended()) return current;
        current = null;
        if (loop != null && underWay == 1) {
            PeerConnection own = ofLoops.get(loop);
            if (own == null || own.ended()) ofLoops.put(loop, open.apply(loop));
            else if (own.isReady()) current = own;
        }
        return current;
    }

    void ended() {
        underWay--;
    }

    void close() {
        ofLoops.values().forEach(PeerConnection::close);
        ofLoops.clear();
        current = null;
    }
}
