package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.session.SqlSession;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statistics views count what was done. */
class StatisticsViewsTest {
    @TempDir Path folder;

    @Test
    void countReadsChangesAndTransactions() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession session = engine.session("postgres");
            run(session, "create table st (a int primary key, b int); create index st_b on st(b)");
            List<String> before = database(session);
            run(session, "insert into st select g, g % 100 from generate_series(1, 1000) g");
            run(session, "update st set b = b + 100 where a <= 100");
            run(session, "delete from st where a > 990");
            run(session, "begin; insert into st values (5000, 1); rollback");
            assertThat(run(session, "select n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_mod_since_analyze, last_analyze from pg_stat_user_tables where relname = 'st'"))
                    .isEqualTo(List.of(java.util.Arrays.asList("1001", "100", "10", "990", "1111", null)));
            run(session, "analyze st");
            assertThat(run(session, "select n_mod_since_analyze, analyze_count, last_analyze is null from pg_stat_all_tables where relname = 'st'"))
                    .isEqualTo(List.of(List.of("0", "1", "f")));
            List<String> read = reads(session);
            run(session, "select count(*) from st");
            run(session, "select * from st where a = 5");
            run(session, "select a from st where b = 7 order by b");
            assertThat(difference(read, reads(session))).containsExactly(1L, 990L, 2L, 10L, 1L, 1L, 1L, 9L);
            assertThat(difference(before, database(session)).subList(2, 5)).containsExactly(1001L, 100L, 10L);
            assertThat(difference(before, database(session)).subList(0, 2)).containsExactly(13L, 1L);
            run(session, "drop table st; create table st (a int)");
            assertThat(run(session, "select n_tup_ins from pg_stat_user_tables where relname = 'st'")).isEqualTo(List.of(List.of("0")));
        }
    }

    private static List<List<String>> run(SqlSession session, String sql) {
        return SqlTestEngine.run(session, sql).rows();
    }

    private static List<String> reads(SqlSession session) {
        return run(session, """
                select seq_scan, seq_tup_read, t.idx_scan, t.idx_tup_fetch, p.idx_scan, p.idx_tup_read, i.idx_scan, i.idx_tup_fetch
                from pg_stat_user_tables t, pg_stat_user_indexes p, pg_stat_user_indexes i
                where t.relname = 'st' and p.indexrelname = 'st_pkey' and i.indexrelname = 'st_b'""").getFirst();
    }

    private static List<String> database(SqlSession session) {
        return run(session, "select xact_commit, xact_rollback, tup_inserted, tup_updated, tup_deleted from pg_stat_database where datname = 'postgres'").getFirst();
    }

    private static List<Long> difference(List<String> before, List<String> after) {
        return java.util.stream.IntStream.range(0, before.size()).mapToObj(i -> Long.parseLong(after.get(i)) - Long.parseLong(before.get(i))).toList();
    }
}
