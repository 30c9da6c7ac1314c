package io.craton.sql.exec;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table with keyed columns does what the same table without them does. */
class KeyedColumnsTest {
    private static final String[] QUERIES = {
        "select * from %s order by a, b, c", "select * from %s where a = %d order by b, c", "select * from %s where b = 'v%d' order by a", "select count(*) from %s where a < %d",
        "select * from %s where a in (%d, 3, 99999999999) order by a", "select max(b), min(c) from %s where c >= %d", "select a from %s order by a desc limit %d",
        "select * from %s where lower(b) = 'v%d' order by a", "select * from %s where c = %d and b > 'v3' order by a", "select * from %s where b between 'v2' and 'v%d' order by a",
        "select x.a from %s x join plain y on y.b = x.b where y.a = %d order by x.a", "select distinct b from %s where c < %d order by b desc limit 3",
        "select a from %s where b like 'v1%%' order by a", "select a from %s where b like 'v%d' order by a", "select a from %s where lower(b) ~ '^v%d$' order by a", "select a from %s where b ^@ 'V%d' order by a",
        "select a from %s where c is null order by a", "select a from %s where c is null and a < %d order by a", "select c from %s where c is not null order by c desc limit 3", "select a from %s where c is not null and c = %d order by a"};

    @Test
    void asWithout(@TempDir Path folder) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession session = engine.session("postgres")) {
            for (String table : List.of("plain", "keyed")) {
                outcome(session, "create table " + table + " (a bigint, b text, c numeric)");
                if (table.equals("keyed")) outcome(session, "alter table keyed alter a set (craton.keyed), alter b set (craton.keyed = true), alter c set (craton.keyed = 'on')");
                outcome(session, "alter table " + table + " add primary key (a)");
                outcome(session, "create index on " + table + " (b desc)");
                outcome(session, "create index on " + table + " (lower(b), c)");
                outcome(session, "create index on " + table + " (c nulls first, a)");
            }
            assertThat(outcome(session, "explain select * from keyed where a = 1").getFirst()).contains("keyed_pkey");
            assertThat(outcome(session, "explain select * from keyed where a < 1").getFirst()).contains("Seq Scan");
            for (int step = 0; step < 400; step++) {
                int value = random.nextInt(30);
                int other = random.nextInt(30);
                String change = switch (random.nextInt(9)) {
                    case 0, 1, 2 -> "insert into %s values (" + value + ", 'V" + other + "', " + (other % 5 == 0 ? "null" : other + ".0") + ") on conflict (a) do update set c = excluded.c";
                    case 3 -> "update %s set a = " + other + " where a = " + value;
                    case 4 -> "update %s set b = 'v" + other + "' where c = " + value;
                    case 5 -> "delete from %s where a = " + value;
                    case 6 -> "begin";
                    case 7 -> "alter table keyed alter " + (random.nextBoolean() ? "b" : "c") + (random.nextBoolean() ? " set" : " reset") + " (craton.keyed)";
                    default -> random.nextBoolean() ? "commit" : "rollback";
                };
                if (change.contains("%s")) assertThat(outcome(session, change.formatted("keyed"))).as("seed " + seed + ", step " + step + ": " + change).isEqualTo(outcome(session, change.formatted("plain")));
                else outcome(session, change);
                String query = QUERIES[random.nextInt(QUERIES.length)];
                String here = query.contains("%d") ? query.formatted("keyed", value) : query.formatted("keyed");
                assertThat(outcome(session, here)).as("seed " + seed + ", step " + step + ": " + here).isEqualTo(outcome(session, here.replace("keyed", "plain")));
            }
        }
    }

    /** Rows, or the error, which leaves a transaction that is open as it was. */
    private static List<String> outcome(SqlSession session, String sql) {
        attempt(session, "savepoint before");
        List<String> lines = attempt(session, sql);
        if (!lines.isEmpty() && lines.getFirst().startsWith("ERROR")) attempt(session, "rollback to savepoint before");
        return lines;
    }

    private static List<String> attempt(SqlSession session, String sql) {
        List<String> lines = new ArrayList<>();
        try {
            for (List<String> row : SqlTestEngine.run(session, sql).rows()) lines.add(String.join("|", row.stream().map(String::valueOf).toList()));
        } catch (PgException e) {
            lines.add("ERROR: " + e.getMessage().replace("keyed", "plain"));
        }
        return lines;
    }
}
