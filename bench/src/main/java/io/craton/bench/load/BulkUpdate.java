package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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
        AtomicBoolean done = new AtomicBoolean();
        Beside beside = new Beside(server, done, round);
        Thread thread = Thread.ofPlatform().start(beside);
        long started = System.nanoTime();
        int updated;
        double seconds;
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            updated = statement.executeUpdate("UPDATE bench_bulk SET n = n + 1");
            seconds = (System.nanoTime() - started) / 1e9;
        } finally {
            done.set(true);
            thread.join();
        }
        Exception failure = beside.failure;
        if (failure != null) throw failure;
        if (updated != rows) recorder.fail("bulk update changed " + updated + " rows of " + rows);
        recorder.value("bulk update: all rows", "rows/s", Better.HIGHER, rows / seconds);
        Collections.sort(beside.millis);
        if (beside.millis.isEmpty()) return;
        recorder.value("bulk update: median commit beside it", "ms", Better.LOWER, beside.millis.get(beside.millis.size() / 2));
        recorder.value("bulk update: longest commit beside it", "ms", Better.LOWER, beside.millis.getLast());
    }

    /** Commits single rows one after the other until told to stop. */
    private static final class Beside implements Runnable {
        private final DatabaseServer server;
        private final AtomicBoolean done;
        private final int round;
        private final List<Double> millis = new ArrayList<>();
        private volatile @Nullable Exception failure;

        Beside(DatabaseServer server, AtomicBoolean done, int round) {
            this.server = server;
            this.done = done;
            this.round = round;
        }

        @Override
        public void run() {
            try (Connection connection = server.connect();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO bench_beside VALUES (?)")) {
                for (long i = 0; !done.get(); i++) {
                    insert.setLong(1, round * 1_000_000_000L + i);
                    long started = System.nanoTime();
                    insert.executeUpdate();
                    millis.add((System.nanoTime() - started) / 1e6);
                }
            } catch (Exception e) {
                failure = e;
            }
        }
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_bulk", "DROP TABLE IF EXISTS bench_beside");
    }
}
