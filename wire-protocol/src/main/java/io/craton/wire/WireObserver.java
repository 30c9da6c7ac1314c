package io.craton.wire;

import io.craton.core.error.PgError;
import io.craton.wire.auth.AuthMethod;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What happens on the wire, for metrics and logs. Called on event loops and session threads: count and return. */
public interface WireObserver {
    WireObserver NONE = new WireObserver() {};

    /** A client's session opened; it counts as active until {@link #sessionClosed}. */
    default void sessionOpened() {}

    default void sessionClosed() {}

    /** An authentication ended. */
    default void authenticated(AuthMethod method, boolean accepted) {}

    /** A client was not let in by authentication; who is refused by its session's opening is not told here. */
    default void refused(String user, String database, @Nullable InetSocketAddress remote, PgError why) {}

    /** An ErrorResponse was sent. */
    default void errorSent(PgError error) {}

    /** How a request came: a Query message, or messages of the extended protocol up to Sync. */
    enum Protocol { SIMPLE, EXTENDED }

    /** What a request did, the weightiest of its statements. */
    enum Effect { NONE, READ, WRITE }

    enum Outcome { OK, ERROR }

    /** The first message of a request arrived. */
    default void requestBegun() {}

    /** A request was answered, up to ReadyForQuery. */
    default void requestEnded(Protocol protocol, Effect effect, Outcome outcome, long nanos) {}

    /** An HTTP request was answered. */
    default void httpAnswered(int status, long nanos) {}
}
