package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.SqlSession.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that may not wait and find their row locked: they queue, are run again, and leave nothing behind. */
class QueuedStatementsTest {
    @TempDir
    private Path folder;

    private SqlTestEngine engine;
    private SqlSession holder;
    private SqlSession waiter;

    @BeforeEach
    void open() {
        engine = SqlTestEngine.open(folder);
        holder = engine.session("postgres");
        waiter = engine.session("postgres");
        SqlTestEngine.run(holder, "create table t (id int primary key, v int)");
        SqlTestEngine.run(holder, "insert into t values (1, 10), (2, 20)");
        for (SqlSession session : List.of(holder, waiter)) {
            SqlTestEngine.run(session, "update t set v = v + 0 where id = 1");
            SqlTestEngine.run(session, "update t set v = v + 0 where id = 1 and v = 10");
            SqlTestEngine.run(session, "insert into t values (3, 3)");
            SqlTestEngine.run(session, "delete from t where id = 3");
            SqlTestEngine.run(session, "begin");
        }
    }

    @AfterEach
    void close() {
        waiter.close();
        holder.close();
        engine.close();
    }

    @Test
    void itSeesWhatTheHolderHasCommitted() throws Exception {
        assertThat(inline(holder, "update t set v = v + 5 where id = 1")).isEqualTo(Progress.DONE);
        assertThat(inline(waiter, "update t set v = v + 1 where id = 1")).isEqualTo(Progress.NEEDS_LOCK);
        CountDownLatch called = new CountDownLatch(1);
        assertThat(waiter.whenLocked(called::countDown)).isTrue();
        assertThat(called.getCount()).isEqualTo(1);
        SqlTestEngine.run(holder, "commit");
        assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(inline(waiter, "update t set v = v + 1 where id = 1")).isEqualTo(Progress.DONE);
        SqlTestEngine.run(waiter, "commit");
        assertThat(SqlTestEngine.run(holder, "select v from t where id = 1").rows()).containsExactly(List.of("16"));
    }

    @Test
    void aRowThatIsGoneIsNotLocked() {
        assertThat(inline(holder, "delete from t where id = 1")).isEqualTo(Progress.DONE);
        assertThat(inline(waiter, "update t set v = v + 1 where id = 1")).isEqualTo(Progress.NEEDS_LOCK);
        SqlTestEngine.run(holder, "commit");
        assertThat(inline(waiter, "update t set v = v + 1 where id = 1")).isEqualTo(Progress.DONE);
        SqlTestEngine.run(holder, "begin");
        assertThat(inline(holder, "insert into t values (1, 11)")).isEqualTo(Progress.DONE);
        SqlTestEngine.run(holder, "commit");
        SqlTestEngine.run(waiter, "commit");
    }

    @Test
    void aRowThatNoLongerFitsStaysLockedAsInPostgres() {
        assertThat(inline(holder, "update t set v = v + 5 where id = 1")).isEqualTo(Progress.DONE);
        assertThat(inline(waiter, "update t set v = v + 1 where id = 1 and v = 10")).isEqualTo(Progress.NEEDS_LOCK);
        SqlTestEngine.run(holder, "commit");
        assertThat(inline(waiter, "update t set v = v + 1 where id = 1 and v = 10")).isEqualTo(Progress.DONE);
        SqlTestEngine.run(holder, "begin");
        assertThat(inline(holder, "update t set v = v + 7 where id = 1")).isEqualTo(Progress.NEEDS_LOCK);
        SqlTestEngine.run(waiter, "rollback");
        assertThat(inline(holder, "update t set v = v + 7 where id = 1")).isEqualTo(Progress.DONE);
        SqlTestEngine.run(holder, "commit");
        assertThat(SqlTestEngine.run(holder, "select v from t where id = 1").rows()).containsExactly(List.of("22"));
    }

    @Test
    void aCycleIsTold() {
        assertThat(inline(holder, "update t set v = v + 1 where id = 1")).isEqualTo(Progress.DONE);
        assertThat(inline(waiter, "update t set v = v + 1 where id = 2")).isEqualTo(Progress.DONE);
        assertThat(inline(holder, "update t set v = v + 1 where id = 2")).isEqualTo(Progress.NEEDS_LOCK);
        assertThatThrownBy(() -> inline(waiter, "update t set v = v + 1 where id = 1")).isInstanceOf(PgException.class).hasMessage("deadlock detected");
    }

    private static Progress inline(SqlSession session, String sql) {
        return session.simpleQuery(sql, new CollectingSink(), Mode.INLINE);
    }
}
