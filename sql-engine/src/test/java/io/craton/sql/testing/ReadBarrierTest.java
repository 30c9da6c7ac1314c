package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.SqlSession.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where another node may lead without this one knowing, each snapshot waits for a barrier once, and never on an event loop. */
class ReadBarrierTest {
    @Test
    void writesAreProvedByTheirCommitAndAskOnlyWhenThereIsNone(@TempDir Path folder) {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create table t (id int primary key, v int)");
            SqlTestEngine.run(session, "insert into t values (1, 1)");
            for (int i = 0; i < 2; i++) SqlTestEngine.run(session, "update t set v = 2 where id = 1");
            engine.readsNeedBarrier(true);
            SqlTestEngine.run(session, "insert into t values (2, 2)");
            SqlTestEngine.run(session, "update t set v = 3 where id = 1");
            assertThat(engine.readsNeedBarrier(true)).isZero();
            SqlTestEngine.run(session, "update t set v = 3 where id = 99");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(1);
            assertThatThrownBy(() -> SqlTestEngine.run(session, "insert into t values (1, 1)")).hasMessageContaining("duplicate key");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(2);
            assertThat(session.simpleQuery("update t set v = 3 where id = 99", new CollectingSink(), Mode.INLINE)).isEqualTo(Progress.NEEDS_READS);
            assertThat(session.simpleQuery("insert into t values (2, 1)", new CollectingSink(), Mode.INLINE)).isEqualTo(Progress.NEEDS_READS);
            session.confirmReads(() -> { });
            assertThatThrownBy(() -> session.simpleQuery("insert into t values (2, 1)", new CollectingSink(), Mode.INLINE)).hasMessageContaining("duplicate key");
            session.failed(PgError.error(SqlState.UNIQUE_VIOLATION, ""));
            int before = engine.readsNeedBarrier(true);
            SqlTestEngine.run(session, "begin");
            SqlTestEngine.run(session, "update t set v = 4 where id = 1");
            SqlTestEngine.run(session, "update t set v = 5 where v = 4");
            SqlTestEngine.run(session, "commit");
            assertThat(engine.readsNeedBarrier(false)).isEqualTo(before);
        }
    }

    /** The client sees the rows before there is a commit, if there ever is one. */
    @Test
    void rowsThatAreToldInABlockWaitThoughItHasWritten(@TempDir Path folder) {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create table t (id int primary key, v int)");
            SqlTestEngine.run(session, "insert into t values (1, 1)");
            for (int i = 0; i < 2; i++) SqlTestEngine.run(session, "select v from t where id = 1");
            SqlTestEngine.run(session, "begin");
            SqlTestEngine.run(session, "update t set v = 4 where id = 1");
            assertThat(engine.readsNeedBarrier(true)).isZero();
            SqlTestEngine.run(session, "select count(*) from t");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(1);
            assertThat(session.simpleQuery("select v from t where id = 1", new CollectingSink(), Mode.INLINE)).isEqualTo(Progress.NEEDS_READS);
            SqlTestEngine.run(session, "select v from t where id = 1");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(2);
            SqlTestEngine.run(session, "update t set v = 5 where id = 1 returning v");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(3);
            SqlTestEngine.run(session, "commit");
            SqlTestEngine.run(session, "begin");
            SqlTestEngine.run(session, "update t set v = 6 where id = 1 returning v");
            SqlTestEngine.run(session, "rollback");
            assertThat(engine.readsNeedBarrier(false)).isEqualTo(4);
        }
    }

    /** LOCK TABLE takes no snapshot, unless the table was changed while it waited. */
    @Test
    void theSnapshotOfLockTableWaitsToo(@TempDir Path folder) throws InterruptedException {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession changing = engine.session("postgres"); SqlSession locking = engine.session("postgres")) {
            SqlTestEngine.run(changing, "create table t (id int primary key, v int)");
            SqlTestEngine.run(changing, "begin");
            SqlTestEngine.run(changing, "alter table t add column w int");
            SqlTestEngine.run(locking, "begin isolation level repeatable read");
            int before = engine.readsNeedBarrier(true);
            Thread lock = Thread.startVirtualThread(() -> SqlTestEngine.run(locking, "lock table t"));
            int looked = 1;
            while (SqlTestEngine.run(changing, "select 1 from pg_locks where not granted").rows().isEmpty()) looked++;
            SqlTestEngine.run(changing, "commit");
            lock.join();
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(before + looked + 1);
            SqlTestEngine.run(locking, "select w from t");
            assertThat(engine.readsNeedBarrier(false)).isEqualTo(before + looked + 1);
        }
    }

    @Test
    void eachSnapshotWaitsOnce(@TempDir Path folder) {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create table t (id int primary key, v int)");
            SqlTestEngine.run(session, "insert into t select g, g from generate_series(1, 9) g");
            for (int i = 0; i < 2; i++) SqlTestEngine.run(session, "select v from t where id = 1");
            int before = engine.readsNeedBarrier(true);
            assertThat(before).isZero();
            assertThat(session.simpleQuery("select v from t where id = 2", new CollectingSink(), Mode.INLINE)).isEqualTo(Progress.NEEDS_READS);
            SqlTestEngine.run(session, "select v from t where id = 2");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(1);
            SqlTestEngine.run(session, "begin isolation level repeatable read");
            for (int i = 0; i < 3; i++) SqlTestEngine.run(session, "select count(*) from t where v > " + i);
            SqlTestEngine.run(session, "commit");
            assertThat(engine.readsNeedBarrier(true)).isEqualTo(2);
            SqlTestEngine.run(session, "begin");
            for (int i = 0; i < 3; i++) SqlTestEngine.run(session, "select count(*) from t where v > " + i);
            SqlTestEngine.run(session, "commit");
            assertThat(engine.readsNeedBarrier(false)).isEqualTo(5);
            assertThat(session.simpleQuery("select v from t where id = 2", new CollectingSink(), Mode.INLINE)).isEqualTo(Progress.DONE);
            SqlTestEngine.run(session, "select sum(v) from t");
            assertThat(engine.readsNeedBarrier(false)).isEqualTo(5);
        }
    }
}
