package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two sessions change one definition at once: the later one waits, then changes what the earlier one left. */
@ExtendWith(TestNode.class)
class ConcurrentDefinitionsTest {
    private Connection first;
    private Connection second;
    private String schema;

    @BeforeEach
    void open() throws SQLException {
        schema = TestNode.newSchema();
        first = connect();
        second = connect();
        TestNode.run(first, "create table t (a int, b text)");
        TestNode.run(first, "insert into t values (1, 'x')");
    }

    @AfterEach
    void close() throws SQLException {
        first.close();
        second.close();
    }

    private Connection connect() throws SQLException {
        return TestNode.connect("currentSchema", schema);
    }

    /** Runs one statement in an open transaction, starts the other, which must wait, and commits. */
    private void bothAtOnce(String one, String other) throws Exception {
        first.setAutoCommit(false);
        TestNode.run(first, one);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
            try {
                TestNode.run(second, other);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        await(second);
        first.commit();
        waiting.get(90, TimeUnit.SECONDS);
        first.setAutoCommit(true);
    }

    /** Until the session waits for a lock. */
    private void await(Connection waiting) throws Exception {
        int process = waiting.unwrap(org.postgresql.PGConnection.class).getBackendPID();
        try (Connection watcher = connect(); Statement statement = watcher.createStatement()) {
            while (true) {
                try (ResultSet rows = statement.executeQuery("select wait_event_type from pg_stat_activity where pid = " + process)) {
                    if (rows.next() && "Lock".equals(rows.getString(1))) return;
                }
            }
        }
    }

    private List<String> list(String sql) throws SQLException {
        return TestNode.values(first, sql);
    }

    private List<String> columns() throws SQLException {
        return list("select attname from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum");
    }

    @Test
    @Timeout(90)
    void columnsOfBothAreThere() throws Exception {
        bothAtOnce("alter table t add c int default 5", "alter table t add d int default 6");
        assertThat(columns()).containsExactly("a", "b", "c", "d");
        assertThat(list("select c + d from t")).containsExactly("11");
    }

    @Test
    @Timeout(90)
    void expressionIndexesOfBothWork() throws Exception {
        bothAtOnce("create index on t (lower(b))", "create index on t ((a + 1)) where a > 0");
        TestNode.run(first, "insert into t values (2, 'y')");
        assertThat(list("select pg_get_indexdef(indexrelid) from pg_index where indrelid = 't'::regclass order by 1")).containsExactly(
                "CREATE INDEX t_expr_idx ON " + schema + ".t USING btree (((a + 1))) WHERE (a > 0)",
                "CREATE INDEX t_lower_idx ON " + schema + ".t USING btree (lower(b))");
    }

    @Test
    @Timeout(90)
    void privilegesOfBothAreGiven() throws Exception {
        bothAtOnce("grant select on t to public", "grant insert on t to public");
        assertThat(list("select relacl::text from pg_class where oid = 't'::regclass")).containsExactly("{postgres=arwdDxt/postgres,=ar/postgres}");
    }

    @Test
    @Timeout(90)
    void aChangeOfATableWaitsForAGrant() throws Exception {
        bothAtOnce("grant select on t to public", "alter table t add primary key (a)");
        bothAtOnce("grant insert on t to public", "truncate t");
        assertThat(list("select relacl::text || relhasindex from pg_class where oid = 't'::regclass")).containsExactly("{postgres=arwdDxt/postgres,=ar/postgres}true");
    }

    @Test
    @Timeout(90)
    void aTableThatWasDroppedMeanwhileIsGone() throws Exception {
        first.setAutoCommit(false);
        TestNode.run(first, "drop table t");
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                TestNode.run(second, "alter table t add c int");
                return "done";
            } catch (SQLException e) {
                return e.getSQLState();
            }
        });
        await(second);
        first.commit();
        assertThat(waiting.get(90, TimeUnit.SECONDS)).isEqualTo("42P01");
    }
}
