package io.craton.sql.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the least memory that a statement may have, everything that keeps rows writes them to files, and gives what it gives in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SpillTest {
    private static final int ROWS = 5000;

    private final long seed = Long.getLong("craton.seed", System.nanoTime() >>> 8 & 0xffffff);
    private final Random random = new Random(seed);
    private Path folder;
    private SqlTestEngine engine;
    private SqlSession roomy;
    private SqlSession narrow;

    @BeforeAll
    void load(@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path at) {
        folder = at;
        engine = SqlTestEngine.open(at);
        roomy = engine.session("postgres");
        narrow = engine.session("postgres");
        SqlTestEngine.run(narrow, "set craton.statement_memory = '64kB'");
        table("a", 1 + random.nextInt(3000));
        table("b", 1 + random.nextInt(3000));
    }

    /** @param keys about so many different ones: from nearly one group to groups of two */
    private void table(String name, int keys) {
        SqlTestEngine.run(roomy, "create table " + name + " (id int primary key, k int, t text, n numeric)");
        StringBuilder rows = new StringBuilder("insert into " + name + " values ");
        for (int id = 0; id < ROWS; id++) {
            String key = random.nextInt(50) == 0 ? "null" : Integer.toString(random.nextInt(keys));
            String text = random.nextInt(50) == 0 ? "null" : "'" + Integer.toString(random.nextInt(keys), 36) + "x".repeat(20 + random.nextInt(40)) + "'";
            rows.append(id == 0 ? "" : ", ").append("(%d, %s, %s, %d.%d)".formatted(id, key, text, random.nextInt(1000), random.nextInt(100)));
        }
        SqlTestEngine.run(roomy, rows.toString());
    }

    @AfterAll
    void close() throws IOException {
        engine.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    private static List<List<String>> sorted(SqlSession session, String statement) {
        return SqlTestEngine.run(session, statement).rows().stream().sorted(Comparator.comparing(Object::toString)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Sort # select * from a order by t desc nulls last, n, id",
        "Sort # select k, t from a order by k nulls first, t, id offset 10 limit 4500",
        // Runs of so many rows are more than are merged at once; equal rows stay in their order.
        "Sort # select g % 7, g from generate_series(1, 80000) g order by g % 7",
        "Sort # select id, repeat(t, 100) from a order by repeat(t, 100) desc, id",
        "Join # select a.id, b.id, a.t from a join b on a.id = b.id and a.n < b.n + 900",
        "Join # select a.id, b.t from a left join b on a.t = b.t",
        "Join # select a.t, b.t, b.n from a full join b on a.k = b.id and b.n > 300",
        "Join # select t, n from a where exists (select from b where b.t = a.t and b.n <> a.n)",
        "Join # select t, n from a where not exists (select from b where b.t = a.t and b.n <> a.n)",
        "Aggregate # select t || id % 4000, count(*), sum(n), min(t), avg(n) from a group by 1",
        "Aggregate # select t, count(distinct k), max(n), bool_or(k > 7) from a group by t",
        "Aggregate # select k, t, sum(n), grouping(k, t) from a group by cube (k, t)",
        "Aggregate # select t, string_agg(k::text, ',' order by id) from a group by t, n",
        "Aggregate # select distinct t, n from a",
        "WindowAgg # select id, sum(n) over (order by n, id), count(*) over (partition by k) from a",
        "WindowAgg # select id, lag(t, 3) over w, last_value(n) over w, row_number() over w from a window w as (partition by id % 2 order by t, id)",
        "WindowAgg # select id, sum(n) over (order by id rows between 50 preceding and 50 following), ntile(7) over (order by n, id) from a",
        "CTE # with c as materialized (select id, t, n from a) select x.id, y.t from c x join c y on x.id = y.id + 1",
        "CTE # with c as (update a set n = n returning id, t, n) select x.id, y.t from c x join c y on x.id = y.id + 1",
        "Union # with recursive r(i, t) as (select id, t from a where id < 2500 union select i + 2500, t from r where i < 5000) select * from r",
        "Union # with recursive r(i, t) as (select id, t from a union all select i + 5000, t from r where i < 7000) select * from r",
        "Aggregate # select t, n from a union select t, n from b",
        "SetOp # select t, k from a intersect all select t, k from b",
        "SetOp # select t, k from a except select t, k from b",
        "SetOp # select t, k from a except all select t, k from b where n < 500",
    })
    void spillingChangesNothing(String line) {
        String what = line.substring(0, line.indexOf(" # "));
        String statement = line.substring(line.indexOf(" # ") + 3);
        boolean ordered = what.equals("Sort");
        List<List<String>> expected = ordered ? SqlTestEngine.run(roomy, statement).rows() : sorted(roomy, statement);
        List<List<String>> rows = ordered ? SqlTestEngine.run(narrow, statement).rows() : sorted(narrow, statement);
        assertEquals(expected, rows, "seed " + seed);
        String node = "";
        boolean spilled = false;
        StringBuilder plan = new StringBuilder();
        for (List<String> each : SqlTestEngine.run(narrow, "explain (analyze, timing off, costs off) " + statement).rows()) {
            String text = each.get(0);
            plan.append('\n').append(text);
            if (text.contains("(actual ")) node = text;
            spilled |= node.contains(what) && (text.contains("Disk: ") || text.contains("Disk Usage: ") || text.contains("Storage: Disk "));
        }
        assertTrue(spilled, "seed " + seed + ", no " + what + " that spilled in" + plan);
    }
}
