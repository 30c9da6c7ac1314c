package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** Sessions when the leader changes, or is lost: clients of the old leader, of the new one, and of a node that is neither. */
@Timeout(180)
class MovedSessionsTest {
    private static CarryingNodes nodes;

    @BeforeAll
    static void start() throws Exception {
        nodes = new CarryingNodes();
        try (Connection connection = nodes.node(1).connect()) {
            TestNode.run(connection, "create schema moved", "create table moved.t (id serial primary key, v int)", "insert into moved.t (v) select g from generate_series(1, 100) g",
                    "create role mover");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    @BeforeEach
    void oneLeads() throws SQLException {
        nodes.lead(1);
        awaitSleeping(0); // who was cut off before ends a little later
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) throw new AssertionError("interrupted while waiting");
            Thread.onSpinWait();
        }
    }

    private static void fails(String state, String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PSQLException.class, error -> {
            assertThat(error.getSQLState()).isEqualTo(state);
            assertThat(error.getMessage()).contains(message);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aSessionAtRestMovesWithAllItHas(int home) throws SQLException {
        try (Connection connection = nodes.node(home).connect("prepareThreshold", "1");
                PreparedStatement prepared = connection.prepareStatement("select v, current_setting('my.setting') from t where id = ?")) {
            String pid = TestNode.value(connection, "select pg_backend_pid()");
            TestNode.run(connection, "set search_path = moved", "set timezone = 'Asia/Tokyo'", "set my.setting = 'mine'",
                    "prepare by_value (int) as select id from t where v = $1", "select nextval('t_id_seq')", "begin", "set my.setting = 'lost'",
                    "rollback");
            String last = TestNode.value(connection, "select lastval()");
            grantAndBecome(connection);
            for (int leader : new int[] {2, 3, 1, 3, 2, 1}) {
                nodes.lead(leader);
                prepared.setInt(1, 7);
                try (ResultSet row = prepared.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1) + row.getString(2)).isEqualTo("7mine");
                }
                assertThat(TestNode.value(connection, "select pg_backend_pid()")).isEqualTo(pid);
                assertThat(TestNode.value(connection, "show timezone")).isEqualTo("Asia/Tokyo");
                assertThat(TestNode.value(connection, "execute by_value (42)")).isEqualTo("42");
                assertThat(TestNode.value(connection, "select lastval()")).isEqualTo(last);
                assertThat(TestNode.value(connection, "select current_user || session_user")).isEqualTo("moverpostgres");
                assertThat(TestNode.value(connection, "show in_hot_standby")).isEqualTo(home == leader ? "off" : "on");
                assertThat(TestNode.value(connection, "select count(*) from pg_stat_activity where pid = " + pid)).isEqualTo("1");
            }
        }
    }

