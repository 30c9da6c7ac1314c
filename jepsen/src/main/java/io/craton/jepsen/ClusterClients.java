package io.craton.jepsen;

import io.craton.jepsen.cluster.Cluster;
import io.craton.jepsen.history.History;
import io.craton.jepsen.txn.Client;
import io.craton.jepsen.txn.Load;
import io.craton.jepsen.workload.Attempt;
import io.craton.jepsen.workload.Workload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Clients spread over the nodes of a cluster; each keeps to its node and goes to another when that does not answer. */
final class ClusterClients {
    private static final int SESSIONS_APART = 100_000;
    private static final int CONNECT_SECONDS = 2;
    private static final int ANSWER_SECONDS = 10;
    private static final Duration RETRY = Duration.ofMillis(50);

    private final Cluster cluster;
    private final History history;
    private final long seed;
    private final long thinkMicros;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();

    /** @param thinkMicros longest pause of a client between two transactions */
    ClusterClients(Cluster cluster, History history, long seed, long thinkMicros) {
        this.cluster = cluster;
        this.history = history;
        this.seed = seed;
        this.thinkMicros = thinkMicros;
    }

    /** One transaction on an open connection. */
    @FunctionalInterface
    private interface Step {
        void run(Random random) throws SQLException;
    }

    /** Makes the step of a fresh connection. */
    @FunctionalInterface
    private interface Opened {
        Step on(Connection connection, int node) throws SQLException;
    }

    void start(Load load, int clients) {
        for (int i = 0; i < clients; i++) {
            int process = threads.size();
            AtomicInteger sessions = new AtomicInteger();
            start(load.name(), (connection, node) -> {
                int session = load.sessionsCount() ? process + SESSIONS_APART * sessions.getAndIncrement() : process;
                Client client = new Client(history, load.name(), session, node, connection);
                load.connected(client);
                return random -> load.step(client, random);
            });
        }
    }

    void start(Workload workload, int clients) {
        for (int i = 0; i < clients; i++) {
            Attempt attempt = new Attempt(history, workload.name(), threads.size());
            start(workload.name(), (connection, node) -> random -> workload.step(connection, attempt, random));
        }
    }

    private void start(String name, Opened opened) {
        int process = threads.size();
        threads.add(Thread.ofPlatform().name(name + "-" + process).start(() -> run(name, process, opened)));
    }

    private void run(String name, int process, Opened opened) {
        Random random = new Random(seed * 1_000_003 + process);
        int home = process % cluster.size() + 1;
        int node = home;
        while (!stopped.get()) {
            try (Connection connection = cluster.node(node).connect(CONNECT_SECONDS, ANSWER_SECONDS)) {
                Step step = opened.on(connection, node);
                while (!stopped.get() && work(name, step, random)) LockSupport.parkNanos(1000 * random.nextLong(thinkMicros + 1));
            } catch (SQLException away) {
                count(name, away);
                LockSupport.parkNanos(RETRY.toNanos());
            }
            node = node != home || random.nextInt(3) > 0 ? home : random.nextInt(cluster.size()) + 1;
        }
    }

    /** False when the connection should be given up. */
    private boolean work(String name, Step step, Random random) throws SQLException {
        try {
            step.run(random);
            return true;
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith("08") || state.startsWith("57P") || e.getSQLState() == null) throw e;
            count(name, e);
            return true;
        }
    }

    private void count(String name, SQLException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceAll("[0-9]+", "N");
        refusals.merge(e.getSQLState() + " " + name + ": " + message, 1, Integer::sum);
    }

    /** Lets every client finish its transaction and waits for all of them. */
    void stop() throws InterruptedException {
        stopped.set(true);
        for (Thread thread : threads) thread.join();
    }

    /** What failed, with counts. */
    Map<String, Integer> refusals() {
        return Map.copyOf(refusals);
    }
}
