package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tables whose rows are written again while others write: in the end they have every change, nobody waits meanwhile, and what cannot be done leaves the table as it was. */
@ExtendWith(TestNode.class)
@Timeout(400)
class OnlineRewriteTest {
    /** As many at once as there are. */
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
    private String schema;

    @BeforeEach
    void open() throws SQLException {
        schema = TestNode.newSchema();
    }

    private Connection connect() throws SQLException {
        return TestNode.connect("currentSchema", schema);
    }

    private CompletableFuture<Void> running(Connection session, String sql) {
        return CompletableFuture.runAsync(() -> {
            try {
                TestNode.run(session, sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }, THREADS);
    }

    private static void awaitStatement(Connection observer, String like) throws SQLException {
        await(observer, "select 1 from pg_stat_activity where state = 'active' and query like '" + like + "%' and pid <> pg_backend_pid()", true);
    }

    /** Until the query finds something, or nothing. */
    private static void await(Connection observer, String query, boolean something) throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (TestNode.values(observer, query).isEmpty() == something) assertThat(System.nanoTime()).as(query).isLessThan(end);
    }

    /** Returns when the change of a table has tried to lock it, in vain, at least once since this was called: it had then taken over all that was committed before. */
    private static void awaitRound(Connection observer, String table) throws SQLException {
        for (boolean waits : new boolean[] {true, false, true}) awaitAttempt(observer, table, waits);
    }

    private static void awaitAttempt(Connection observer, String table, boolean waits) throws SQLException {
        await(observer, "select 1 from pg_locks where relation = '" + table + "'::regclass and mode = 'AccessExclusiveLock' and not granted", waits);
    }

    /** Every writer changes a table and its twin alike, in one transaction; the twin is never altered. */
    @Test
    void rewrittenAmongWritersTheyHaveEveryChange() throws Exception {
        long seed = System.nanoTime();
        try (Connection session = connect()) {
            for (String table : List.of("keyed", "keyless")) {
                for (String name : List.of(table, table + "_twin")) {
                    TestNode.run(session, "create table " + name + " (id int " + (table.equals("keyed") ? "primary key" : "") + ", a int, b int, c text)");
                    TestNode.run(session, "insert into " + name + " select g, g % 97, g, 'c' || g from generate_series(1, 20000) g");
                }
                TestNode.run(session, "alter table " + table + " add unique (b)");
            }
            AtomicBoolean stop = new AtomicBoolean();
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            AtomicInteger committed = new AtomicInteger();
            for (int i = 0; i < 4; i++) {
                int number = i;
                writers.add(CompletableFuture.runAsync(() -> write(new Random(seed + number), number, number % 2 == 0 ? "keyed" : "keyless", stop, committed), THREADS));
            }
            List<String> changes = List.of("alter table keyed alter a type bigint", "alter table keyed alter id type bigint", "alter table keyless alter a type numeric using a::numeric",
                    "alter table keyed add r uuid not null default gen_random_uuid()", "alter table keyless add twice bigint generated always as (b * 2) stored",
                    "alter table keyless add n serial", "create index concurrently keyed_upper on keyed (upper(c)) where a > 3", "alter table keyless add primary key (id)",
                    "alter table keyed alter c type varchar(400)", "alter table keyless alter id type numeric(20)");
            try {
                for (String change : changes) TestNode.run(session, change);
            } finally {
                stop.set(true);
                for (CompletableFuture<Void> writer : writers) writer.get(90, TimeUnit.SECONDS);
            }
            for (String table : List.of("keyed", "keyless")) {
                String rows = "select id::bigint, a::bigint, b, c::text from " + table;
                assertThat(TestNode.values(session, "(" + rows + " except " + rows + "_twin) union all (" + rows + "_twin except " + rows + ")")).as("%s, seed %s", table, seed).isEmpty();
                assertThat(TestNode.values(session, "select count(*) from " + table)).isEqualTo(TestNode.values(session, "select count(*) from " + table + "_twin"));
                assertThat(TestNode.values(session, "select count(*) from " + table + "_twin t where b <> (select b from " + table + " where b = t.b)")).as("%s by its unique index", table).containsExactly("0");
            }
            assertThat(TestNode.values(session, "select count(*) from keyless where twice is distinct from b * 2 or n is null")).containsExactly("0");
            assertThat(TestNode.values(session, "select count(*) - count(distinct n) from keyless")).containsExactly("0");
            assertThat(TestNode.values(session, "select count(*) - count(distinct r) from keyed")).containsExactly("0");
            String found = "select count(*) from keyed where upper(c) = 'C77' and a > 3";
            assertThat(TestNode.values(session, found)).isEqualTo(TestNode.values(session, "select count(*) from keyed where upper(c) || '' = 'C77' and a > 3"));
            assertThat(TestNode.values(session, "select indisvalid from pg_index where indexrelid = 'keyed_upper'::regclass")).containsExactly("t");
            assertThat(TestNode.values(session, "select data_type from information_schema.columns where table_schema = current_schema() and table_name = 'keyed' order by ordinal_position"))
                    .containsExactly("bigint", "bigint", "integer", "character varying", "uuid");
            // of the times before, nothing is lost
            assertThat(TestNode.values(session, "select count(*) from keyed where id > 0 and b < 0")).isEqualTo(TestNode.values(session, "select count(*) from keyed_twin where id > 0 and b < 0"));
        }
    }

    private void write(Random random, int number, String table, AtomicBoolean stop, AtomicInteger committed) {
        try (Connection session = connect(); Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            int next = 1_000_000 * (number + 1);
            while (!stop.get()) {
                // writers of one table keep to rows of their own, so that both tables get the same
                int id = random.nextBoolean() ? (random.nextInt(10_000) << 1) + (number >> 1) + 1 : next - random.nextInt(40);
                int a = random.nextInt(97);
                String change = switch (random.nextInt(6)) {
                    case 0 -> "insert into % (id, a, b, c) values (" + ++next + ", " + a + ", " + next + ", 'c" + next + "')";
                    case 1 -> "delete from % where id = " + id;
                    case 2 -> "update % set id = -id, b = -b where id in (" + id + ", -" + id + ")";
                    default -> "update % set a = " + a + ", c = left(c || 'x', 300) where id = " + id;
                };
                try {
                    statement.execute(change.replace("%", table));
                    statement.execute(change.replace("%", table + "_twin"));
                    if (random.nextInt(10) == 0) {
                        session.rollback();
                    } else {
                        session.commit();
                        committed.incrementAndGet();
                    }
                } catch (SQLException e) {
                    if (!e.getSQLState().equals("40001")) throw e;
                    session.rollback();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nobodyWaitsWhileRowsAreConverted() throws Exception {
        try (Connection session = connect(); Connection writer = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 60) g",
                    "create function slow(int) returns bigint language plpgsql as $$ begin perform pg_advisory_lock_shared(30), pg_advisory_unlock_shared(30); return $1 * 10; end $$");
            TestNode.run(writer, "select pg_advisory_lock(30)");
            CompletableFuture<Void> change = running(session, "alter table t alter a type bigint using slow(a)");
            await(writer, "select 1 from pg_locks where locktype = 'advisory' and objid = 30 and not granted", true);
            TestNode.run(writer, "set lock_timeout = '5s'", "insert into t values (100, 100)", "update t set a = 7 where id = 1", "delete from t where id = 2");
            assertThat(TestNode.values(writer, "select a from t where id in (1, 3, 100) order by id")).containsExactly("7", "3", "100");
            assertThat(change).isNotDone();
            TestNode.run(writer, "select pg_advisory_unlock(30)");
            change.get(90, TimeUnit.SECONDS);
            assertThat(TestNode.values(writer, "select a from t where id in (1, 2, 3, 100) order by id")).containsExactly("70", "30", "1000");
            assertThat(TestNode.values(writer, "select count(*) from t")).containsExactly("60");
        }
    }

    @Test
    void anOpenTransactionKeepsTheChangeWaitingAndNobodyElse() throws Exception {
        try (Connection session = connect(); Connection writer = connect(); Connection other = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into t values (2000, 2000)");
            CompletableFuture<Void> change = running(session, "alter table t add r double precision default random()");
            awaitStatement(other, "alter table t");
            TestNode.run(other, "set lock_timeout = '5s'");
            for (int i = 0; i < 20; i++) TestNode.run(other, "insert into t values (" + (3000 + i) + ", 1)");
            assertThat(change).isNotDone();
            TestNode.run(writer, "update t set a = -1 where id = 5");
            writer.commit();
            change.get(90, TimeUnit.SECONDS);
            assertThat(TestNode.values(other, "select count(*), count(r), count(distinct r) from t")).containsExactly("1021|1021|1021");
            assertThat(TestNode.values(other, "select count(*) from t where r is null")).containsExactly("0");
            assertThat(TestNode.values(other, "select a from t where id = 5")).containsExactly("-1");
        }
    }

    /** A row whose key changes with its type is found in the copy by what it was in the round before, which may have brought it. */
    @Test
    void rowsThatComeAndGoWhileTheChangeWaits() throws Exception {
        try (Connection session = connect(); Connection writer = connect(); Connection other = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "update t set a = -1 where id = 5");
            CompletableFuture<Void> change = running(session, "alter table t alter id type bigint");
            awaitStatement(other, "alter table t");
            TestNode.run(other, "insert into t values (3000, 1), (3001, 2)", "update t set id = 4000 where id = 7");
            awaitRound(other, "t");
            TestNode.run(other, "delete from t where id in (3000, 4000)", "update t set id = 3002 where id = 3001");
            assertThat(change).isNotDone();
            writer.commit();
            change.get(90, TimeUnit.SECONDS);
            assertThat(TestNode.values(other, "select id, a from t where id > 1000 or id in (5, 7)  order by id")).containsExactly("5|-1", "3002|2");
            assertThat(TestNode.values(other, "select count(*) from t")).containsExactly("1000");
        }
    }

    /** Which rows a large transaction has changed is not told one by one: the copy is made again. */
    @Test
    void aTransactionOfManyRowsEndsBesideIt() throws Exception {
        try (Connection session = connect(); Connection loader = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int, pad text)", "insert into t select g, g, 'p' from generate_series(1, 1000) g");
            loader.setAutoCommit(false);
            TestNode.run(loader, "insert into t select g, g, repeat('x', 400) from generate_series(1001, 40000) g", "update t set a = -a where id % 3 = 0");
            CompletableFuture<Void> change = running(session, "alter table t alter a type bigint using a * 2");
            try (Connection other = connect()) {
                awaitStatement(other, "alter table t");
                TestNode.run(other, "insert into t values (100000, 1, '')");
            }
            assertThat(change).isNotDone();
            loader.commit();
            change.get(60, TimeUnit.SECONDS);
            assertThat(TestNode.values(session, "select count(*) from t")).containsExactly("40001");
            assertThat(TestNode.values(session, "select count(*) from t where a <> case when id = 100000 then 2 when id % 3 = 0 then -2 * id else 2 * id end")).containsExactly("0");
        }
    }

    @Test
    void whatCannotBeDoneLeavesTheTable() throws Exception {
        try (Connection session = connect(); Connection writer = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int unique)", "insert into t select g, g from generate_series(1, 1000) g",
                    "create table k (id int)", "insert into k select g from generate_series(1, 1000) g");
            assertThatThrownBy(() -> TestNode.run(session, "alter table t alter a type bigint using a / 2")).hasMessageContaining("could not create unique index \"t_a_key\"")
                    .hasMessageContaining("is duplicated");
            // a row that stands in the way comes while the others are there already
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into k values (null)");
            CompletableFuture<Void> change = running(session, "alter table k add primary key (id)");
            try (Connection observer = connect()) {
                awaitRound(observer, "k");
            }
            writer.commit();
            assertThatThrownBy(() -> change.get(90, TimeUnit.SECONDS)).hasMessageContaining("column \"id\" of relation \"k\" contains null values");
            assertThat(TestNode.values(session, "select count(*) from k")).containsExactly("1001");
            assertThat(TestNode.values(session, "select a from t where a in (500, 501)")).containsExactly("500", "501");
            TestNode.run(session, "delete from k where id is null", "alter table k add primary key (id)", "alter table t alter a type bigint");
            assertThatThrownBy(() -> TestNode.run(session, "insert into k values (7)")).hasMessageContaining("k_pkey");
        }
    }

    /** What is computed from a text goes by the column's collation, the one before or the one behind. */
    @Test
    void expressionsGoByTheColumnsCollation() throws Exception {
        try (Connection session = connect()) {
            TestNode.run(session, "create table t (id int primary key, c text)", "insert into t values (1, 'é'), (2, 'a')", "create index on t (upper(c))", "alter table t alter c type text collate \"C\"");
            assertThat(TestNode.values(session, "select id from t where upper(c) = 'É'")).isEmpty();
            assertThat(TestNode.values(session, "select id from t where upper(c) in ('é', 'A') order by id")).containsExactly("1", "2");
            TestNode.run(session, "alter table t add u text generated always as (upper(c)) stored", "alter table t alter id type bigint", "create index concurrently t_lower on t (lower(upper(c)))");
            assertThat(TestNode.values(session, "select u from t order by id")).containsExactly("é", "A");
            TestNode.run(session, "alter table t alter id type text using id || upper(c)");
            assertThat(TestNode.values(session, "select id from t order by id")).containsExactly("1é", "2A");
            TestNode.run(session, "alter table t drop u", "alter table t alter c type text");
            assertThat(TestNode.values(session, "select id from t where upper(c) in ('É', 'A') order by id")).containsExactly("1é", "2A");
            TestNode.run(session, "alter table t alter c type text collate \"C\"", "alter table t alter c type text using c collate \"C\" || '!'");
            assertThat(TestNode.values(session, "select c from t where upper(c) = 'É!'")).containsExactly("é!");
        }
    }

    /** An index that could not be made is nobody's, wherever the table's rows go. */
    @Test
    void aTableWithAnInvalidIndexIsWrittenAgain() throws Exception {
        try (Connection session = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int, pad text)", "insert into t select g, g / 2, repeat('x', 400) from generate_series(1, 40000) g");
            assertThatThrownBy(() -> TestNode.run(session, "create unique index concurrently t_a on t (a)")).hasMessageContaining("could not create unique index");
            TestNode.run(session, "alter table t alter a type bigint", "update t set a = id");
            assertThat(TestNode.values(session, "select indisvalid from pg_index where indexrelid = 't_a'::regclass")).containsExactly("f");
            TestNode.run(session, "reindex index t_a");
            assertThat(TestNode.values(session, "select id from t where a = 777")).containsExactly("777");
            assertThatThrownBy(() -> TestNode.run(session, "insert into t values (50000, 777)")).hasMessageContaining("t_a");
        }
    }

    /** A wider type needs no row written: the storage stays, and so do the values that a column got when it was added. */
    @Test
    void valuesThatAreTheNewTypesStayWhereTheyAre() throws Exception {
        try (Connection session = connect()) {
            TestNode.run(session, "create table t (id int primary key, a varchar(10), n numeric(6,2))", "create index on t (a)", "create index on t (upper(a))",
                    "insert into t select g, 'v' || g, g + 0.25 from generate_series(1, 4000) g", "alter table t add late varchar(5) default 'old'");
            String from = TestNode.value(session, "select craton_position()");
            String large = "select max(size) > 20000 from craton_log where kind <> 'audit' and position > ";
            TestNode.run(session, "alter table t alter a type varchar(20)", "alter table t alter a type text", "alter table t alter a type varchar", "alter table t alter n type numeric(9,2)",
                    "alter table t alter n type numeric", "alter table t alter late type text", "alter table t alter id type int");
            assertThat(TestNode.values(session, large + from)).as("all rows, in an entry").containsExactly("f");
            TestNode.run(session, "insert into t values (5000, repeat('w', 30), 123456789.5, 'longer than five')");
            assertThat(TestNode.values(session, "select a, n, late from t where a in ('v77', repeat('w', 30)) order by id")).containsExactly("v77|77.25|old", "w".repeat(30) + "|123456789.5|longer than five");
            assertThat(TestNode.values(session, "select id from t where upper(a) = 'V77'")).containsExactly("77");
            TestNode.run(session, "delete from t where id = 5000", "alter table t alter n type numeric(9,1)", "alter table t alter a type varchar(4)  using left(a, 4)");
            assertThat(TestNode.values(session, large + from)).containsExactly("t");
            assertThat(TestNode.values(session, "select a, n, late from t where id = 1000")).containsExactly("v100|1000.3|old");
        }
    }

    @Test
    void aCancelledOneLetsTheNextBegin() throws Exception {
        try (Connection session = connect(); Connection writer = connect(); Statement statement = session.createStatement()) {
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into t values (2000, 2000)");
            CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
                try {
                    statement.execute("alter table t alter a type bigint");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }, THREADS);
            try (Connection observer = connect()) {
                awaitStatement(observer, "alter table t");
                statement.cancel();
                assertThatThrownBy(() -> change.get(90, TimeUnit.SECONDS)).hasMessageContaining("canceling statement due to user request");
                writer.commit();
                TestNode.run(observer, "set lock_timeout = '5s'", "alter table t alter a type bigint");
                assertThat(TestNode.values(observer, "select count(a) from t")).containsExactly("1001");
            }
        }
    }

    /** All attempts together are one wait. */
    @Test
    void theLockTimeoutHolds() throws Exception {
        try (Connection session = connect(); Connection writer = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into t values (2000, 2000)");
            for (String timeout : List.of("20ms", "700ms")) {
                TestNode.run(session, "set lock_timeout = '" + timeout + "'");
                for (String change : List.of("alter table t alter a type bigint", "create index concurrently t_a on t (a)", "drop index concurrently t_a")) {
                    assertThatThrownBy(() -> TestNode.run(session, change)).as("%s within %s", change, timeout).hasMessageContaining("canceling statement due to lock timeout")
                            .extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("55P03");
                }
                writer.commit();
                TestNode.run(session, "drop index t_a");
                TestNode.run(writer, "update t set a = a + 1 where id = 1");
            }
            writer.commit();
            TestNode.run(session, "alter table t alter a type bigint");
            assertThat(TestNode.values(session, "select a from t where id = 1")).containsExactly("3");
        }
    }

    /** Two that wait for one another are told so: the one that has written, and wants to change the definition, and the one that changes it and waits for the writer. */
    @Test
    void aDeadlockIsFound() throws Exception {
        try (Connection session = connect(); Connection writer = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into t values (2000, 2000)");
            CompletableFuture<Void> change = running(session, "alter table t alter a type bigint");
            try (Connection observer = connect()) {
                awaitAttempt(observer, "t", true);
            }
            CompletableFuture<Void> other = running(writer, "alter table t alter a type numeric").thenRun(() -> {
                try {
                    writer.commit();
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            List<Throwable> failures = new ArrayList<>();
            for (CompletableFuture<Void> each : List.of(change, other)) {
                try {
                    each.get(90, TimeUnit.SECONDS);
                } catch (java.util.concurrent.ExecutionException e) {
                    failures.add(e.getCause());
                    if (each == other) writer.rollback();
                }
            }
            assertThat(failures).hasSize(1);
            assertThat(failures.getFirst()).hasMessageContaining("deadlock detected");
        }
    }

    /** Within a transaction, what it has written itself counts, and what comes behind the change goes to where the rows are then. */
    @Test
    void insideATransaction() throws Exception {
        try (Connection session = connect()) {
            TestNode.run(session, "create table k (a int)", "insert into k select g from generate_series(1, 100) g");
            String before = TestNode.value(session, "select craton_position()");
            session.setAutoCommit(false);
            TestNode.run(session, "insert into k values (101)", "delete from k where a = 1", "alter table k alter a type bigint", "insert into k values (102)",
                    "alter table k add twice bigint generated always as (a * 2) stored", "insert into k values (103)", "update k set a = -a where a = 102");
            assertThat(TestNode.values(session, "select count(*) from k where twice = a * 2")).containsExactly("102");
            session.commit();
            session.setAutoCommit(true);
            assertThat(TestNode.values(session, "select sum(a), sum(twice) from k")).containsExactly((5050 - 1 + 101 - 102 + 103) + "|" + 2 * (5050 - 1 + 101 - 102 + 103));
            assertThat(TestNode.values(session, "select count(*) from k for system_time as of position " + before)).containsExactly("100");
            session.setAutoCommit(false);
            TestNode.run(session, "savepoint s", "alter table k alter twice type numeric", "rollback to s");
            session.commit();
            assertThat(TestNode.values(session, "select format_type(atttypid, -1) from pg_attribute where attrelid = 'k'::regclass and attname = 'twice'")).containsExactly("bigint");
        }
    }
}
