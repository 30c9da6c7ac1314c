package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Clients of a node that does not lead: the whole protocol through the relay. */
@Timeout(180)
class CarriedSessionsTest {
    private static CarryingNodes nodes;
    private CarryingNodes.Node follower;

    @BeforeAll
    static void start() throws Exception {
        nodes = new CarryingNodes();
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    @BeforeEach
    void oneLeads() {
        nodes.lead(1);
        follower = nodes.node(2);
        await(() -> nodes.node(1).wire.sessionsCarried() == 0); // those of the test before end a little later
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) throw new AssertionError("interrupted while waiting");
            Thread.onSpinWait();
        }
    }

    @Test
    void aSessionRunsAtTheLeaderUnderTheFollowersNumber() throws SQLException {
        try (Connection connection = follower.connect()) {
            assertThat(nodes.node(1).wire.sessionsCarried()).isEqualTo(1);
            assertThat(Integer.parseInt(TestNode.value(connection, "select pg_backend_pid()")) >>> 24).isEqualTo(2);
            TestNode.run(connection, "create table carried (id int primary key, v text)");
            try (PreparedStatement insert = connection.prepareStatement("insert into carried values (?, ?)")) {
                for (int i = 0; i < 1000; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "value " + i);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            assertThat(TestNode.value(connection, "select count(*) from carried")).isEqualTo("1000");
            TestNode.run(connection, "drop table carried");
        }
        await(() -> nodes.node(1).wire.sessionsCarried() == 0 && follower.wire.sessionsOpen() == 0);
    }

    @Test
    void errorsOfOpeningComeThrough() {
        assertThatThrownBy(() -> {
            try (Connection connection = java.sql.DriverManager.getConnection(follower.url().replace("/postgres", "/missing"), "postgres", "")) {
                connection.isValid(1);
            }
        }).isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("3D000"));
    }

    @Test
    void copyGoesBothWays() throws Exception {
        try (Connection connection = follower.connect()) {
            TestNode.run(connection, "create table copied (id int primary key, v text)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            StringBuilder rows = new StringBuilder();
            for (int i = 0; i < 50_000; i++) rows.append(i).append("\tthe value of row ").append(i).append('\n');
            assertThat(copy.copyIn("copy copied from stdin", new StringReader(rows.toString()))).isEqualTo(50_000);
            StringWriter out = new StringWriter();
            copy.copyOut("copy (select * from copied order by id) to stdout", out);
            assertThat(out.toString()).isEqualTo(rows.toString());
            TestNode.run(connection, "drop table copied");
        }
    }

    @Test
    void largeResultsWaitForASlowReader() throws Exception {
        try (Connection connection = follower.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1000);
            long sum = 0;
            try (ResultSet rows = statement.executeQuery("select g, repeat('x', 200) from generate_series(1, 100000) g")) {
                while (rows.next()) sum += rows.getInt(1);
            }
            assertThat(sum).isEqualTo(5_000_050_000L);
            connection.rollback();
        }
    }

    @Test
    void cancelReachesTheLeader() throws Exception {
        try (Connection connection = follower.connect(); Statement statement = connection.createStatement()) {
            CompletableFuture<String> state = CompletableFuture.supplyAsync(() -> {
                try {
                    statement.execute("select pg_sleep(30)");
                    return "not cancelled";
                } catch (SQLException cancelled) {
                    return cancelled.getSQLState();
                }
            });
            try (Connection other = nodes.node(3).connect()) {
                String active = "select count(*) from pg_stat_activity where state = 'active' and pid >> 24 = 2";
                while (!TestNode.value(other, active).equals("1")) Thread.onSpinWait();
            }
            statement.cancel();
            assertThat(state.get(90, TimeUnit.SECONDS)).isEqualTo("57014");
            assertThat(TestNode.value(connection, "select 1")).isEqualTo("1");
        }
    }

    /** Its node is cut off, or most of the cluster is gone: connections may look alive for long. */
    @Test
    void nobodyWaitsForTheAnswerOfALeaderThatIsNotHeardOf() throws Exception {
        try (Connection connection = follower.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1");
            CompletableFuture<String> state = CompletableFuture.supplyAsync(() -> {
                try {
                    statement.execute("select pg_sleep(50)");
                    return "answered";
                } catch (SQLException lost) {
                    return lost.getSQLState();
                }
            });
            try (Connection other = nodes.node(3).connect()) {
                String active = "select count(*) from pg_stat_activity where state = 'active' and pid >> 24 = 2";
                while (!TestNode.value(other, active).equals("1")) Thread.onSpinWait();
            }
            follower.deaf(true);
            await(() -> nodes.node(1).wire.sessionsCarried() == 0);
            follower.deaf(false);
            assertThat(state.get(90, TimeUnit.SECONDS)).isEqualTo("40001");
        }
    }

    @Test
    void noticesAndNotificationsComeThrough() throws Exception {
        try (Connection connection = follower.connect(); Connection other = nodes.node(3).connect()) {
            TestNode.run(connection, "listen news");
            try (Statement statement = connection.createStatement()) {
                statement.execute("do $$ begin raise notice 'hear me'; end $$");
                assertThat(statement.getWarnings().getMessage()).isEqualTo("hear me");
            }
            TestNode.run(other, "notify news, 'today'");
            var heard = connection.unwrap(PGConnection.class).getNotifications(10_000);
            assertThat(heard).hasSize(1);
            assertThat(heard[0].getParameter()).isEqualTo("today");
        }
    }

    @ParameterizedTest
    @CsvSource({"primary, 1", "read-write, 1", "standby, 2", "prefer-standby, 2", "any, 2"})
    void libpqFindsTheNodeItWants(String target, int node, @TempDir Path folder) throws Exception {
        assumeTrue(ClientProgram.find("psql") != null, "psql is not on this machine");
        String where = "host=127.0.0.1,127.0.0.1 port=" + follower.port() + "," + nodes.node(1).port() + " dbname=postgres target_session_attrs=" + target;
        ClientProgram psql = new ClientProgram("127.0.0.1", follower.port(), folder);
        assertThat(psql.ok("psql", "-X", "-A", "-t", "-d", where, "-c", "select pg_backend_pid() >> 24").strip()).isEqualTo(Integer.toString(node));
    }

    @Test
    void driversSeeAStandby() throws SQLException {
        List<String> seen = new ArrayList<>();
        for (String target : List.of("primary", "secondary", "any")) {
            String url = "jdbc:postgresql://127.0.0.1:" + follower.port() + ",127.0.0.1:" + nodes.node(1).port() + "/postgres?user=postgres&targetServerType=" + target;
            try (Connection connection = java.sql.DriverManager.getConnection(url)) {
                seen.add(target + " " + (Integer.parseInt(TestNode.value(connection, "select pg_backend_pid()")) >>> 24) + " "
                        + TestNode.value(connection, "show in_hot_standby") + " " + TestNode.value(connection, "select current_setting('transaction_read_only') || ' ' || pg_is_in_recovery()"));
            }
        }
        assertThat(seen).containsExactly("primary 1 off off false", "secondary 2 on off false", "any 2 on off false");
    }
}
