package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.SqlSession.Progress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simple query that differs from a known one only in literals needs no parsing, no planning and no thread. */
class KnownTextsTest {
    @Test
    void aPlanMadeBehindWritesOfItsTransactionServesOthers(@TempDir Path folder) {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create table t (id int primary key, v int)");
            SqlTestEngine.run(session, "insert into t select g, g from generate_series(1, 9) g");
            SqlTestEngine.run(session, "begin");
            assertThat(inline(session, "update t set v = v + 1 where id = 1")).isEqualTo(Progress.NEEDS_THREAD);
            SqlTestEngine.run(session, "update t set v = v + 1 where id = 1");
            SqlTestEngine.run(session, "select v from t where id = 1");
            SqlTestEngine.run(session, "commit");
            SqlTestEngine.run(session, "begin");
            assertThat(inline(session, "update t set v = v + 7 where id = 2")).isEqualTo(Progress.DONE);
            assertThat(inline(session, "select v from t where id = 2")).isEqualTo(Progress.DONE);
            SqlTestEngine.run(session, "commit");
            assertThat(SqlTestEngine.run(session, "select v from t where id = 2").rows()).containsExactly(List.of("9"));
        }
    }

    @Test
    void aPlanOverATransactionsOwnDefinitionsServesNobodyElse(@TempDir Path folder) {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres"); SqlSession other = engine.session("postgres")) {
            SqlTestEngine.run(session, "create table t (id int primary key, v int)");
            SqlTestEngine.run(session, "insert into t values (1, 1)");
            SqlTestEngine.run(session, "begin");
            SqlTestEngine.run(session, "create table u (id int primary key)");
            SqlTestEngine.run(session, "select v from t where id = 1");
            assertThat(inline(other, "select v from t where id = 1")).isEqualTo(Progress.NEEDS_THREAD);
            SqlTestEngine.run(session, "rollback");
        }
    }

    private static Progress inline(SqlSession session, String sql) {
        return session.simpleQuery(sql, new CollectingSink(), Mode.INLINE);
    }
}
