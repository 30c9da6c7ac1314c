package io.craton.jepsen.cluster;

import io.craton.jepsen.node.Node;
import io.craton.jepsen.node.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Nodes that form a cluster, each a real process with its folder below {@code folder}: {@code n1/data}, {@code n1.log}. Nodes are numbered from 1. */
public final class Cluster implements AutoCloseable {
    private static final List<String> CLOCK_LIBRARIES = List.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/faketime/libfaketimeMT.so.1", "/usr/lib64/faketime/libfaketimeMT.so.1");

    private final Network network;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Integer, Volume> volumes = new HashMap<>();
    private final Path folder;

    /**
     * What a cluster is made of.
     *
     * @param launcher the command that starts a node
     * @param namespaces each node in a network namespace of its own, else plain ports
     * @param volumeBytes each node's data on a file system of its own of this size; 0 for none
     * @param clocks each node's clock can be set
     */
    public record Plan(List<String> launcher, List<String> arguments, int nodes, boolean namespaces, long volumeBytes, boolean clocks) {
        public Plan {
            launcher = List.copyOf(launcher);
            arguments = List.copyOf(arguments);
        }
    }

    private Cluster(Network network, Path folder) {
        this.network = network;
        this.folder = folder;
    }

    public static Cluster create(Plan plan, Path folder) throws IOException, InterruptedException {
        Network network = plan.namespaces() ? Namespaces.create(plan.nodes()) : new PlainPorts(plan.nodes());
        Cluster cluster = new Cluster(network, folder);
        try {
            for (int node = 1; node <= plan.nodes(); node++) cluster.add(plan, node);
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void add(Plan plan, int node) throws IOException, InterruptedException {
        Path own = Files.createDirectories(folder.resolve("n" + node));
        Path data = own.resolve("data");
        if (plan.volumeBytes() > 0) {
            Volume volume = Volume.create(own, plan.volumeBytes());
            volumes.put(node, volume);
            data = volume.path().resolve("data");
        }
        List<String> peers = new ArrayList<>();
        for (int other = 1; other <= plan.nodes(); other++) if (other != node) peers.add(network.clusterAddress(other));
        List<String> command = new ArrayList<>(network.prefix(node));
        command.addAll(plan.launcher());
        command.addAll(plan.arguments());
        command.addAll(List.of("--node-id", Integer.toString(node), "--cluster-address", network.clusterAddress(node), "--cluster-peers", String.join(",", peers)));
        Map<String, String> environment = new HashMap<>(Map.of("CRATON_CLUSTER_SECRET", "jepsen"));
        if (plan.clocks()) {
            clock(node, 0);
            environment.putAll(Map.of("LD_PRELOAD", clockLibrary(), "FAKETIME_TIMESTAMP_FILE", clockFile(node).toString(), "FAKETIME_NO_CACHE", "1",
                    "FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0"));
        }
        nodes.add(new Node(command, environment, data, folder.resolve("n" + node + ".log"), network.clientPort(node), network.namespace(node)));
    }

    /** Null where libfaketime is not installed. */
    public static @Nullable String findClockLibrary() {
        return CLOCK_LIBRARIES.stream().filter(file -> Files.exists(Path.of(file))).findFirst().orElse(null);
    }

    private static String clockLibrary() throws IOException {
        String library = findClockLibrary();
        if (library == null) throw new IOException("libfaketime is not installed");
        return library;
    }

    private Path clockFile(int node) {
        return folder.resolve("n" + node + ".clock");
    }

    /** Sets the node's clock off by some seconds. */
    void clock(int node, long seconds) throws IOException {
        Files.writeString(clockFile(node), (seconds < 0 ? "" : "+") + seconds + "\n");
    }

    public int size() {
        return nodes.size();
    }

    public Node node(int number) {
        return nodes.get(number - 1);
    }

    Network network() {
        return network;
    }

    Volume volume(int node) {
        Volume volume = volumes.get(node);
        if (volume == null) throw new IllegalStateException("node " + node + " has no volume of its own");
        return volume;
    }

    /** Starts all nodes and waits until they are one cluster and serve. */
    public void start(Duration limit) throws IOException {
        for (Node node : nodes) node.launch();
        awaitService(limit);
        long end = System.nanoTime() + limit.toNanos();
        for (int joined = 0; joined < size() - 1; LockSupport.parkNanos(Duration.ofMillis(100).toNanos())) {
            joined = 0;
            for (int node = 1; node <= size(); node++) if (admissions(node) > 0) joined++;
            if (System.nanoTime() > end) throw new IOException("only " + joined + " nodes have joined the first one within " + limit);
        }
    }

    /** How often a leader has made the node a voter, as the nodes' logs tell. */
    int admissions(int node) throws IOException {
        int count = 0;
        for (int one = 1; one <= size(); one++) {
            for (String line : Files.readAllLines(folder.resolve("n" + one + ".log"))) if (line.contains("done: take in node " + node + " ")) count++;
        }
        return count;
    }

    /** Waits until the node, emptied before, is a voter again. */
    void awaitAdmission(int node, int before, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (admissions(node) <= before) {
            if (System.nanoTime() > end) throw new IOException("node " + node + " is not taken in again within " + limit);
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    /** Waits until a transaction commits through every node. */
    public void awaitService(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        for (int node = 1; node <= size(); node++) {
            while (true) {
                String refusal = tryWrite(node);
                if (refusal == null) break;
                if (!node(node).alive()) throw new IOException("node " + node + " ended; its last words:\n" + node(node).lastWords());
                if (System.nanoTime() > end) throw new IOException("no commit through node " + node + " within " + limit + ": " + refusal);
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private @Nullable String tryWrite(int node) {
        try (Connection connection = node(node).connect(2, 5); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS jepsen_service (node bigint PRIMARY KEY, times bigint NOT NULL)");
            statement.execute("INSERT INTO jepsen_service AS s VALUES (" + node + ", 1) ON CONFLICT (node) DO UPDATE SET times = s.times + 1");
            return null;
        } catch (SQLException e) {
            return e.getSQLState() + " " + e.getMessage();
        }
    }

    /** The node that leads, by its own word; 0 when none says so. */
    int leader() {
        for (int node = 1; node <= size(); node++) {
            if (!node(node).awake()) continue;
            try (Connection connection = node(node).connect(1, 1); Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SHOW in_hot_standby")) {
                if (result.next() && result.getString(1).equals("off")) return node;
            } catch (SQLException unable) {
                // Another may.
            }
        }
        return 0;
    }

    /** SIGKILL to all nodes, which stand still before: those that are left for a moment shall not elect one of them, whose log would then be longer than the others'. */
    public void killAll() throws InterruptedException, IOException {
        for (Node node : nodes) if (node.alive()) node.pause();
        for (Node node : nodes) node.kill();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        killAll();
        for (Volume volume : volumes.values()) volume.close();
        network.close();
    }
}
