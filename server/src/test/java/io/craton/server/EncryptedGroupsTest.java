package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.EncryptionConfig;
import io.craton.storage.encryption.LocalMasterKey;
import io.craton.storage.engine.DataVerifier;
import io.craton.server.config.DataFolder;
import io.craton.storage.io.RealFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encryption at rest with several raft groups: a database has its keys in whichever group it is, new keys come from any session, and no disk shows anything. */
@Timeout(180)
class EncryptedGroupsTest {
    private static final String SECRET = "PlantedInAGroup";
    private static final String ROWS = "select md5(string_agg(t::text, ',' order by id)) from t";

    @TempDir Path root;
    private Path keyFile = Path.of("master.key");

    @BeforeEach
    void key() throws IOException {
        keyFile = Files.writeString(root.resolve("master.key"), String.format("%064x", 3) + "\n");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
    }

    private Map<String, String> environment() {
        return Map.of("CRATON_GROUPS", "2", "CRATON_ENCRYPTION_ENABLED", "true", "CRATON_KMS_PROVIDER", "local", "CRATON_KMS_KEY_ID", keyFile.toString());
    }

    private static int group(Connection connection) throws SQLException {
        return Integer.parseInt(TestNode.value(connection, "select raft_group from craton_tenants where database = current_database()"));
    }

    private void verify(Path folder) throws Exception {
        try (DataFolder closed = DataFolder.openOffline(folder)) {
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(closed.log(0)), RealFiles.at(closed.log(1))), closed.root(), closed.wal().resolve("scratch"), LocalMasterKey.read(keyFile))
                    .run(_ -> { });
            assertThat(report.differences()).isEmpty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as("%s", file).doesNotContain(SECRET);
        }
    }

    @Test
    void aDatabaseTakesItsKeysAlong() throws Exception {
        Path data = root.resolve("data");
        ServerProcess server = ServerProcess.start(data, "256m", environment());
        String before;
        String past;
        String position;
        try (Connection admin = server.connect()) {
            TestNode.run(admin, "create database a", "create database b");
            try (Connection b = server.connect("b")) {
                int from = group(b);
                TestNode.run(b, "create table t (id int primary key, what text)", "insert into t select g, '" + SECRET + "' || g from generate_series(1, 200) g");
                position = TestNode.value(b, "select craton_position()");
                past = TestNode.value(b, ROWS);
                TestNode.run(b, "update t set what = what || '!' where id > 100", "select craton_move_database(" + (1 - from) + ")", "update t set what = what || '?' where id > 150");
                assertThat(Integer.parseInt(TestNode.value(b, "select craton_new_data_keys()"))).isGreaterThanOrEqualTo(6); // from a session of whichever group
                TestNode.run(b, "insert into t select g, '" + SECRET + "' || g from generate_series(201, 300) g", "select craton_move_database(" + from + ")", "delete from t where id % 10 = 0");
                Files.writeString(keyFile, Files.readString(keyFile) + String.format("%064x", 4) + "\n");
                TestNode.run(b, "select craton_rewrap_data_keys()", "insert into t values (1000, '" + SECRET + "')");
                before = TestNode.value(b, ROWS);
                assertThat(TestNode.value(b, "select md5(string_agg(t::text, ',' order by id)) from t for system_time as of position " + position + " t")).isEqualTo(past);
                assertThat(TestNode.value(b, "select craton_rebuild_projection('t')")).isNotNull();
                TestNode.run(b, "alter database b set craton.retention = '0s'", "vacuum");
                // what is not kept is read from the logs of both groups, with keys of before and after
                assertThat(TestNode.value(b, "select md5(string_agg(t::text, ',' order by id)) from t for system_time as of position " + position + " t")).isEqualTo(past);
                TestNode.run(b, "select craton_new_data_keys()", "insert into t values (1001, '" + SECRET + "')");
                String later = TestNode.value(b, "select craton_position()");
                TestNode.run(b, "delete from t where id = 1001", "vacuum");
                assertThat(TestNode.value(b, "select count(*) from t for system_time as of position " + later + " where id = 1001")).isEqualTo("1");
            }
            TestNode.run(admin, "create database copied template b");
        }
        server.kill();
        Files.writeString(keyFile, String.format("%064x", 4) + "\n"); // the old one is needed by nobody
        server = ServerProcess.start(data, "256m", environment());
        for (String database : List.of("b", "copied")) {
            try (Connection connection = server.connect(database)) {
                assertThat(TestNode.value(connection, ROWS)).as(database).isEqualTo(before);
                TestNode.run(connection, "insert into t values (2000, '" + SECRET + "')");
            }
        }
        server.stop();
    }

    @Test
    void threeNodesShareTheKeysOfAllGroups() throws Exception {
        try (RealNodes nodes = new RealNodes(new EncryptionConfig("local", keyFile.toString(), Duration.ZERO, Map.of()), 2)) {
            // until then the other group has fewer members than the cluster, and the first node is all it has
            RealNodes.await(() -> nodes.running().stream().allMatch(node -> voters(node, 0) == 3 && voters(node, 1) == 3));
            try (Connection connection = nodes.leader().connect()) {
                TestNode.run(connection, "create database a", "create database b");
            }
            for (String database : List.of("a", "b")) {
                try (Connection connection = nodes.leader().connectTo(database)) {
                    TestNode.run(connection, "create table t (id int primary key, what text)", "insert into t select g, '" + SECRET + "' || g from generate_series(1, 200) g");
                }
            }
            int gone = nodes.leader().id;
            nodes.leader().stop();
            for (String database : List.of("a", "b")) {
                RealNodes.await(() -> {
                    try (Connection connection = nodes.leader().connectTo(database)) {
                        TestNode.run(connection, "select craton_new_data_keys()", "insert into t select g, '" + SECRET + "' || g from generate_series(201, 300) g on conflict do nothing");
                        return true;
                    } catch (SQLException e) {
                        return false; // another leader of that group is being elected
                    }
                });
            }
            TestNode.deleteTree(nodes.folder(gone)); // comes back with nothing: the first group by a copy, the other by its log
            nodes.start(gone);
            for (String database : List.of("a", "b")) {
                try (Connection connection = nodes.leader().connectTo(database)) {
                    TestNode.run(connection, "select craton_move_database(" + (1 - group(connection)) + ")");
                    TestNode.run(connection, "update t set what = what || '!' where id <= 100");
                    String expected = TestNode.value(connection, ROWS);
                    for (RealNodes.Node node : nodes.running()) {
                        RealNodes.await(() -> {
                            try (Connection reader = node.connectTo(database, "options", "-c craton.read_mode=follower")) {
                                return expected.equals(TestNode.value(reader, ROWS));
                            } catch (SQLException e) {
                                return false;
                            }
                        });
                    }
                }
            }
            RealNodes.await(() -> nodes.leader().status().path("cluster").path("healthy").asBoolean());
            for (RealNodes.Node node : List.copyOf(nodes.running())) node.stop();
            for (int id = 1; id <= 3; id++) verify(nodes.folder(id));
        }
    }

    private static int voters(RealNodes.Node node, int group) {
        return node.status().path("groups").path(group).path("voters").size();
    }
}
