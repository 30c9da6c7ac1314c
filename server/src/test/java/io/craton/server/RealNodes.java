package io.craton.server;

import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.cluster.HostPort;
import io.craton.replication.raft.RaftTimings;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.server.config.DataFolder;
import io.craton.server.config.EncryptionConfig;
import io.craton.server.config.NodeConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Three whole nodes in this process, with real elections and a real log. */
final class RealNodes implements AutoCloseable {
    private static final Duration ELECTION = Duration.ofSeconds(1);

    private final Path root = Files.createTempDirectory("craton-nodes");
    private final @Nullable EncryptionConfig encryption;
    private final int groups;
    private final List<HostPort> places = new ArrayList<>();
    private final List<@Nullable Node> nodes = new ArrayList<>();

    /** One of them, while it runs. */
    final class Node {
        final int id;
        private final DataFolder folder;
        private final NodeAssembly assembly;

        private Node(int id) throws IOException {
            this.id = id;
            folder = DataFolder.open(Files.createDirectories(root.resolve("node" + id)));
            HostPort own = places.get(id - 1);
            ClusterConfig cluster = new ClusterConfig(id, new InetSocketAddress("127.0.0.1", own.port()), own, places, PeerSecurity.none(),
                    RaftTimings.of(ELECTION), false);
            NodeConfig bare = NodeConfig.of(folder.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            NodeConfig config = new NodeConfig(bare.dataDir(), id, bare.log(), bare.storage().withGroups(groups), bare.wire(), null, cluster, encryption, false);
            assembly = NodeAssembly.start(config, folder, () -> { });
        }

        /** {@code options} are alternating names and values of the driver's properties. */
        Connection connect(String... options) throws SQLException {
            return connectTo("postgres", options);
        }

        Connection connectTo(String database, String... options) throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", "postgres");
            properties.setProperty("socketTimeout", "60");
            for (int i = 0; i < options.length; i += 2) properties.setProperty(options[i], options[i + 1]);
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + assembly.address().getPort() + "/" + database, properties);
        }

        /** What /status says. */
        JsonNode status() {
            try {
                return new ObjectMapper().readTree(URI.create("http://127.0.0.1:" + assembly.address().getPort() + "/status").toURL());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        HostPort place() {
            return places.get(id - 1);
        }

        /** Does it lead, as far as a new client can tell? */
        boolean leads() {
            try (Connection connection = connect("targetServerType", "primary", "loginTimeout", "5")) {
                return "off".equals(TestNode.value(connection, "show in_hot_standby"));
            } catch (SQLException e) {
                return false;
            }
        }

        void stop() throws IOException {
            nodes.set(id - 1, null);
            assembly.close();
            folder.close();
        }
    }

    RealNodes() throws IOException {
        this(null, 1);
    }

    RealNodes(int groups) throws IOException {
        this(null, groups);
    }

    RealNodes(@Nullable EncryptionConfig encryption) throws IOException {
        this(encryption, 1);
    }

    RealNodes(@Nullable EncryptionConfig encryption, int groups) throws IOException {
        this.encryption = encryption;
        this.groups = groups;
        for (int i = 0; i < 3; i++) places.add(new HostPort("127.0.0.1", FreePorts.next()));
        for (int id = 1; id <= 3; id++) nodes.add(new Node(id));
    }

    Path folder(int id) {
        return root.resolve("node" + id);
    }

    /** Starts a stopped one again, with what is in its folder. */
    Node start(int id) throws IOException {
        Node node = new Node(id);
        nodes.set(id - 1, node);
        return node;
    }

    /** The node that leads; waits for one. */
    Node leader() {
        Node[] found = new Node[1];
        await(() -> {
            for (Node node : List.copyOf(running())) if (node.leads()) found[0] = node;
            return found[0] != null;
        });
        return found[0];
    }

    List<Node> running() {
        return nodes.stream().filter(java.util.Objects::nonNull).toList();
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("waited in vain");
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        for (Node node : List.copyOf(running())) node.stop();
        TestNode.deleteTree(root);
    }
}
