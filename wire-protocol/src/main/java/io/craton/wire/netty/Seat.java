package io.craton.wire.netty;

import io.craton.core.session.SessionFactory.StartUp;

/**
 * What stays the same for a client wherever its session runs: what it asked for, its process id and key, its place among the clients.
 *
 * @param kind whether the client itself is connected here, or another node for it
 */
record Seat(ServerParts parts, StartUp startUp, CancelRegistry.Key key, Kind kind) {
    enum Kind { HOME, CARRIED }

    /** From now on this is what the client's cancel key opens. */
    void taken(Cancellable by) {
        parts.registry.opened(key, by);
    }

    /** The client has gone; {@code by} served it last. */
    void vacate(Cancellable by) {
        parts.registry.release(key, by);
        if (kind == Kind.HOME) {
            parts.leave();
            parts.observer.sessionClosed();
        } else {
            parts.carriedEnded();
        }
    }
}
