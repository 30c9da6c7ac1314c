package io.craton.jepsen.cluster;

import io.craton.jepsen.cluster.Network.Heal;
import io.craton.jepsen.history.History;
import io.craton.jepsen.node.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Carries out a schedule: one thread, the only one that touches processes and links. */
public final class Nemesis {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final long LEFT_ON_FULL_DISK = 64 << 10;
    private static final long LOOK_NANOS = 20_000_000;

    /**
     * What was done.
     *
     * @param what in words, with the numbers of the nodes
     * @param hit how many nodes
     */
    public record Deed(Schedule.Strike strike, String what, int hit, boolean leaderHit, long beganNanos, long endedNanos) {}

    private record End(long atMillis, Schedule.Strike strike, String what, int hit, boolean leaderHit, long began, List<Integer> busy, Heal heal) {}

    private final Cluster cluster;
    private final History history;
    /** Later than it was by the time the schedule had to wait. */
    private long startedNanos;
    private final List<Deed> deeds = new ArrayList<>();
    private final Majorities majorities;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::atMillis));
    /** Nodes under a fault of their own; nothing else is done to them until it ends. */
    private final Set<Integer> busy = new HashSet<>();

    public Nemesis(Cluster cluster, History history) {
        this.cluster = cluster;
        this.history = history;
        this.majorities = new Majorities(cluster.size(), history::now);
    }

    /** Does everything and heals everything. */
    public void run(List<Schedule.Strike> schedule, long millis) throws IOException, InterruptedException {
        startedNanos = System.nanoTime();
        for (Schedule.Strike strike : schedule) {
            endUntil(strike.atMillis());
            begin(strike);
        }
        endUntil(Long.MAX_VALUE);
        waitUntil(millis);
        revive();
    }

    public List<Deed> deeds() {
        return List.copyOf(deeds);
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What is worth telling though it breaks no promise. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** When there was a majority. */
    public List<Majorities.Change> majorities() {
        return majorities.changes();
    }

    private long millis() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    private void waitUntil(long at) throws IOException {
        for (long left = at - millis(); left > 0; left = at - millis()) {
            LockSupport.parkNanos(Math.min(left, 250) * 1_000_000);
            revive();
        }
    }

    /** A node that ended without being asked is a finding; it is started again. */
    private void revive() throws IOException {
        for (int number = 1; number <= cluster.size(); number++) {
            Node node = cluster.node(number);
            if (!node.diedByItself() || busy.contains(number)) continue;
            problems.add("node %d ended by itself at %.2f s; its last words:%n%s".formatted(number, millis() / 1e3, node.lastWords()));
            history.event("n" + number + "-ended-by-itself");
            launch(number);
        }
    }

    private void endUntil(long at) throws IOException, InterruptedException {
        while (true) {
            End next = ends.peek();
            if (next == null || next.atMillis() > at) break;
            waitUntil(next.atMillis());
            ends.remove(next);
            next.heal().heal();
            busy.removeAll(next.busy());
            history.event(next.strike().fault().word() + "-end-" + next.strike().number());
            deeds.add(new Deed(next.strike(), next.what(), next.hit(), next.leaderHit(), next.began(), history.now()));
        }
        if (at != Long.MAX_VALUE) waitUntil(at);
    }

    private void begin(Schedule.Strike strike) throws IOException, InterruptedException {
        int leader = cluster.leader();
        Random random = new Random(strike.salt());
        List<Integer> targets = new ArrayList<>(targets(strike.aim(), leader, random));
        boolean own = !strike.fault().needsLinks();
        if (own) targets.removeAll(busy);
        // It waits for answers, which a node that is cut off does not give until somebody ends that.
        boolean alone = strike.fault() == ClusterFault.WIPE || strike.fault() == ClusterFault.ROLLING;
        // An emptied node needs the others to come back, and the schedule waits for it.
        boolean emptied = ends.stream().anyMatch(end -> end.strike().fault() == ClusterFault.WIPE);
        if (targets.isEmpty() || emptied || alone && !ends.isEmpty()) {
            notes.add("strike %d was left out: %s under another fault".formatted(strike.number(), targets.isEmpty() ? "its targets were" : "the cluster was"));
            return;
        }
        if (alone) allAnswer();
        long began = history.now();
        String what = strike.fault().word() + " of " + targets + (targets.contains(leader) ? " with the leader" : leader == 0 ? ", no leader" : ", leader " + leader);
        history.event(strike.fault().word() + "-begin-" + strike.number());
        if (own) busy.addAll(targets);
        Heal heal = act(strike.fault(), targets, random);
        ends.add(new End(millis() + strike.forMillis(), strike, what, targets.size(), targets.contains(leader), began, own ? targets : List.of(), heal));
    }

    private List<Integer> targets(Schedule.Aim aim, int leader, Random random) {
        List<Integer> all = new ArrayList<>(IntStream.rangeClosed(1, cluster.size()).boxed().toList());
        Collections.shuffle(all, random);
        return switch (aim) {
            case LEADER -> List.of(leader == 0 ? all.getFirst() : leader);
            case FOLLOWER -> List.of(all.getFirst() == leader ? all.get(1 % all.size()) : all.getFirst());
            case ANY -> List.of(all.getFirst());
            case MAJORITY -> all.subList(0, cluster.size() / 2 + 1);
            case ALL -> all;
        };
    }

    private Heal act(ClusterFault fault, List<Integer> targets, Random random) throws IOException, InterruptedException {
        int target = targets.getFirst();
        switch (fault) {
            case KILL -> {
                majorities.leave(targets);
                for (int one : targets) cluster.node(one).kill();
                return () -> bringBack(targets);
            }
            case PAUSE -> {
                majorities.leave(targets);
                for (int one : targets) cluster.node(one).pause();
                return () -> {
                    for (int one : targets) cluster.node(one).resume();
                    majorities.comeBack(targets);
                };
            }
            case STOP -> {
                majorities.leave(targets);
                for (int one : targets) stop(one);
                return () -> bringBack(targets);
            }
            case ROLLING -> {
                long began = System.nanoTime();
                for (int one = 1; one <= cluster.size(); one++) {
                    majorities.leave(List.of(one));
                    stop(one);
                    long launched = System.nanoTime();
                    bringBack(List.of(one));
                    cluster.node(one).awaitAnswer(ANSWER_LIMIT);
                    notes.add("node %d answered %.2f s after it was started".formatted(one, (System.nanoTime() - launched) / 1e9));
                }
                startedNanos += System.nanoTime() - began;
                return () -> { };
            }
            case PARTITION -> {
                return cut(sides(target, random));
            }
            case ONE_WAY -> {
                boolean deaf = random.nextBoolean();
                return all(others(target).stream().map(other -> new int[] {deaf ? other : target, deaf ? target : other}).toList());
            }
            case RING -> {
                return ring(random);
            }
            case SLOW -> {
                return hampered(target, cluster.network().slow(target, 64 << random.nextInt(5)));
            }
            case LOSS -> {
                return hampered(target, cluster.network().lose(target, 0.05 + random.nextDouble() * 0.5));
            }
            case CLOCK -> {
                long jump = (1L << random.nextInt(17)) * (random.nextBoolean() ? 1 : -1);
                cluster.clock(target, jump);
                return () -> cluster.clock(target, 0);
            }
            case WIPE -> {
                int admissions = cluster.admissions(target);
                majorities.leave(targets);
                cluster.node(target).kill();
                cluster.node(target).wipe();
                return () -> {
                    launch(target);
                    admitted(target, admissions);
                    majorities.comeBack(targets);
                };
            }
            case DISK_FULL -> {
                majorities.leave(List.of(target));
                cluster.volume(target).fill(LEFT_ON_FULL_DISK);
                return () -> {
                    cluster.volume(target).free();
                    if (cluster.node(target).diedByItself()) {
                        notes.add("node " + target + " ended when its disk was full");
                        launch(target);
                    }
                    majorities.comeBack(List.of(target));
                };
            }
            case POWER_CUT -> {
                majorities.leave(targets);
                for (int one : targets) cluster.volume(one).cutPower();
                LockSupport.parkNanos(random.nextInt(100) * 1_000_000L);
                for (int one : targets) cluster.node(one).kill();
                for (int one : targets) cluster.volume(one).restorePower();
                return () -> bringBack(targets);
            }
        }
        throw new IllegalStateException(fault.toString());
    }

    private void stop(int node) throws InterruptedException {
        long began = System.nanoTime();
        if (!cluster.node(node).stop()) problems.add("node %d did not end within 30 s of SIGTERM, at %.2f s".formatted(node, millis() / 1e3));
        notes.add("node %d ended %.2f s after SIGTERM".formatted(node, (System.nanoTime() - began) / 1e9));
    }

    /** An emptied node must come back as a voter. The schedule waits: with another one down as well there might be no majority that knows everything. */
    private void admitted(int node, int before) throws IOException {
        long began = System.nanoTime();
        try {
            cluster.awaitAdmission(node, before, ANSWER_LIMIT);
            notes.add("node %d was a voter again %.2f s after it started empty".formatted(node, (System.nanoTime() - began) / 1e9));
        } catch (IOException e) {
            problems.add(e.getMessage());
        }
        startedNanos += System.nanoTime() - began;
    }

    private void bringBack(List<Integer> targets) throws IOException {
        for (int one : targets) launch(one);
        majorities.comeBack(targets);
    }

    private void launch(int number) throws IOException {
        Node node = cluster.node(number);
        long start = majorities.starts(number);
        node.launch();
        Thread.ofPlatform().daemon().name("start of node " + number).start(() -> {
            while (majorities.stillStarts(number, start)) {
                if (node.awake() && node.listens()) majorities.serves(number, start);
                else LockSupport.parkNanos(LOOK_NANOS);
            }
        });
    }

    /** The node's links work badly until it heals. */
    private Heal hampered(int node, Heal heal) {
        majorities.leave(List.of(node));
        return () -> {
            heal.heal();
            majorities.comeBack(List.of(node));
        };
    }

    /** Every node answers: nothing is down beside what comes next. */
    private void allAnswer() {
        for (int number = 1; number <= cluster.size(); number++) {
            if (!cluster.node(number).awake()) continue;
            try {
                cluster.node(number).awaitAnswer(ANSWER_LIMIT);
            } catch (IOException e) {
                problems.add("node " + number + " does not answer: " + e.getMessage());
            }
        }
    }

    private List<Integer> others(int node) {
        return IntStream.rangeClosed(1, cluster.size()).filter(other -> other != node).boxed().toList();
    }

    /** The target alone, or with as many as stay a minority. */
    private List<Integer> sides(int target, Random random) {
        List<Integer> others = new ArrayList<>(others(target));
        Collections.shuffle(others, random);
        List<Integer> side = new ArrayList<>(List.of(target));
        int more = cluster.size() < 4 ? 0 : random.nextInt(cluster.size() / 2);
        side.addAll(others.subList(0, more));
        return side;
    }

    private Heal cut(List<Integer> side) throws IOException, InterruptedException {
        List<int[]> links = new ArrayList<>();
        for (int inside : side) {
            for (int other : others(inside)) {
                if (side.contains(other)) continue;
                links.add(new int[] {inside, other});
                links.add(new int[] {other, inside});
            }
        }
        return all(links);
    }

    private Heal ring(Random random) throws IOException, InterruptedException {
        int size = cluster.size();
        List<int[]> links = new ArrayList<>();
        int from = random.nextInt(size);
        for (int i = 0; i < (size == 3 ? 1 : size); i++) {
            int one = (from + i) % size + 1;
            int two = (from + i + size / 2) % size + 1;
            links.add(new int[] {one, two});
            links.add(new int[] {two, one});
        }
        return all(links);
    }

    private Heal all(List<int[]> links) throws IOException, InterruptedException {
        List<Heal> heals = new ArrayList<>();
        for (int[] link : links) {
            majorities.cut(link[0], link[1]);
            heals.add(cluster.network().cut(link[0], link[1]));
        }
        return () -> {
            for (Heal heal : heals) heal.heal();
            for (int[] link : links) majorities.join(link[0], link[1]);
        };
    }
}
