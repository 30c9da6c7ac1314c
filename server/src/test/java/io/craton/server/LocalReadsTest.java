package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions that read on the follower they are connected to. */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalReadsTest {
    private static RealNodes nodes;
    private static RealNodes.Node leader;
    private static RealNodes.Node follower;

    @BeforeAll
    static void start() throws Exception {
        nodes = new RealNodes();
        leader = nodes.leader();
        follower = nodes.running().stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    @BeforeEach
    void table() throws SQLException {
        try (Connection connection = leader.connect()) {
            TestNode.run(connection, "drop table if exists numbers", "create table numbers (id int primary key, n int)", "insert into numbers values (1, 0)",
                    "drop sequence if exists numbering", "create sequence numbering");
        }
    }

    private static Connection reader(String mode, String... options) throws SQLException {
        String[] all = java.util.Arrays.copyOf(options, options.length + 2);
        all[options.length] = "options";
        all[options.length + 1] = "-c craton.read_mode=" + mode;
        return follower.connect(all);
    }

    /** Is the session at the node? Asked there, of the sessions that it runs. */
    private static boolean runsAt(RealNodes.Node node, int processId) throws SQLException {
        try (Connection connection = node.connect("options", node == follower ? "-c craton.read_mode=stale" : "")) {
            return !TestNode.values(connection, "select 1 from pg_stat_activity where pid = " + processId).isEmpty();
        }
    }

    private static int processId(Connection connection) throws SQLException {
        return Integer.parseInt(TestNode.value(connection, "select pg_backend_pid()"));
    }

    @ParameterizedTest
    @CsvSource({"follower, simple", "follower, extended", "stale, simple", "stale, extended"})
    void readsRunHereAndWritesAtTheLeader(String mode, String protocol) throws SQLException {
        try (Connection reader = reader(mode, "preferQueryMode", protocol, "prepareThreshold", "2")) {
            int processId = processId(reader);
            assertThat(TestNode.value(reader, "select n from numbers")).isEqualTo("0");
            assertThat(runsAt(leader, processId)).isFalse();
            assertThat(runsAt(follower, processId)).isTrue();
            try (PreparedStatement update = reader.prepareStatement("update numbers set n = n + ? where id = 1");
                    PreparedStatement read = reader.prepareStatement("select n from numbers where id = ?")) {
                for (int i = 1; i <= 12; i++) {
                    update.setInt(1, 1);
                    assertThat(update.executeUpdate()).isEqualTo(1);
                    for (int reads = 0; reads < i; reads++) {
                        read.setInt(1, 1);
                        try (ResultSet rows = read.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt(1)).isEqualTo(i); // its own write, wherever it reads
                        }
                    }
                }
            }
            assertThat(runsAt(leader, processId)).isFalse();
            assertThat(TestNode.value(reader, "select nextval('numbering')")).isEqualTo("1");
            assertThat(runsAt(leader, processId)).isTrue();
            assertThat(TestNode.value(reader, "select currval('numbering')")).isEqualTo("1");
        }
    }

    @Test
    void aFollowerSeesWhatWasAcknowledgedBefore() throws SQLException {
        try (Connection writer = leader.connect(); Connection reader = reader("follower")) {
            for (int i = 1; i <= 100; i++) {
                TestNode.run(writer, "update numbers set n = " + i);
                assertThat(TestNode.value(reader, "select n from numbers where id = 1")).isEqualTo(Integer.toString(i));
            }
            TestNode.run(writer, "alter table numbers add column more int default 7");
            assertThat(TestNode.value(reader, "select more from numbers")).isEqualTo("7");
            assertThat(runsAt(leader, processId(reader))).isFalse();
        }
    }

    @Test
    void blocksThatMayWriteRunAtTheLeaderAndOthersHere() throws SQLException {
        try (Connection reader = reader("follower")) {
            int processId = processId(reader);
            TestNode.run(reader, "begin");
            assertThat(runsAt(leader, processId)).isTrue();
            TestNode.run(reader, "update numbers set n = 5", "commit");
            while (runsAt(leader, processId)) TestNode.run(reader, "select 1");
            TestNode.run(reader, "begin isolation level repeatable read read only");
            assertThat(TestNode.value(reader, "select n from numbers")).isEqualTo("5");
            try (Connection writer = leader.connect()) {
                TestNode.run(writer, "update numbers set n = 6");
            }
            assertThat(TestNode.value(reader, "select n from numbers")).isEqualTo("5");
            assertThat(runsAt(leader, processId)).isFalse();
            assertThatThrownBy(() -> TestNode.run(reader, "update numbers set n = 7")).hasMessageContaining("cannot execute UPDATE in a read-only transaction");
            TestNode.run(reader, "rollback");
            assertThat(TestNode.value(reader, "select n from numbers")).isEqualTo("6");
            TestNode.run(reader, "set craton.read_mode = leader");
            assertThat(TestNode.value(reader, "select n from numbers")).isEqualTo("6");
            assertThat(runsAt(leader, processId)).isTrue();
        }
    }

    @Test
    void whatOneNodeAloneHasIsTheLeaders() throws SQLException {
        try (Connection reader = reader("stale")) {
            TestNode.run(reader, "select pg_advisory_lock(4)");
            for (int i = 0; i < 8; i++) TestNode.run(reader, "select 1");
            assertThat(runsAt(leader, processId(reader))).isTrue();
            TestNode.run(reader, "select pg_advisory_unlock(4)");
            for (int i = 0; i < 8; i++) TestNode.run(reader, "select 1");
            assertThat(runsAt(leader, processId(reader))).isFalse();
            TestNode.run(reader, "create temporary table mine (n int)", "insert into mine values (1)");
            assertThat(TestNode.value(reader, "select n from mine")).isEqualTo("1");
        }
    }

    @Test
    void aTransactionWhoseTableIsEmptiedUnderItFails() throws SQLException {
        try (Connection reader = reader("follower"); Connection writer = leader.connect()) {
            TestNode.run(reader, "begin isolation level repeatable read read only");
            assertThat(TestNode.value(reader, "select count(*) from numbers")).isEqualTo("1");
            TestNode.run(writer, "truncate numbers");
            RealNodes.await(() -> {
                try (Connection other = reader("follower")) {
                    return "0".equals(TestNode.value(other, "select count(*) from numbers"));
                } catch (SQLException e) {
                    return false;
                }
            });
            assertThatThrownBy(() -> TestNode.value(reader, "select count(*) from numbers")).isInstanceOfSatisfying(SQLException.class,
                    e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void withoutAQuorumOnlyWhatMayBeStaleIsReadAndOnlyForSoLong() throws Exception {
        try (Connection fresh = reader("follower"); Connection stale = reader("stale"); Connection short_ = reader("stale")) {
            TestNode.run(stale, "set craton.max_staleness = '1h'");
            TestNode.run(short_, "set craton.max_staleness = '0'");
            for (Connection each : List.of(fresh, stale, short_)) {
                while (runsAt(leader, processId(each))) TestNode.run(each, "select 1");
            }
            for (RealNodes.Node node : nodes.running()) if (node != follower) node.stop();
            // It may have been made the leader, and takes a moment to see that it is none.
            RealNodes.await(() -> {
                try {
                    return "0".equals(TestNode.value(stale, "select n from numbers"));
                } catch (SQLException e) {
                    return false;
                }
            });
            for (Connection each : List.of(fresh, short_)) {
                assertThatThrownBy(() -> TestNode.value(each, "select n from numbers")).isInstanceOfSatisfying(SQLException.class,
                        e -> assertThat(e.getSQLState()).isEqualTo("57P03"));
            }
            assertThat(TestNode.value(stale, "select n from numbers")).isEqualTo("0");
        }
    }
}
