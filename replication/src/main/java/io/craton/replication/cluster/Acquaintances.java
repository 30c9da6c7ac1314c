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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node heard from the others last. The keeper asks, anybody may look. */
final class Acquaintances {
    private static final Logger LOG = LoggerFactory.getLogger(Acquaintances.class);
    private static final int SILENT_ROUNDS = 2;
    private static final Duration UNREACHABLE = Duration.ofSeconds(3);
    /** Members are asked twice a second and may take a second to answer; a node that moves to another address is there again after a second, as a rule, and need not be told. */
    private static final Duration TWIN_FORGOTTEN = Duration.ofMillis(1600);

    /** @param behind by this node's measure, when it answered */
    private record Heard(MemberName name, String state, String leader, Positions positions, long behind, long first, String change, boolean full, boolean takesAudits, boolean takesCompressed, boolean ours, long atNanos) {
        long applied() {
            return positions.applied()[0];
        }

        boolean lately(long now) {
            return now - atNanos < UNREACHABLE.toNanos();
        }
    }

    private final Asking asking;
    private final MemberName self;
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private final Clocks clocks = new Clocks();
    private final Pace pace = new Pace();
    private final Arrivals arrivals = new Arrivals();
    private final Map<HostPort, Heard> heard = new ConcurrentHashMap<>();
    /** Questions that a place has left without an answer, one after the other. */
    private final Map<HostPort, Integer> silent = new ConcurrentHashMap<>();
    private volatile boolean allTakeCompressed;

    Acquaintances(Asking asking, MemberName self) {
        this.asking = asking;
        this.self = self;
    }

    /** Asks all members and all configured peers how they are, at once. */
    void greet(Note hello, List<HostPort> peers, List<String> members) throws InterruptedException {
        Set<HostPort> places = new LinkedHashSet<>(peers);
        for (String member : members) places.add(HostPort.of(MemberName.parse(member)));
        places.remove(HostPort.of(self));
        List<Thread> threads = new ArrayList<>();
        for (HostPort place : places) threads.add(Thread.startVirtualThread(() -> greet(hello, place)));
        for (Thread thread : threads) thread.join();
        heard.keySet().retainAll(places);
        silent.keySet().retainAll(places);
        decide(members);
    }

    /** With what was heard by now of the others. */
    void decide(List<String> members) {
        allTakeCompressed = takeCompressed(members);
    }

    private boolean takeCompressed(List<String> members) {
        for (String member : members) {
            MemberName name = MemberName.parse(member);
            Heard one = heard.get(HostPort.of(name));
            if (!name.equals(self) && (one == null || !one.name().equals(name))) return false;
        }
        return !members.isEmpty() && heard.values().stream().allMatch(one -> !one.ours() || one.takesCompressed());
    }

