package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client whose connection breaks while it has something running: the statement stops, its transaction is undone, its locks and its place are free again. */
@ExtendWith(TestNode.class)
@Timeout(90)
class VanishedClientTest {
    private String schema;
    private String application;
    private Connection observer;
    private TranscriptClient client;

    @BeforeEach
    void open() throws SQLException, IOException {
        schema = TestNode.newSchema();
        application = "vanishing_" + schema;
        observer = TestNode.connect("currentSchema", schema);
        TestNode.run(observer, "create table t (id int primary key, v int)", "insert into t select g, 0 from generate_series(1, 1000) g");
        Map<String, String> parameters = new LinkedHashMap<>(Map.of("user", "postgres", "database", "postgres", "application_name", application));
        parameters.put("search_path", schema);
        client = new TranscriptClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), TestNode.port()), parameters);
    }

    @AfterEach
    void close() throws SQLException, IOException {
        client.close();
        observer.close();
    }

    private void send(String... lines) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String line : lines) block.writeBytes(TranscriptClient.encode(line));
        client.send(block.toByteArray());
    }

    private void await(String condition) throws SQLException {
        while (!TestNode.value(observer, "select " + condition).equals("t")) {
            if (Thread.interrupted()) throw new AssertionError("never true: " + condition);
        }
    }

    private void awaitActive() throws SQLException {
        await("exists (select from pg_stat_activity where application_name = '" + application + "' and state = 'active')");
    }

    private void awaitGone() throws SQLException {
        await("not exists (select from pg_stat_activity where application_name = '" + application + "')");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "select pg_sleep(1000)",
        "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b",
        "select sum(a.v) from t a, t b, t c, t d where a.v + b.v + c.v + d.v > 1",
        "select count(*) from t where (select count(*) from generate_series(1, 100000000) g where g > t.id) > 0",
        "insert into t select g from generate_series(2000, 2000000000) g",
        "select * from generate_series(1, 1000000000)",
        "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r"})
    void stops(String statement) throws Exception {
        send("Query begin; update t set v = 1 where id = 1; savepoint s", "Query " + statement);
        awaitActive();
        client.close();
        TestNode.run(observer, "update t set v = 2 where id = 1");
        awaitGone();
        assertThat(TestNode.value(observer, "select count(*) from t")).isEqualTo("1000");
    }

    @Test
    void whatItHadNotBegunIsNotDone() throws Exception {
        send("Query select pg_sleep(1000)", "Query insert into t values (5000, 1)", "Parse - - insert into t values (5001, 1)", "Bind - - -", "Execute - 0",
                "Sync", "Query select pg_sleep(1000)");
        awaitActive();
        client.close();
        awaitGone();
        assertThat(TestNode.value(observer, "select count(*) from t where id > 1000")).isEqualTo("0");
    }

    @Test
    void withAPipelineBehindIt() throws Exception {
        String[] pipeline = new String[21];
        pipeline[0] = "Query select pg_sleep(1000)";
        java.util.Arrays.fill(pipeline, 1, 21, "Query select '" + "x".repeat(10_000) + "', pg_sleep(1000)");
        send(pipeline);
        awaitActive();
        client.close();
        awaitGone();
    }

    @Test
    void aWaitForALockEnds() throws Exception {
        observer.setAutoCommit(false);
        TestNode.run(observer, "update t set v = 1 where id = 1");
        send("Query begin; update t set v = 2 where id = 2; update t set v = 2 where id = 1");
        awaitActive();
        client.close();
        awaitGone();
        TestNode.run(observer, "update t set v = 1 where id = 2");
        observer.commit();
        assertThat(TestNode.value(observer, "select count(*) from t where v = 1")).isEqualTo("2");
    }

    @Test
    void copyInIsUndone() throws Exception {
        send("Query copy t from stdin (delimiter ',')", "CopyData 7000,1\\n");
        awaitActive();
        client.close();
        awaitGone();
        assertThat(TestNode.value(observer, "select count(*) from t")).isEqualTo("1000");
    }

    @Test
    void whatBelongedToTheSessionIsGone() throws Exception {
        send("Query select pg_advisory_lock(4711); create temp table mine (a int); listen vanished; begin; lock table t");
        await("exists (select from pg_stat_activity where application_name = '" + application + "' and state = 'idle in transaction')");
        client.close();
        awaitGone();
        assertThat(TestNode.value(observer, "select pg_try_advisory_lock(4711)")).isEqualTo("t");
        TestNode.run(observer, "update t set v = 3 where id = 3");
    }
}
