package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs with large entries that are compressed, and such that are not, beside each other. */
@Timeout(400)
class LogCompressionTest {
    private static final String ROWS = "insert into t select g, 'the text of a row', 0 from generate_series(%d, %d) g";

    @TempDir Path parent;

    private final class Node implements AutoCloseable {
        final DataFolder folder;
        final NodeAssembly assembly;
        final LiveConfiguration live;

        Node(boolean compress) throws IOException {
            var sources = new Configuration.Sources(file(compress), Map.of(), Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
            Configuration configuration = sources.read();
            live = new LiveConfiguration(sources, configuration);
            folder = DataFolder.open(parent.resolve("data"));
            assembly = NodeAssembly.start(NodeConfig.of(configuration, false), folder, live, () -> { });
        }

        Connection connect() throws SQLException {
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + assembly.address().getPort() + "/postgres?user=postgres");
        }

        @Override
        public void close() {
            assembly.close();
            folder.close();
        }
    }

    private Path file(boolean compress) throws IOException {
        return Files.writeString(parent.resolve("craton.toml"), "[storage]\nlog_compression = " + compress + "\n");
    }

    private static int sizeOfNewest(Connection connection, String kind) throws SQLException {
        return Integer.parseInt(TestNode.value(connection, "select size from craton_log where kind = '" + kind + "' order by position desc limit 1"));
    }

    private static String contents(Connection connection) throws SQLException {
        return TestNode.value(connection, "select count(*) || md5(string_agg(id || v || n, ',' order by id)) from t");
    }

    @Test
    void bothKindsAreReadWhateverIsConfigured() throws Exception {
        String contents;
        String before;
        try (Node node = new Node(true); Connection connection = node.connect()) {
            TestNode.run(connection, "create table t (id int primary key, v text, n int)");
            int definition = sizeOfNewest(connection, "commit");
            TestNode.run(connection, ROWS.formatted(1, 5));
            assertThat(sizeOfNewest(connection, "commit")).as("a small one, which is as long as it always was").isBetween(150, definition);
            TestNode.run(connection, ROWS.formatted(6, 2_000));
            assertThat(sizeOfNewest(connection, "commit")).isLessThan(15_000);
            TestNode.run(connection, ROWS.formatted(2_001, 100_000)); // in chunks
            assertThat(sizeOfNewest(connection, "chunk")).isLessThan(300_000);
            file(false);
            assertThat(node.live.reload()).isTrue();
            before = TestNode.value(connection, "select craton_position()");
            TestNode.run(connection, "update t set n = n + 1 where id <= 2000");
            assertThat(sizeOfNewest(connection, "commit")).isGreaterThan(50_000);
            file(true);
            assertThat(node.live.reload()).isTrue();
            TestNode.run(connection, "update t set n = n + 1 where id <= 2000", "update t set n = n + 1 where id <= 1000");
            assertThat(sizeOfNewest(connection, "commit")).isLessThan(15_000);
            contents = contents(connection);
            assertThat(TestNode.value(connection, "select craton_rebuild_projection('t')::json->>'mended'")).as("out of the log").isEqualTo("0");
            assertThat(TestNode.value(connection, "select sum(n) from t for system_time as of position " + before)).isEqualTo("0");
        }
        deleteProjections();
        try (Node node = new Node(false); Connection connection = node.connect()) {
            assertThat(contents(connection)).isEqualTo(contents);
            assertThat(TestNode.value(connection, "select sum(n) from t")).isEqualTo("5000");
        }
        assertThat(verify()).startsWith("0\n").contains("are equal to a replay of the log");
    }

    /** The log is all that is left. */
    private void deleteProjections() throws IOException {
        TestNode.deleteTree(parent.resolve("data").resolve("projections"));
        Files.deleteIfExists(parent.resolve("data").resolve("meta").resolve("projections.json"));
    }

    private String verify() {
        StringWriter out = new StringWriter();
        return AdminMain.run(new PrintWriter(out, true), new PrintWriter(out, true), "verify", "--data-dir", parent.resolve("data").toString()) + "\n" + out;
    }

    @Test
    void allNodesOfAClusterHaveTheSameCompressedEntries() throws Exception {
        try (RealNodes nodes = new RealNodes()) {
            RealNodes.Node leader = nodes.leader();
            try (Connection connection = leader.connect()) {
                TestNode.run(connection, "create table t (id int primary key, v text, n int)", "create table other (id int primary key, v text)");
                RealNodes.await(() -> {
                    try {
                        TestNode.run(connection, "delete from t", ROWS.formatted(1, 2_000));
                        return sizeOfNewest(connection, "commit") < 15_000;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                });
                TestNode.run(connection, "insert into other select g, repeat('some text ', 20) || g from generate_series(1, 60000) g");
                String chain = TestNode.value(connection, "select md5(string_agg(hash::text || size, ',' order by position)) from craton_log");
                for (RealNodes.Node node : nodes.running()) {
                    try (Connection reader = node.connect("options", "-c craton.read_mode=" + (node == leader ? "leader" : "follower"))) {
                        assertThat(TestNode.value(reader, "select count(*) || max(v) from other")).isEqualTo("60000" + "some text ".repeat(20) + "9999");
                        assertThat(TestNode.value(reader, "select count(*) from t")).isEqualTo("2000");
                        assertThat(TestNode.value(reader, "select md5(string_agg(hash::text || size, ',' order by position)) from craton_log")).isEqualTo(chain);
                        assertThat(TestNode.values(reader, "select 1 from craton_log where kind = 'chunk' and size > 300000")).isEqualTo(List.of());
                    }
                }
            }
        }
    }
}
