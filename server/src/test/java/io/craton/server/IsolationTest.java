package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What concurrent sessions may see of each other: PostgreSQL's answers at each isolation level. */
@ExtendWith(TestNode.class)
@Timeout(90)
class IsolationTest {
    enum Level {
        READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE;

        String begin() {
            return "begin isolation level " + name().replace('_', ' ');
        }
    }

    private String schema;
    private Connection a;
    private Connection b;
    private Connection observer;
    private ExecutorService executor;

    @BeforeEach
    void open() throws SQLException {
        schema = TestNode.newSchema();
        a = TestNode.connect("currentSchema", schema);
        b = TestNode.connect("currentSchema", schema);
        observer = TestNode.connect("currentSchema", schema);
        executor = Executors.newVirtualThreadPerTaskExecutor();
        TestNode.run(observer, "create table t (id int primary key, v int)", "insert into t values (1, 10), (2, 20)");
    }

    @AfterEach
    void close() throws SQLException {
        a.close();
        b.close();
        observer.close();
        executor.shutdownNow();
    }

    private static String state(Connection connection, String sql) {
        try {
            TestNode.run(connection, sql);
            return "00000";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    /** Starts a statement and returns when its session waits for a lock. */
    private Future<String> waiting(Connection connection, String sql) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Future<String> result = executor.submit(() -> {
            started.countDown();
            return state(connection, sql);
        });
        started.await();
        // A statement that is not done after other sessions' round trips can only be waiting.
        for (int i = 0; i < 200 && !result.isDone(); i++) TestNode.value(observer, "select 1");
        assertThat(result.isDone()).as("%s waits", sql).isFalse();
        return result;
    }

    private String sum(Connection connection) throws SQLException {
        return TestNode.value(connection, "select sum(v) from t");
    }

    @ParameterizedTest
    @EnumSource(Level.class)
    void uncommittedChangesAreInvisible(Level level) throws SQLException {
        TestNode.run(a, level.begin(), "update t set v = 99 where id = 1", "insert into t values (3, 30)");
        TestNode.run(b, level.begin());
        assertThat(sum(b)).isEqualTo("30");
        TestNode.run(a, "rollback");
        assertThat(sum(b)).isEqualTo("30");
        TestNode.run(b, "commit");
    }

    @ParameterizedTest
    @CsvSource({"READ_COMMITTED,149", "REPEATABLE_READ,30", "SERIALIZABLE,30"})
    void laterCommitsAreSeenByReadCommittedOnly(Level level, String after) throws SQLException {
        TestNode.run(a, level.begin());
        assertThat(sum(a)).isEqualTo("30");
        TestNode.run(b, "update t set v = 99 where id = 1", "insert into t values (3, 30)");
        assertThat(sum(a)).isEqualTo(after);
        TestNode.run(a, "commit");
        assertThat(sum(a)).isEqualTo("149");
    }

    @ParameterizedTest
    @CsvSource({"READ_COMMITTED,00000,12", "REPEATABLE_READ,40001,11", "SERIALIZABLE,40001,11"})
    void aWriterThatWaitedRechecksOrFails(Level level, String expected, String value) throws Exception {
        TestNode.run(a, level.begin(), "update t set v = v + 1 where id = 1");
        TestNode.run(b, level.begin());
        sum(b);
        Future<String> second = waiting(b, "update t set v = v + 1 where id = 1");
        TestNode.run(a, "commit");
        assertThat(second.get()).isEqualTo(expected);
        TestNode.run(b, "commit");
        assertThat(TestNode.value(observer, "select v from t where id = 1")).isEqualTo(value);
    }

    @Test
    void readCommittedRechecksTheConditionAfterWaiting() throws Exception {
        TestNode.run(a, "begin", "update t set v = 11 where id = 1");
        Future<String> second = waiting(b, "update t set v = 0 where v = 10");
        TestNode.run(a, "commit");
        assertThat(second.get()).isEqualTo("00000");
        assertThat(TestNode.value(observer, "select v from t where id = 1")).isEqualTo("11");
    }

    @ParameterizedTest
    @CsvSource({"READ_COMMITTED,00000", "REPEATABLE_READ,00000", "SERIALIZABLE,40001"})
    void writeSkewFailsUnderSerializable(Level level, String expected) throws SQLException {
        TestNode.run(a, level.begin());
        TestNode.run(b, level.begin());
        assertThat(sum(a)).isEqualTo("30");
        assertThat(sum(b)).isEqualTo("30");
        TestNode.run(a, "update t set v = 0 where id = 1");
        List<String> states = new ArrayList<>();
        states.add(state(b, "update t set v = 0 where id = 2"));
        states.add(state(a, "commit"));
        states.add(state(b, "commit"));
        states.removeIf("00000"::equals);
        assertThat(states.isEmpty() ? "00000" : states.getFirst()).isEqualTo(expected);
    }

    @Test
    void deadlockIsBroken() throws Exception {
        TestNode.run(a, "begin", "update t set v = 1 where id = 1");
        TestNode.run(b, "begin", "update t set v = 2 where id = 2");
        Future<String> first = waiting(a, "update t set v = 1 where id = 2");
        String second = state(b, "update t set v = 2 where id = 1");
        if (second.equals("40P01")) {
            TestNode.run(b, "rollback");
            assertThat(first.get()).isEqualTo("00000");
            TestNode.run(a, "commit");
        } else {
            assertThat(second).isEqualTo("00000");
            assertThat(first.get()).isEqualTo("40P01");
            TestNode.run(a, "rollback");
            TestNode.run(b, "commit");
        }
    }

    @Test
    void nowaitFailsAndSkipLockedSkips() throws SQLException {
        TestNode.run(a, "begin", "select * from t where id = 1 for update");
        assertThat(state(b, "select * from t where id = 1 for update nowait")).isEqualTo("55P03");
        assertThat(TestNode.values(b, "select id from t order by id for update skip locked")).containsExactly("2");
        TestNode.run(b, "set lock_timeout = '50ms'");
        assertThat(state(b, "update t set v = 0 where id = 1")).isEqualTo("55P03");
        TestNode.run(a, "commit");
        assertThat(state(b, "update t set v = 0 where id = 1")).isEqualTo("00000");
    }

    @ParameterizedTest
    @CsvSource({"commit,23505", "rollback,00000"})
    void uniqueInsertsWaitForEachOther(String end, String expected) throws Exception {
        TestNode.run(a, "begin", "insert into t values (5, 1)");
        Future<String> second = waiting(b, "insert into t values (5, 2)");
        TestNode.run(a, end);
        assertThat(second.get()).isEqualTo(expected);
    }

    @Test
    void conflictingInsertsOfManySessionsLeaveOneRowEach() throws Exception {
        int sessions = 6;
        int keys = 40;
        List<Future<Integer>> inserted = new ArrayList<>();
        for (int s = 0; s < sessions; s++) {
            inserted.add(executor.submit(() -> {
                int won = 0;
                try (Connection connection = TestNode.connect("currentSchema", schema)) {
                    for (int key = 100; key < 100 + keys; key++) {
                        String state = state(connection, "insert into t values (" + key + ", 0)");
                        if (state.equals("00000")) won++;
                        else if (!state.equals("23505")) throw new IllegalStateException(state);
                    }
                }
                return won;
            }));
        }
        assertThat(total(inserted)).isEqualTo(keys);
        assertThat(TestNode.value(observer, "select count(*) from t where id >= 100")).isEqualTo(Integer.toString(keys));
    }

    @Test
    void incrementsOfManySessionsAddUp() throws Exception {
        List<Future<Integer>> done = new ArrayList<>();
        for (int s = 0; s < 6; s++) {
            done.add(executor.submit(() -> {
                try (Connection connection = TestNode.connect("currentSchema", schema)) {
                    for (int i = 0; i < 30; i++) TestNode.run(connection, "update t set v = v + 1 where id = 1");
                }
                return 30;
            }));
        }
        assertThat(TestNode.value(observer, "select " + total(done) + " + 10 = v from t where id = 1")).isEqualTo("t");
    }

    private static int total(List<Future<Integer>> parts) throws InterruptedException, ExecutionException {
        int total = 0;
        for (Future<Integer> part : parts) total += part.get();
        return total;
    }
}
