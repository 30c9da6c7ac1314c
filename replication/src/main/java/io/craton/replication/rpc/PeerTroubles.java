package io.craton.replication.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps this node from others, told once when it begins, once when it becomes another, and once when it ends; however often it is tried. Any thread. */
public final class PeerTroubles {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTroubles.class);

    private static final long AGAIN_NANOS = Duration.ofMinutes(10).toNanos();

    private record Told(String what, long atNanos) {}

    private final Map<String, Told> turnedAway = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();

    /** Not that a connection broke. */
    static boolean isNews(Throwable cause) {
        return !(cause instanceof IOException) || cause instanceof SSLException;
    }

    /** Between members nobody asks again for what there was no memory for: where a process is to end of that, its log is told. */
    static void exhausted(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) if (each instanceof OutOfMemoryError) LOG.error("raft found no memory", cause);
    }

    /** Something other than that nobody is there: that is for the cluster to tell. */
    void refused(String place, String what) {
        if (!what.equals(troubles.put(place, what))) LOG.warn("no connection to {}: {}", place, what);
    }

    /** Who called is known by its host alone, and several may be there: so the same is told again, but seldom. */
    void turnedAway(String host, String why) {
        long now = System.nanoTime();
        Told before = turnedAway.put(host, new Told(why, now));
        if (before != null && before.what.equals(why) && now - before.atNanos < AGAIN_NANOS) {
            turnedAway.put(host, before);
            return;
        }
        LOG.warn("turned away a connection from {}: {}", host, why);
    }

    void connected(String place) {
        if (troubles.remove(place) != null) LOG.info("connected to {} again", place);
    }
}
