package io.craton.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where indexes are read for nulls and for what begins as a pattern does. What plans say is PostgreSQL's where nothing else is noted. */
class PatternIndexTest extends PlanTests {
    @BeforeEach
    void makeTables() {
        run("create table t (id int primary key, a int, b int, c text, v varchar(40), p char(8), n name, y bytea)");
        run("insert into t select i, nullif(i % 100, 0), case when i % 50 = 0 then i end, md5(i::text), md5(i::text), left(md5(i::text), 5), md5(i::text), decode(md5(i::text), 'hex') from generate_series(1, 5000) i");
    }

    private void isPlanned(String condition, String cond, String filter) {
        assertThat(plan("select id from t where " + condition)).as(condition).contains("Index Cond: " + cond + (filter.isEmpty() ? "" : "\n  Filter: " + filter));
    }

    @Test
    void aPatternIsABoundOfItsBeginning() {
        run("create index on t (c); create index on t (v); create index on t (p); create index on t (n); create index on t (y); analyze t");
        isPlanned("c like 'abc%'", "((c >= 'abc'::text) AND (c < 'abd'::text))", "(c ~~ 'abc%'::text)");
        isPlanned("c like 'abc'", "(c = 'abc'::text)", "(c ~~ 'abc'::text)");
        isPlanned("c like 'a!%b%' escape '!'", "((c >= 'a%b'::text) AND (c < 'a%c'::text))", "(c ~~ 'a\\%b%'::text)");
        isPlanned("c like 'a\\_b_'", "((c >= 'a_b'::text) AND (c < 'a_c'::text))", "(c ~~ 'a\\_b_'::text)");
        isPlanned("v like 'abc%'", "(((v)::text >= 'abc'::text) AND ((v)::text < 'abd'::text))", "((v)::text ~~ 'abc%'::text)");
        isPlanned("p like 'ab %'", "((p >= 'ab '::bpchar) AND (p < 'ab!'::bpchar))", "(p ~~ 'ab %'::text)");
        isPlanned("n like 'abc%'", "((n >= 'abc'::text) AND (n < 'abd'::text))", "(n ~~ 'abc%'::text)");
        isPlanned("y like '\\xabff'::bytea || '%'::bytea", "((y >= '\\xabff'::bytea) AND (y < '\\xac'::bytea))", "(y ~~ '\\xabff25'::bytea)");
        isPlanned("c ~ '^abc'", "((c >= 'abc'::text) AND (c < 'abd'::text))", "(c ~ '^abc'::text)");
        isPlanned("c ~ '^abc$'", "(c = 'abc'::text)", "(c ~ '^abc$'::text)");
        isPlanned("c ~ '^abc?'", "((c >= 'ab'::text) AND (c < 'ac'::text))", "(c ~ '^abc?'::text)");
        isPlanned("c ~* '^12a'", "((c >= '12'::text) AND (c < '13'::text))", "(c ~* '^12a'::text)");
        isPlanned("c ilike '12a%'", "((c >= '12'::text) AND (c < '13'::text))", "(c ~~* '12a%'::text)");
        isPlanned("c ^@ 'abc'", "((c >= 'abc'::text) AND (c < 'abd'::text))", "(c ^@ 'abc'::text)");
        isPlanned("starts_with(c, 'abc')", "((c >= 'abc'::text) AND (c < 'abd'::text))", "(c ^@ 'abc'::text)");
        isPlanned("c like 'abé%'", "((c >= 'abé'::text) AND (c < 'abê'::text))", "(c ~~ 'abé%'::text)");
        isPlanned("c like 'abc\udbff\udfff%'", "((c >= 'abc\udbff\udfff'::text) AND (c < 'abd'::text))", "(c ~~ 'abc\udbff\udfff%'::text)");
        for (String none : List.of("c like '%abc'", "c ~ 'abc'", "c ~ '^abc|def'", "c ilike 'abc%'", "c not like 'abc%'", "c ~* '^abc'", "c ~ '^[ab]c'", "c like ''", "c ^@ ''")) {
            assertThat(plan("select id from t where " + none)).as(none).startsWith("Seq Scan");
        }
        assertThat(run("select count(*) from t where c like 'ab%'")).isEqualTo(run("select count(*) from t where left(c, 2) = 'ab'"));
    }

    @Test
    void operatorsAreThoseOfTheIndex() {
        run("create index on t (lower(c) text_pattern_ops); create index on t (v desc nulls first); create index on t (a, c collate \"de-x-icu\"); analyze t");
        isPlanned("lower(c) like 'abc%'", "((lower(c) ~>=~ 'abc'::text) AND (lower(c) ~<~ 'abd'::text))", "(lower(c) ~~ 'abc%'::text)");
        isPlanned("v like 'abc%'", "(((v)::text >= 'abc'::text) AND ((v)::text < 'abd'::text))", "((v)::text ~~ 'abc%'::text)");
        // PostgreSQL's index is in another order there; ours is always in that of bytes.
        assertThat(plan("select id from t where a = 7 and c collate \"de-x-icu\" like 'abc%'")).contains("~>=~ 'abc'::text").contains("~<~ 'abd'::text");
    }

