package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.DataFolder;
import io.craton.server.config.EncryptionConfig;
import io.craton.server.config.NodeConfig;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.RealFiles;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a node with several raft groups: logs that are cut at one time fit each other, databases that moved between them included. */
@Timeout(400)
class GroupsBackupTest {
    @TempDir Path root;

    private interface Work {
        void run(NodeAssembly node) throws Exception;
    }

    private @Nullable EncryptionConfig encryption;
    /** Position of database b when it had its first hundred rows. */
    private String filled = "";

    private void withNode(String folder, Work work) throws Exception {
        try (DataFolder data = DataFolder.open(root.resolve(folder))) {
            NodeConfig bare = NodeConfig.of(data.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (NodeAssembly node = NodeAssembly.start(new NodeConfig(bare.dataDir(), 1, bare.log(), bare.storage().withGroups(2), bare.wire(), null, null, encryption, false), data, () -> { })) {
                work.run(node);
            }
        }
    }

    private static Connection connect(NodeAssembly node, String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/" + database + "?user=postgres");
    }

    private BackupTest.Outcome stream(String destination) {
        return BackupTest.backup("stream", "--source", root.resolve("data").toString(), "--destination", destination, "--once");
    }

    @Test
    void allLogsAreCutAtOneTime() throws Exception {
        String live = root.resolve("live").toUri().toString();
        String still = root.resolve("still").toUri().toString();
        String[] time = new String[1];
        withNode("data", node -> {
            try (Connection first = connect(node, "postgres")) {
                TestNode.run(first, "create database a", "create database b");
                try (Connection a = connect(node, "a"); Connection b = connect(node, "b")) {
                    for (Connection each : List.of(a, b)) TestNode.run(each, "create table t (n int)", "insert into t select generate_series(1, 100)");
                    filled = TestNode.value(b, "select craton_position()");
                    time[0] = TestNode.value(first, "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
                    TestNode.run(b, "select craton_move_database(0)", "insert into t values (101)");
                    TestNode.run(a, "select craton_move_database(1)", "insert into t values (101)");
                    stream(live).done();
                    TestNode.run(a, "insert into t values (102)");
                    TestNode.run(first, "create database later");
                }
            }
        });
        stream(still).done();
        requireRestored("one", live, "101", "101");
        requireRestored("two", still, "102", "101");
        requireRestored("three", still, "100", "100", "--time", time[0]);
        assertThat(BackupTest.restore("--source", still, "--data-dir", root.resolve("four").toString(), "--position", "5").status()).isEqualTo(2);
    }

    private BackupTest.Outcome snapshot(Path file, String... options) {
        return BackupTest.backup(Stream.concat(Stream.of("snapshot", "--data-dir", root.resolve("data").toString(), "--output", file.toString()), Stream.of(options)).toArray(String[]::new));
    }

    @Test
    void oneFileHasAllGroups() throws Exception {
        snapshots();
    }

    @Test
    void oneFileHasAllGroupsAndTheirKeys() throws Exception {
        Path key = Files.writeString(root.resolve("master.key"), String.format("%064x", 9) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        encryption = new EncryptionConfig("local", key.toString(), Duration.ZERO, Map.of());
        snapshots();
        for (String file : List.of("live.tar.gz", "still.tar.gz")) {
            try (InputStream plain = new GZIPInputStream(Files.newInputStream(root.resolve(file)))) {
                assertThat(new String(plain.readAllBytes(), StandardCharsets.ISO_8859_1)).doesNotContain("PlantedInGroups");
            }
        }
    }

    private void snapshots() throws Exception {
        Path live = root.resolve("live.tar.gz");
        Path still = root.resolve("still.tar.gz");
        String[] time = new String[1];
        withNode("data", node -> {
            try (Connection first = connect(node, "postgres")) {
                TestNode.run(first, "create database a", "create database b");
                try (Connection a = connect(node, "a"); Connection b = connect(node, "b")) {
                    for (Connection each : List.of(a, b)) TestNode.run(each, "create table t (n int, what text)", "insert into t select g, 'PlantedInGroups' from generate_series(1, 100) g");
                    filled = TestNode.value(b, "select craton_position()");
                }
            }
        });
        withNode("data", node -> {
            try (Connection first = connect(node, "postgres")) {
                try (Connection a = connect(node, "a"); Connection b = connect(node, "b")) {
                    time[0] = TestNode.value(first, "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
                    TestNode.run(b, "select craton_move_database(0)", "insert into t values (101)");
                    TestNode.run(a, "select craton_move_database(1)", "insert into t values (101)");
                    if (encryption != null) TestNode.run(a, "select craton_new_data_keys()");
                    assertThat(snapshot(live).done().out()).contains("of 2 raft groups").doesNotContain("without projections");
                    TestNode.run(a, "insert into t values (102)");
                    TestNode.run(first, "create database later");
                }
            }
        });
        snapshot(still).done();
        stream(root.resolve("stream").toUri().toString()).done();
        assertThat(snapshot(root.resolve("x.tar.gz"), "--position", "5").status()).isEqualTo(2);
        assertThat(root.resolve("x.tar.gz")).doesNotExist();
        requireRestored("one", live.toString(), "101", "101");
        requireRestored("two", still.toString(), "102", "101");
        assertThat(root.resolve("two/projections/tenant_000/CURRENT")).exists();
        requireRestored("three", still.toString(), "100", "100", "--time", time[0]);
        requireRestored("four", live.toString(), "102", "101", "--source", root.resolve("stream").toString());
        damaged(live);
        Path folder = root.resolve("folder");
        snapshot(folder).done();
        SnapshotFolderTest.requireFlipsAreSeen(folder, root.resolve("none"));
        requireRestored("five", folder.toString(), "102", "101");
        requireRestored("six", folder.toString(), "102", "101", "--link");
        for (String log : List.of("log", "log/group_001")) requireShared(folder.resolve(log), root.resolve("six"));
        requireRestored("seven", folder.toString(), "100", "100", "--link", "--time", time[0]);
        SnapshotFolderTest.requireFlipsAreSeen(folder, root.resolve("none"));
    }

    /** The data folder has each segment there under a second name. */
    private static void requireShared(Path segments, Path data) throws Exception {
        List<Object> shared = new ArrayList<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) shared.add(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        }
        try (Stream<Path> files = Files.list(segments)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) assertThat(shared).as(file.toString()).contains(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        }
    }

    /** A snapshot that is not as it was written makes no data folder. */
    private void damaged(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(root.resolve("cut.tar.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        BackupTest.requireRefused(BackupTest.restore("--source", cut.toString(), "--data-dir", root.resolve("none").toString()), "cut off");
        assertThat(root.resolve("none")).doesNotExist();
    }

    private void requireRestored(String folder, String source, String inA, String inB, String... options) throws Exception {
        BackupTest.restore(Stream.concat(Stream.of("--source", source, "--data-dir", root.resolve(folder).toString()), Stream.of(options)).toArray(String[]::new)).done();
        withNode(folder, node -> {
            try (Connection a = connect(node, "a"); Connection b = connect(node, "b")) {
                assertThat(TestNode.value(a, "select count(*) from t")).isEqualTo(inA);
                assertThat(TestNode.value(b, "select count(*) from t")).isEqualTo(inB);
                TestNode.run(a, "insert into t values (0)", "create index on t (n)");
                assertThat(TestNode.value(b, "select count(*) from t for system_time as of position " + filled)).isEqualTo("100");
            }
        });
        try (DataFolder closed = DataFolder.openOffline(root.resolve(folder))) {
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(closed.log(0)), RealFiles.at(closed.log(1))), closed.root(), closed.wal().resolve("scratch"),
                    encryption == null ? null : encryption.open()).run(_ -> { });
            assertThat(report.differences()).isEmpty();
        }
        withNode(folder, node -> {
            try (Connection a = connect(node, "a")) {
                assertThat(TestNode.value(a, "select count(*) from t where n = 0")).isEqualTo("1");
            }
        });
    }
}
