package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes' wall clocks beside each other. Nothing that must be right depends on them, but times of commits do, which only go forward: a leader whose clock is hours ahead
 * takes the whole cluster along. So a newcomer whose clock is far off is not taken in, and members whose clocks part are told. Any thread.
 */
final class Clocks {
    private static final Logger LOG = LoggerFactory.getLogger(Clocks.class);
    private static final Duration REFUSED = Duration.ofHours(1);
    private static final Duration TOLD = Duration.ofSeconds(30);

    private final Map<Integer, Boolean> apart = new ConcurrentHashMap<>();

    /** What a note says of the time where it was written. */
    static long now() {
        return System.currentTimeMillis();
    }

    /** Why this machine's clock keeps it out; null when it does not. */
    static @Nullable String refusal(MemberName other, HostPort place, Note answer) {
        Duration ahead = ahead(answer);
        return ahead == null || ahead.abs().compareTo(REFUSED) < 0 ? null
                : "this machine's clock is " + text(ahead) + " that of node " + other.node() + " at " + place + "; set it before the node joins";
    }

    /** A line when a member's clock goes away from this one, and when it comes back. */
    void compare(MemberName other, Note answer) {
        Duration ahead = ahead(answer);
        if (ahead == null) return;
        boolean now = ahead.abs().compareTo(TOLD) > 0;
        if (Boolean.valueOf(now).equals(apart.put(other.node(), now))) return;
        if (now) LOG.warn("this machine's clock is {} that of node {}; times of commits cannot be trusted until they agree", text(ahead), other.node());
        else LOG.info("the clocks of this machine and of node {} agree", other.node());
    }

    private static @Nullable Duration ahead(Note answer) {
        long theirs = answer.number("clock");
        return theirs == 0 ? null : Duration.ofMillis(now() - theirs);
    }

    private static String text(Duration ahead) {
        Duration off = ahead.abs();
        String length = off.toHours() > 0 ? off.toHours() + " h " + off.toMinutesPart() + " min" : off.toMinutes() > 0 ? off.toMinutes() + " min" : off.toSeconds() + " s";
        return length + (ahead.isNegative() ? " behind" : " ahead of");
    }
}
