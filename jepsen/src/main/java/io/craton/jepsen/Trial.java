package io.craton.jepsen;

import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import io.craton.jepsen.node.Node;
import io.craton.jepsen.node.Volume;
import io.craton.jepsen.workload.Workload;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of rounds over one node and its data: clients work, the fault strikes at a random moment, the node restarts, and
 * everything is read and judged. Data stay from round to round, so that a later restart may not lose what an earlier one kept.
 */
final class Trial {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final long LEFT_ON_FULL_DISK = 1 << 20;

    private final Node node;
    private final @Nullable Volume volume;
    private final Fault fault;
    private final List<Workload> workloads = Workload.all();
    private final History history;
    private final Verification verification;
    private final Random random;
    private final AtomicInteger processes = new AtomicInteger();
    private final List<Duration> starts = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Integer> refusals = new TreeMap<>();

    Trial(Node node, @Nullable Volume volume, Fault fault, History history, Verification verification, Random random) {
        this.node = node;
        this.volume = volume;
        this.fault = fault;
        this.history = history;
        this.verification = verification;
        this.random = random;
    }

    void prepare() throws IOException, SQLException {
        node.start(START_LIMIT);
        try (Connection connection = node.connect()) {
            for (Workload workload : workloads) workload.prepare(connection);
        }
    }

    /** One round; returns the problems it found. */
    List<String> round(int number, int clientsEach, Duration workMost) throws IOException, SQLException, InterruptedException {
        int before = history.size();
        Clients clients = Clients.start(node, workloads, clientsEach, history, processes, random.nextLong());
        awaitWork(before + clientsEach * workloads.size(), workMost.multipliedBy(5));
        pause(moment(workMost));
        strike();
        clients.stop();
        clients.refusals().forEach((what, count) -> refusals.merge(what, count, Integer::sum));
        if (fault == Fault.POWER_CUT) requireVolume().restorePower();
        if (number % 5 == 4) killWhileStarting();
        List<String> found = new ArrayList<>(verification.run(node.data()));
        starts.add(node.start(START_LIMIT));
        history.event("restarted");
        found.addAll(judge());
        for (String problem : found) problems.add("round " + (number + 1) + ": " + problem);
        return found;
    }

    /** On a busy machine clients take a while to connect; the clock of the fault starts when they work. */
    private void awaitWork(int operations, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (history.size() < operations && System.nanoTime() < end) pause(Duration.ofMillis(2));
    }

    /** Half of the moments are early, when connections, caches and segments are young. */
    private Duration moment(Duration most) {
        long millis = Math.max(1, most.toMillis());
        return Duration.ofMillis(random.nextBoolean() ? random.nextLong(millis) : random.nextLong(Math.max(1, millis / 8)));
    }

    private void strike() throws IOException, InterruptedException {
        switch (fault) {
            case KILL -> { }
            case POWER_CUT -> {
                requireVolume().cutPower();
                history.event("power-cut");
                pause(Duration.ofMillis(random.nextInt(200)));
            }
            case DISK_FULL -> {
                requireVolume().fill(LEFT_ON_FULL_DISK);
                history.event("disk-full");
                pause(Duration.ofMillis(1000 + random.nextInt(2000)));
                requireVolume().free();
            }
        }
        node.kill();
        history.event("killed");
    }

    /** Recovery itself is interrupted too. */
    private void killWhileStarting() throws IOException, InterruptedException {
        node.launch();
        pause(Duration.ofMillis(random.nextInt(2500)));
        node.kill();
        history.event("killed-while-starting");
    }

    private List<String> judge() throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = node.connect()) {
            for (Workload workload : workloads) {
                Verdict verdict = workload.check(connection, history);
                verdict.problems().stream().limit(10).forEach(problem -> found.add(verdict.checker() + ": " + problem));
                if (verdict.problems().size() > 10) found.add(verdict.checker() + ": and " + (verdict.problems().size() - 10) + " more");
            }
        }
        return found;
    }

    private Volume requireVolume() {
        if (volume == null) throw new IllegalStateException(fault + " needs a volume");
        return volume;
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) LockSupport.parkNanos(left);
    }

    List<Workload> workloads() {
        return workloads;
    }

    List<Duration> starts() {
        return List.copyOf(starts);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    Map<String, Integer> refusals() {
        return new TreeMap<>(refusals);
    }
}
