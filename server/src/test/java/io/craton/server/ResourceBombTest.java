package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Statements that want more than a small server has are answered by an error, or by a result where PostgreSQL can; the server goes on serving. */
class ResourceBombTest {
    private static final int TIMEOUT_MILLIS = 200;

    @TempDir static Path folder;
    private static ServerProcess server;
    private static Connection witness;

    /** @param states SQLSTATEs that it may end with, empty text for a result; and always 57014, for the statement time-out is short */
    private record Bomb(String name, String sql, String... states) {}

    @BeforeAll
    static void start() throws IOException, SQLException {
        server = ServerProcess.start(folder, "512m");
        witness = server.connect();
        TestNode.run(witness, """
                create table t (a int primary key, b text);
                insert into t select g, repeat('x', g % 50) from generate_series(1, 1000) g;
                create function endless(int) returns int language plpgsql as 'begin return endless($1 + 1); end';""");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) server.kill();
    }

    private static String nested(int depth, String left, String middle, String right) {
        return left.repeat(depth) + middle + right.repeat(depth);
    }

    private static String list(int count, String separator, java.util.function.IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(separator));
    }

    private static List<Bomb> bombs() {
        String deep = "54001";
        String memory = "53200";
        String size = "54000";
        List<Bomb> bombs = new ArrayList<>();
        // Depth.
        bombs.add(new Bomb("parentheses", "select " + nested(200_000, "(", "1", ")"), deep));
        bombs.add(new Bomb("sums", "select 1" + "+1".repeat(200_000), deep, ""));
        bombs.add(new Bomb("minuses", "select " + "- ".repeat(200_000) + "1", deep));
        bombs.add(new Bomb("nots", "select " + "not ".repeat(200_000) + "true", deep));
        bombs.add(new Bomb("ands", "select " + list(100_000, " and ", i -> "true"), deep, ""));
        bombs.add(new Bomb("functions", "select " + nested(50_000, "abs(", "1", ")"), deep));
        bombs.add(new Bomb("casts", "select 1" + "::int".repeat(100_000), deep));
        bombs.add(new Bomb("concatenations", "select ''" + "||'x'".repeat(100_000), deep, ""));
        bombs.add(new Bomb("cases", "select " + nested(20_000, "case when true then ", "1", " end"), deep));
        bombs.add(new Bomb("arrays", "select " + nested(20_000, "array[", "1", "]"), deep));
        bombs.add(new Bomb("scalar subqueries", "select " + nested(20_000, "(select ", "1", ")"), deep));
        bombs.add(new Bomb("subqueries in FROM", nested(10_000, "select * from (", "select 1", ") x"), deep));
        bombs.add(new Bomb("nested joins", "select 1 from " + nested(10_000, "(", "t", " join t x on true)"), deep, "42712"));
        bombs.add(new Bomb("unions", list(5_000, " union all ", i -> "select " + i), deep, ""));
        bombs.add(new Bomb("nested CTEs", nested(10_000, "with x as (", "select 1", ") select * from x"), deep));
        bombs.add(new Bomb("json", "select (repeat('[', 1000000) || repeat(']', 1000000))::json", deep));
        bombs.add(new Bomb("jsonb", "select (repeat('{\"a\":', 1000000) || '1' || repeat('}', 1000000))::jsonb", deep));
        bombs.add(new Bomb("array literal", "select (repeat('{', 1000000) || repeat('}', 1000000))::int[]", size, "22P02"));
        bombs.add(new Bomb("regex groups", "select 'a' ~ (repeat('(', 100000) || 'a' || repeat(')', 100000))", "2201B", deep));
        bombs.add(new Bomb("endless recursion", "select endless(1)", deep));
        bombs.add(new Bomb("endless CTE", "with recursive r as (select 1 as n union all select n + 1 from r) select max(n) from r"));
        // Width.
        bombs.add(new Bomb("1,600 columns", "create table wide (" + list(1_600, ",", i -> "c" + i + " int") + "); insert into wide default values; table wide", ""));
        bombs.add(new Bomb("1,601 columns", "create table wider (" + list(1_601, ",", i -> "c" + i + " int") + ")", "54011"));
        bombs.add(new Bomb("1,665 results", "select " + list(1_665, ",", i -> "1"), "54011"));
        bombs.add(new Bomb("giant IN list", "select count(*) from t where a in (" + list(200_000, ",", String::valueOf) + ")", "", size));
        bombs.add(new Bomb("giant VALUES", "select count(*) from (values " + list(50_000, ",", i -> "(" + i + ")") + ") v", ""));
        bombs.add(new Bomb("many joins", "select count(*) from " + list(300, ", ", i -> "t t" + i) + " where " + list(299, " and ", i -> "t" + i + ".a = t" + (i + 1) + ".a"),
                "", size, deep));
        bombs.add(new Bomb("many aggregates", "select " + list(1_600, ",", i -> "sum(a + " + i + ")") + " from t", ""));
        // Values.
        bombs.add(new Bomb("repeat", "select repeat('x', 1000000000)", memory, size));
        bombs.add(new Bomb("length of repeat", "select length(repeat('x', 1000000000))", memory, size));
        bombs.add(new Bomb("repeat over the limit", "select repeat('abc', 1000000000)", size));
        bombs.add(new Bomb("lpad", "select lpad('x', 1000000000)", memory, size));
        bombs.add(new Bomb("format", "select format('%1000000000s', 'x')", memory, size));
        bombs.add(new Bomb("replace", "select length(replace(repeat('a', 1000000), 'a', repeat('b', 100000)))", memory, size));
        bombs.add(new Bomb("doubling", "with recursive r(n, s) as (select 1, 'x' union all select n + 1, s || s from r where n < 40) select max(length(s)) from r", memory, size));
        bombs.add(new Bomb("string_agg", "select length(string_agg(repeat('x', 1000), '')) from generate_series(1, 2000000)", memory, size));
        bombs.add(new Bomb("array_agg", "select cardinality(array_agg(g)) from generate_series(1, 200000000) g", memory, size));
        bombs.add(new Bomb("array_fill", "select array_fill(1, array[100000, 100000])", size));
        bombs.add(new Bomb("array_fill within the limit", "select cardinality(array_fill(1::bigint, array[100000000]))", memory, size));
        bombs.add(new Bomb("string_to_array", "select cardinality(string_to_array(repeat('a,', 50000000), ','))", memory, size, ""));
        bombs.add(new Bomb("array of a subquery", "set statement_timeout = '60s'; select cardinality(array(select g from generate_series(1, 50000000) g))", memory));
        bombs.add(new Bomb("regexp_split", "set statement_timeout = '60s'; select cardinality(regexp_split_to_array(repeat('a ', 20000000), ' '))", memory));
        bombs.add(new Bomb("regexp_matches", "set statement_timeout = '60s'; select count(*) from regexp_matches(repeat('ab', 20000000), 'a', 'g')", memory));
        bombs.add(new Bomb("jsonb_agg", "select length(jsonb_agg(g)::text) from generate_series(1, 100000000) g", memory, size));
        bombs.add(new Bomb("notifications", "set statement_timeout = '60s'; do $$ begin for i in 1 .. 1000000 loop perform pg_notify('c', repeat('x', 7000) || i); end loop; end $$", memory));
        bombs.add(new Bomb("numeric power", "select 9::numeric ^ 9999999", "22003"));
        bombs.add(new Bomb("factorial", "select factorial(1000000)", "22003"));
        bombs.add(new Bomb("numeric product", "select 1e131000 * 1e131000", "22003"));
        bombs.add(new Bomb("many digits", "select length((repeat('9', 100000)::numeric * repeat('9', 100000)::numeric)::text)", "", "22003"));
        bombs.add(new Bomb("bits", "select length(repeat('1', 90000000)::bit(83886080))", "", memory, size));
        // Time.
        bombs.add(new Bomb("series over everything", "select count(*) from generate_series(-9223372036854775808, 9223372036854775807)"));
        bombs.add(new Bomb("rows without end", "select * from generate_series(1, 9223372036854775807) g where g < 0"));
        bombs.add(new Bomb("times without end", "select count(*) from generate_series('4713-01-01 BC'::timestamp, '294276-01-01', '1 microsecond')"));
        bombs.add(new Bomb("cartesian product", "select count(*) from t a, t b, t c, t d where a.b || b.b || c.b || d.b = 'y'"));
        bombs.add(new Bomb("sort of it all", "select a.a from t a, t b, t c order by a.b || b.b || c.b, c.a limit 1", size, "53100", memory));
        bombs.add(new Bomb("distinct of it all", "select count(distinct md5(a.a::text || b.a::text || c.a::text)) from t a, t b, t c", memory, "53100"));
        bombs.add(new Bomb("window over it all", "select max(s) from (select sum(a.a) over (order by b.a, a.a rows between 100000 preceding and 100000 following) s from t a, t b) x", "", memory));
        bombs.add(new Bomb("regex backtracking", "select repeat('a', 60) ~ '^(a+)+$' and repeat('a', 60) || 'b' ~ '^(a|a)*$'", ""));
        bombs.add(new Bomb("regex backreference", "select repeat('a', 5000) || 'b' ~ '^(a+)(a+)(a+)\\1\\2\\3c$'", "", "2201B"));
        bombs.add(new Bomb("regex bounds", "select 'a' ~ '((a{1,255}){1,255}){1,255}'", "2201B", "54001", memory));
        bombs.add(new Bomb("like", "select repeat('a', 100000) like repeat('%a', 200) || 'b'", ""));
        bombs.add(new Bomb("like in the middle", "select repeat('ab', 20000) like '%' || repeat('a%b%', 3000) || 'c'", ""));
        bombs.add(new Bomb("similar", "select repeat('a', 40) || 'b' similar to '((a|a)*|a)*'", "", "2201B"));
        bombs.add(new Bomb("series against series", "select count(*) from generate_series(1, 100000) a where exists (select from generate_series(1, 1000000) b where b = -a)", ""));
        // Bounds.
        bombs.add(new Bomb("date", "select date '5874897-12-31' + 1", "22008"));
        bombs.add(new Bomb("days", "select date '2000-01-01' + 2147483647", "22008"));
        bombs.add(new Bomb("timestamp", "select timestamp '294276-12-31 23:59:59' + interval '1 day'", "22008"));
        bombs.add(new Bomb("interval", "select interval '2147483647 years'", "22015", "22008"));
        bombs.add(new Bomb("interval product", "select interval '100000000 years' * 1e9", "22008"));
        bombs.add(new Bomb("make_date", "select make_date(2147483647, 12, 31)", "22008"));
        bombs.add(new Bomb("to_timestamp", "select to_timestamp(1e300)", "22008"));
        bombs.add(new Bomb("age", "select age('-infinity'::timestamp)", "22008", ""));
        bombs.add(new Bomb("substring", "select substring('abc' from -2147483648 for 2147483647)", "22011", ""));
        return bombs;
    }

    @TestFactory
    Stream<DynamicTest> statements() {
        return bombs().stream().map(bomb -> DynamicTest.dynamicTest(bomb.name, () -> explode(bomb)));
    }

    private static void explode(Bomb bomb) throws SQLException {
        long start = System.nanoTime();
        String state = "";
        String message = "";
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = " + TIMEOUT_MILLIS);
            boolean rows = statement.execute(bomb.sql);
            while (rows) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) continue;
                }
                rows = statement.getMoreResults();
            }
        } catch (SQLException e) {
            state = String.valueOf(e.getSQLState());
            message = e.getMessage();
        }
        if (Boolean.getBoolean("craton.bombs.print")) System.out.printf("%-30s %5s %6d ms  %.120s%n", bomb.name, state, (System.nanoTime() - start) / 1_000_000, message);
        assertThat(TestNode.value(witness, "select 1")).isEqualTo("1");
        if (!state.equals("57014")) assertThat(List.of(bomb.states)).as(message).contains(state);
    }

    @TestFactory
    @Timeout(60)
    Stream<DynamicTest> sessions() {
        return Stream.of(
                DynamicTest.dynamicTest("65,535 parameters", ResourceBombTest::parameters),
                DynamicTest.dynamicTest("a long literal", () -> literal(16 << 20)),
                DynamicTest.dynamicTest("large constants", ResourceBombTest::constants),
                DynamicTest.dynamicTest("beside others", ResourceBombTest::beside),
                DynamicTest.dynamicTest("savepoints without end", () -> repeated("savepoint s", 100_000)),
                DynamicTest.dynamicTest("advisory locks", () -> repeated("select pg_advisory_lock(g) from generate_series(1, 300000) g", 1)));
    }

    private static void parameters() throws SQLException {
        try (Connection connection = server.connect();
                PreparedStatement statement = connection.prepareStatement("select count(*) from t where a in (" + String.join(",", Collections.nCopies(65_535, "?")) + ")")) {
            for (int i = 1; i <= 65_535; i++) statement.setInt(i, i);
            try (ResultSet result = statement.executeQuery()) {
                assertThat(result.next()).isTrue();
                assertThat(result.getInt(1)).isEqualTo(1000);
            }
        }
    }

    /** Plans are kept, and must not keep what their constants come to. */
    private static void constants() throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            for (int i = 0; i < 20; i++) {
                try (ResultSet result = statement.executeQuery("select md5(concat(repeat('x', 30000000), now() is null))::text <> '" + i + "' from generate_series(1, 2)")) {
                    assertThat(result.next()).isTrue();
                    assertThat(result.getBoolean(1)).isTrue();
                }
            }
        }
    }

    /** Three who want more than there is, over and over: each gets 53200, its session goes on, and nothing that others do fails. */
    private static void beside() throws Exception {
        List<String> greedy = List.of("select cardinality(array_agg(g)) from generate_series(1, 200000000) g", "select length(repeat('x', 1000000000))",
                "select length(string_agg(repeat('x', 1000), '')) from generate_series(1, 2000000)", "select length(format('%1000000000s', 'x'))",
                "select length(replace(repeat('a', 1000000), 'a', repeat('b', 100000)))");
        TestNode.run(witness, "create table beside (n bigint primary key)");
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) all.add(Thread.ofPlatform().start(() -> {
            try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
                for (String sql : greedy) {
                    assertThatThrownBy(() -> statement.execute(sql)).isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).as(sql).isIn("53200", "54000"));
                    assertThat(TestNode.value(connection, "select 1")).isEqualTo("1");
                }
            } catch (SQLException | AssertionError e) {
                wrong.add(e.toString());
            }
        }));
        Thread other = Thread.ofPlatform().start(() -> {
            try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
                for (long n = 0; !over.get(); n++) {
                    statement.execute("insert into beside values (" + n + ")");
                    Thread.sleep(20);
                }
            } catch (SQLException | InterruptedException e) {
                wrong.add("beside: " + e);
            }
        });
        for (Thread each : all) each.join();
        over.set(true);
        other.join();
        assertThat(wrong).isEmpty();
        assertThat(TestNode.value(witness, "select sum(memory) from craton_tenants")).as("all is given back").isEqualTo("0");
    }

    /** What one thread does not get must not end the process. */
    @Test
    void theLauncherDoesNotEndTheServerForOneStatement() throws IOException {
        assertThat(Files.readString(Path.of("..", "bin", "craton-launch"))).doesNotContain("ExitOnOutOfMemoryError", "CrashOnOutOfMemoryError");
    }

    private static void literal(int length) throws SQLException {
        explode(new Bomb("a literal of " + length, "select length('" + "x".repeat(length) + "')", "", "53200", "54000"));
    }

    private static void repeated(String sql, int times) throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            String many = String.join(";", Collections.nCopies(Math.min(times, 1000), sql));
            for (int i = 0; i < Math.max(1, times / 1000); i++) statement.execute(many);
            connection.rollback();
        }
        assertThat(TestNode.value(witness, "select 1")).isEqualTo("1");
    }
}
