package io.craton.replication.cluster;

import io.craton.replication.raft.MemberName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What this node heard from the others last. The keeper asks, anybody may look. */
final class Acquaintances {
    private static final Duration UNREACHABLE = Duration.ofSeconds(3);

    private record Heard(MemberName name, String state, String leader, long applied, long atNanos) {}

    private final Asking asking;
    private final MemberName self;
    private final Map<HostPort, Heard> heard = new ConcurrentHashMap<>();

    Acquaintances(Asking asking, MemberName self) {
        this.asking = asking;
        this.self = self;
    }

    /** Asks all voters and all configured peers how they are, at once. */
    void greet(Note hello, List<HostPort> peers, List<String> voters) throws InterruptedException {
        Set<HostPort> places = new LinkedHashSet<>(peers);
        for (String voter : voters) places.add(ClusterNode.place(MemberName.parse(voter)));
        places.remove(ClusterNode.place(self));
        List<Thread> threads = new ArrayList<>();
        for (HostPort place : places) threads.add(Thread.startVirtualThread(() -> greet(hello, place)));
        for (Thread thread : threads) thread.join();
        heard.keySet().retainAll(places);
    }

    private void greet(Note hello, HostPort place) {
        try {
            Note answer = asking.ask(place, hello);
            if (answer == null) return;
            MemberName name = MemberName.parse(answer.text("name"));
            if (!name.equals(self)) heard.put(place, new Heard(name, answer.text("state"), answer.text("leader"), answer.number("applied"), System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the leader is, by the word of the others; null when nobody says. */
    @Nullable HostPort leader() {
        for (Heard one : heard.values()) {
            if (!one.leader().isEmpty()) return ClusterNode.place(MemberName.parse(one.leader()));
        }
        return null;
    }

    /** All voters but this node, and who else answered. */
    List<ClusterStatus.Peer> peers(List<String> voters) {
        Map<Integer, ClusterStatus.Peer> peers = new TreeMap<>();
        long now = System.nanoTime();
        heard.forEach((place, one) -> {
            Duration since = Duration.ofNanos(now - one.atNanos());
            boolean voter = voters.contains(one.name().toString());
            peers.put(one.name().node(), new ClusterStatus.Peer(one.name().node(), place.toString(),
                    since.compareTo(UNREACHABLE) > 0 ? "unreachable" : one.state(), voter, since, one.applied()));
        });
        for (String voter : voters) {
            MemberName name = MemberName.parse(voter);
            if (name.node() == self.node()) continue;
            peers.putIfAbsent(name.node(), new ClusterStatus.Peer(name.node(), name.address(), "unreachable", true, null, 0));
        }
        return List.copyOf(peers.values());
    }
}
