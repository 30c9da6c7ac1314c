package io.craton.sql.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table with indexes, on expressions and partial ones too, answers as the same table without any, whatever was done to both and asked of them. */
class ExpressionIndexModelTest {
    private static final int STEPS = 400;
    private static final String[] INDEXES = {"(upper(c))", "((a + b) desc)", "(lower(c), a)", "(b) where a > 3", "(a) where c is not null", "((a % 3)) where f",
        "(lower(c) desc nulls last) where b < 5 and a is not null", "(a, (b - a))", "((c || 'x') collate \"C\")", "(b) where c in ('a1', 'A2', 'b')", "((a > b))",
        "(upper(c collate \"de-x-icu\"))", "(a) where not f", "((coalesce(a, b)), c) where c > 'a2' or a = 4", "((n * 2))", "(n) where n >= 1.50", "(c collate \"C\") where upper(c) = 'A1'",
        "(c)", "(c desc nulls last, a)", "(a, c, b)", "(b nulls first, a desc)", "(c) where a is null", "(f, c desc)", "(e)", "(c collate \"de-x-icu\")", "(a desc)"};
    private static final String[] SUBJECTS = {"a", "b", "a + b", "a % 3", "b - a", "coalesce(a, b)"};
    private static final String[] TEXTS = {"c", "upper(c)", "lower(c)", "c || 'x'", "upper(c collate \"de-x-icu\")", "c collate \"C\"", "upper(c) collate \"de-x-icu\""};

    private static final String[] PATTERNS = {"like 'a%'", "like 'A_'", "like 'é%'", "like 'a1'", "like 'a1 %'", "like '%1'", "like 'b%1'", "like 'x!%%' escape '!'", "like '\\%%'", "like ''", "ilike '1%'",
        "ilike '12'", "ilike 'a%'", "~ '^a'", "~ '^(b1)$'", "~ '^a1?'", "~ '^a1*$'", "~ '^é+'", "~* '^1[2a]'", "~ '^(a|b)'", "~ '^a|1$'", "^@ 'b'", "^@ ''", "not like 'a%'", "like null", "like 'x\u001f%'",
        "like '\udbff\udfff%'", "like '\ud7ff%'"};

    private static final Pattern LITERAL = Pattern.compile("(?:like|~|\\^@) ('[^']*')(?! escape)");

    @TempDir Path folder;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private SqlSession session;
    private int reads;

