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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    /** The SQLSTATE of the error; null where there is none. */
    private static String state(Connection session, String sql) {
        SQLException error = catchThrowableOfType(SQLException.class, () -> TestNode.run(session, sql));
        return error == null ? null : error.getSQLState();
    }

    /** Until the session waits for a lock. */
    private void await(Connection waiting) throws SQLException {
        int process = waiting.unwrap(org.postgresql.PGConnection.class).getBackendPID();
        while (!rows("select wait_event_type from pg_stat_activity where pid = " + process).equals(List.of("Lock"))) Thread.onSpinWait();
    }

    /** Each line has a test, in this class or another, that is there; and this class has none that the page does not know. */
    @Test
    void pageNamesItsTests() throws IOException {
        Path top = Files.exists(Path.of("docs/compatibility.md")) ? Path.of("") : Path.of("..");
        List<String> named = new ArrayList<>();
        Matcher own = Pattern.compile("`DeliberateDifferencesTest#(\\w+)`").matcher(Files.readString(top.resolve("docs/compatibility.md")));
        while (own.find()) named.add(own.group(1));
        for (String line : Files.readAllLines(top.resolve("docs/compatibility.md"))) {
            Matcher test = Pattern.compile("\\| `(\\w+)(?:#(\\w+))?` \\|$").matcher(line);
            if (!line.startsWith("| ") || line.startsWith("| what ") || line.startsWith("| ---")) continue;
            assertThat(test.find()).as(line).isTrue();
            String file = Files.readString(source(top, test.group(1)));
            if (test.group(2) != null) assertThat(file).as(line).contains("void " + test.group(2) + "(");
        }
        assertThat(named).containsAll(Stream.of(DeliberateDifferencesTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class) && !method.getName().equals("pageNamesItsTests")).map(Method::getName).toList());
    }

    private static Path source(Path top, String test) throws IOException {
        for (String module : List.of("server", "sql-engine", "storage", "wire-protocol", "replication", "clients")) {
            Path sources = top.resolve(module).resolve("src/test/java");
            if (!Files.isDirectory(sources)) continue;
            try (Stream<Path> files = Files.walk(sources)) {
                Path found = files.filter(file -> file.getFileName().toString().equals(test + ".java")).findFirst().orElse(null);
                if (found != null) return found;
            }
        }
        throw new AssertionError("there is no " + test);
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
        run("create table t (id int primary key, n int)", "insert into t values (3, 1), (1, 2), (2, 3)", "vacuum full t", "create index by_n on t (n)", "cluster t using by_n");
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
        run("create sequence counted");
        assertThat(rows("select inner_value || ' ' || nextval('counted') from (select nextval('counted') as inner_value from generate_series(1, 3) offset 0) s")).containsExactly("1 4", "2 5", "3 6");
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
    void storedArraysAreReadUnderTheSessionsArrayNulls() throws SQLException {
        run("create view v as select '{a,NULL}'::text[] as names", "set array_nulls = off");
        assertThat(rows("select names[2] is null from v")).containsExactly("f");
        run("set array_nulls = on");
        assertThat(rows("select names[2] is null from v")).containsExactly("t");
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

    /** By a superuser, that is; PostgreSQL refuses everybody else. */
    @Test
    void nobodyWritesSystemCatalogs() {
        for (String statement : List.of("update pg_class set reltuples = 1", "delete from pg_class where false", "insert into pg_am select * from pg_am where false")) {
            assertThat(state(connection, statement)).as(statement).isEqualTo("42501");
        }
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

    @Test
    @Timeout(90)
    void deadlocksAreReportedAtOnce() throws Exception {
        run("create table t (id int primary key, n int)", "insert into t values (1, 1), (2, 2)");
        for (Connection session : List.of(connection, other)) {
            TestNode.run(session, "set deadlock_timeout = '1h'");
            session.setAutoCommit(false);
        }
        try (Connection waiting = TestNode.connect("currentSchema", connection.getSchema())) {
            waiting.setAutoCommit(false);
            TestNode.run(waiting, "update t set n = 5 where id = 1");
            TestNode.run(other, "update t set n = 6 where id = 2");
            CompletableFuture<Void> first = CompletableFuture.runAsync(() -> assertThat(state(waiting, "update t set n = 5 where id = 2")).isNull());
            await(waiting);
            assertThat(state(other, "update t set n = 6 where id = 1")).isEqualTo("40P01");
            other.rollback();
            first.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    @Timeout(90)
    void rowsThatMovedAreGoneForWhoWaited() throws Exception {
        run("create table t (id int primary key, n int)", "insert into t values (1, 1)");
        try (Connection mover = TestNode.connect("currentSchema", connection.getSchema())) {
            mover.setAutoCommit(false);
            TestNode.run(mover, "update t set id = 10 where id = 1");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> assertThat(state(other, "update t set n = 7 where n = 1")).isNull());
            await(other);
            mover.commit();
            waiting.get(60, TimeUnit.SECONDS);
        }
        assertThat(rows("select id || ' ' || n from t")).containsExactly("10 1");
    }

    @Test
    @Timeout(90)
    void keySharesSeeTheNewestRow() throws Exception {
        run("create table t (id int primary key, n int)", "insert into t values (1, 1)");
        try (Connection changer = TestNode.connect("currentSchema", connection.getSchema())) {
            changer.setAutoCommit(false);
            TestNode.run(changer, "do $$ begin perform from t for update; update t set n = 2; end $$");
            CompletableFuture<List<String>> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return TestNode.values(other, "select n from t for key share");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await(other);
            changer.commit();
            assertThat(waiting.get(60, TimeUnit.SECONDS)).containsExactly("2");
        }
    }

    @Test
    void languagesOrderByThePlatformsRules() throws SQLException {
        run("create collation phonebook (provider = icu, locale = 'de-u-co-phonebk')", "create table t (w text collate phonebook)", "insert into t values ('Az'), ('Äz'), ('Af'), ('a b'), ('ab')");
        assertThat(rows("select w from t order by w")).containsExactly("a b", "ab", "Af", "Az", "Äz");
        assertThat(rows("select count(*) from pg_collation where collname = 'tr_TR.utf8'")).containsExactly("1");
        assertThat(rows("select datcollate from pg_database where datname = current_database()")).containsExactly("C.UTF-8");
    }

    @Test
    void uniqueKeysStayUniqueWhenTheirTypeLosesAnAttribute() throws SQLException {
        run("create type pair as (a int, b int)", "create table pairs (p pair unique)", "insert into pairs values (row(1, 1)), (row(1, 2))");
        assertThat(state(connection, "alter type pair drop attribute b")).isEqualTo("23505");
        run("delete from pairs where (p).b = 2", "alter type pair drop attribute b");
        assertThat(state(connection, "insert into pairs values (row(1))")).isEqualTo("23505");
        run("drop table pairs", "drop type pair");
    }

    @Test
    void portalsOfDriversAreNoCursorsToChangeRowsBy() throws SQLException {
        run("create table t (id int primary key)", "insert into t values (1), (2), (3)");
        connection.setAutoCommit(false);
        try (var portal = connection.prepareStatement("select id from t")) {
            portal.setFetchSize(1);
            var rows = portal.executeQuery();
            rows.next();
            String name = rows("select name from pg_cursors").getFirst();
            assertThat(state(connection, "update t set id = 0 where current of \"" + name + "\"")).isEqualTo("24000");
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    @Test
    void whatIsNotThereSaysSo() throws SQLException {
        run("create table t (id int primary key, r int4range)");
        for (String statement : List.of("create operator class o for type int4 using btree as function 1 btint4cmp(int4, int4)", "create operator family o using btree",
                "create statistics s on id, r from t", "create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
                "create text search configuration c (copy = simple)", "create access method m type table handler heap_tableam_handler",
                "create transform for int language sql (from sql with function f(internal))", "create language l", "create publication p",
                "create subscription s connection '' publication p", "create event trigger e on ddl_command_start execute function f()", "create policy p on t",
                "create rule r as on insert to t do nothing", "create foreign data wrapper f", "create server s foreign data wrapper f",
                "create tablespace s location '/nowhere'", "create collation c (provider = icu, locale = 'und', deterministic = false)", "create type y as range (subtype = int)",
                "create type y", "create index on t using gist (r)", "create index on t using gin (r)", "create index on t using spgist (r)",
                "create table p (a int) partition by range (a)", "create table i () inherits (t)", "create table e (r int4range, exclude using gist (r with &&))",
                "alter table t enable row level security", "select * from t tablesample system (10)", "select point(1, 2)",
                "select xmlelement(name a)", "select to_tsvector('a')", "load 'x'",
                "alter system set work_mem = '1MB'", "grant select on pg_class to public", "alter extension plpgsql update",
                "create database d encoding 'LATIN1' locale 'C' template template0", "create extension hstore")) {
            assertThat(state(connection, statement)).as(statement).isEqualTo("0A000");
        }
    }
}
