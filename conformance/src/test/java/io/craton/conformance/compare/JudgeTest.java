package io.craton.conformance.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.conformance.run.Exchange;
import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Field;
import io.craton.conformance.wire.Report;
import io.craton.conformance.wire.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts as the same answer. */
class JudgeTest {
    private final Judge judge = new Judge(Map.of(23, "int4", 25, "text"));

    private static Exchange exchange(String sql, Answer.End end, Result... results) {
        return new Exchange(new Exchange.Key(0, 1), 1, sql, Exchange.Kind.STATEMENT, new Answer(List.of(results), List.of(), end, 'I'), 0, 0);
    }

    private static Exchange exchange(String sql, Result... results) {
        return exchange(sql, Answer.End.READY, results);
    }

    private static Result rows(String name, int type, String... cells) {
        return new Result.Rows(List.of(new Field(name, type, -1)), Arrays.stream(cells).map(c -> Arrays.asList(c)).toList(), "SELECT " + cells.length);
    }

    private static Result failure(String state, String message, String position) {
        return new Result.Failure(new Report(Map.of('C', state, 'M', message, 'P', position)));
    }

    private Verdict judge(String sql, Result expected, Result actual) {
        return judge.judge(exchange(sql, expected), exchange(sql, actual));
    }

    @Test
    void orderMattersWhereTheStatementSaysSo() {
        Result one = rows("a", 23, "1", "2");
        Result other = rows("a", 23, "2", "1");
        assertThat(judge("SELECT a FROM t", one, other).kind()).isEqualTo(Verdict.Kind.SAME);
        assertThat(judge("SELECT a FROM t ORDER BY b", one, other).reason()).isEqualTo("order of rows");
        assertThat(judge("SELECT a FROM (SELECT a FROM t ORDER BY b) s", one, other).kind()).isEqualTo(Verdict.Kind.SAME);
        assertThat(judge("SELECT 'order by' FROM t -- order by x", one, other).kind()).isEqualTo(Verdict.Kind.SAME);
    }

    @Test
    void bagsCountTheirElements() {
        assertThat(judge("SELECT a FROM t", rows("a", 23, "1", "1", "2"), rows("a", 23, "1", "2", "2")).reason()).isEqualTo("value of a (int4)");
        assertThat(judge("SELECT a FROM t", rows("a", 23, "1", (String) null), rows("a", 23, (String) null, "1")).kind()).isEqualTo(Verdict.Kind.SAME);
        assertThat(judge("SELECT a FROM t", rows("a", 23, "1"), rows("a", 23, "1", "1")).reason()).isEqualTo("number of rows");
    }

    @Test
    void namesAndTypesOfColumnsMatter() {
        assertThat(judge("SELECT 1", rows("a", 23, "1"), rows("b", 23, "1")).reason()).isEqualTo("column name: expected a, got b");
        assertThat(judge("SELECT 1", rows("a", 23, "1"), rows("a", 25, "1")).reason()).isEqualTo("column type: expected int4, got text");
        assertThat(judge("SELECT 1", rows("a", 16500, "1"), rows("a", 16601, "1")).kind()).isEqualTo(Verdict.Kind.SAME);
        assertThat(judge("SELECT 1", rows("a", 26, "16500"), rows("a", 26, "16601")).kind()).isEqualTo(Verdict.Kind.SAME);
        assertThat(judge("SELECT 1", rows("a", 26, "1259"), rows("a", 26, "16601")).kind()).isEqualTo(Verdict.Kind.DIFFERENT);
    }

    @Test
    void errorsAreStateAndMessage() {
        Result expected = failure("22003", "integer out of range", "8");
        assertThat(judge("SELECT 1", expected, failure("22003", "integer out of range", "8")).exact()).isTrue();
        Verdict elsewhere = judge("SELECT 1", expected, failure("22003", "integer out of range", "9"));
        assertThat(elsewhere.kind()).isEqualTo(Verdict.Kind.SAME);
        assertThat(elsewhere.exact()).isFalse();
        assertThat(judge("SELECT 1", expected, failure("22003", "out of range", "8")).kind()).isEqualTo(Verdict.Kind.DIFFERENT);
        assertThat(judge("SELECT 1", expected, rows("a", 23, "1")).reason()).isEqualTo("no error, expected 22003 integer out of range");
        assertThat(judge("SELECT 1", rows("a", 23, "1"), failure("42P01", "relation \"t\" does not exist", "")).reason())
                .isEqualTo("42P01 relation … does not exist");
    }

    @Test
    void brokenConnectionsAndPlansStandApart() {
        Exchange expected = exchange("SELECT 1", rows("a", 23, "1"));
        assertThat(judge.judge(expected, exchange("SELECT 1", Answer.End.CLOSED)).kind()).isEqualTo(Verdict.Kind.CLOSED);
        assertThat(judge.judge(expected, exchange("SELECT 1", Answer.End.CANCELLED)).kind()).isEqualTo(Verdict.Kind.HUNG);
        assertThat(judge.judge(expected, exchange("SELECT 1", Answer.End.HUNG)).kind()).isEqualTo(Verdict.Kind.HUNG);
        assertThat(judge.judge(expected, null).kind()).isEqualTo(Verdict.Kind.DIFFERENT);
        assertThat(judge("explain select 1", rows("QUERY PLAN", 25, "Result"), rows("QUERY PLAN", 25, "Values")).kind()).isEqualTo(Verdict.Kind.PLAN);
        assertThat(judge("explain select 1", rows("QUERY PLAN", 25, "Result"), failure("0A000", "no", "")).kind()).isEqualTo(Verdict.Kind.DIFFERENT);
    }

    @Test
    void followersArePutDownToTheFirstCause() {
        Causes causes = new Causes();
        assertThat(causes.root("CREATE TABLE p (a int) PARTITION BY LIST (a)", "0A000 partitioning")).isEqualTo("0A000 partitioning");
        assertThat(causes.root("INSERT INTO p VALUES (1)", "42P01 relation … does not exist")).isEqualTo("0A000 partitioning");
        assertThat(causes.root("SELECT * FROM q", "42P01 relation … does not exist")).isEqualTo("42P01 relation … does not exist");
        causes.succeeded("CREATE TABLE p (a int)");
        assertThat(causes.root("SELECT * FROM p", "number of rows")).isEqualTo("number of rows");
    }

    @Test
    void targetsOfStatements() {
        assertThat(SqlText.target("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)")).isEqualTo("i");
        assertThat(SqlText.target("INSERT INTO t (a) SELECT 1")).isEqualTo("t");
        assertThat(SqlText.target("delete from only \"T x\"")).isEqualTo("T x");
        assertThat(SqlText.target("CREATE CAST (a AS b) WITH FUNCTION f(a)")).isEmpty();
        assertThat(SqlText.target("COPY t (a) FROM stdin")).isEqualTo("t");
    }
}