    @Test
    void asWithoutIndexes() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder); SqlSession own = engine.session("postgres")) {
            session = own;
            for (String table : List.of("plain", "quick")) {
                run("create table " + table + " (id int primary key, a int, b int, c text, f boolean, n numeric, e bytea)");
            }
            run("create table few (x int, y text); insert into few values (1, 'A1'), (3, 'b'), (5, 'a2'), (null, null)");
            List<String> positions = new ArrayList<>();
            int id = 0;
            for (int step = 0; step < STEPS; step++) {
                String as = "seed " + seed + ", step " + step + ": ";
                for (int i = random.nextInt(4); i >= 0; i--) {
                    String change = change(++id);
                    assertThat(both(change, "quick")).as(as + change).isEqualTo(both(change, "plain"));
                }
                if (step < 8 || random.nextInt(20) == 0) attempt(step < 8 || random.nextInt(3) > 0 ? "create index on quick " + any(INDEXES) : "drop index if exists quick_" + any("upper", "expr", "lower_a", "a", "b", "c", "a_c_b", "c1") + "_idx");
                if (random.nextInt(12) == 0) {
                    String type = any("text", "varchar", "varchar(30)", "char(12)", "text collate \"C\"");
                    String change = "alter table %s alter c type " + type;
                    assertThat(both(change, "quick")).as(as + change).isEqualTo(both(change, "plain"));
                }
                if (random.nextInt(30) == 0) run("analyze quick");
                switch (random.nextInt(12)) {
                    case 0 -> attempt("begin");
                    case 1 -> attempt(random.nextInt(3) > 0 ? "commit" : "rollback");
                    case 2 -> positions.add(run("select craton_position()").getFirst());
                    default -> {}
                }
                for (int i = 0; i < 4; i++) {
                    String query = query(positions);
                    if (random.nextInt(3) == 0) prepared(query, as);
                    attempt("savepoint before");
                    List<String> plan = attempt("explain " + query.replace("%s", "quick"));
                    if (plan.getFirst().startsWith("ERROR")) attempt("rollback to savepoint before");
                    if (plan.toString().replace("using quick_pkey", "").contains("using quick_")) reads++;
                    assertThat(both(query, "quick")).as(as + query + "\n" + plan).isEqualTo(both(query, "plain"));
                }
            }
        }
        assertThat(reads).as("queries that read an index, seed %d", seed).isGreaterThan(STEPS / 4);
    }

    private String any(String... of) {
        return of[random.nextInt(of.length)];
    }

    private String change(int id) {
        String text = random.nextInt(6) == 0 ? "null" : "'" + any("a", "A", "b", "B", "é", "1", "x%", "x\u001f", "\udbff\udfff", "\ud7ff", "\ue000") + (random.nextBoolean() ? "" : random.nextInt(4)) + "'";
        String number = random.nextInt(7) == 0 ? "null" : String.valueOf(random.nextInt(10));
        String flag = any("true", "false", "null");
        return switch (random.nextInt(6)) {
            case 0 -> "update %s set a = " + number + ", f = " + flag + " where " + condition();
            case 1 -> "update %s set e = convert_to(c, 'UTF8'), c = " + text + " where " + condition() + " and id % 3 = " + random.nextInt(3);
            case 2 -> "delete from %s where " + condition() + " and id % 4 = " + random.nextInt(4);
            default -> "insert into %s (id, a, b, c, f, n) select " + id + " * 10 + i, " + number + " + i, " + random.nextInt(10) + ", " + text + ", " + flag + ", " + random.nextInt(6) + ".50 - i from generate_series(0, "
                    + random.nextInt(6) + ") i";
        };
    }

    private String atom() {
        String operator = any("=", "=", "=", "<", "<=", ">", ">=", "<>");
        return switch (random.nextInt(13)) {
            case 9 -> any("a", "b", "c", "f", "n", "e", "a + b", "lower(c)", "c || 'x'") + " is " + any("", "not ") + "null";
            case 10, 11 -> any(TEXTS) + " " + any(PATTERNS);
            case 12 -> any("e like 'a%'", "e like '\\303%'::bytea", "e like 'a1'", "e is null", "starts_with(c, 'a')", "id is null", "c >= 'a'");
            case 0, 1, 2 -> any(SUBJECTS) + " " + operator + " " + random.nextInt(10);
            case 3, 4 -> any(TEXTS) + " " + operator + " '" + any("a1", "A1", "A2", "b", "B", "É", "a1x", "bx") + "'";
            case 5 -> any(SUBJECTS) + " in (" + random.nextInt(10) + ", " + random.nextInt(10) + ", null)";
            case 6 -> any("f", "not f", "f = true", "f is true", "f is not true", "a > b", "c is not null", "c is null", "a is not null", "b < 5", "c in ('a1', 'b')", "upper(c) = 'A1'", "(c > 'a2' or a = 4)");
            case 7 -> any("n * 2", "n") + " " + operator + " " + random.nextInt(4) + any("", ".5", ".50");
            default -> any("a > 3", "a > 5", "a >= 4", "a = 7", "b = 2", "lower(c) = 'a1'", "a in (4, 8)");
        };
    }

    private String condition() {
        StringBuilder text = new StringBuilder(atom());
        for (int i = random.nextInt(3); i > 0; i--) {
            String next = atom();
            if (random.nextInt(5) == 0) text.insert(0, "(").append(" or ").append(next).append(")");
            else text.append(" and ").append(next);
        }
        return text.toString();
    }

    private String query(List<String> positions) {
        String past = !positions.isEmpty() && random.nextInt(5) == 0 ? " for system_time as of position " + any(positions.toArray(String[]::new)) : "";
        return switch (random.nextInt(6)) {
            case 0 -> "select count(*), sum(id) from %s" + past + " t where " + condition();
            case 1 -> "select " + any("upper(c)", "a + b", "lower(c)", "coalesce(a, b)", "a", "c", "b") + " as k from %s" + past + " t where " + condition() + " order by 1 " + any("", "desc", "nulls first") + " limit " + (1 + random.nextInt(9));
            case 2 -> "select few.y, t.id from few " + any("", "left ") + "join %s" + past + " t on upper(t.c) = few.y and " + condition() + " order by 1, 2";
            case 3 -> "select few.x, count(t.id) from few left join %s" + past + " t on t.a + t.b = few.x and " + condition() + " group by 1 order by 1";
            case 4 -> "select x from few where " + any("", "not ") + "exists (select from %s" + past + " t where upper(t.c) = few.y and " + condition() + ") order by 1";
            default -> "select * from %s" + past + " t where " + condition() + " order by id";
        };
    }

    /** The query with its first pattern as a parameter, which is another pattern the second time. */
    private void prepared(String query, String as) {
        Matcher literal = LITERAL.matcher(query);
        if (!literal.find()) return;
        String text = query.substring(0, literal.start(1)) + "$1" + query.substring(literal.end(1));
        String first = query.substring(literal.start(1), literal.end(1));
        String second = any("'a%'", "'%1'", "''", "null", "'é%'", "'^a'");
        attempt("deallocate all");
        for (String table : List.of("plain", "quick")) {
            attempt("savepoint before");
            List<String> lines = attempt("prepare " + table + "_p(text) as " + text.replace("%s", table));
            if (lines.isEmpty()) continue;
            attempt("rollback to savepoint before");
            return;
        }
        for (String value : List.of(first, second, first)) {
            assertThat(both("execute %s_p(" + value + ")", "quick")).as(as + text + " with " + value).isEqualTo(both("execute %s_p(" + value + ")", "plain"));
        }
    }

    /** Rows, or the error, which leaves a transaction that is open as it was. */
    private List<String> both(String text, String table) {
        attempt("savepoint before");
        List<String> lines = attempt(text.replace("%s", table));
        if (!lines.isEmpty() && lines.getFirst().startsWith("ERROR")) attempt("rollback to savepoint before");
        return lines.stream().map(line -> line.replace("quick", "plain")).toList();
    }

    private List<String> attempt(String sql) {
        try {
            return run(sql);
        } catch (PgException e) {
            return List.of("ERROR: " + e.getMessage());
        }
    }

    private List<String> run(String sql) {
        return SqlTestEngine.run(session, sql).rows().stream().map(row -> String.join("|", row.stream().map(String::valueOf).toList())).toList();
    }
}
