package io.craton.sql.fuzz;

import io.craton.sql.testing.SqlTestEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * {@code FuzzAgainstPostgres SEED DATABASES STATEMENTS} with {@code -Dcraton.record.postgres=HOST:PORT}: so many sets of tables, so many statements over each,
 * on a real PostgreSQL and on every road of ours. Prints what differs, and at the end how often which error came.
 */
final class FuzzAgainstPostgres {
    private static final String DATABASE = "craton_fuzz";
    private static final int LARGE_ROWS = 3000;

    private FuzzAgainstPostgres() {}

    public static void main(String[] arguments) throws Exception {
        String server = System.getProperty("craton.record.postgres");
        if (server == null) throw new IllegalArgumentException("-Dcraton.record.postgres=HOST:PORT is missing");
        long seed = Long.parseLong(arguments[0]);
        int databases = Integer.parseInt(arguments[1]);
        int statements = Integer.parseInt(arguments[2]);
        Map<String, Integer> tally = new LinkedHashMap<>();
        for (int i = 0; i < databases; i++) run(server, seed + i, statements, tally);
        System.out.println(tally);
    }

    private static void run(String server, long seed, int count, Map<String, Integer> tally) throws Exception {
        String database = DATABASE + ProcessHandle.current().pid();
        String suffix = "?user=postgres&preferQueryMode=simple";
        Path folder = Files.createTempDirectory("fuzz");
        try (Connection admin = DriverManager.getConnection("jdbc:postgresql://" + server + "/postgres" + suffix);
                Statement make = admin.createStatement();
                SqlTestEngine engine = SqlTestEngine.open(folder)) {
            make.execute("drop database if exists " + database);
            make.execute("create database " + database + " template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'");
            Fuzz fuzz = new Fuzz(engine, "20s");
            RandomTables tables = new RandomTables(new Random(seed), LARGE_ROWS);
            try (Connection connection = DriverManager.getConnection("jdbc:postgresql://" + server + "/" + database + suffix);
                    Statement statement = connection.createStatement()) {
                statement.execute("set statement_timeout = '2s'");
                for (String sql : tables.statements) {
                    statement.execute(sql);
                    fuzz.prepare(sql);
                }
                RandomSelect select = new RandomSelect(new Random(seed + 1), tables);
                for (int i = 0; i < count; i++) compare(select.statement(), seed, i, statement, fuzz, tally);
            } finally {
                make.execute("drop database " + database);
            }
        }
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    private static void compare(String sql, long seed, int number, Statement statement, Fuzz fuzz, Map<String, Integer> tally) {
        Fuzz.Outcome expected = ask(statement, sql);
        if ("57014".equals(expected.error())) {
            tally.merge("too long for PostgreSQL", 1, Integer::sum);
            return;
        }
        tally.merge(expected.error() == null ? "rows" : "error " + expected.error(), 1, Integer::sum);
        long started = System.nanoTime();
        Map<String, Fuzz.Outcome> outcomes = fuzz.run(sql);
        if (System.nanoTime() - started > 10_000_000_000L) System.out.println("slow: seed " + seed + ", statement " + number + ":\n" + sql);
        List<String> differences = Fuzz.differences(outcomes, expected);
        if (differences.isEmpty()) return;
        outcomes.values().forEach(outcome -> tally.merge("different" + (outcome.error() == null ? "" : ", ours " + outcome.error()), 1, Integer::sum));
        System.out.println("seed " + seed + ", statement " + number + ":\n" + sql + "\nPostgreSQL: " + expected + "\n" + String.join("\n", differences) + "\n");
    }

    private static Fuzz.Outcome ask(Statement statement, String sql) {
        try (ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= width; i++) row.add(result.getString(i));
                rows.add(row);
            }
            return new Fuzz.Outcome(null, rows);
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("42")) System.out.println("generator: " + e.getMessage() + "\n" + sql);
            return Fuzz.Outcome.failed(String.valueOf(e.getSQLState()));
        }
    }
}
