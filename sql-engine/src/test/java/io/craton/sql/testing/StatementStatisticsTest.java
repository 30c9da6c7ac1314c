package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.session.SqlSession;
import io.craton.sql.statistics.StatementCounters;
import io.craton.sql.statistics.StatementKey;
import io.craton.sql.statistics.StatementStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pg_stat_statements counts statements by what they have in common, and no more kinds of them than it may. */
class StatementStatisticsTest {
    @TempDir Path folder;

    @Test
    void textsThatDifferInLiteralsAreOneStatement() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession session = engine.session("postgres");
            run(session, "create table t (id int primary key, v text)");
            run(session, "select 'before the extension'");
            run(session, "create extension pg_stat_statements");
            run(session, "select pg_stat_statements_reset()");
            for (int i = 1; i <= 3; i++) run(session, "insert into t values (" + i + ", 'x" + i + "')");
            run(session, "select * from t where id = 1");
            run(session, "SELECT  * /* all */ FROM t\nWHERE id = 2");
            run(session, "select count(*) from t where v > 'x' and id in (1, 2); select count(*) from t where v > 'y' and id in (7, 8)");
            run(session, "update t set v = v || 'z' where id > 1");
            run(session, "prepare p as select v from t where id >= $1 and v <> ''");
            run(session, "execute p(1)");
            run(session, "execute p(2)");
            run(session, "create table u (a int default 5)");
            assertThat(run(session, "select query, calls, rows from pg_stat_statements where query not like '%pg_stat%' order by query collate \"C\"")).isEqualTo(List.of(
                    List.of("create table u (a int default 5)", "1", "0"),
                    List.of("insert into t values ($1, $2)", "3", "3"),
                    List.of("prepare p as select v from t where id >= $1 and v <> $2", "2", "5"),
                    List.of("select * from t where id = $1", "2", "2"),
                    List.of("select count(*) from t where v > $1 and id in ($2, $3)", "2", "2"),
                    List.of("update t set v = v || $1 where id > $2", "1", "2")));
            assertThat(run(session, "select bool_and(queryid <> 0 and plans = 0 and total_exec_time >= max_exec_time and min_exec_time <= mean_exec_time and wal_bytes = 0 "
                    + "and userid = 10 and dbid = (select oid from pg_database where datname = current_database())) from pg_stat_statements")).isEqualTo(List.of(List.of("t")));
            run(session, "select pg_stat_statements_reset(0, 0, queryid) from pg_stat_statements where query like 'insert%'");
            assertThat(run(session, "select count(*) from pg_stat_statements where query like 'insert%'")).isEqualTo(List.of(List.of("0")));
            run(session, "insert into t values (9, 'x')");
            assertThat(run(session, "select calls from pg_stat_statements where query like 'insert%'")).isEqualTo(List.of(List.of("1")));
        }
    }

    @Test
    void theExtensionOwnsItsMembersAndOthersMayNotReset() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession session = engine.session("postgres");
            run(session, "create extension pg_stat_statements");
            assertThat(run(session, "select count(*) from information_schema.columns where table_name = 'pg_stat_statements'")).isEqualTo(List.of(List.of("43")));
            assertThat(run(session, "select count(*) from pg_depend where deptype = 'e' and refclassid = 'pg_extension'::regclass and objid >= 16384"))
                    .isEqualTo(List.of(List.of("5")));
            assertThatThrownBy(() -> run(session, "drop view pg_stat_statements")).hasMessageContaining("because extension pg_stat_statements requires it");
            run(session, "create role reader");
            run(session, "set role reader");
            assertThatThrownBy(() -> run(session, "select pg_stat_statements_reset()")).hasMessageContaining("permission denied for function pg_stat_statements_reset");
            assertThat(run(session, "select distinct query from pg_stat_statements where userid = 10")).isEqualTo(List.of(List.of("<insufficient privilege>")));
            run(session, "reset role");
            run(session, "drop extension pg_stat_statements");
            assertThatThrownBy(() -> run(session, "select * from pg_stat_statements")).hasMessageContaining("does not exist");
        }
    }

    @Test
    void thoseThatRanLeastMakeRoom() {
        AtomicLong now = new AtomicLong(7);
        StatementStatistics statistics = new StatementStatistics(now::get);
        Random random = new Random(5);
        List<StatementCounters> often = new ArrayList<>();
        for (int i = 0; i < 100; i++) often.add(statistics.counters(new StatementKey(10, 1, i + 1), "often " + i));
        for (StatementCounters each : often) for (int k = 0; k < 3; k++) statistics.counters(each.key(), "").add(1_000_000, 1);
        for (int i = 0; i < 3 * StatementStatistics.KINDS_MAX; i++) {
            statistics.counters(new StatementKey(10, 1, 1000L + i), "once").add(random.nextInt(1000), 0);
            assertThat(statistics.all().size()).isLessThanOrEqualTo(StatementStatistics.KINDS_MAX);
        }
        assertThat(statistics.makings()).isPositive();
        assertThat(statistics.all()).containsAll(often);
        StatementCounters.Totals totals = often.getFirst().totals();
        assertThat(List.of(totals.calls(), totals.rows())).isEqualTo(List.of(3L, 3L));
        assertThat(totals.mean()).isEqualTo(1.0);
        assertThat(totals.deviation()).isZero();
        now.set(9);
        statistics.reset(0, 0, 0);
        assertThat(statistics.all()).isEmpty();
        assertThat(statistics.resetMicros()).isEqualTo(9);
    }

    private static List<List<String>> run(SqlSession session, String sql) {
        return SqlTestEngine.run(session, sql).rows();
    }
}