    @Test
    void nullsAreFoundAsAValueIs() {
        run("create index t_a on t (a, c); create index t_b on t (b desc nulls first); analyze t");
        assertThat(plan("select id from t where a is null")).isEqualTo("Index Scan using t_a on t\n  Index Cond: (a IS NULL)");
        assertThat(plan("select id from t where a is null and c like 'abc%'")).isEqualTo("""
                Index Scan using t_a on t
                  Index Cond: ((a IS NULL) AND (c >= 'abc'::text) AND (c < 'abd'::text))
                  Filter: (c ~~ 'abc%'::text)""");
        assertThat(plan("select id from t where b is null")).startsWith("Seq Scan");
        assertThat(plan("select id from t where b is not null")).isEqualTo("Index Scan using t_b on t\n  Index Cond: (b IS NOT NULL)");
        assertThat(plan("select id from t where a is not null")).startsWith("Seq Scan");
        assertThat(plan("select id from t where a = 5 and a is not null")).isEqualTo("Index Scan using t_a on t\n  Index Cond: ((a IS NOT NULL) AND (a = 5))");
        assertThat(plan("select id from t where b is not null order by b desc limit 3")).doesNotContain("Sort").contains("Index Cond: (b IS NOT NULL)").doesNotContain("Filter");
        assertThat(plan("select id from t where a is not null order by a limit 3")).isEqualTo("Limit\n  ->  Index Scan using t_a on t\n        Index Cond: (a IS NOT NULL)");
        assertThat(plan("select a from t where a is null order by a, c")).doesNotContain("Sort");
        assertThat(run("select count(*) from t where a is null")).isEqualTo(List.of(List.of("50")));
        assertThat(run("select id from t where b is not null order by b desc limit 2")).isEqualTo(List.of(List.of("5000"), List.of("4950")));
        assertThat(run("select min(id), count(*) from t where id is null")).isEqualTo(List.of(java.util.Arrays.asList(null, "0")));
    }

    @Test
    void aRowWithNullsIsTheOnlyOneWhereNullsAreNotDistinct() {
        run("create table u (x int, z int, w int, unique nulls not distinct (x, z), unique (z, w)); insert into u values (1, null, 1), (null, null, 2), (2, null, 3), (3, null, null), (4, null, null)");
        assertThat(run("select w from u where x is null and z is null")).isEqualTo(List.of(List.of("2")));
        assertThat(run("select w from u where x = 1 and z is null")).isEqualTo(List.of(List.of("1")));
        assertThat(run("select x from u where z is null and w is null order by x")).isEqualTo(List.of(List.of("3"), List.of("4")));
    }

    @Test
    void joinsAndThePastReadThemToo() {
        run("create index on t (c); analyze t");
        run("create table few (k int, d text); insert into few select i, 'p' || i % 9 from generate_series(1, 3) i; analyze few");
        assertThat(plan("select few.k, t.id from few join t on t.id = few.k and t.c like 'abc%'")).contains("Index Scan");
        run("create table past (id int primary key, c text); insert into past select i, 'c' || i from generate_series(1, 3000) i; create index on past (c)");
        String position = run("select craton_position()").getFirst().getFirst();
        run("delete from past where c like 'c29%'");
        assertThat(run("select count(*) from past where c like 'c29%'")).isEqualTo(List.of(List.of("0")));
        assertThat(run("select count(*) from past for system_time as of position " + position + " where c like 'c29%'")).isEqualTo(List.of(List.of("111")));
    }

    @Test
    void parametersDecideWhenTheyAreKnown() {
        run("create index t_c on t (c); analyze t");
        run("prepare p(text) as select count(*) from t where c like $1");
        assertThat(plan("execute p('abc%')")).contains("Index Scan using t_c on t\n        Index Cond: (c ~~ $1)\n        Filter: (c ~~ $1)");
        assertThat(plan("execute p('%abc')")).contains("Seq Scan on t\n        Filter: (c ~~ $1)");
        for (String pattern : List.of("'abc%'", "'%abc'", "''", "null", "'abc'", "'c4ca4238a0b923820dcc509a6f75849b'")) {
            assertThat(run("execute p(" + pattern + ")")).as(pattern).isEqualTo(run("select count(*) from t where c || '' like " + pattern));
        }
        run("prepare q(text) as select id from t where c like $1 || '%' order by id");
        assertThat(plan("execute q('ab')")).contains("Index Scan using t_c on t");
        assertThat(plan("execute q('')")).contains("Seq Scan");
        assertThat(run("execute q('ab')")).isEqualTo(run("select id from t where left(c, 2) = 'ab' order by id"));
        run("prepare d(text) as delete from t where c ^@ $1 returning id");
        assertThat(run("execute d('ab')")).isNotEmpty();
        assertThat(run("execute q('ab')")).isEmpty();
    }
}
