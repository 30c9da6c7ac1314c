package io.craton.wire.netty;

import io.craton.core.session.Leadership;
import io.craton.core.session.Leadership.Leader;
import io.craton.core.session.SessionFactory.StartUp;
import io.craton.wire.auth.RequestLimit;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stays the same for a client wherever its session runs: what it asked for, its process id and key, its place among the clients. */
final class Seat {
    /** Whether the client itself is connected here, or another node for it. */
    enum Kind { HOME, CARRIED }

    private final ServerParts parts;
    private final StartUp startUp;
    private final CancelRegistry.Key key;
    private final Kind kind;
    /** Of the database's group, once this node knows the database. */
    private volatile @Nullable Leadership leadership;
    /** How many moves of databases between groups were seen when that was looked up. */
    private volatile int movesSeen;

    Seat(ServerParts parts, StartUp startUp, CancelRegistry.Key key, Kind kind) {
        this.parts = parts;
        this.startUp = startUp;
        this.key = key;
        this.kind = kind;
    }

    StartUp startUp() {
        return startUp;
    }

    CancelRegistry.Key key() {
        return key;
    }

    Kind kind() {
        return kind;
    }

    /** A database that this node does not know may be new: the first group's leader knows. */
    private Leadership leadership() {
        Leadership known = leadership;
        int moves = parts.moves.get();
        if (known != null && movesSeen == moves) return known;
        List<Leadership> groups = parts.cluster.groups();
        int group = groups.size() == 1 ? 0 : parts.sessions.group(startUp);
        if (group < 0) return groups.getFirst();
        movesSeen = moves;
        leadership = known = parts.cluster.leadership(group);
        return known;
    }

    /** Who runs the session now; null when nobody is known. */
    @Nullable Leader leader() {
        return leadership().leader();
    }

    /** Does this node run it? */
    boolean leads() {
        return leadership().here();
    }

    /** From now on this is what the client's cancel key opens. */
    void taken(Cancellable by) {
        parts.registry.opened(key, by);
    }

    RequestLimit requestLimit() {
        String user = startUp.parameters().getOrDefault("user", "");
        return parts.rules.requests(startUp.parameters().getOrDefault("database", user), startUp.remote() instanceof InetSocketAddress address ? address : null);
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