    private static void grantAndBecome(Connection connection) throws SQLException {
        TestNode.run(connection, "grant usage on schema moved to mover", "grant select on moved.t to mover", "grant all on sequence moved.t_id_seq to mover",
                "set role mover");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "select pg_advisory_lock(7) | session-level advisory locks",
        "create temporary table mine (id int) | temporary objects",
        "listen news | channels that it listens to",
        "begin; declare c cursor with hold for select 1; commit | a cursor WITH HOLD"
    })
    void whatIsOnOneNodeAloneEndsTheSession(String holds, String named) throws SQLException {
        for (int home = 1; home <= 2; home++) {
            nodes.lead(1);
            try (Connection connection = nodes.node(home).connect()) {
                TestNode.run(connection, holds);
                nodes.lead(3);
                fails("57P01", "it holds " + named, () -> TestNode.run(connection, "select 1"));
            }
        }
    }

    @Test
    void whatWasGivenBackNoLongerHolds() throws SQLException {
        try (Connection connection = nodes.node(2).connect()) {
            TestNode.run(connection, "select pg_advisory_lock(7)", "select pg_advisory_unlock(7)", "create temporary table mine (id int)", "drop table mine",
                    "listen news", "unlisten news");
            nodes.lead(3);
            assertThat(TestNode.value(connection, "select 1")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aTransactionFailsOnceAndItsSessionGoesOn(int home) throws SQLException {
        try (Connection connection = nodes.node(home).connect()) {
            TestNode.run(connection, "set search_path = moved");
            connection.setAutoCommit(false);
            TestNode.run(connection, "savepoint a", "update t set v = -1 where id = 1");
            nodes.lead(3);
            fails("40001", "the node that ran this transaction no longer leads", () -> TestNode.run(connection, "select 1"));
            fails("25P02", "current transaction is aborted", () -> TestNode.run(connection, "select 1"));
            connection.rollback();
            assertThat(TestNode.value(connection, "select v from t where id = 1")).isEqualTo("1");
            connection.rollback();
            assertThat(TestNode.value(connection, "show search_path")).isEqualTo("moved");
            nodes.lead(2);
            fails("40001", "no longer leads", connection::commit);
            assertThat(TestNode.value(connection, "select count(*) from t where v = -1")).isEqualTo("0");
            nodes.lead(1);
            connection.rollback();
            assertThat(TestNode.value(connection, "select 5")).isEqualTo("5");
        }
    }

    @Test
    void aBrokenConnectionIsNoticedByNobodyAtRest() throws SQLException {
        try (Connection connection = nodes.node(2).connect()) {
            TestNode.run(connection, "set search_path = moved");
            for (int i = 0; i < 5; i++) {
                nodes.node(1).cut();
                await(() -> nodes.node(1).carriedHere() == 1);
                assertThat(TestNode.value(connection, "select v from t where id = 3")).isEqualTo("3");
            }
        }
    }

    @Test
    void aBrokenConnectionFailsTheTransaction() throws SQLException {
        try (Connection connection = nodes.node(2).connect()) {
            connection.setAutoCommit(false);
            TestNode.run(connection, "update moved.t set v = -1 where id = 1");
            nodes.node(1).cut();
            await(() -> nodes.node(1).carriedHere() == 1);
            fails("40001", "no longer leads", () -> TestNode.run(connection, "select 1"));
            connection.rollback();
            assertThat(TestNode.value(connection, "select v from moved.t where id = 1")).isEqualTo("1");
            connection.commit();
        }
    }

    @Test
    void aStatementThatWasRunningInABlockFailsWithTheBlock() throws Exception {
        try (Connection connection = nodes.node(2).connect(); Connection simple = nodes.node(2).connect("preferQueryMode", "simple")) {
            for (Connection each : List.of(connection, simple)) {
                each.setAutoCommit(false);
                TestNode.run(each, "update moved.t set v = -1 where id = 1");
                CompletableFuture<String> state = stateOf(each, "select pg_sleep(30)");
                awaitSleeping(1);
                nodes.node(1).cut();
                assertThat(state.get(90, TimeUnit.SECONDS)).isEqualTo("40001");
                each.rollback();
                assertThat(TestNode.value(each, "select v from moved.t where id = 1")).isEqualTo("1");
                each.commit();
            }
        }
    }

    @Test
    void aBatchThatHasBeenAnsweredInPartFailsWhereItStands() throws Exception {
        var address = new java.net.InetSocketAddress("127.0.0.1", nodes.node(2).port());
        try (TranscriptClient client = new TranscriptClient(address, java.util.Map.of("user", "postgres", "database", "postgres"))) {
            send(client, "Query begin");
            assertThat(read(client, 2)).containsExactly("CommandComplete BEGIN", "ReadyForQuery T");
            send(client, "Parse - - select 1", "Bind - - -", "Execute - 0", "Flush");
            assertThat(read(client, 4)).containsExactly("ParseComplete", "BindComplete", "DataRow 1", "CommandComplete SELECT 1");
            nodes.node(1).cut();
            assertThat(read(client, 1).getFirst()).contains("40001");
            send(client, "Parse - - select 2", "Sync", "Query select 3");
            assertThat(read(client, 1)).containsExactly("ReadyForQuery E");
            assertThat(read(client, 2).getFirst()).contains("25P02");
            send(client, "Query rollback", "Query select 4");
            assertThat(read(client, 2)).containsExactly("CommandComplete ROLLBACK", "ReadyForQuery I");
            assertThat(read(client, 3)).contains("DataRow 4");
        }
    }

    private static void send(TranscriptClient client, String... lines) throws java.io.IOException {
        for (String line : lines) client.send(TranscriptClient.encode(line));
    }

    /** So many messages that answer something. */
    private static List<String> read(TranscriptClient client, int count) throws java.io.IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < count) {
            String line = client.read(30_000);
            if (!line.startsWith("ParameterStatus") && !line.startsWith("RowDescription")) lines.add(line);
        }
        return lines;
    }

    @Test
    void whatMayHaveCommittedIsInDoubt() throws Exception {
        try (Connection connection = nodes.node(2).connect()) {
            CompletableFuture<String> state = stateOf(connection, "select pg_sleep(30)");
            awaitSleeping(1);
            nodes.node(1).cut();
            assertThat(state.get(90, TimeUnit.SECONDS)).isEqualTo("08007");
            assertThat(connection.isClosed()).isTrue();
        }
        awaitSleeping(0);
        try (Connection connection = nodes.node(2).connect("preferQueryMode", "simple"); Statement statement = connection.createStatement()) {
            statement.execute("begin");
            CompletableFuture<String> state = stateOf(connection, "select pg_sleep(30); commit");
            awaitSleeping(1);
            nodes.node(1).cut();
            assertThat(state.get(90, TimeUnit.SECONDS)).isEqualTo("08007");
        }
    }

    @Test
    void aDeposedLeaderThatDoesNotEndIsLeft() throws Exception {
        try (Connection connection = nodes.node(2).connect()) {
            connection.setAutoCommit(false);
            TestNode.run(connection, "update moved.t set v = -1 where id = 1");
            CompletableFuture<String> state = stateOf(connection, "select pg_sleep(30)");
            awaitSleeping(1);
            nodes.lead(3);
            assertThat(state.get(90, TimeUnit.SECONDS)).isEqualTo("40001");
            connection.rollback();
            assertThat(TestNode.value(connection, "select v from moved.t where id = 1")).isEqualTo("1");
        }
    }

    private static CompletableFuture<String> stateOf(Connection connection, String sql) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                TestNode.run(connection, sql);
                return "none";
            } catch (SQLException failed) {
                return failed.getSQLState();
            }
        });
    }

    private static void awaitSleeping(int count) throws SQLException {
        String running = "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'";
        try (Connection other = nodes.node(1).connect()) {
            while (!TestNode.value(other, running).equals(Integer.toString(count))) Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 6, 9, 100, 5_000, 300_000})
    void aConnectionThatBreaksInsideAnAnswerEndsTheClientsToo(int after) throws Exception {
        try (Connection connection = nodes.node(2).connect(); Statement statement = connection.createStatement()) {
            nodes.node(1).cutAfter(after);
            assertThatThrownBy(() -> statement.executeQuery("select g, repeat('x', 100) from generate_series(1, 10000) g"))
                    .isInstanceOfSatisfying(SQLException.class, error -> assertThat(error.getSQLState()).startsWith("08"));
        }
        await(() -> nodes.node(2).wire.sessionsOpen() == 0);
        try (Connection connection = nodes.node(2).connect()) {
            assertThat(TestNode.value(connection, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void withoutALeaderClientsWait() throws Exception {
        try (Connection connection = nodes.node(2).connect()) {
            nodes.lead(0);
            nodes.node(1).cut();
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try (Connection late = nodes.node(3).connect()) {
                    return TestNode.value(connection, "select 1") + TestNode.value(late, "select 2");
                } catch (SQLException failed) {
                    return failed.getSQLState();
                }
            });
            await(() -> nodes.node(3).wire.sessionsOpen() == 1);
            assertThat(answer.isDone()).isFalse();
            nodes.lead(3);
            assertThat(answer.get(90, TimeUnit.SECONDS)).isEqualTo("12");
        }
    }

    @Test
    void copiesInBatchesDoNotConfuseTheRelay() throws Exception {
        try (Connection connection = nodes.node(2).connect()) {
            TestNode.run(connection, "create table moved.copied (id int)");
            var copy = connection.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
            copy.copyIn("copy moved.copied from stdin", new java.io.StringReader("1\n2\n"));
            assertThatThrownBy(() -> copy.copyIn("copy moved.copied from stdin", new java.io.StringReader("1\nx\n")));
            nodes.lead(3);
            assertThat(TestNode.value(connection, "select count(*) from moved.copied")).isEqualTo("2");
        }
    }

    @Test
    void manySessionsMoveAtOnce() throws Exception {
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 201; i++) {
                Connection connection = nodes.node(1 + i % 3).connect();
                connections.add(connection);
                TestNode.run(connection, "set my.number = " + i);
            }
            for (int leader : new int[] {3, 1, 2}) {
                nodes.lead(leader);
                for (int i = 0; i < connections.size(); i++) {
                    assertThat(TestNode.value(connections.get(i), "show my.number")).isEqualTo(Integer.toString(i));
                }
                await(() -> nodes.node(leader).wire.sessionsCarried() == 134);
            }
        } finally {
            for (Connection connection : connections) connection.close();
        }
        await(() -> nodes.node(2).wire.sessionsCarried() == 0);
    }
}
