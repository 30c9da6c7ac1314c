package io.craton.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where indexes on expressions and partial indexes are read. */
class ExpressionIndexTest extends PlanTests {
    @BeforeEach
    void makeTables() {
        run("create table t (id int primary key, a int, b int, c varchar, d text, flag boolean)");
        run("insert into t select i, i % 1000, i % 500, 'c' || i, case when i % 3 > 0 then 'd' || i % 1000 end, i % 100 = 0 from generate_series(1, 5000) i");
        run("analyze t");
    }

    @Test
    void anExpressionIsMatchedAsAColumnIs() {
        run("create index t_upper on t (upper(c))");
        run("create index t_sum on t ((a + b), lower(d))");
        assertThat(plan("select * from t where upper(c) = 'C77'")).isEqualTo("Index Scan using t_upper on t\n  Index Cond: (upper((c)::text) = 'C77'::text)");
        assertThat(plan("select * from t where 'C77' = upper(c) and a > 1")).isEqualTo("""
                Index Scan using t_upper on t
                  Index Cond: ('C77'::text = upper((c)::text))
                  Filter: (a > 1)""");
        assertThat(plan("select * from t where upper(c) in ('C77', 'C78')")).startsWith("Index Scan using t_upper on t\n  Index Cond: (upper((c)::text) = ANY");
        assertThat(plan("select * from t where upper(c) > 'C77' and upper(c) <= 'C79'")).startsWith("Index Scan using t_upper on t");
        assertThat(plan("select * from t where upper(c) collate \"C\" > 'C77' and upper(c) collate \"C\" <= 'C79'")).startsWith("Index Scan using t_upper on t");
        assertThat(plan("select * from t where upper(c) collate \"de-x-icu\" > 'C77' and upper(c) collate \"de-x-icu\" <= 'C79'")).startsWith("Seq Scan");
        assertThat(plan("select * from t where a + b = 7 and lower(d) = 'x'")).isEqualTo("Index Scan using t_sum on t\n  Index Cond: (((a + b) = 7) AND (lower(d) = 'x'::text))");
        assertThat(plan("select * from t where b + a = 7")).startsWith("Seq Scan");
        assertThat(plan("select * from t where lower(c) = 'c77'")).startsWith("Seq Scan");
        assertThat(plan("update t set a = 0 where upper(c) = 'C77'")).isEqualTo("Update on t\n  ->  Index Scan using t_upper on t\n        Index Cond: (upper((c)::text) = 'C77'::text)");
        assertThat(plan("delete from t where upper(c) = 'C77'")).contains("Index Scan using t_upper on t");
        run("prepare p(text) as select id from t where upper(c) = $1");
        assertThat(plan("execute p('C77')")).contains("Index Scan using t_upper on t");
        assertThat(run("execute p('C77')")).isEqualTo(List.of(List.of("77")));
    }

    /** What an index computes of a column may have another type when the column has: entries are of that one, and do not stop the node. */
    @Test
    void anExpressionHasTheTypeThatItsColumnGivesIt() {
        for (String type : List.of("bigint", "numeric", "double precision")) {
            for (String expression : List.of("(a + 1)", "(coalesce(a, 0))", "(array[a])", "(greatest(a, 1))")) {
                run("create table r (id int, a int)");
                run("insert into r select i, i from generate_series(1, 3000) i");
                run("create index r_e on r (" + expression + ")");
                run("alter table r alter a type " + type);
                run("insert into r values (0, 5000000000)");
                run("analyze r");
                String as = expression + " of " + type;
                String value = "(select " + expression + " from (select 5000000000::" + type + " as a) x)";
                assertThat(run("select id from r where " + expression + " = " + value)).as(as).isEqualTo(List.of(List.of("0")));
                assertThat(plan("select id from r where " + expression + " = " + value)).as(as).contains("using r_e on r");
                assertThat(run("select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'r_e'::regclass")).as(as)
                        .isEqualTo(List.of(List.of(type + (expression.startsWith("(array") ? "[]" : ""))));
                run("drop table r");
            }
        }
        run("create table r (c text)");
        run("insert into r values ('5')");
        run("create index r_c on r ((c::text))");
        run("alter table r alter c type int using c::int");
        assertThat(run("select * from r where c = 5")).isEqualTo(List.of(List.of("5")));
    }

