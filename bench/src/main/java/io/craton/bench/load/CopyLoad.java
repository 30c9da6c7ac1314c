package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/** COPY of rows into an empty table with a primary key. */
public final class CopyLoad implements Scenario {
    private static final String TABLE = "CREATE TABLE bench_copy (id bigint PRIMARY KEY, account int NOT NULL, amount int NOT NULL, note text)";

    private final int rows;
    private final Path file;

    public CopyLoad(int rows, Path work) throws IOException {
        this.rows = rows;
        this.file = work.resolve("copy.tsv");
        writeRows(file, rows);
    }

    /** Rows of about 60 bytes in ascending order of their key, in COPY's text format. */
    static void writeRows(Path file, int rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 1; i <= rows; i++) {
                out.write(i + "\t" + i % 1000 + "\t" + i * 7L % 100_000 + "\tthe note of row number " + i + "\n");
            }
        }
    }

    /** Copies the file into {@code table}; returns the number of rows the server reports. */
    static long copy(DatabaseServer server, String table, Path file) throws SQLException, IOException {
        try (Connection connection = server.connect(); InputStream in = Files.newInputStream(file)) {
            return connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN", in, 1 << 16);
        }
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public void prepare(DatabaseServer server) {}

    @Override
    public List<Step> steps() {
        return List.of(new Step("copy", (server, round, recorder) -> {
            server.execute("DROP TABLE IF EXISTS bench_copy", TABLE);
            long started = System.nanoTime();
            long copied = copy(server, "bench_copy", file);
            recorder.value("copy", "rows/s", Better.HIGHER, rows / ((System.nanoTime() - started) / 1e9));
            if (copied != rows) recorder.fail("COPY reported " + copied + " rows of " + rows);
            try (Connection connection = server.connect(); Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("SELECT count(*), sum(id) FROM bench_copy")) {
                count.next();
                if (count.getLong(1) != rows || count.getLong(2) != (long) rows * (rows + 1) / 2) {
                    recorder.fail("after COPY: " + count.getLong(1) + " rows, sum " + count.getLong(2));
                }
            }
        }));
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_copy");
    }
}
