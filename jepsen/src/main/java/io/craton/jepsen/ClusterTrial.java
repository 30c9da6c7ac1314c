package io.craton.jepsen;

import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.cluster.Cluster;
import io.craton.jepsen.cluster.Nemesis;
import io.craton.jepsen.cluster.Schedule;
import io.craton.jepsen.history.History;
import io.craton.jepsen.txn.Client;
import io.craton.jepsen.txn.Load;
import io.craton.jepsen.workload.Workload;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** One run over a fresh cluster: clients work all the time, the schedule is carried out, all is healed, everything is read and judged, and the folders are examined. */
final class ClusterTrial {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final int READ_TRIES = 5;
    private static final int PROBLEMS_EACH = 10;

    private final Cluster cluster;
    private final History history;
    private final List<Schedule.Strike> schedule;
    private final long millis;
    private final List<Load> loads;
    private final List<Workload> workloads;
    private final Offline offline;
    private final Nemesis nemesis;
    private final List<String> stalls = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Integer> refusals = new TreeMap<>();

    ClusterTrial(Cluster cluster, History history, List<Schedule.Strike> schedule, long millis, List<Load> loads, List<Workload> workloads, Offline offline) {
        this.cluster = cluster;
        this.history = history;
        this.schedule = List.copyOf(schedule);
        this.millis = millis;
        this.loads = List.copyOf(loads);
        this.workloads = List.copyOf(workloads);
        this.offline = offline;
        this.nemesis = new Nemesis(cluster, history);
    }

    void run(int clientsEach, long seed, long thinkMicros) throws IOException, SQLException, InterruptedException {
        cluster.start(START_LIMIT);
        try (Connection connection = cluster.node(1).connect()) {
            for (Load load : loads) load.prepare(connection);
            for (Workload workload : workloads) workload.prepare(connection);
        }
        ClusterClients clients = new ClusterClients(cluster, history, seed, thinkMicros);
        for (Load load : loads) clients.start(load, clientsEach);
        for (Workload workload : workloads) clients.start(workload, clientsEach);
        boolean serves;
        try (Stalls watch = new Stalls(history)) {
            serves = attack();
            clients.stop();
            stalls.addAll(watch.end());
        }
        refusals.putAll(clients.refusals());
        problems.addAll(nemesis.problems());
        if (serves) {
            readAll();
            judge();
            LockSupport.parkNanos(QUIET.toNanos());
        }
        cluster.killAll();
        problems.addAll(offline.check(cluster));
    }

    /** False when the cluster does not come back. */
    private boolean attack() throws InterruptedException {
        try {
            nemesis.run(schedule, millis);
            history.event("healed");
            cluster.awaitService(START_LIMIT);
            history.event("serves-again");
            return true;
        } catch (IOException e) {
            problems.add("no service after all faults were healed: " + e.getMessage());
            return false;
        }
    }

    /** Everything is read through every node. */
    private void readAll() {
        for (int node = 1; node <= cluster.size(); node++) {
            for (Load load : loads) {
                for (int tries = 1; ; tries++) {
                    try (Connection connection = cluster.node(node).connect()) {
                        Client client = new Client(history, load.name(), 10_000 + node, node, connection);
                        load.connected(client);
                        load.readAll(client);
                        break;
                    } catch (SQLException e) {
                        if (tries < READ_TRIES) continue;
                        problems.add(load.name() + ": cannot be read through node " + node + ": " + e.getSQLState() + " " + e.getMessage());
                        break;
                    }
                }
            }
        }
    }

    private void judge() throws SQLException {
        for (Load load : loads) note(load.check(history.txns(load.name())));
        try (Connection connection = cluster.node(1).connect()) {
            for (Workload workload : workloads) note(workload.check(connection, history));
        }
    }

    private void note(Verdict verdict) {
        verdict.problems().stream().limit(PROBLEMS_EACH).forEach(problem -> problems.add(verdict.checker() + ": " + problem));
        if (verdict.problems().size() > PROBLEMS_EACH) problems.add(verdict.checker() + ": and " + (verdict.problems().size() - PROBLEMS_EACH) + " more");
    }

    List<Schedule.Strike> schedule() {
        return schedule;
    }

    Nemesis nemesis() {
        return nemesis;
    }

    List<String> names() {
        List<String> names = new ArrayList<>(loads.stream().map(Load::name).toList());
        names.addAll(workloads.stream().map(Workload::name).toList());
        return names;
    }

    /** When the machine itself stood still. */
    List<String> stalls() {
        return List.copyOf(stalls);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    Map<String, Integer> refusals() {
        return new TreeMap<>(refusals);
    }
}
