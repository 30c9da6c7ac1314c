package io.craton.wire;

import io.craton.core.error.PgError;
import io.craton.wire.auth.AuthMethod;

/** What happens on the wire, for metrics and logs. Called on event loops and session threads: count and return. */
public interface WireObserver {
    WireObserver NONE = new WireObserver() {};

    /** A client's session opened; it counts as active until {@link #sessionClosed}. */
    default void sessionOpened() {}

    default void sessionClosed() {}

    /** An authentication ended. */
    default void authenticated(AuthMethod method, boolean accepted) {}

    /** An ErrorResponse was sent. */
    default void errorSent(PgError error) {}
}
