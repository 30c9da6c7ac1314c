package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A role that owns something, or may do something, in any database is not dropped; pg_shdepend shows why. */
class RoleUseTest {
    @TempDir Path folder;

    @Test
    void whatIsInOtherDatabasesKeepsARole() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession here = engine.session("postgres");
            run(here, "create role worker");
            run(here, "create role reader");
            run(here, "create database other");
            SqlSession there = engine.session("other");
            run(there, "create table a (x int, y int); alter table a owner to worker; grant select (y) on a to reader");
            run(there, "create schema s authorization worker");
            run(here, "create function f(a int) returns int language sql as 'select 1'; alter function f owner to worker; grant connect on database other to reader");
            assertThat(detail(here, "drop role worker")).isEqualTo("owner of function f(integer)\n2 objects in database other");
            assertThat(detail(here, "drop role reader")).isEqualTo("privileges for database other\n1 object in database other");
            assertThat(detail(there, "drop role reader")).isEqualTo("privileges for database other\nprivileges for column y of table a");
            String uses = "select d.datname, classid::regclass, objsubid, refobjid::regrole, deptype from pg_shdepend left join pg_database d on d.oid = dbid order by 1, 2, 3, 4";
            List<List<String>> seen = run(here, uses);
            assertThat(seen).isEqualTo(run(there, uses)).isEqualTo(List.of(
                    List.of("other", "pg_class", "0", "worker", "o"),
                    List.of("other", "pg_class", "2", "reader", "a"),
                    List.of("other", "pg_namespace", "0", "worker", "o"),
                    List.of("postgres", "pg_proc", "0", "worker", "o"),
                    java.util.Arrays.asList(null, "pg_database", "0", "reader", "a")));
            run(there, "drop table a; drop schema s");
            run(here, "drop function f; revoke connect on database other from reader");
            run(here, "drop role worker");
            run(here, "drop role reader");
            assertThat(run(here, uses)).isEmpty();
        }
    }

    private static String detail(SqlSession session, String sql) {
        PgException[] refused = new PgException[1];
        assertThatThrownBy(() -> run(session, sql)).isInstanceOfSatisfying(PgException.class, e -> refused[0] = e);
        assertThat(refused[0].error().state()).isEqualTo(io.craton.core.error.SqlState.DEPENDENT_OBJECTS_STILL_EXIST);
        return String.valueOf(refused[0].error().detail());
    }

    private static List<List<String>> run(SqlSession session, String sql) {
        return SqlTestEngine.run(session, sql).rows();
    }
}
