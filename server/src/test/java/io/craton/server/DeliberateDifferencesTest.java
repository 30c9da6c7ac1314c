package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every line of docs/compatibility.md's table of deliberate differences: what it says is so. */
@ExtendWith(TestNode.class)
class DeliberateDifferencesTest {
    private Connection connection;
    private Connection other;

    @BeforeEach
    void connect() throws SQLException {
        String schema = TestNode.newSchema();
        connection = TestNode.connect("currentSchema", schema);
        other = TestNode.connect("currentSchema", schema);
    }

    @AfterEach
    void disconnect() throws SQLException {
        other.close();
        connection.close();
    }

    private void run(String... statements) throws SQLException {
        TestNode.run(connection, statements);
    }

    private List<String> rows(String sql) throws SQLException {
        return TestNode.values(connection, sql);
    }

    private static String state(Connection session, String sql) {
        return catchThrowableOfType(SQLException.class, () -> TestNode.run(session, sql)).getSQLState();
    }

    @Test
    void pageNamesItsTests() throws IOException {
        Path page = Path.of("docs/compatibility.md");
        if (!Files.exists(page)) page = Path.of("..").resolve(page);
        List<String> named = Files.readAllLines(page).stream().map(Pattern.compile("`DeliberateDifferencesTest#(\\w+)`")::matcher).filter(Matcher::find)
                .map(line -> line.group(1)).toList();
        assertThat(named).containsAll(Stream.of(DeliberateDifferencesTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class) && !method.getName().equals("pageNamesItsTests")).map(Method::getName).toList());
    }

    @Test
    void passwordsAreScramOnly() {
        assertThat(state(connection, "create role weak password 'md5d41d8cd98f00b204e9800998ecf8427e'")).isEqualTo("0A000");
        assertThat(state(connection, "set password_encryption = md5")).isEqualTo("0A000");
    }

    @Test
    void copyLeavesTheServersFilesAlone() {
        assertThat(state(connection, "copy (select 1) to '/tmp/never-written'")).isEqualTo("0A000");
        assertThat(state(connection, "copy (select 1) to program 'cat'")).isEqualTo("0A000");
    }

    @Test
    void textIsUtf8() throws SQLException {
        assertThat(state(connection, "set client_encoding = 'latin1'")).isEqualTo("0A000");
        run("set client_encoding = 'UTF8'");
    }

    @Test
    void rowsLieByTheirKey() throws SQLException {
        run("create table t (id int primary key, n int)", "insert into t values (3, 1), (1, 2), (2, 3)", "vacuum full t", "cluster t using t_pkey");
        assertThat(rows("select id from t")).containsExactly("1", "2", "3");
        assertThat(rows("update t set n = 0 returning id")).containsExactly("1", "2", "3");
    }

    @Test
    void serializableNeedsNoCycleToAbort() throws SQLException {
        run("create table t (id int primary key, n int)", "insert into t values (1, 1)");
        for (Connection session : List.of(connection, other)) {
            session.setAutoCommit(false);
            session.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        }
        assertThat(rows("select n from t where id = 1")).containsExactly("1");
        TestNode.run(other, "update t set n = 2 where id = 1");
        other.commit();
        // In the serial order of PostgreSQL this transaction comes first; in the order of commits it comes second.
        assertThat(catchThrowableOfType(SQLException.class, () -> {
            run("insert into t values (2, 2)");
            connection.commit();
        }).getSQLState()).isEqualTo("40001");
        connection.rollback();
    }

    @Test
    void temporaryTablesAreTheSessionsOwn() throws SQLException {
        run("create temporary table mine (id int)");
        assertThat(rows("select count(*) from pg_class where relname = 'mine'")).containsExactly("1");
        assertThat(TestNode.values(other, "select count(*) from pg_class where relname = 'mine'")).containsExactly("0");
    }

    @Test
    void rowsAreComputedTogether() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("declare c cursor for select 10 / (5 - i) from generate_series(1, 9) i");
            assertThat(catchThrowableOfType(SQLException.class, () -> {
                try (ResultSet first = statement.executeQuery("fetch 1 from c")) {
                    first.next();
                }
            }).getSQLState()).isEqualTo("22012");
        }
        connection.rollback();
    }

    @Test
    void definitionsChangedBehindASnapshotAbort() throws SQLException {
        run("create table t (id int primary key)", "create table u (id int)");
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        assertThat(rows("select count(*) from u")).containsExactly("0");
        TestNode.run(other, "alter table t add column n int default 5");
        assertThat(state(connection, "select * from t")).isEqualTo("40001");
        connection.rollback();
    }

    @Test
    void xminIsAPosition() throws SQLException {
        run("create table t (id int primary key)", "insert into t values (1)", "insert into t values (2)");
        List<String> positions = rows("select xmin from t order by id");
        assertThat(Long.parseLong(positions.get(1))).isGreaterThan(Long.parseLong(positions.get(0)));
        assertThat(rows("select age(xmin) >= 0 from pg_class where relname = 't' limit 1")).containsExactly("t");
    }

    @Test
    void catalogsHaveNoLocksOfTheirRows() throws SQLException {
        run("create table t (id int)");
        connection.setAutoCommit(false);
        run("alter table t add column n int");
        assertThat(rows("select count(*) from pg_locks where locktype = 'object'")).containsExactly("0");
        connection.rollback();
    }

    @Test
    void systemViewsAreTables() throws SQLException {
        assertThat(rows("select count(*) from pg_rewrite where ev_class = 'pg_views'::regclass")).containsExactly("0");
        assertThat(rows("select coalesce(pg_get_viewdef('pg_views'::regclass), '') = ''")).containsExactly("t");
        assertThat(rows("select count(*) from pg_class where relkind = 't'")).containsExactly("0");
    }

    @Test
    void foreignKeysHaveNoTriggers() throws SQLException {
        run("create table p (id int primary key)", "create table c (id int references p)");
        assertThat(rows("select count(*) from pg_trigger where tgrelid in ('p'::regclass, 'c'::regclass)")).containsExactly("0");
    }

    @Test
    void rowCountsNeedNoAnalyze() throws SQLException {
        run("create table t (id int primary key)", "insert into t select generate_series(1, 7)");
        assertThat(rows("select reltuples from pg_class where oid = 't'::regclass")).containsExactly("7");
    }

    @Test
    void explainCountsRowsOnly() throws SQLException {
        run("create table t (id int primary key)", "insert into t select generate_series(1, 7)");
        assertThat(rows("explain (analyze, buffers) select * from t where id % 2 = 0")).anyMatch(line -> line.contains("Scan on t"))
                .noneMatch(line -> line.contains("Buffers:") || line.contains("Rows Removed"));
    }

    @Test
    void expressionsHaveAGreatestDepth() {
        assertThat(state(connection, "select " + "(".repeat(1500) + "1" + ")".repeat(1500).replace(")", " + 1)"))).isEqualTo("54001");
    }
}
