package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Time until a restarted server answers, and what it holds in memory. */
public final class StartAndMemory implements Scenario {
    private static final double MEGABYTE = 1 << 20;

    private final int rows;
    private final int idle;
    private final Path file;

    public StartAndMemory(int rows, int idle, Path work) throws IOException {
        this.rows = rows;
        this.idle = idle;
        this.file = work.resolve("start.tsv");
        CopyLoad.writeRows(file, rows);
    }

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        server.allowConnections(idle);
    }

    @Override
    public List<Step> steps() {
        return List.of(new Step("start: second start", this::secondStart), new Step("memory", this::memory), new Step("start: after kill -9", this::afterKill));
    }

    private void secondStart(DatabaseServer server, int round, Recorder recorder) throws Exception {
        server.stop();
        recorder.value("start: second start", "s", Better.LOWER, server.start().toNanos() / 1e9);
        recorder.value("memory: fresh", "MB", Better.LOWER, server.residentBytes() / MEGABYTE);
    }

    private void memory(DatabaseServer server, int round, Recorder recorder) throws Exception {
        long before = server.residentBytes();
        List<Connection> open = new ArrayList<>();
        try {
            for (int i = 0; i < idle; i++) {
                Connection connection = server.connect();
                open.add(connection);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
            }
            recorder.value("memory: " + idle + " idle connections", "MB", Better.LOWER, (server.residentBytes() - before) / MEGABYTE);
        } finally {
            for (Connection connection : open) connection.close();
        }
    }

    private void afterKill(DatabaseServer server, int round, Recorder recorder) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_start", "CREATE TABLE bench_start (id bigint PRIMARY KEY, account int, amount int, note text)");
        CopyLoad.copy(server, "bench_start", file);
        server.kill();
        recorder.value("start: after kill -9", "s", Better.LOWER, server.start().toNanos() / 1e9);
        try (Connection connection = server.connect(); Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM bench_start")) {
            count.next();
            if (count.getLong(1) != rows) recorder.fail("after kill -9: " + count.getLong(1) + " rows of " + rows);
        }
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.allowConnections(0);
        server.execute("DROP TABLE IF EXISTS bench_start");
    }
}
