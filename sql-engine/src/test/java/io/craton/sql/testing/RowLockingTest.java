package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who locks which rows, who waits for whom, and who is refused. */
class RowLockingTest {
    @TempDir Path folder;
    private SqlTestEngine engine;
    private SqlSession one;
    private SqlSession two;

    @BeforeEach
    void open() {
        engine = SqlTestEngine.open(folder);
        one = engine.session("postgres");
        two = engine.session("postgres");
        run(one, "create table job (id int primary key, code int unique, state text); insert into job select g, g, 'new' from generate_series(1, 5) g");
        for (SqlSession session : List.of(one, two)) run(session, "set lock_timeout = '2s'");
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static List<List<String>> run(SqlSession session, String sql) {
        return SqlTestEngine.run(session, sql).rows();
    }

    private static AbstractThrowableAssert<?, ?> refused(SqlSession session, String sql, String state) {
        return assertThatThrownBy(() -> run(session, sql)).isInstanceOfSatisfying(PgException.class, e -> assertThat(e.state().code).isEqualTo(state));
    }

    @Test
    void lockNoMoreRowsThanAreAskedFor() {
        String next = "select id from job where state = 'new' order by id limit 1 for update skip locked";
        run(one, "begin");
        run(two, "begin");
        assertThat(run(one, next)).isEqualTo(List.of(List.of("1")));
        assertThat(run(two, next)).isEqualTo(List.of(List.of("2")));
        run(one, "commit");
        assertThat(run(two, "select id from job order by id limit 2 offset 1 for update nowait")).isEqualTo(List.of(List.of("2"), List.of("3")));
        run(two, "commit");
    }

    @Test
    void anUpdateThatLeavesTheKeyDoesNotWaitForWhoRefersToIt() {
        run(one, "create table log (job int references job)");
        run(one, "begin; insert into log values (1)");
        run(two, "update job set id = id, code = code, state = 'done' where id = 1");
        run(two, "update job set id = id, state = 'done' where code = 1");
        run(two, "set lock_timeout = '50ms'");
        refused(two, "update job set code = 100 where id = 1", "55P03");
        run(one, "commit");
    }

    @Test
    void whoSharesARowDoesNotWaitBehindWhoCannotYetHaveIt() {
        SqlSession three = engine.session("postgres");
        run(one, "begin; select from job where id = 1 for share");
        CompletableFuture<List<List<String>>> waiting = CompletableFuture.supplyAsync(() -> run(two, "select state from job where id = 1 for update"));
        while (run(three, "select from pg_locks where not granted").isEmpty() && !waiting.isDone()) Thread.onSpinWait();
        run(three, "begin; select from job where id = 1 for share nowait");
        run(one, "commit");
        run(three, "update job set state = 'shared' where id = 1; commit");
        assertThat(waiting.join()).isEqualTo(List.of(List.of("shared")));
    }

    @Test
    void aRowThatTheSnapshotDoesNotHaveIsNoReasonToDoNothing() {
        run(one, "begin isolation level repeatable read; select 1");
        run(two, "insert into job values (6, 6, 'new')");
        refused(one, "insert into job values (6, 7, 'new') on conflict do nothing", "40001");
        run(one, "rollback");
        run(one, "insert into job values (6, 7, 'new') on conflict do nothing");
    }

    @Test
    void aSerializableTransactionFailsWhenItWritesNotOnlyWhenItEnds() {
        run(one, "begin isolation level serializable; select sum(code) from job");
        run(two, "begin isolation level serializable; select sum(code) from job; update job set code = code + 10 where id = 1; commit");
        refused(one, "update job set code = code + 10 where id = 2", "40001");
        run(one, "rollback");
        run(one, "begin isolation level serializable; select from job where id = 7");
        run(two, "insert into job values (7, 7, 'new')");
        refused(one, "insert into job values (7, 8, 'new')", "40001");
        run(one, "rollback");
    }

    @Test
    void tablesThatReferToEachOtherAreDroppedTogether() {
        run(one, "create table log (job int references job)");
        refused(one, "drop table job", "2BP01");
        run(one, "drop table job, log");
    }
}
