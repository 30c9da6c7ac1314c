package io.craton.wire;

import io.craton.wire.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set on the wire.
 *
 * @param bindAddress where to listen; port 0 takes a free one
 * @param tls certificates, null when TLS is off
 * @param eventLoopThreads threads that read and write sockets and run short statements; 0 chooses by the processors
 * @param connectionsMax sessions at the same time; one more is refused with 53300
 * @param frameBytesMax longest message of a logged-in client
 * @param authenticationTimeout from accept to the end of authentication
 * @param shutdownTimeout how long {@code close} waits for running statements to end after cancelling them
 */
public record WireConfig(
        InetSocketAddress bindAddress,
        @Nullable TlsSettings tls,
        int eventLoopThreads,
        int connectionsMax,
        int frameBytesMax,
        Duration authenticationTimeout,
        Duration shutdownTimeout) {

    /** PostgreSQL's own limit of one message: a gibibyte less one. */
    public static final int FRAME_BYTES_MAX = 0x3fff_ffff;

    public WireConfig {
        if (eventLoopThreads < 0) throw new IllegalArgumentException("eventLoopThreads must not be negative");
        if (connectionsMax < 1) throw new IllegalArgumentException("connectionsMax must be positive");
        if (frameBytesMax < 10_000 || frameBytesMax > FRAME_BYTES_MAX) {
            throw new IllegalArgumentException("frameBytesMax must be between 10000 and " + FRAME_BYTES_MAX);
        }
    }

    /** What the setting max_connections shows, unless it is told otherwise. An idle connection costs some kilobytes. */
    public static final int CONNECTIONS_MAX = 4000;

    /** No TLS, messages up to PostgreSQL's limit, a minute for authentication. */
    public static WireConfig of(InetSocketAddress bindAddress) {
        return new WireConfig(bindAddress, null, 0, CONNECTIONS_MAX, FRAME_BYTES_MAX, Duration.ofSeconds(60), Duration.ofSeconds(5));
    }

    public WireConfig withTls(@Nullable TlsSettings value) {
        return new WireConfig(bindAddress, value, eventLoopThreads, connectionsMax, frameBytesMax, authenticationTimeout,
                shutdownTimeout);
    }

    public WireConfig withConnectionsMax(int value) {
        return new WireConfig(bindAddress, tls, eventLoopThreads, value, frameBytesMax, authenticationTimeout,
                shutdownTimeout);
    }

    public WireConfig withAuthenticationTimeout(Duration value) {
        return new WireConfig(bindAddress, tls, eventLoopThreads, connectionsMax, frameBytesMax, value, shutdownTimeout);
    }
}
