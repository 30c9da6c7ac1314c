package io.craton.sql.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of rows and definitions. What queries answered at the time is written down, and asked for again later, of that position or time, or in a session that lives there: by key, by index, by scan, in
 * order, in joins of different positions, after restarts.
 */
final class TimeTravelTest {
    private static final int STEPS = 35;

    @TempDir Path folder;

    /** What was seen at a position: answers by query, in which @ stands behind each table's name. */
    private record Seen(long position, String time, Map<String, List<String>> answers) {}

    private record Table(String name, List<String> columns) {}

    private final List<Seen> history = new ArrayList<>();
    private final Map<String, Table> tables = new TreeMap<>();
    private final List<byte[]> entries = new ArrayList<>();
    private SqlTestEngine engine;
    private SqlSession session;
    private Random random;
    private int names;

    @ParameterizedTest
    @ValueSource(longs = {3, 20261126})
    void thePastIsAsItWas(long seed) {
        random = new Random(seed);
        open();
        try {
            for (int step = 0; step < STEPS; step++) {
                try {
                    step();
                } catch (PgException e) {
                    throw new AssertionError("seed " + seed + " step " + step, e);
                }
                write();
                if (random.nextInt(3) == 0) compare(seed, 3);
                if (random.nextInt(20) == 0) reopen();
            }
            compare(seed, history.size());
        } finally {
            close();
        }
    }

    private void open() {
        engine = SqlTestEngine.openNarrow(folder, 64 << 10, 16 << 10, entries);
        session = engine.session("postgres");
    }

    private void reopen() {
        if (random.nextBoolean()) engine.checkpoint();
        close();
        open();
    }

    private void close() {
        session.close();
        engine.close();
    }

    private List<String> ask(String sql) {
        List<String> rows = new ArrayList<>();
        for (var row : SqlTestEngine.run(session, sql).rows()) rows.add(String.valueOf(row));
        return rows;
    }

    private void run(String sql) {
        SqlTestEngine.run(session, sql);
    }

    private void step() {
        if (tables.size() < 2) {
            create();
            return;
        }
        Table table = any();
        String name = table.name;
        switch (random.nextInt(18)) {
            case 0 -> {
                run("drop table " + name);
                tables.remove(name);
                if (random.nextBoolean()) reopen(); // numbers of what is gone must not be given out again
            }
            case 1 -> run("truncate " + name);
            case 2 -> run("create index on " + name + " (b)");
            case 3 -> run("create index on " + name + " (c desc, b)");
            case 4 -> {
                List<String> indexes = ask("select indexname from pg_indexes where tablename = '" + name + "' and indexname not like '%pkey' limit 1");
                if (!indexes.isEmpty()) run("drop index " + indexes.getFirst().replaceAll("[\\[\\]]", ""));
            }
            case 5 -> {
                String added = "x" + ++names;
                run("alter table " + name + " add column " + added + " int default " + names);
                List<String> columns = new ArrayList<>(table.columns);
                columns.add(added);
                tables.put(name, new Table(name, columns));
            }
            case 6 -> {
                if (table.columns.size() > 3) {
                    List<String> columns = new ArrayList<>(table.columns);
                    run("alter table " + name + " drop column " + columns.removeLast());
                    tables.put(name, new Table(name, columns));
                }
            }
            case 7 -> {
                String renamed = "t" + ++names;
                run("alter table " + name + " rename to " + renamed);
                tables.remove(name);
                tables.put(renamed, new Table(renamed, table.columns));
            }
            case 8 -> run("alter table " + name + " alter column b type " + (random.nextBoolean() ? "bigint" : "int"));
            case 9 -> run("analyze " + name);
            case 10 -> run("begin; " + change(name) + "; savepoint s; " + change(name) + "; rollback to s; " + change(name) + "; commit");
            case 11 -> run("begin; " + change(name) + "; alter table " + name + " alter column c set default 'd" + ++names + "'; " + change(name) + "; commit");
            case 12 -> {
                run("drop table " + name);
                tables.remove(name);
                reopen();
                create();
            }
            default -> run(change(name));
        }
    }

    private Table any() {
        return new ArrayList<>(tables.values()).get(random.nextInt(tables.size()));
    }

    private void create() {
        String name = "t" + ++names;
        boolean keyed = random.nextInt(4) != 0;
        run("create table " + name + " (a int" + (keyed ? " primary key" : "") + ", b int, c text default 'new')");
        tables.put(name, new Table(name, List.of("a", "b", "c")));
        if (random.nextBoolean()) run("create index on " + name + " (b)");
        run("insert into " + name + "(a, b, c) select g, g % 7, 'c' || g % 5 from generate_series(1, " + (1 + random.nextInt(400)) + ") g");
    }

    private String change(String name) {
        int key = random.nextInt(500);
        return switch (random.nextInt(6)) {
            case 0 -> "insert into " + name + "(a, b, c) select g, g % 9, 'i' || g from generate_series(" + key + ", " + (key + random.nextInt(60)) + ") g"
                    + " where not exists (select 1 from " + name + " where a = g)";
            case 1 -> "delete from " + name + " where a between " + key + " and " + (key + random.nextInt(80));
            case 2 -> "update " + name + " set b = b + 1 where a % " + (2 + random.nextInt(9)) + " = 0";
            case 3 -> "update " + name + " set a = a + 1000 where a = (select max(a) from " + name + ") and a < 1000000";
            case 4 -> "update " + name + " set c = c || '!', b = " + random.nextInt(9) + " where b = " + random.nextInt(9);
            default -> "update " + name + " set b = a where a = " + key;
        };
    }

    private void write() {
        String[] now = ask("select craton_position(), now()").getFirst().replaceAll("[\\[\\]]", "").split(", ");
        Map<String, List<String>> answers = new TreeMap<>();
        for (Table table : tables.values()) {
            String name = table.name;
            int key = random.nextInt(500);
            for (String query : List.of(
                    "select * from " + name + "@ order by a, b, c",
                    "select * from " + name + "@ where a = " + key,
                    "select * from " + name + "@ where b = " + random.nextInt(9) + " order by a, c",
                    "select b from " + name + "@ order by b limit 3",
                    "select c, b from " + name + "@ order by c desc, b limit 4",
                    "select count(*), sum(b), min(c) from " + name + "@ where a > " + key,
                    "select x.a, y.c from " + name + "@ x join " + any().name + "@ y on y.a = x.b where x.a < 40 order by 1, 2")) {
                answers.put(query, ask(query.replace("@", "")));
            }
        }
        history.add(new Seen(Long.parseLong(now[0]), now[1], answers));
    }

    private void compare(long seed, int times) {
        for (int i = 0; i < times; i++) {
            Seen seen = times == history.size() ? history.get(i) : history.get(random.nextInt(history.size()));
            int way = random.nextInt(4);
            String clause = way == 0 ? " for system_time as of '" + seen.time + "'" : way == 1 ? "" : " for system_time as of position " + seen.position;
            if (way == 1) run("set craton.as_of = '" + (random.nextBoolean() ? seen.position : seen.time) + "'");
            seen.answers.forEach((query, rows) -> {
                String text = query.replace("@", clause) + (way == 1 ? " /* as of " + seen.position + " */" : "");
                List<String> answer;
                try {
                    answer = ask(text);
                } catch (PgException e) {
                    throw new AssertionError("seed " + seed + ": " + text, e);
                }
                assertThat(answer).as("seed %s: %s", seed, text).isEqualTo(rows);
            });
            if (way == 1) run("reset craton.as_of");
        }
    }
}
