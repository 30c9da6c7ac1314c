package io.craton.sql.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** craton_log, craton_migrations and craton_schema_history. */
final class HistoryViewsTest {
    @TempDir Path folder;
    private final List<byte[]> entries = new ArrayList<>();
    private SqlTestEngine engine;
    private SqlSession session;

    @BeforeEach
    void open() {
        engine = SqlTestEngine.openNarrow(folder, 1 << 20, 1 << 18, entries);
        session = engine.session("postgres");
    }

    @AfterEach
    void close() {
        session.close();
        engine.close();
    }

    private List<String> ask(String sql) {
        List<String> rows = new ArrayList<>();
        for (List<String> row : SqlTestEngine.run(session, sql).rows()) rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
        return rows;
    }

    @Test
    void theLogHasTheTenantsOwnEntriesOnly() {
        ask("create database other");
        try (SqlSession other = engine.session("other")) {
            SqlTestEngine.run(other, "create table theirs (a int)");
        }
        ask("create table mine (a int)");
        ask("insert into mine values (1)");
        assertThat(ask("select role, kind, command, schema_changes > 0, size > 0, time <= now() from craton_log where position >= craton_position() - 1 order by position"))
                .containsExactly("postgres|commit|CREATE TABLE|t|t|t", "postgres|commit|null|f|t|t");
        assertThat(ask("select count(*) from craton_log where position = craton_position() - 2")).containsExactly("0");
        assertThat(ask("select role, kind, command from craton_log(craton_position() - 1, 1000000)")).containsExactly("postgres|commit|CREATE TABLE", "postgres|commit|null");
        assertThat(ask("select count(*) = (select count(*) from craton_log(1, craton_position())) from craton_log")).containsExactly("t");
        assertThat(ask("select object_name from craton_schema_history where object_type = 'table'")).containsExactly("mine");
    }

    @Test
    void tablesAreMadeOfThePastButNothingThatIsKeptAsksForIt() {
        ask("create table a (id int primary key, v text collate \"C\", w text)");
        ask("insert into a values (1, 'one', 'eins'), (2, 'two', 'zwei')");
        String then = ask("select craton_position()").getFirst();
        ask("delete from a where id = 2");
        ask("alter table a drop column w");
        String past = "for system_time as of position " + then;
        ask("create table b as select x.*, y.v as now from a " + past + " x left join a y using (id)");
        assertThat(ask("select * from b order by id")).containsExactly("1|one|eins|one", "2|two|zwei|null");
        assertThat(ask("select attname, attcollation::regcollation from pg_attribute where attrelid = 'b'::regclass and attnum > 1 order by attnum"))
                .containsExactly("v|\"C\"", "w|\"default\"", "now|\"C\"");
        ask("select * into c from (select id from a for system_time as of now()) x");
        assertThat(ask("select * from c")).containsExactly("1");
        for (String kept : List.of("create view d as select * from a " + past, "create materialized view d as select * from a " + past,
                "create function d() returns bigint begin atomic select count(*) from a " + past + "; end")) {
            assertThatThrownBy(() -> ask(kept)).hasMessageContaining("FOR SYSTEM_TIME in a stored query is not supported");
        }
    }

    @Test
    void migrationsSayWhoChangedWhatAndHashesFollowEachOther() {
        ask("create table a (id int primary key)");
        ask("begin; alter table a add column b text; create index on a (b); insert into a values (1, 'x'); commit");
        ask("do $$ begin execute 'create view v as select * from a'; end $$");
        ask("analyze a");
        assertThat(ask("select role, command, statement from craton_migrations order by position")).containsExactly(
                "postgres|CREATE TABLE|create table a (id int primary key)",
                "postgres|CREATE INDEX|alter table a add column b text;\ncreate index on a (b)",
                "postgres|CREATE VIEW|do $$ begin execute 'create view v as select * from a'; end $$");
        assertThat(ask("select checksum = encode(sha256(convert_to(statement, 'UTF8')), 'hex'),"
                + " coalesce(schema_hash_before = lag(schema_hash_after) over (order by position), true) from craton_migrations")).containsOnly("t|t");
        assertThat(ask("select schema_hash_after = craton_schema_hash() from craton_migrations order by position desc limit 1")).containsExactly("t");
        assertThat(ask("select operation, object_type, object_name, table_name from craton_schema_history where object_type in ('table', 'index', 'view') order by position"))
                .containsExactly("create|table|a|null", "create|index|a_pkey|a", "alter|table|a|null", "create|index|a_b_idx|a", "create|view|v|null");
    }

    @Test
    void plansSayWhichMomentTheyReadAndUseTheIndexesOfThen() {
        ask("create table t (id int primary key, v int)");
        ask("create index t_v on t (v)");
        ask("insert into t select g, g from generate_series(1, 3000) g");
        String then = ask("select craton_position()").getFirst();
        ask("drop index t_v");
        ask("update t set v = v + 1");
        String clause = " for system_time as of position " + then;
        assertThat(ask("explain (costs off) select * from t" + clause + " where v = 7"))
                .containsExactly("Index Scan using t_v on t", "  Index Cond: (v = 7)", "  System Time: position " + then);
        assertThat(ask("select id from t" + clause + " where v = 7")).containsExactly("7");
        assertThat(ask("select id from t where v = 7")).containsExactly("6");
        assertThat(ask("select count(*), sum(now.v - past.v) from t now join t" + clause + " past using (id)")).containsExactly("3000|3000");
    }

