package io.craton.server;

import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One node in this process for all test classes that ask for it with {@code @ExtendWith}: started before the first, stopped after the last. Each class
 * works in a schema of its own.
 */
public final class TestNode implements BeforeAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestNode.class);
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    /** The running node; closed by JUnit with the root context. */
    static final class Running implements AutoCloseable {
        private final Path root;
        private final DataFolder folder;
        private final NodeAssembly node;

        Running() throws IOException {
            root = Files.createTempDirectory("craton-test");
            folder = DataFolder.open(root);
            node = NodeAssembly.start(NodeConfig.of(folder.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), folder, () -> { });
        }

        @Override
        public void close() throws IOException {
            node.close();
            folder.close();
            deleteTree(root);
        }
    }

    private static volatile Running running;

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot().getStore(NAMESPACE).computeIfAbsent(Running.class, key -> {
            try {
                return new Running();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, Running.class);
    }

    static int port() {
        return running.node.address().getPort();
    }

    static String url() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
    }

    /** A connection to the default schema; {@code options} are alternating names and values of the driver's properties. */
    static Connection connect(String... options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        for (int i = 0; i < options.length; i += 2) properties.setProperty(options[i], options[i + 1]);
        return DriverManager.getConnection(url(), properties);
    }

    /** A new schema's name. */
    static String newSchema() throws SQLException {
        String name = "test_" + SCHEMAS.incrementAndGet();
        try (Connection connection = connect()) {
            run(connection, "create schema " + name);
        }
        return name;
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String sql : statements) statement.execute(sql);
        }
    }

    /** First column of the first row as text; null for none. */
    static String value(Connection connection, String sql) throws SQLException {
        List<String> values = values(connection, sql);
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Rows as text, columns joined by {@code |}. */
    static List<String> values(Connection connection, String sql) throws SQLException {
        List<String> rows = new java.util.ArrayList<>();
        try (var statement = connection.createStatement(); var result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) row.append(i == 1 ? "" : "|").append(result.getString(i));
                rows.add(row.toString());
            }
        }
        return rows;
    }

    static void deleteTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
