package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.craton.replication.cluster.ClusterClient;
import io.craton.replication.cluster.ClusterConfig;
import io.craton.replication.cluster.HostPort;
import io.craton.replication.raft.RaftTimings;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.RealFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with two raft groups; the databases {@code a} and {@code b} are in the first and the second. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GroupsInClusterTest {
    private static RealNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = new RealNodes(2);
        RealNodes.await(() -> nodes.running().stream().allMatch(node -> voters(node, 0) == 3 && voters(node, 1) == 3));
        try (Connection any = nodes.running().getLast().connect()) {
            TestNode.run(any, "create database a", "create database b");
            assertThat(TestNode.values(any, "select database, raft_group from craton_tenants where database in ('a', 'b') order by 1")).containsExactly("a|0", "b|1");
        }
        for (String database : List.of("a", "b")) {
            try (Connection each = nodes.running().getFirst().connectTo(database)) {
                TestNode.run(each, "create table t (n int primary key)");
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    private static JsonNode group(RealNodes.Node node, int group) {
        return node.status().path("groups").path(group);
    }

    private static int voters(RealNodes.Node node, int group) {
        return group(node, group).path("voters").size();
    }

    private static int leader(RealNodes.Node asked, int group) {
        return group(asked, group).path("leader").asInt();
    }

    private static void insert(RealNodes.Node node, String database, int n) throws Exception {
        try (Connection connection = node.connectTo(database)) {
            TestNode.run(connection, "insert into t values (" + n + ")");
        }
    }

    private static boolean fails(Connection connection) {
        try {
            TestNode.run(connection, "select 1");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    @Test
    @Order(1)
    void leadersAreSpreadAndAnyNodeServesAnyDatabase() throws Exception {
        RealNodes.Node first = nodes.running().getFirst();
        RealNodes.await(() -> leader(first, 1) != 0 && leader(first, 0) != leader(first, 1));
        for (RealNodes.Node node : nodes.running()) {
            insert(node, "a", node.id);
            insert(node, "b", node.id);
            try (Connection b = node.connectTo("b")) {
                assertThat(TestNode.value(b, "select count(*) from t")).isEqualTo(Integer.toString(node.id));
                assertThat(TestNode.value(b, "show in_hot_standby")).isEqualTo(leader(first, 1) == node.id ? "off" : "on");
            }
        }
    }

    @Test
    @Order(1)
    void aNodeWithAnotherNumberOfGroupsDoesNotJoin(@TempDir Path root) throws Exception {
        HostPort member = nodes.running().getFirst().place();
        HostPort own = new HostPort("127.0.0.1", 1);
        try (DataFolder folder = DataFolder.open(root)) {
            ClusterConfig cluster = new ClusterConfig(4, new InetSocketAddress("127.0.0.1", 1), own, List.of(member), PeerSecurity.none(), RaftTimings.of(Duration.ofMillis(500)), false);
            NodeConfig bare = NodeConfig.of(root, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            NodeConfig config = new NodeConfig(bare.dataDir(), 4, bare.log(), bare.storage(), bare.wire(), null, cluster, null, false);
            assertThatThrownBy(() -> NodeAssembly.start(config, folder, () -> { })).isInstanceOf(StartException.class)
                    .hasMessageContaining("consensus.groups is 1 on this node, but 2 on node");
        }
        assertThat(voters(nodes.running().getFirst(), 0)).isEqualTo(3);
    }

    @Test
    @Order(2)
    void aRoleLogsInAtOnceOnAnyNode() throws Exception {
        for (int i = 0; i < 9; i++) {
            RealNodes.Node makes = nodes.running().get(i % 3);
            String role = "made_" + i;
            try (Connection connection = makes.connectTo(i % 2 == 0 ? "a" : "b")) {
                TestNode.run(connection, "create role " + role + " login");
            }
            for (RealNodes.Node node : nodes.running()) {
                try (Connection its = node.connectTo(i % 4 < 2 ? "a" : "b", "user", role)) {
                    assertThat(TestNode.value(its, "select current_user")).isEqualTo(role);
                }
            }
        }
        for (int i = 0; i < 3; i++) {
            try (Connection b = nodes.running().get(i).connectTo("b")) {
                TestNode.run(b, "create database new_" + i);
            }
            for (RealNodes.Node node : nodes.running()) node.connectTo("new_" + i).close();
        }
        try (Connection a = nodes.running().getFirst().connectTo("a"); Connection inIt = nodes.running().getLast().connectTo("new_1")) {
            assertThat(TestNode.value(a, "select raft_group from craton_tenants where database = 'new_1'")).isEqualTo("1");
            for (int i = 0; i < 3; i++) TestNode.run(a, "drop database new_" + i);
            // It ran on the leader of another group, which the one who dropped the database cannot ask.
            RealNodes.await(() -> fails(inIt));
        }
    }

    @Test
    @Order(3)
    void aSessionGoesOnWhenTheLeaderOfItsGroupChanges() throws Exception {
        RealNodes.Node node = nodes.running().getFirst();
        int next = leader(node, 1) % 3 + 1;
        try (Connection a = node.connectTo("a"); Connection b = node.connectTo("b"); ClusterClient operator = new ClusterClient(PeerSecurity.none())) {
            TestNode.run(b, "insert into t values (10)", "set application_name = 'stays'");
            assertThat(operator.transfer(node.place(), next, 1)).isNull();
            RealNodes.await(() -> leader(node, 1) == next);
            TestNode.run(b, "insert into t values (11)");
            assertThat(TestNode.value(b, "show application_name")).isEqualTo("stays");
            TestNode.run(a, "insert into t values (11)");
        }
    }

    @Test
    @Order(4)
    void aDatabaseMovesToAnotherLeader() throws Exception {
        RealNodes.Node node = nodes.running().getFirst();
        try (Connection any = node.connect()) {
            TestNode.run(any, "create database moves");
            assertThat(TestNode.value(any, "select raft_group from craton_tenants where database = 'moves'")).isEqualTo("0");
        }
        try (Connection rest = node.connectTo("moves"); Connection block = nodes.running().get(1).connectTo("moves"); Connection third = nodes.running().getLast().connectTo("moves")) {
            TestNode.run(rest, "create table t (n int primary key)", "insert into t values (1)", "set application_name = 'stays'");
            block.setAutoCommit(false);
            for (int round = 0; round < 4; round++) {
                int group = 1 - round % 2;
                TestNode.run(block, "insert into t values (" + (100 + round) + ")");
                assertThat(TestNode.value(third, "select craton_move_database(" + group + ")")).isEqualTo(Integer.toString(group));
                RealNodes.await(() -> {
                    try {
                        TestNode.run(rest, "insert into t values (" + (10 + group) + ") on conflict do nothing");
                        return true;
                    } catch (SQLException e) {
                        assertThat(e.getSQLState()).isEqualTo("40001");
                        return false;
                    }
                });
                assertThat(TestNode.value(rest, "show application_name")).isEqualTo("stays");
                try {
                    block.commit();
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).isEqualTo("40001");
                    block.rollback();
                }
                for (RealNodes.Node each : nodes.running()) {
                    try (Connection one = each.connectTo("moves")) {
                        assertThat(TestNode.value(one, "select raft_group from craton_tenants where database = 'moves'")).isEqualTo(Integer.toString(group));
                        assertThat(TestNode.value(one, "select count(*) from craton_log where kind = 'move'")).isEqualTo(Integer.toString(round + 1));
                    }
                }
            }
            assertThat(TestNode.value(rest, "select count(*) from t where n < 100")).isEqualTo("3");
        }
    }

    @Test
    @Order(5)
    void oneNodeIsLostAndComesBack() throws Exception {
        int lost = leader(nodes.running().getFirst(), 1);
        nodes.running().stream().filter(node -> node.id == lost).findFirst().orElseThrow().stop();
        for (RealNodes.Node node : nodes.running()) {
            insert(node, "a", 20 + node.id);
            insert(node, "b", 20 + node.id);
        }
        RealNodes.Node back = nodes.start(lost);
        RealNodes.await(() -> leader(back, 0) != 0 && leader(back, 1) != 0);
        insert(back, "b", 30);
        RealNodes.Node first = nodes.running().getFirst();
        RealNodes.await(() -> leader(first, 1) != 0 && leader(first, 0) != leader(first, 1));
    }

    @Test
    @Order(6)
    void oneNodeLosesItsFolder() throws Exception {
        nodes.running().getLast().stop();
        TestNode.deleteTree(nodes.folder(3));
        RealNodes.Node back = nodes.start(3);
        RealNodes.await(() -> voters(back, 0) == 3 && voters(back, 1) == 3 && group(back, 1).path("applied_index").asInt() > 10);
        try (Connection b = back.connectTo("b", "options", "-c craton.read_mode=follower")) {
            assertThat(TestNode.value(b, "select count(*) from t where n < 4")).isEqualTo("3");
        }
        try (Connection moved = back.connectTo("moves", "options", "-c craton.read_mode=follower")) {
            assertThat(TestNode.value(moved, "select count(*) from t where n < 100")).isEqualTo("3");
        }
    }

    @Test
    @Order(7)
    void whatEachNodeKeepsIsWhatTheLogsSay() throws Exception {
        for (RealNodes.Node node : List.copyOf(nodes.running())) node.stop();
        for (int id = 1; id <= 3; id++) {
            Path data = nodes.folder(id);
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(data.resolve("log")), RealFiles.at(data.resolve("log/group_001"))), data,
                    data.resolve("wal/scratch"), null).run(_ -> { });
            assertThat(report.differences()).isEmpty();
            assertThat(report.logs().get(1).lastIndex()).isGreaterThan(10);
        }
    }
}