    @Test
    void positionsOfOtherTenantsAreNoFutureBehindARestart() {
        ask("create table t (a int)");
        ask("create database other");
        try (SqlSession other = engine.session("other")) {
            SqlTestEngine.run(other, "create table theirs (a int)");
            SqlTestEngine.run(other, "insert into theirs values (1)");
        }
        engine.checkpoint();
        close();
        open();
        assertThat(ask("select count(*) from t for system_time as of position " + entries.size())).containsExactly("0");
    }

    @Test
    void whatWasNotThereYetSaysSinceWhenItIs() {
        ask("create table early (a int)");
        String before = ask("select craton_position()").getFirst();
        ask("create table t (a int)");
        String made = ask("select craton_position()").getFirst();
        ask("alter table early rename to renamed");
        assertThatThrownBy(() -> ask("select * from t for system_time as of position " + before)).isInstanceOfSatisfying(PgException.class, e -> {
            assertThat(e.error().code()).isEqualTo("42P01");
            assertThat(e.error().message()).isEqualTo("relation \"t\" does not exist at position " + before);
            assertThat(e.error().hint()).isEqualTo("It was made at position " + made + ".");
        });
        assertThatThrownBy(() -> ask("select * from renamed for system_time as of position " + made)).isInstanceOfSatisfying(PgException.class,
                e -> assertThat(e.error().hint()).startsWith("It had another name then"));
        assertThatThrownBy(() -> ask("select * from t for system_time as of position 1000000")).isInstanceOfSatisfying(PgException.class,
                e -> assertThat(e.error().code()).isEqualTo("22023"));
    }

    @Test
    void whatWasRolledBackIsNoMigration() {
        ask("create table a (id int)");
        ask("begin; alter table a add column b int; savepoint s; alter table a add column c int; rollback to s; alter table a add column d int; commit");
        ask("begin; drop table a; rollback");
        assertThat(ask("select statement from craton_migrations order by position desc limit 1")).containsExactly("alter table a add column b int;\nalter table a add column d int");
    }

    @Test
    void aRowHasAHistoryThroughAllDefinitions() {
        ask("create table t (id int primary key, v text)");
        ask("insert into t values (1, 'a'), (2, 'b')");
        String first = ask("select craton_position()").getFirst();
        ask("update t set v = 'c' where id = 1");
        ask("alter table t add column n int default 5");
        ask("alter table t rename column v to w");
        ask("delete from t where id = 1");
        ask("insert into t values (1, 'again', 6), (3, 'new', 7)");
        ask("alter table t alter column id type bigint");
        String last = ask("select craton_position()").getFirst();
        ask("truncate t");
        assertThat(ask("select operation, role, time is not null, \"row\" from craton_row_history('t', 1)")).containsExactly(
                "INSERT|postgres|t|{\"v\": \"a\", \"id\": 1}",
                "UPDATE|postgres|t|{\"v\": \"c\", \"id\": 1}",
                "DELETE|postgres|t|null",
                "INSERT|postgres|t|{\"n\": 6, \"w\": \"again\", \"id\": 1}",
                "REWRITE|postgres|t|{\"n\": 6, \"w\": \"again\", \"id\": 1}",
                "TRUNCATE|postgres|t|null");
        assertThat(ask("select operation, key, before, after from craton_diff('t', " + first + ", " + last + ") order by key")).containsExactly(
                "UPDATE|{\"id\": 1}|{\"v\": \"a\", \"id\": 1}|{\"n\": 6, \"w\": \"again\", \"id\": 1}",
                "UPDATE|{\"id\": 2}|{\"v\": \"b\", \"id\": 2}|{\"n\": 5, \"w\": \"b\", \"id\": 2}",
                "INSERT|{\"id\": 3}|null|{\"n\": 7, \"w\": \"new\", \"id\": 3}");
        assertThat(ask("select count(*) from craton_diff('t', now(), now())")).containsExactly("0");
    }

    @Test
    void keysOfSeveralColumnsAndKeysThatCameLater() {
        ask("create table pair (a int, b text, v int, primary key (a, b))");
        ask("insert into pair values (1, 'x', 1), (1, 'y', 2)");
        ask("update pair set v = 9 where b = 'x'");
        assertThat(ask("select operation, \"row\" -> 'v' from craton_row_history('pair', 1, 'x')")).containsExactly("INSERT|1", "UPDATE|9");
        ask("create table late (a int, v text)");
        ask("insert into late values (1, 'a'), (2, 'b')");
        ask("update late set v = 'c' where a = 1");
        ask("alter table late add primary key (a)");
        ask("update late set v = 'd' where a = 1");
        assertThat(ask("select \"row\" ->> 'v' from craton_row_history('late', 1) where operation <> 'REWRITE'")).containsExactly("a", "c", "d");
    }

    @Test
    void statementsAreForThoseWhoRanThemAndForSupervisors() {
        ask("create role clerk");
        ask("create table secret (a int default 42)");
        ask("set role clerk");
        assertThat(ask("select distinct statement from craton_migrations")).containsExactly("<insufficient privilege>");
        ask("reset role");
    }
}
