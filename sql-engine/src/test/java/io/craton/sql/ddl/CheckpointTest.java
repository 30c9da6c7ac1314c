package io.craton.sql.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CHECKPOINT makes the projections durable, for those who may. */
final class CheckpointTest {
    @TempDir Path folder;

    @Test
    void theNextStartNeedsNothingOfWhatWasBefore() {
        try (SqlTestEngine engine = SqlTestEngine.openNarrow(folder, 1 << 20, 1 << 18, new ArrayList<>()); SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create table t (a int)");
            SqlTestEngine.run(session, "insert into t values (1)");
            long position = Long.parseLong(SqlTestEngine.run(session, "select craton_position()").rows().getFirst().getFirst());
            assertThat(engine.recoveryPosition()).isLessThan(position);
            SqlTestEngine.run(session, "checkpoint");
            assertThat(engine.recoveryPosition()).isGreaterThanOrEqualTo(position);
        }
    }

    @Test
    void superusersAndMembersMay() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres")) {
            SqlTestEngine.run(session, "create role plain");
            SqlTestEngine.run(session, "set role plain");
            assertThatThrownBy(() -> SqlTestEngine.run(session, "checkpoint")).isInstanceOf(PgException.class)
                    .hasMessage("must be superuser or have privileges of pg_checkpoint to do CHECKPOINT").extracting(e -> ((PgException) e).state()).isEqualTo(SqlState.INSUFFICIENT_PRIVILEGE);
            SqlTestEngine.run(session, "reset role");
            SqlTestEngine.run(session, "grant pg_checkpoint to plain");
            SqlTestEngine.run(session, "set role plain");
            SqlTestEngine.run(session, "checkpoint");
        }
    }
}
