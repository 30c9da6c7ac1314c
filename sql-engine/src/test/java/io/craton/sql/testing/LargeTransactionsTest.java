package io.craton.sql.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgException;
import io.craton.core.session.SqlSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random transactions of DDL, rewrites, truncation, temporary tables and savepoints answer the same whether their writes stay in memory or are spilled, logged
 * ahead and worked out chunk by chunk; and so does what is left of them after a restart.
 */
class LargeTransactionsTest {
    private static final int SCRIPTS = Integer.getInteger("craton.large.scripts", 4);
    private static final int STATEMENTS = 100;
    private static final List<String> TABLES = List.of("p0", "p1", "t0");

    @TempDir Path folder;

    @Test
    void answerTheSameAsSmallOnes() {
        long first = Long.getLong("craton.seed", System.nanoTime());
        for (int i = 0; i < SCRIPTS; i++) new Script(first + i, folder.resolve("s" + i)).run();
    }

    @Test
    void indexesMadeBehindTheRowsOfTheirTableFindThem() {
        List<byte[]> entries = new ArrayList<>();
        try (SqlTestEngine engine = SqlTestEngine.openNarrow(folder.resolve("indexes"), 4 << 10, 2 << 10, entries)) {
            SqlSession session = engine.session("postgres");
            SqlTestEngine.run(session, """
                    begin;
                    create table made (a int, b int);
                    insert into made select g, -g from generate_series(1, 2000) g;
                    savepoint a;
                    alter table made add primary key (a);
                    insert into made select g, -g from generate_series(2001, 3000) g;
                    rollback to a;
                    create index on made (b);
                    alter table made add primary key (a);
                    create unique index on made (b, a);
                    update made set b = b - 1 where a > 1990;
                    commit""");
            assertThat(SqlTestEngine.run(session, "select a from made where b between -1500 and -1499 order by b").rows())
                    .isEqualTo(List.of(List.of("1500"), List.of("1499")));
            assertThat(SqlTestEngine.run(session, "select b from made where a = 1995").rows()).isEqualTo(List.of(List.of("-1996")));
            assertThat(SqlTestEngine.run(session, "select a from made where b < -1999 order by 1").rows()).isEqualTo(List.of(List.of("1999"), List.of("2000")));
        }
    }

