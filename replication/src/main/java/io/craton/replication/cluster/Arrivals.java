package io.craton.replication.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Nodes that bring themselves up to date before they are anybody's member: each tells the members how much of its copy of the projections it has, again and again. Any thread.
 */
final class Arrivals {
    /** Between the copy's end and its first word as a node it opens what it got, which takes a while. */
    private static final long FORGOTTEN_NANOS = Duration.ofSeconds(15).toNanos();

    private record Arrival(int node, String address, String copied, long atNanos) {}

    private final Map<Integer, Arrival> arrivals = new ConcurrentHashMap<>();

    /** What such a node says; see {@link #told}. */
    static Note telling(int node, HostPort address, long received, long bytes) {
        return Note.of("ask", "arriving", "node", node, "address", address, "received", received, "bytes", bytes);
    }

    Note told(Note question) {
        int node = (int) question.number("node");
        long bytes = question.number("bytes");
        String copied = bytes == 0 ? "waits for a copy of the projections" : "has " + (question.number("received") >> 20) + " of " + (bytes >> 20) + " MB of its copy of the projections";
        arrivals.put(node, new Arrival(node, question.text("address"), copied, System.nanoTime()));
        return Note.of("done", true);
    }

    /** Those that were heard of lately, as joining. */
    List<ClusterStatus.Peer> peers() {
        long now = System.nanoTime();
        arrivals.values().removeIf(arrival -> now - arrival.atNanos > FORGOTTEN_NANOS);
        return arrivals.values().stream().map(arrival -> new ClusterStatus.Peer(arrival.node, arrival.address, "joining", false, Duration.ofNanos(now - arrival.atNanos), 0, 0, 1, arrival.copied))
                .toList();
    }
}
