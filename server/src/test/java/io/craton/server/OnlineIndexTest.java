package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Indexes are made while others write: what they have in the end is what the rows have, nobody waits long, and what cannot be made stays invalid. */
@ExtendWith(TestNode.class)
@Timeout(400)
class OnlineIndexTest {
    private static final String INVALID = "select relname from pg_index join pg_class on pg_class.oid = indexrelid where not indisvalid and relnamespace ="
            + " current_schema()::regnamespace order by 1";
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

    @Test
    void indexesMadeAmongWritersHaveEveryRow() throws Exception {
        long seed = System.nanoTime();
        try (Connection session = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int, b int unique, c text)");
            TestNode.run(session, "insert into t select g, g % 97, g, 'c' || g from generate_series(1, 20000) g");
            AtomicBoolean stop = new AtomicBoolean();
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                writers.add(CompletableFuture.runAsync(() -> write(new Random(seed + number), number, stop), THREADS));
            }
            try {
                TestNode.run(session, "create index concurrently t_a on t (a)");
                TestNode.run(session, "create unique index concurrently t_bc on t (b, c)");
                TestNode.run(session, "reindex table concurrently t");
                TestNode.run(session, "create index concurrently t_c on t (c) include (a)");
                TestNode.run(session, "drop index concurrently t_a");
                TestNode.run(session, "create index concurrently t_a on t (a desc nulls last)");
            } finally {
                stop.set(true);
                for (CompletableFuture<Void> writer : writers) writer.get(60, TimeUnit.SECONDS);
            }
            assertThat(TestNode.values(session, INVALID)).isEmpty();
            assertThat(TestNode.values(session, "explain select id from t where a = 5").toString()).as("seed " + seed).contains("t_a");
            // the same by index, row after row, and by a scan that no index can serve
            for (String column : List.of("a", "b", "c")) {
                String value = column.equals("c") ? "'c' || (g * 13)" : column.equals("b") ? "g * 13" : "g";
                String same = column.equals("c") ? "c || ''" : column + " + 0";
                String points = "select g, (select count(*) from t where " + column + " = " + value + ") from generate_series(0, 97) g order by g";
                String scans = "select g, (select count(*) from t where " + same + " = " + value + ") from generate_series(0, 97) g order by g";
                assertThat(TestNode.values(session, points)).as("column " + column + ", seed " + seed).isEqualTo(TestNode.values(session, scans));
            }
            assertThat(TestNode.values(session, "select count(*) from (select a from t order by a desc nulls last) s"))
                    .isEqualTo(TestNode.values(session, "select count(*) from t"));
        }
    }

    private void write(Random random, int number, AtomicBoolean stop) {
        try (Connection session = connect(); Statement statement = session.createStatement();
                PreparedStatement update = session.prepareStatement("update t set a = ?, c = c || 'x' where id = ?");
                PreparedStatement move = session.prepareStatement("update t set id = -id, b = -b where id = ?");
                PreparedStatement insert = session.prepareStatement("insert into t values (?, ?, ?, ?) on conflict do nothing");
                PreparedStatement delete = session.prepareStatement("delete from t where id = ?")) {
            int next = 1_000_000 * (number + 1);
            for (int round = 0; !stop.get(); round++) {
                int id = random.nextInt(20_000) + 1;
                switch (random.nextInt(8)) {
                    case 0 -> {
                        insert.setInt(1, ++next);
                        insert.setInt(2, random.nextInt(97));
                        insert.setInt(3, next);
                        insert.setString(4, "c" + next);
                        insert.executeUpdate();
                    }
                    case 1 -> {
                        delete.setInt(1, id);
                        delete.executeUpdate();
                    }
                    case 2 -> {
                        move.setInt(1, id);
                        move.executeUpdate();
                    }
                    default -> {
                        update.setInt(1, random.nextInt(97));
                        update.setInt(2, id);
                        update.executeUpdate();
                    }
                }
                if (round % 100 == 99) statement.execute("update t set a = a + 1 where id between " + id + " and " + (id + 200));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTransactionOfManyRowsEndsBesideIt() throws Exception {
        try (Connection session = connect(); Connection loader = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int, pad text)");
            TestNode.run(session, "insert into t select g, g, 'p' from generate_series(1, 1000) g");
            loader.setAutoCommit(false);
            TestNode.run(loader, "insert into t select g, g, repeat('x', 400) from generate_series(1001, 30000) g");
            TestNode.run(loader, "update t set a = -a where id % 3 = 0");
            CompletableFuture<Void> making = making(session, "create unique index concurrently t_a on t (a)");
            awaitInvalid("t_a");
            // who comes meanwhile does not wait behind it
            try (Connection other = connect()) {
                for (int i = 0; i < 20; i++) {
                    long begin = System.nanoTime();
                    TestNode.run(other, "insert into t values (" + (100_000 + i) + ", " + (100_000 + i) + ", 'o')");
                    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isLessThan(5_000);
                }
            }
            assertThat(making).isNotDone();
            loader.commit();
            making.get(90, TimeUnit.SECONDS);
            assertThat(TestNode.values(session, "select id from t where a = -3")).containsExactly("3");
            assertThat(TestNode.values(session, "select id from t where a = 29997")).isEmpty();
            assertThat(TestNode.values(session, "select id from t where a = 29998")).containsExactly("29998");
            assertThat(TestNode.values(session, "select id from t where a = 100007")).containsExactly("100007");
            assertThat(TestNode.values(session, "select count(*) from t where a > 0")).isEqualTo(TestNode.values(session, "select count(*) from t where a + 0 > 0"));
        }
    }

    @Test
    void aDuplicateWrittenMeanwhileIsReported() throws Exception {
        try (Connection session = connect(); Connection writer = connect()) {
            TestNode.run(session, "create table t (id int primary key, a int)");
            TestNode.run(session, "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into t values (2000, 77)");
            CompletableFuture<Void> making = making(session, "create unique index concurrently t_a on t (a)");
            awaitInvalid("t_a");
            writer.commit();
            assertThatThrownBy(() -> making.get(90, TimeUnit.SECONDS)).hasMessageContaining("could not create unique index \"t_a\"")
                    .hasMessageContaining("Key (a)=(77) is duplicated.");
            assertThat(TestNode.values(session, INVALID)).containsExactly("t_a");
            TestNode.run(session, "delete from t where id = 2000");
            TestNode.run(session, "reindex index concurrently t_a");
            assertThat(TestNode.values(session, INVALID)).isEmpty();
            assertThatThrownBy(() -> TestNode.run(session, "insert into t values (2000, 77)")).hasMessageContaining("t_a");
        }
    }

    @Test
    void aCancelledOneStaysInvalid() throws Exception {
        try (Connection session = connect(); Connection writer = connect(); Statement statement = session.createStatement()) {
            TestNode.run(session, "create table t (id int primary key, a int)");
            TestNode.run(session, "insert into t select g, g from generate_series(1, 1000) g");
            writer.setAutoCommit(false);
            TestNode.run(writer, "insert into t values (2000, 2000)");
            CompletableFuture<Void> making = CompletableFuture.runAsync(() -> {
                try {
                    statement.execute("create index concurrently t_a on t (a)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }, THREADS);
            awaitInvalid("t_a");
            statement.cancel();
            assertThatThrownBy(() -> making.get(90, TimeUnit.SECONDS)).hasMessageContaining("canceling statement due to user request");
            assertThat(TestNode.values(session, INVALID)).containsExactly("t_a");
            TestNode.run(writer, "insert into t values (2001, 2000)");
            writer.commit();
            assertThat(TestNode.values(session, "select count(*) from t where a = 2000")).containsExactly("2");
            // another one may be made at once: nothing is locked any more
            TestNode.run(session, "create index concurrently t_a2 on t (a)");
            TestNode.run(session, "drop index concurrently t_a");
            assertThat(TestNode.values(session, INVALID)).isEmpty();
        }
    }

    /** What PostgreSQL lets run beside writers does so here: the writer's transaction is open all the time, and goes on afterwards. */
    @Test
    void constraintsAreValidatedBesideWriters() throws Exception {
        try (Connection session = connect(); Connection writer = connect()) {
            TestNode.run(session, "create table p (id int primary key)", "insert into p select generate_series(1, 100)");
            TestNode.run(session, "create table t (id int primary key, a int)", "insert into t select g, g from generate_series(1, 100) g");
            TestNode.run(session, "alter table t add constraint t_a check (a is not null and a > 0) not valid");
            TestNode.run(session, "alter table t add constraint t_p foreign key (a) references p not valid");
            writer.setAutoCommit(false);
            writer.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            TestNode.run(writer, "insert into t values (101, 5)");
            TestNode.run(session, "set lock_timeout = '5s'");
            TestNode.run(session, "alter table t validate constraint t_a", "alter table t validate constraint t_p");
            TestNode.run(writer, "insert into t values (102, 6)");
            writer.commit();
            writer.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            TestNode.run(writer, "insert into t values (103, 6)");
            TestNode.run(session, "alter table t alter a set statistics 50", "alter table t set (fillfactor = 90)");
            TestNode.run(writer, "delete from t where id = 103");
            writer.commit();
            TestNode.run(session, "alter table t alter a set not null");
            assertThat(TestNode.values(session, "select attnotnull from pg_attribute where attrelid = 't'::regclass and attname = 'a'")).containsExactly("t");
            assertThatThrownBy(() -> TestNode.run(session, "insert into t values (103, null)")).hasMessageContaining("not-null");
            assertThatThrownBy(() -> TestNode.run(session, "insert into t values (103, 500)")).hasMessageContaining("t_p");
        }
    }

    private static CompletableFuture<Void> making(Connection session, String sql) {
        return CompletableFuture.runAsync(() -> {
            try {
                TestNode.run(session, sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }, THREADS);
    }

    /** Until it is declared and seeks its last lock. */
    private void awaitInvalid(String index) throws Exception {
        try (Connection watcher = connect()) {
            while (!TestNode.values(watcher, INVALID).contains(index)) Thread.sleep(5);
            Thread.sleep(100);
        }
    }
}
