package io.craton.sql.history;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(ask("select object_name from craton_schema_history where object_type = 'table'")).containsExactly("mine");
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
    void statementsAreForThoseWhoRanThemAndForSupervisors() {
        ask("create role clerk");
        ask("create table secret (a int default 42)");
        ask("set role clerk");
        assertThat(ask("select distinct statement from craton_migrations")).containsExactly("<insufficient privilege>");
        ask("reset role");
    }
}
