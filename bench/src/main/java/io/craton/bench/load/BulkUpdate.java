package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;

/** One UPDATE of all rows of a large table in one transaction, and what it does to the commits of another session meanwhile. */
public final class BulkUpdate implements Scenario {
    private final long rows;

    public BulkUpdate(long rows) {
        this.rows = rows;
    }

    @Override
    public String name() {
        return "bulk-update";
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        server.execute("CREATE TABLE bench_bulk (id bigint PRIMARY KEY, n int NOT NULL, pad text NOT NULL)",
                "CREATE TABLE bench_beside (id bigint PRIMARY KEY)",
                "INSERT INTO bench_bulk SELECT i, 0, 'padding' FROM generate_series(1, " + rows + ") AS g(i)");
    }

    @Override
    public List<Step> steps() {
        return List.of(new Step("bulk update", this::measure));
    }

    private void measure(DatabaseServer server, int round, Recorder recorder) throws Exception {
        Beside beside = Beside.start(server, "INSERT INTO bench_beside VALUES (?)", i -> round * 1_000_000_000L + i);
        List<Double> millis;
        long started = System.nanoTime();
        int updated;
        double seconds;
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            updated = statement.executeUpdate("UPDATE bench_bulk SET n = n + 1");
            seconds = (System.nanoTime() - started) / 1e9;
        } finally {
            millis = beside.end();
        }
        if (updated != rows) recorder.fail("bulk update changed " + updated + " rows of " + rows);
        recorder.value("bulk update: all rows", "rows/s", Better.HIGHER, rows / seconds);
        if (millis.isEmpty()) return;
        recorder.value("bulk update: median commit beside it", "ms", Better.LOWER, millis.get(millis.size() / 2));
        recorder.value("bulk update: longest commit beside it", "ms", Better.LOWER, millis.getLast());
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_bulk", "DROP TABLE IF EXISTS bench_beside");
    }
}
