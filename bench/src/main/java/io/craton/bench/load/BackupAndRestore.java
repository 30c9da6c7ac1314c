package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Time until another server answers that was made of a backup, taken beside the running one, of pgbench's tables. */
public final class BackupAndRestore implements Scenario {
    private static final int ROWS_PER_SCALE = 100_000;

    private final PgBench pgbench;
    private final int scale;
    private final Path work;

    public BackupAndRestore(PgBench pgbench, int scale, Path work) {
        this.pgbench = pgbench;
        this.scale = scale;
        this.work = work;
    }

    @Override
    public String name() {
        return "backup";
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        pgbench.initialise(server, scale);
    }

    @Override
    public List<Step> steps() {
        return List.of(new Step("backup", this::measure));
    }

    private void measure(DatabaseServer server, int round, Recorder recorder) throws Exception {
        Path folder = Files.createDirectories(work.resolve("backup of " + server.name()));
        try {
            DatabaseServer.Restored restored = server.restored(folder);
            try (DatabaseServer other = restored.server()) {
                Duration start = other.start();
                recorder.value("backup: take it", "s", Better.LOWER, seconds(restored.backup()));
                recorder.value("backup: restore it", "s", Better.LOWER, seconds(restored.restore()));
                recorder.value("backup: first start", "s", Better.LOWER, seconds(start));
                recorder.value("backup, restore and start", "s", Better.LOWER, seconds(restored.backup().plus(restored.restore()).plus(start)));
                requireAll(other, recorder);
            }
        } finally {
            delete(folder);
        }
    }

    private void requireAll(DatabaseServer server, Recorder recorder) throws SQLException {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*), sum(aid::bigint) FROM pgbench_accounts")) {
            count.next();
            long rows = (long) scale * ROWS_PER_SCALE;
            if (count.getLong(1) != rows || count.getLong(2) != rows * (rows + 1) / 2) recorder.fail("restored: " + count.getLong(1) + " rows, sum " + count.getLong(2));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS pgbench_accounts, pgbench_branches, pgbench_tellers, pgbench_history");
    }
}
