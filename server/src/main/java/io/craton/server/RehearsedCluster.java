package io.craton.server;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The part of a {@link Rehearsal} that is about clusters: three nodes in this process find each other, carry a client's writes, and one after the other stops and starts
 * again, so that each has led and each has come back.
 */
final class RehearsedCluster {
    private static final int NODES = 3;
    private static final int TRANSACTIONS = 150;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private record Running(DataFolder folder, NodeAssembly assembly) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            assembly.close();
            folder.close();
        }
    }

    private final Path root;
    private final List<String> places = new ArrayList<>();
    private final List<Running> nodes = new ArrayList<>();

    private RehearsedCluster(Path root) {
        this.root = root;
    }

    static void run(Path root) throws IOException, InterruptedException {
        RehearsedCluster cluster = new RehearsedCluster(root);
        try {
            cluster.start();
            cluster.write("create table rehearsal_register (id bigint primary key, value text)");
            for (int i = 0; i < NODES; i++) {
                cluster.load(i);
                cluster.nodes.get(i).close();
                cluster.write("insert into rehearsal_register values (-1, 'a') on conflict (id) do update set value = excluded.value");
                cluster.nodes.set(i, cluster.node(i));
            }
        } finally {
            cluster.stop();
        }
    }

    /** All at once: the last of them would look for a successor in vain. */
    private void stop() throws InterruptedException {
        List<Thread> stopping = new ArrayList<>();
        for (Running node : nodes) {
            stopping.add(Thread.ofPlatform().start(() -> {
                try {
                    node.close();
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                }
            }));
        }
        for (Thread each : stopping) each.join();
    }

    private void start() throws IOException, InterruptedException {
        List<ServerSocket> taken = new ArrayList<>();
        for (int i = 0; i < NODES; i++) taken.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (ServerSocket each : taken) {
            places.add("127.0.0.1:" + each.getLocalPort());
            each.close();
        }
        // Each waits for the others before its own start is done.
        List<Thread> starting = new ArrayList<>();
        Running[] started = new Running[NODES];
        for (int i = 0; i < NODES; i++) {
            int number = i;
            starting.add(Thread.ofPlatform().start(() -> {
                try {
                    started[number] = node(number);
                } catch (IOException | RuntimeException e) {
                    System.err.println(e.getMessage());
                }
            }));
        }
        for (Thread each : starting) each.join();
        for (Running each : started) if (each != null) nodes.add(each);
        if (nodes.size() < NODES) throw new IOException("a node of the rehearsed cluster did not start");
    }

    private Running node(int number) throws IOException {
        Path folder = Files.createDirectories(root.resolve("node" + number));
        String peers = places.stream().filter(place -> !place.equals(places.get(number))).collect(Collectors.joining(","));
        Configuration configuration = new Configuration.Sources(null, Map.of(ConfigKey.CLUSTER_SECRET.environment(), "rehearsal"), Map.of(ConfigKey.DATA_DIR, folder.toString(), ConfigKey.BIND_ADDRESS, "127.0.0.1:0",
                ConfigKey.NODE_ID, Integer.toString(number + 1), ConfigKey.CLUSTER_ADDRESS, places.get(number), ConfigKey.CLUSTER_PEERS, peers))
                .read();
        DataFolder data = DataFolder.open(folder);
        return new Running(data, NodeAssembly.start(NodeConfig.of(configuration, false), data, LiveConfiguration.bare(), () -> { }));
    }

    private Connection connect(int node) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + nodes.get(node).assembly().address().getPort() + "/postgres?user=postgres&prepareThreshold=1");
    }

    /** Through whichever node takes it. */
    private void write(String sql) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; ; i++) {
            try (Connection connection = connect(i % NODES)) {
                connection.createStatement().execute(sql);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > end) throw new IOException("the rehearsed cluster does not serve", e);
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private void load(int node) throws IOException {
        try (Connection connection = connect(node);
                PreparedStatement write = connection.prepareStatement("insert into rehearsal_register values (?, ?) on conflict (id) do update set value = excluded.value");
                PreparedStatement read = connection.prepareStatement("select value from rehearsal_register where id = ?")) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                write.setLong(1, i);
                write.setString(2, "value " + i);
                write.executeUpdate();
                read.setLong(1, i);
                read.executeQuery().close();
            }
        } catch (SQLException e) {
            throw new IOException("the rehearsed cluster does not serve", e);
        }
    }
}
