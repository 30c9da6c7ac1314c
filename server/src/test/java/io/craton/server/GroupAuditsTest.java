package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.DataFolder;
import io.craton.storage.encryption.LocalMasterKey;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.RealFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is done in databases of other raft groups is in craton_audit once, whenever a node dies on the way. */
@Timeout(180)
@Tag("guide")
class GroupAuditsTest {
    /** Where a server dies when definitions have been changed in a database of the second group. */
    private static final List<List<String>> STEPS = List.of(
            List.of("engine.GroupAudits#tell"), // committed in its own log
            List.of("engine.GroupAudits#tell", "txn.ClusterChanges#tellAudits"),
            List.of("engine.GroupAudits#tell", "engine.Applier#told"), // committed in the first group's
            List.of("engine.GroupAudits#tell", "engine.UntoldAudits#told")); // applied there

    @TempDir Path root;

    private static List<String> told(Connection connection) throws SQLException {
        return TestNode.values(connection, "select detail from craton_audit where class in ('ddl', 'rights') and database = 'b' order by time, position");
    }

    private static void awaitTold(Connection connection, List<String> statements) {
        RealNodes.await(() -> {
            try {
                return told(connection).size() >= statements.size();
            } catch (SQLException e) {
                return false;
            }
        });
    }

    private static void refused(ServerProcess server, String... statements) {
        try (Connection b = server.connect("b")) {
            TestNode.run(b, statements);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).startsWith("08");
        }
    }

    @Test
    void aServerThatIsKilledLosesNoneAndTellsNoneTwice() throws Exception {
        Path key = Files.writeString(root.resolve("master.key"), String.format("%064x", 6) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        int port = FreePorts.next();
        Map<String, String> environment = new HashMap<>(KillPoint.environment(port));
        environment.putAll(Map.of("CRATON_GROUPS", "2", "CRATON_ENCRYPTION_ENABLED", "true", "CRATON_KMS_PROVIDER", "local", "CRATON_KMS_KEY_ID", key.toString()));
        Path data = root.resolve("data");
        List<String> expected = new ArrayList<>();
        ServerProcess server = ServerProcess.start(data, "256m", environment);
        try {
            try (Connection connection = server.connect()) {
                TestNode.run(connection, "create database a", "create database b");
                assertThat(TestNode.value(connection, "select raft_group from craton_tenants where database = 'b'")).isEqualTo("1");
            }
            for (int step = 0; step < STEPS.size(); step++) {
                try (Connection b = server.connect("b")) {
                    TestNode.run(b, "create table before_" + step + " (i int)", "insert into before_" + step + " values (1)");
                    expected.add("create table before_" + step + " (i int)");
                    awaitTold(b, expected);
                }
                KillPoint point = KillPoint.arm(server, port, STEPS.get(step).stream().map(each -> "io.craton.storage." + each).toList());
                refused(server, "begin; create table at_" + step + " (i int); grant select on at_" + step + " to public; commit");
                expected.addAll(List.of("create table at_" + step + " (i int)", " grant select on at_" + step + " to public"));
                point.await();
                server = ServerProcess.start(data, "256m", environment);
                try (Connection connection = server.connect(); Connection b = server.connect("b")) {
                    awaitTold(connection, expected);
                    assertThat(told(connection)).as("step %d", step).map(String::strip).containsExactlyElementsOf(expected.stream().map(String::strip).toList());
                    TestNode.run(b, "insert into at_" + step + " values (1)");
                }
            }
            try (Connection connection = server.connect()) {
                TestNode.run(connection, "drop database b");
                assertThat(told(connection)).hasSize(expected.size());
            }
        } finally {
            server.stop();
        }
        try (DataFolder closed = DataFolder.openOffline(data)) {
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(closed.log(0)), RealFiles.at(closed.log(1))), closed.root(), closed.wal().resolve("scratch"), LocalMasterKey.read(key))
                    .run(_ -> { });
            assertThat(report.differences()).isEmpty();
        }
    }

    @Test
    void ofThreeNodesAnyMayLeadAndStop() throws Exception {
        try (RealNodes nodes = new RealNodes(2)) {
            try (Connection connection = nodes.leader().connect()) {
                TestNode.run(connection, "create database a", "create database b");
            }
            List<String> expected = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                String statement = "create table t" + round + " (i int)";
                RealNodes.await(() -> {
                    try (Connection b = nodes.running().getFirst().connectTo("b")) {
                        TestNode.run(b, statement);
                        return true;
                    } catch (SQLException e) {
                        return "42P07".equals(e.getSQLState()); // it was made after all
                    }
                });
                expected.add(statement);
                RealNodes.Node stopped = nodes.running().get(round % 3);
                stopped.stop();
                nodes.start(stopped.id);
                try (Connection connection = nodes.leader().connect()) {
                    awaitTold(connection, expected);
                    assertThat(told(connection)).containsExactlyElementsOf(expected);
                }
            }
            for (RealNodes.Node node : nodes.running()) {
                try (Connection reader = node.connect("options", "-c craton.read_mode=follower")) {
                    assertThat(told(reader)).containsExactlyElementsOf(expected);
                }
            }
        }
    }
}