    @Test
    void expressionsGiveOrder() {
        run("create index t_upper on t (upper(c))");
        run("create index t_sum on t ((a + b) desc)");
        assertThat(plan("select id from t order by upper(c) limit 3")).isEqualTo("Limit\n  ->  Index Scan using t_upper on t");
        assertThat(plan("select * from t order by upper(c) desc limit 3")).isEqualTo("Limit\n  ->  Index Scan Backward using t_upper on t");
        assertThat(plan("select id, a + b from t order by 2 desc, 1 limit 3")).contains("Sort");
        assertThat(plan("select id, a + b from t order by 2 desc limit 3")).isEqualTo("Limit\n  ->  Index Scan using t_sum on t");
        assertThat(plan("select id from t where upper(c) > 'C499' order by upper(c)")).startsWith("Index Scan using t_upper on t");
        assertThat(plan("select id from t order by upper(c) collate \"de-x-icu\" limit 3")).contains("Sort");
        assertThat(run("select id from t order by upper(c) desc limit 2")).isEqualTo(run("select id from t order by upper(c) || '' desc limit 2"));
    }

    @Test
    void joinsLookUpByExpressions() {
        run("create index t_upper on t (upper(c))");
        run("create table few (name text)");
        run("insert into few values ('C7'), ('C8'), (null)");
        for (String join : List.of("few join t on upper(t.c) = few.name", "t join few on few.name = upper(t.c)", "few left join t on upper(t.c) = few.name")) {
            assertThat(plan("select few.name, t.id from " + join)).as(join).contains("Nested Loop").contains("Index Scan using t_upper on t").contains("Index Cond: (upper((c)::text) = few.name)");
        }
        assertThat(run("select t.id from t join few on few.name = upper(t.c) order by 1")).isEqualTo(List.of(List.of("7"), List.of("8")));
        run("create index t_part on t (lower(d)) where a > 3");
        assertThat(plan("select * from few join t on lower(t.d) = few.name and t.a = 7")).contains("t_part");
        assertThat(plan("select * from few join t on lower(t.d) = few.name")).doesNotContain("t_part");
    }

    @Test
    void aPartialIndexServesWhatImpliesItsPredicate() {
        run("create index part on t (b) where a > 3");
        for (String implied : List.of("a > 3", "a > 5", "a >= 4", "a = 7", "a in (7, 8)", "(a = 7 or a = 9)", "3 < a", "a > 3::bigint", "(a > 10 and flag or a = 4)")) {
            assertThat(plan("select * from t where b = 1 and " + implied)).as(implied).startsWith("Index Scan using part on t").contains("(b = 1)");
        }
        for (String other : List.of("a > 2", "a >= 3", "a <> 3", "a < 7", "a in (3, 7)", "(a = 7 or b = 1)", "a is not null", "a + 0 > 3", "(a > 3 or a is null)", "a > 2.5")) {
            assertThat(plan("select * from t where b = 1 and " + other)).as(other).startsWith("Seq Scan");
        }
        assertThat(plan("select * from t where b = 1 and a > 3")).isEqualTo("Index Scan using part on t\n  Index Cond: (b = 1)");
        assertThat(plan("select * from t where b = 1 and a > 5")).isEqualTo("Index Scan using part on t\n  Index Cond: (b = 1)\n  Filter: (a > 5)");
        assertThat(plan("select * from t where b = 1")).startsWith("Seq Scan");
        run("prepare p(int) as select * from t where b = $1 and a > 3");
        assertThat(plan("execute p(7)")).contains("Index Scan using part on t");
        run("prepare q(int) as select * from t where b = 1 and a > $1");
        assertThat(plan("execute q(7)")).contains("Seq Scan");
    }

