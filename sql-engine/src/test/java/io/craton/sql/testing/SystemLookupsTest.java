package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.session.SqlSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of system relations that are looked up by a value are those that a look at all rows finds. A condition {@code (..) is true} is looked at row by row. */
class SystemLookupsTest {
    private static final int ROUNDS = 100;
    private static final List<String> RELATIONS = List.of("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_type", "pg_attrdef", "pg_description",
            "pg_depend", "pg_proc", "pg_namespace", "pg_operator", "pg_enum", "pg_sequence", "pg_trigger", "pg_tables", "pg_indexes",
            "information_schema.columns", "information_schema.tables", "information_schema.views", "information_schema.table_constraints",
            "information_schema.column_udt_usage");
    private static final List<String> JOINS = List.of(
            "select l.v, r.* from l(v) join %1$s r on %2$s",
            "select l.v, r.* from l(v) left join %1$s r on %2$s",
            "select l.v from l(v) where exists (select from %1$s r where %2$s)",
            "select l.v from l(v) where not exists (select from %1$s r where %2$s)",
            "select l.v, (select count(*) from %1$s r where %2$s) from l(v)");

    @TempDir Path folder;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private record Column(String relation, String name, String type, List<String> values) {}

    @Test
    void findWhatAFullLookFinds() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder)) {
            SqlSession session = engine.session("postgres");
            for (int i = 0; i < 12; i++) {
                run(session, ("create table t%1$d (id serial primary key, a int, b text not null, check (a > 0)); create index on t%1$d (b, a); comment on table t%1$d is 'one'; "
                        + "comment on column t%1$d.a is 'two'; create view v%1$d as select * from t%1$d").formatted(i));
            }
            run(session, "create schema other; create table other.t1 (x int references public.t1); create type mood as enum ('a', 'b'); create temp table t2 (y int)");
            int lookups = 0;
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 10 == 0) run(session, "create table \"fresh%1$d\" (id int primary key); drop table if exists \"fresh%2$d\"".formatted(round, round - 20));
                Column column = column(session);
                Column other = random.nextInt(3) == 0 ? other(session, column.relation) : null;
                String plain = random.nextBoolean() ? scan(column, other) : null;
                String quick = plain != null ? plain : join(column, other);
                String slow = quick.replace("/*(*/", "((").replace("/*)*/", ") is true)");
                assertThat(sorted(session, quick)).as("seed %d round %d: %s", seed, round, quick).isEqualTo(sorted(session, slow));
                if (plain == null && run(session, "explain " + quick).toString().contains("Nested Loop")) lookups++;
            }
            assertThat(lookups).as("joins that looked up, seed %d", seed).isPositive();
        }
    }

    private String scan(Column column, Column other) {
        return "select * from " + column.relation + " r where " + test(column, literal(column)) + (other == null ? "" : " and " + test(other, literal(other)));
    }

    private String join(Column column, Column other) {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < 3; i++) values.append(i == 0 ? "" : ", ").append('(').append(literal(column)).append("::").append(column.type).append(')');
        String condition = test(column, "l.v") + (other == null ? "" : " and " + test(other, literal(other)));
        return "with l(v) as (values " + values + ") " + JOINS.get(random.nextInt(JOINS.size())).replace("l(v)", "l").formatted(column.relation, condition);
    }

    private String test(Column column, String value) {
        boolean text = column.type.equals("name") || column.type.equals("text");
        boolean pattern = text && value.startsWith("'") && value.matches("'[a-z0-9_ ]*'") && random.nextInt(3) == 0;
        String plain = value.length() < 2 ? value : value.substring(1, value.length() - 1);
        String condition = !pattern ? "r." + column.name + " = " + value
                : random.nextBoolean() ? "r." + column.name + " like '" + (random.nextBoolean() ? plain.replace("_", "\\_") : plain) + "'"
                : "r." + column.name + " ~ '^(" + plain + ")$'";
        return "/*(*/" + condition + "/*)*/";
    }

    private String literal(Column column) {
        if (column.values.isEmpty() || random.nextInt(12) == 0) return "null";
        String value = column.values.get(random.nextInt(column.values.size()));
        return "'" + value.replace("'", "''") + "'";
    }

    private Column column(SqlSession session) {
        return other(session, RELATIONS.get(random.nextInt(RELATIONS.size())));
    }

    private Column other(SqlSession session, String relation) {
        List<List<String>> columns = run(session, "select a.attname, coalesce(b.typname, t.typname) from pg_attribute a join pg_type t on t.oid = a.atttypid "
                + "left join pg_type b on b.oid = t.typbasetype where a.attrelid = '" + relation + "'::regclass and a.attnum > 0 "
                + "and coalesce(b.typname, t.typname) in ('oid', 'name', 'text', 'int2', 'int4', 'varchar') order by a.attnum");
        List<String> chosen = columns.get(random.nextInt(columns.size()));
        String type = chosen.get(1).equals("varchar") ? "text" : chosen.get(1);
        List<List<String>> values = run(session, "select distinct " + chosen.get(0) + "::text from " + relation + " where " + chosen.get(0) + " is not null");
        List<String> all = new ArrayList<>(values.stream().map(List::getFirst).sorted().toList());
        return new Column(relation, chosen.get(0), type, all);
    }

    private List<String> sorted(SqlSession session, String sql) {
        return run(session, sql).stream().map(Object::toString).sorted().toList();
    }

    private static List<List<String>> run(SqlSession session, String sql) {
        return SqlTestEngine.run(session, sql).rows();
    }
}
