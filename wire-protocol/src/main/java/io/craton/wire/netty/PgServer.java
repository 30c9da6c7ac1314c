package io.craton.wire.netty;

import io.craton.core.session.SessionFactory;
import io.craton.wire.HttpResponder;
import io.craton.wire.WireConfig;
import io.craton.wire.WireObserver;
import io.craton.wire.auth.AccessRules;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The door of the wire: listens on one port for PostgreSQL, TLS and HTTP clients; the first byte decides. */
public final class PgServer implements AutoCloseable {
    public PgServer(WireConfig config, SessionFactory sessions, AccessRules rules, HttpResponder http, WireObserver observer) {}

    /** Binds and accepts. Throws when the address cannot be bound or the TLS files cannot be read. */
    public void start() throws IOException {
        throw new IOException("not there yet");
    }

    /** Where it listens, the true port included; after {@link #start}. */
    public InetSocketAddress address() {
        throw new IllegalStateException("not started");
    }

    /** Open sessions. */
    public int sessionsOpen() {
        return 0;
    }

    /** Stops accepting, ends all sessions with 57P01 and waits for them. Idempotent. */
    @Override
    public void close() {}
}