    @Test
    void nullsAndTruth() {
        run("create index known on t (b) where d is not null");
        for (String implied : List.of("d = 'd7'", "d is not null", "upper(d) > 'd'", "d like 'd%'", "d in ('a', 'b')", "not (d is null)")) {
            assertThat(plan("select * from t where b = 1 and " + implied)).as(implied).startsWith("Index Scan using known on t");
        }
        assertThat(plan("select * from t where b = 1 and coalesce(d, '') = ''")).startsWith("Seq Scan");
        assertThat(plan("select * from t where b = 1 and c = 'd7'")).startsWith("Seq Scan");
        run("drop index known");
        run("create index flagged on t (id) where flag");
        for (String implied : List.of("flag", "flag = true", "flag is true", "not not flag")) {
            assertThat(plan("select * from t where id > 4990 and " + implied)).as(implied).isEqualTo("Index Scan using flagged on t\n  Index Cond: (id > 4990)");
        }
        for (String other : List.of("not flag", "flag is not false", "flag is false", "flag is not null")) {
            assertThat(plan("select * from t where " + other)).as(other).startsWith("Seq Scan on t");
        }
        assertThat(plan("select * from t where flag order by id limit 3")).isEqualTo("Limit\n  ->  Index Scan using flagged on t");
        assertThat(plan("select * from t where flag")).as("a small part of the table").isEqualTo("Index Scan using flagged on t");
    }

    @Test
    void aPlanGoesWithItsIndexes() {
        run("prepare p as select id from t where upper(c) = 'C77'");
        String explain = "execute p";
        assertThat(plan(explain)).startsWith("Seq Scan");
        run("create index t_upper on t (upper(c))");
        assertThat(plan(explain)).startsWith("Index Scan using t_upper on t");
        assertThat(run("execute p")).isEqualTo(List.of(List.of("77")));
        run("alter table t alter c type text");
        assertThat(plan(explain)).isEqualTo("Index Scan using t_upper on t\n  Index Cond: (upper(c) = 'C77'::text)");
        run("alter table t alter c type varchar(20)");
        assertThat(plan(explain)).isEqualTo("Index Scan using t_upper on t\n  Index Cond: (upper((c)::text) = 'C77'::text)");
        run("begin; drop index t_upper");
        assertThat(plan(explain)).startsWith("Seq Scan");
        run("rollback");
        assertThat(plan(explain)).startsWith("Index Scan using t_upper on t");
        run("drop index t_upper");
        assertThat(plan(explain)).startsWith("Seq Scan");
        assertThat(run("execute p")).isEqualTo(List.of(List.of("77")));
    }

    @Test
    void bodiesOfFunctionsAndConstantsAreSeen() {
        run("create function twice(x int) returns int language sql immutable as 'select x * 2'");
        run("create function thrice(x int) returns int language plpgsql immutable as 'begin return x * 3; end'");
        run("create index t_twice on t (twice(a))");
        run("create index t_thrice on t (thrice(a))");
        run("create index t_far on t ((a + (10 * 10)))");
        assertThat(plan("select * from t where twice(a) = 14")).startsWith("Index Scan using t_twice on t");
        assertThat(plan("select * from t where a * 2 = 14")).startsWith("Index Scan using t_twice on t");
        assertThat(plan("select * from t where thrice(a) = 14")).startsWith("Index Scan using t_thrice on t");
        assertThat(plan("select * from t where a + 100 = 14")).startsWith("Index Scan using t_far on t");
        assertThat(plan("select * from t where a + 10 * 10 = 14")).startsWith("Index Scan using t_far on t");
    }

    @Test
    void aCallOfAnArrayIsNotTheCallOfItsElements() {
        run("create table lists (id int, list int[])");
        run("create index on lists (num_nulls(variadic list))");
        run("insert into lists values (1, '{1,null}'), (2, null)");
        assertThat(plan("select id from lists where num_nulls(variadic list) = 1")).startsWith("Index Scan using lists_num_nulls_idx");
        assertThat(plan("select id from lists where num_nulls(list) = 1")).startsWith("Seq Scan");
        assertThat(run("select id from lists where num_nulls(list) = 1")).isEqualTo(List.of(List.of("2")));
    }

    @Test
    void materializedViewsHaveThemToo() {
        run("create materialized view m as select * from t");
        run("create index m_upper on m (upper(c)) where a > 3");
        assertThat(plan("select * from m where upper(c) = 'C77' and a = 77")).startsWith("Index Scan using m_upper on m");
        assertThat(run("select id from m where upper(c) = 'C77' and a = 77")).isEqualTo(List.of(List.of("77")));
    }
}