    private void greet(Note hello, HostPort place) {
        try {
            Note answer = asking.ask(place, hello);
            note(place, answer != null);
            if (answer != null) heard(hello, place, answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a place answered to a greeting. */
    void heard(Note hello, HostPort place, Note answer) {
        MemberName name = MemberName.parse(answer.text("name"));
        tellForeign(hello, place, name, answer.text("cluster"));
        clocks.compare(name, answer);
        if (name.equals(self)) return;
        Positions positions = Positions.in(answer);
        heard.put(place, new Heard(name, answer.text("state"), answer.text("leader"), positions, pace.behind(positions.applied()), answer.number("first"), answer.text("change"),
                answer.flag("full"), answer.flag("audits"), answer.flag("compressed"), answer.text("cluster").equals(hello.text("cluster")), System.nanoTime()));
    }

    /** A line, once, for a node of another cluster. */
    private void tellForeign(Note hello, HostPort place, MemberName name, String cluster) {
        String own = hello.text("cluster");
        if (cluster.isEmpty() || own.isEmpty() || cluster.equals(own) || !strangers.add(place + cluster)) return;
        LOG.warn("node {} at {} belongs to another cluster ({}, this one is {})", name.node(), place, cluster, own);
    }

    /** Begins a round of greetings: how far the cluster is by now, by what the others said and this node knows itself. */
    void round(Positions own) {
        long[] committed = own.committed().clone();
        long now = System.nanoTime();
        for (Heard one : heard.values()) {
            long[] theirs = one.positions().committed();
            if (!one.ours() || !one.lately(now)) continue;
            for (int group = 0; group < Math.min(committed.length, theirs.length); group++) committed[group] = Math.max(committed[group], theirs[group]);
        }
        pace.round(committed);
    }

    /** How far this node is, which has applied so much; the change of members that it does not know of itself, the leader told. */
    ClusterStatus.Progress progress(long[] applied, String change) {
        long now = System.nanoTime();
        String told = heard.values().stream().filter(one -> one.ours() && one.lately(now) && one.state().equals("leader")).map(Heard::change).findFirst().orElse("");
        return new ClusterStatus.Progress(pace.known(), pace.behind(applied), change.isEmpty() || !told.isEmpty() ? told : change);
    }

    /** Whether no member that answered is of a version that stops at entries with another group's audit records. */
    boolean takeAudits() {
        return heard.values().stream().allMatch(one -> !one.ours() || one.takesAudits());
    }

    /** Whether each member has said since this node's start that it reads compressed entries, and nobody else that answered does not; as of the last round. */
    boolean takeCompressed() {
        return allTakeCompressed;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** Where another data folder runs under this node's number at present; null when none does. */
    @Nullable HostPort namesake(MemberName one) {
        for (Map.Entry<HostPort, Heard> entry : heard.entrySet()) {
            MemberName other = entry.getValue().name();
            if (other.node() != one.node() || other.sameFolder(one)) continue;
            if (System.nanoTime() - entry.getValue().atNanos() < UNREACHABLE.toNanos() && !entry.getKey().equals(HostPort.of(one))) return entry.getKey();
        }
        return null;
    }

    /** Where this very data folder, or one it was copied from, still answers under another address; null where it does not. */
    @Nullable HostPort twin(MemberName one) {
        for (Heard last : heard.values()) {
            if (last.name().sameFolder(one) && !last.name().equals(one) && System.nanoTime() - last.atNanos() < TWIN_FORGOTTEN.toNanos()) return HostPort.of(last.name());
        }
        return null;
    }

    /** One line when a node falls silent, for more than a moment, and one when it answers again. */
    private void note(HostPort place, boolean answered) {
        int before = silent.getOrDefault(place, 0);
        if (answered) {
            silent.remove(place);
            if (before >= SILENT_ROUNDS) LOG.info("{} answers again", place);
        } else if (before < SILENT_ROUNDS) {
            silent.put(place, before + 1);
            if (before + 1 == SILENT_ROUNDS) LOG.warn("{} does not answer", place);
        }
    }

    /** The voter with room on its disk that was heard of lately and has applied most; null when there is none. */
    @Nullable MemberName withRoom(List<String> voters) {
        Heard best = null;
        long now = System.nanoTime();
        for (Heard one : heard.values()) {
            if (one.full() || now - one.atNanos() > UNREACHABLE.toNanos() || !voters.contains(one.name().toString())) continue;
            if (best == null || one.applied() > best.applied()) best = one;
        }
        return best == null ? null : best.name();
    }

    /** Whether a node answered lately. */
    boolean hears(MemberName one) {
        Heard last = heard.get(HostPort.of(one));
        return last != null && last.name().equals(one) && System.nanoTime() - last.atNanos() < UNREACHABLE.toNanos();
    }

    /** Where the leader is, by the word of the others; null when nobody says. */
    @Nullable HostPort leader() {
        for (Heard one : heard.values()) {
            if (!one.leader().isEmpty()) return HostPort.of(MemberName.parse(one.leader()));
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
                    since.compareTo(UNREACHABLE) > 0 ? "unreachable" : one.state(), voter, since, one.applied(), one.behind(), one.first(), ""));
        });
        for (String voter : voters) {
            MemberName name = MemberName.parse(voter);
            if (name.node() == self.node()) continue;
            peers.putIfAbsent(name.node(), new ClusterStatus.Peer(name.node(), name.address(), "unreachable", true, null, 0, 0, 1, ""));
        }
        for (ClusterStatus.Peer arrival : arrivals.peers()) peers.merge(arrival.nodeId(), arrival, Acquaintances::newer);
        return List.copyOf(peers.values());
    }

    private static ClusterStatus.Peer newer(ClusterStatus.Peer known, ClusterStatus.Peer arriving) {
        Duration before = known.lastSeen();
        Duration now = arriving.lastSeen();
        return before == null || now != null && now.compareTo(before) < 0 ? arriving : known;
    }
}