    /** More entries than go into one batch come into the store as files: on rows that are there, of the same transaction, and behind a restart. */
    @Test
    void indexesOfManyRowsFindThem() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder.resolve("many"))) {
            SqlSession session = engine.session("postgres");
            SqlTestEngine.run(session, """
                    create table quick (id int primary key, n int, x text);
                    insert into quick select g, case when g % 10 > 0 then g % 1000 end, 'some text ' || g * 7919 % 50021 from generate_series(1, 50000) g;
                    create table plain as table quick;
                    create index on quick (n desc nulls last);
                    create unique index on quick (x)""");
            SqlTestEngine.run(session, """
                    begin;
                    create table one (id int primary key, n int, x text);
                    insert into one table quick;
                    create index on one (n);
                    create index on one (x) where n > 500;
                    update one set n = n + 1 where n = 7;
                    commit""");
            for (String table : List.of("quick", "one")) {
                String offset = table.equals("one") ? "case when n = 7 then 8 else n end" : "n";
                for (String condition : List.of("n = 7", "n = 8", "n between 990 and 993", "x = 'some text 4711'", "x between 'some text 3' and 'some text 31' and n > 700", "n > 997 or x < 'some text 101'")) {
                    String query = "select count(*), sum(id), min(x) from %s where " + condition;
                    assertThat(SqlTestEngine.run(session, query.formatted(table)).rows()).as(table + ": " + condition)
                            .isEqualTo(SqlTestEngine.run(session, query.formatted("(select id, " + offset + " as n, x from plain) p")).rows());
                }
            }
            assertThat(SqlTestEngine.run(session, "explain select * from quick where n = 7").rows().toString()).contains("quick_n_idx");
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> SqlTestEngine.run(session, "create unique index on quick (n)")).getMessage()).contains("could not create unique index");
        }
    }

    /** An index is of the rows as its transaction leaves them, be its entries few (made in a batch) or many (in files): a key that one row gives up may be another's. */
    @Test
    void indexesSeeWhatTheirTransactionHasChanged() {
        try (SqlTestEngine engine = SqlTestEngine.open(folder.resolve("unique"))) {
            SqlSession session = engine.session("postgres");
            for (int count : new int[] {100, 50_000}) {
                for (String change : List.of("update t set x = 'other' where id = @", "delete from t where id = @", "delete from t where id = 1", "update t set id = 60000, x = 'other' where id = @",
                        "update t set x = 'some text 1' where id = 2; update t set x = 'some text 2' where id = 1; delete from t where id = @")) {
                    String as = count + " rows, " + change;
                    SqlTestEngine.run(session, "drop table if exists t; create table t (id int primary key, x text); insert into t select g, 'some text ' || g % " + (count - 1) + " from generate_series(1, " + count + ") g");
                    SqlTestEngine.run(session, "begin; " + change.replace("@", String.valueOf(count)) + "; create unique index on t (x); create index on t (x, id); insert into t values (70000, 'new'); commit");
                    String found = "select id from t where x in ('some text 1', 'some text 2', 'some text 98', 'other', 'new') order by id";
                    assertThat(SqlTestEngine.run(session, found).rows()).as(as).isEqualTo(SqlTestEngine.run(session, found.replace("x in", "x || '' in")).rows());
                    SqlTestEngine.run(session, "drop index t_x_id_idx");
                    assertThat(SqlTestEngine.run(session, found).rows()).as(as).isEqualTo(SqlTestEngine.run(session, found.replace("x in", "x || '' in")).rows());
                    SqlTestEngine.run(session, "begin; insert into t values (80000, 'twice'); drop index t_x_idx; insert into t values (80001, 'twice'); delete from t where id = 80000; create unique index on t (x); commit");
                    assertThat(SqlTestEngine.run(session, "select id from t where x = 'twice'").rows()).as(as).isEqualTo(List.of(List.of("80001")));
                    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> SqlTestEngine.run(session, "insert into t values (90000, 'some text 98')")).getMessage()).as(as).contains("t_x_idx");
                }
            }
        }
    }

    /** One script on two engines. */
    private static final class Script {
        private final long seed;
        private final Random random;
        private final Path folder;
        private final List<byte[]> entries = new ArrayList<>();
        private final List<String> done = new ArrayList<>();
        private final List<String> savepoints = new ArrayList<>();
        private final int writeSetBytes;
        private final int entryBytes;
        private boolean open;
        private boolean failed;
        private SqlTestEngine narrow;
        private SqlSession narrowSession;
        private SqlSession session;

        Script(long seed, Path folder) {
            this.seed = seed;
            this.folder = folder;
            random = new Random(seed);
            writeSetBytes = 1 << 10 + random.nextInt(6);
            entryBytes = 1 << 9 + random.nextInt(6);
            narrow = SqlTestEngine.openNarrow(folder.resolve("narrow"), writeSetBytes, entryBytes, entries);
            narrowSession = narrow.session("postgres");
        }

        void run() {
            try (SqlTestEngine wide = SqlTestEngine.open(folder.resolve("wide"))) {
                session = wide.session("postgres");
                create();
                for (int i = 0; i < STATEMENTS; i++) {
                    if (!open && random.nextInt(12) == 0) restart(wide);
                    step();
                    if (!open) look();
                }
                if (open) same("rollback");
                restart(wide);
                look();
            } finally {
                narrow.close();
            }
        }

        private void restart(SqlTestEngine wide) {
            done.add("-- restart");
            narrow.close();
            narrow = SqlTestEngine.openNarrow(folder.resolve("narrow"), writeSetBytes, entryBytes, entries);
            narrowSession = narrow.session("postgres");
            session.close();
            session = wide.session("postgres");
            create();
        }

        private void create() {
            for (String table : TABLES) same(create(table));
        }

        private static String create(String table) {
            return "create " + (table.startsWith("t") ? "temp " : "") + "table if not exists " + table + "(a int, b int, c text)";
        }

        /** A statement that fails in a transaction mostly takes nothing else with it. */
        private void step() {
            String statement = statement();
            boolean guarded = open && !failed && mayFail(statement) && random.nextInt(8) > 0;
            if (guarded) same("savepoint guard");
            same(statement);
            if (guarded) same(failed ? "rollback to guard" : "release guard");
            if (statement.startsWith("drop table") && !failed) create();
        }

        private static boolean mayFail(String statement) {
            return statement.startsWith("insert") && !statement.endsWith("nothing") || statement.startsWith("update") || statement.contains("primary key")
                    || statement.startsWith("create unique");
        }

        private void same(String statement) {
            done.add(statement);
            String wanted = answer(session, statement);
            String got = answer(narrowSession, statement);
            assertThat(got).as(() -> "seed " + seed + ", limits " + writeSetBytes + " and " + entryBytes + "\n" + String.join(";\n", done)).isEqualTo(wanted);
            failed = open && wanted.startsWith("ERROR");
        }

        private static String answer(SqlSession session, String statement) {
            try {
                CollectingSink sink = SqlTestEngine.run(session, statement);
                return sink.rows() + " " + sink.tags();
            } catch (PgException e) {
                return "ERROR " + e.state().code + " " + e.getMessage();
            }
        }

        /** Everything, by rows and by indexes. */
        private void look() {
            for (String table : TABLES) look(table);
        }

        private void look(String table) {
            same("select * from " + table + " order by 1, 2, 3");
            same("select count(*) from " + table);
            same("select a, b from " + table + " where b between -50 and 300 order by 1, 2, c");
            same("select a, b, c from " + table + " where a = " + random.nextInt(200) + " order by 1, 2, 3");
        }

        private String statement() {
            if (failed && random.nextInt(4) > 0) {
                if (!savepoints.isEmpty() && random.nextInt(4) > 0) return rollbackTo();
                return end("rollback");
            }
            if (!open) {
                if (random.nextInt(5) == 0) return work();
                open = true;
                return "begin";
            }
            int choice = random.nextInt(100);
            if (choice < 4) return end("commit");
            if (choice < 6) return end("rollback");
            if (choice < 18) {
                savepoints.add("s" + savepoints.size());
                return "savepoint " + savepoints.getLast();
            }
            if (choice < 27 && !savepoints.isEmpty()) return rollbackTo();
            if (choice < 30 && !savepoints.isEmpty()) {
                int kept = random.nextInt(savepoints.size());
                String released = savepoints.get(kept);
                while (savepoints.size() > kept) savepoints.removeLast();
                return "release " + released;
            }
            return work();
        }

        private String end(String command) {
            open = false;
            savepoints.clear();
            return command;
        }

        private String rollbackTo() {
            int kept = random.nextInt(savepoints.size());
            while (savepoints.size() > kept + 1) savepoints.removeLast();
            return "rollback to " + savepoints.getLast();
        }

        private String work() {
            String table = TABLES.get(random.nextInt(TABLES.size()));
            int from = random.nextInt(300);
            int to = from + random.nextInt(150);
            int part = 2 + random.nextInt(4);
            return switch (random.nextInt(26)) {
                case 0, 1, 2, 3, 4, 5, 6, 7 -> "insert into " + table + " select g, (g * 37) % 311 + " + random.nextInt(3) * 311 + ", repeat('x', g % 40) from generate_series("
                        + from + ", " + to + ") g" + (random.nextInt(3) > 0 ? " on conflict do nothing" : "");
                case 8, 9 -> "update " + table + " set b = b + " + random.nextInt(400) + " where a % " + part + " = 0";
                case 10 -> "update " + table + " set a = -a where a % " + part + " = 1";
                case 11 -> "update " + table + " set c = c || 'y' where b between " + from + " and " + to;
                case 12 -> "delete from " + table + " where a % " + part + " = 0";
                case 13 -> "delete from " + table + " where b < " + from;
                case 14 -> "alter table " + table + " add constraint " + table + "_pkey primary key (a)";
                case 15 -> "alter table " + table + " drop constraint if exists " + table + "_pkey";
                case 16 -> "create unique index if not exists " + table + "_b on " + table + "(b)";
                case 17 -> "create index if not exists " + table + "_c on " + table + "(c, a)";
                case 18 -> "drop index if exists " + table + (random.nextBoolean() ? "_b" : "_c");
                case 19 -> "alter table " + table + " alter a type " + (random.nextBoolean() ? "int" : "bigint");
                case 20 -> "alter table " + table + " add column if not exists d int default 7";
                case 21 -> "alter table " + table + " drop column if exists d";
                case 22 -> "truncate " + table;
                case 23 -> random.nextInt(3) > 0 ? "select count(*) from " + table : "drop table if exists " + table;
                case 24 -> "delete from " + table + " using (select b as y from " + table + " where b % 5 = 0) x where x.y = b + 1";
                default -> "select a, b from " + table + " where b between " + from + " and " + to + " order by 1, 2";
            };
        }
    }
}
