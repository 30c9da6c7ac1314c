package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a node with several raft groups: logs that are cut at one time fit each other, databases that moved between them included. */
@Timeout(120)
class GroupsBackupTest {
    @TempDir Path root;

    private interface Work {
        void run(NodeAssembly node) throws Exception;
    }

    private void withNode(String folder, Work work) throws Exception {
        try (DataFolder data = DataFolder.open(root.resolve(folder))) {
            NodeConfig bare = NodeConfig.of(data.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (NodeAssembly node = NodeAssembly.start(new NodeConfig(bare.dataDir(), 1, bare.log(), bare.storage().withGroups(2), bare.wire(), null, null, null, false), data, () -> { })) {
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
        BackupTest.requireRefused(BackupTest.backup("snapshot", "--data-dir", root.resolve("data").toString(), "--output", root.resolve("x.tar.gz").toString()), "2 raft groups", "craton-backup stream");
        requireRestored("one", live, "101", "101");
        requireRestored("two", still, "102", "101");
        requireRestored("three", still, "100", "100", "--time", time[0]);
        assertThat(BackupTest.restore("--source", still, "--data-dir", root.resolve("four").toString(), "--position", "5").status()).isEqualTo(2);
    }

    private void requireRestored(String folder, String source, String inA, String inB, String... options) throws Exception {
        BackupTest.restore(Stream.concat(Stream.of("--source", source, "--data-dir", root.resolve(folder).toString()), Stream.of(options)).toArray(String[]::new)).done();
        withNode(folder, node -> {
            try (Connection a = connect(node, "a"); Connection b = connect(node, "b")) {
                assertThat(TestNode.value(a, "select count(*) from t")).isEqualTo(inA);
                assertThat(TestNode.value(b, "select count(*) from t")).isEqualTo(inB);
                TestNode.run(a, "insert into t values (0)", "create index on t (n)");
            }
        });
        withNode(folder, node -> {
            try (Connection a = connect(node, "a")) {
                assertThat(TestNode.value(a, "select count(*) from t where n = 0")).isEqualTo("1");
            }
        });
    }
}
