package io.craton.jepsen;

import io.craton.jepsen.history.History;
import io.craton.jepsen.node.Node;
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

/** The clients of one round: some threads per workload that work until they are told to stop and reconnect when they are cut off. */
final class Clients {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();

    /** Starts {@code each} clients for every workload. */
    static Clients start(Node node, List<Workload> workloads, int each, History history, AtomicInteger processes, long seed) {
        Clients clients = new Clients();
        for (Workload workload : workloads) {
            for (int i = 0; i < each; i++) {
                int process = processes.getAndIncrement();
                Random random = new Random(seed * 1_000_003 + process);
                clients.threads.add(Thread.ofPlatform().name(workload.name() + "-" + process)
                        .start(() -> clients.run(node, workload, new Attempt(history, workload.name(), process), random)));
            }
        }
        return clients;
    }

    private void run(Node node, Workload workload, Attempt attempt, Random random) {
        while (!stopped.get()) {
            try (Connection connection = node.connect()) {
                while (!stopped.get()) work(workload, connection, attempt, random);
            } catch (SQLException away) {
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }

    /** One operation; a refusal is counted, a broken connection is the caller's. */
    private void work(Workload workload, Connection connection, Attempt attempt, Random random) throws SQLException {
        try {
            workload.step(connection, attempt, random);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (!state.startsWith("08")) refusals.merge(workload.name() + ": " + state + " " + e.getMessage(), 1, Integer::sum);
            if (connection.isClosed() || state.startsWith("08") || state.startsWith("57P")) throw e;
        }
    }

    /** Lets every client finish its operation and waits for all of them. */
    void stop() throws InterruptedException {
        stopped.set(true);
        for (Thread thread : threads) thread.join();
    }

    /** What the server refused, with counts. */
    Map<String, Integer> refusals() {
        return Map.copyOf(refusals);
    }
}
