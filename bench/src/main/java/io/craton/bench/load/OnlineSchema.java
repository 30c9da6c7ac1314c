package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Changes of a table's definition while other sessions read and write the table: how long they take, and the longest that a statement of another session takes meanwhile. */
public final class OnlineSchema implements Scenario {
    private static final Duration AROUND = Duration.ofSeconds(1);

    private final int tableRows;
    private final int indexRows;
    /** Keys of rows that are added. */
    private final AtomicLong added = new AtomicLong(1_000_000_000);

    /**
     * @param tableRows of the table that gets columns
     * @param indexRows of the table that gets an index
     */
    public OnlineSchema(int tableRows, int indexRows) {
        this.tableRows = tableRows;
        this.indexRows = indexRows;
    }

    @Override
    public String name() {
        return "online-schema";
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        load(server, "bench_large", tableRows);
        load(server, "bench_indexed", indexRows);
    }

    private static void load(DatabaseServer server, String table, int rows) throws SQLException {
        server.execute("CREATE TABLE " + table + " (id bigint PRIMARY KEY, n int NOT NULL, pad text NOT NULL)");
        int portion = 1_000_000;
        for (int first = 1; first <= rows; first += portion) {
            server.execute("INSERT INTO " + table + " SELECT i, i % 1000, 'padding' FROM generate_series(" + first + ", " + Math.min(rows, first + portion - 1) + ") AS g(i)");
        }
    }

    @Override
    public List<Step> steps() {
        return List.of(new Step("add column", this::addColumn), new Step("index concurrently", this::index), new Step("index concurrently beside writers", this::indexBeside),
                new Step("column type beside writers", this::typeBeside));
    }

    private void addColumn(DatabaseServer server, int round, Recorder recorder) throws Exception {
        String column = "extra" + added.incrementAndGet();
        double millis = beside(server, "bench_large", tableRows, "add column", "ALTER TABLE bench_large ADD COLUMN " + column + " text NOT NULL DEFAULT 'none'", recorder);
        recorder.value("add column", "ms", Better.LOWER, millis);
        check(server, "SELECT count(*) FROM bench_large WHERE " + column + " = 'none' AND id <= " + tableRows, tableRows, recorder);
    }

    private void index(DatabaseServer server, int round, Recorder recorder) throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            long started = System.nanoTime();
            statement.execute("CREATE INDEX CONCURRENTLY bench_by_n ON bench_indexed (n)");
            recorder.value("index concurrently", "rows/s", Better.HIGHER, indexRows / ((System.nanoTime() - started) / 1e9));
        }
        dropIndex(server, recorder);
    }

    private void indexBeside(DatabaseServer server, int round, Recorder recorder) throws Exception {
        double millis = beside(server, "bench_indexed", indexRows, "index concurrently", "CREATE INDEX CONCURRENTLY bench_by_n ON bench_indexed (n)", recorder);
        recorder.value("index concurrently beside writers", "ms", Better.LOWER, millis);
        dropIndex(server, recorder);
    }

    /** There and back: every row is written again. */
    private void typeBeside(DatabaseServer server, int round, Recorder recorder) throws Exception {
        String line = "column type";
        double millis = beside(server, "bench_indexed", indexRows, line, "ALTER TABLE bench_indexed ALTER n TYPE " + (round % 2 == 0 ? "bigint" : "int"), recorder);
        recorder.value(line + " beside writers", "ms", Better.LOWER, millis);
        check(server, "SELECT count(*) FROM bench_indexed WHERE id <= " + indexRows, indexRows, recorder);
    }

    private static void dropIndex(DatabaseServer server, Recorder recorder) throws SQLException {
        check(server, "SELECT count(*) FROM pg_index WHERE indexrelid = 'bench_by_n'::regclass AND indisvalid", 1, recorder);
        server.execute("DROP INDEX bench_by_n");
    }

    private static void check(DatabaseServer server, String sql, long expected, Recorder recorder) throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (row.getLong(1) != expected) recorder.fail(sql + ": " + row.getLong(1) + ", not " + expected);
        }
    }

    /** Runs a statement while three sessions read, change and add rows of the table; returns its milliseconds. */
    private double beside(DatabaseServer server, String table, int rows, String line, String sql, Recorder recorder) throws Exception {
        Map<String, Beside> sessions = new LinkedHashMap<>();
        double millis = 0;
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            sessions.put("read", Beside.start(server, "SELECT n FROM " + table + " WHERE id = ?", i -> i * 7919 % rows + 1));
            sessions.put("update", Beside.start(server, "UPDATE " + table + " SET n = n + 1 WHERE id = ?", i -> i * 7919 % rows + 1));
            sessions.put("insert", Beside.start(server, "INSERT INTO " + table + " (id, n, pad) VALUES (?, 1, 'beside')", _ -> added.incrementAndGet()));
            Thread.sleep(AROUND);
            long started = System.nanoTime();
            statement.execute(sql);
            millis = (System.nanoTime() - started) / 1e6;
            Thread.sleep(AROUND);
        } finally {
            List<Double> longest = new ArrayList<>();
            for (Map.Entry<String, Beside> session : sessions.entrySet()) {
                List<Double> all = session.getValue().end();
                longest.add(all.getLast());
                recorder.value(line + ": longest " + session.getKey() + " beside it", "ms", Better.LOWER, all.getLast());
            }
            recorder.value(line + ": longest statement beside it", "ms", Better.LOWER, Collections.max(longest));
        }
        return millis;
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_large", "DROP TABLE IF EXISTS bench_indexed");
    }
}
