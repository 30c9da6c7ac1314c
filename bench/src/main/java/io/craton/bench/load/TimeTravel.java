package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as they were beside rows as they are, in a table of which every tenth row has been changed since. PostgreSQL knows no past: it runs what is about the present. Scans that ask
 * for a system column read stored rows, not columns.
 */
public final class TimeTravel implements Scenario {
    private static final long FACTOR = 7_919;

    /** Where the table was whole: what the past of a server is asked for. */
    private record Moment(long position, String time) {}

    private final int rows;
    private final Duration turn;
    private final Map<DatabaseServer, Moment> moments = new HashMap<>();

    public TimeTravel(int rows, int seconds) {
        this.rows = rows;
        this.turn = Duration.ofMillis(seconds * 1000L / 20);
    }

    @Override
    public String name() {
        return "time-travel";
    }

    @Override
    public void prepare(DatabaseServer server) throws Exception {
        server.execute("CREATE TABLE bench_past (id bigint PRIMARY KEY, n int NOT NULL, pad text NOT NULL)",
                "INSERT INTO bench_past SELECT i, 1, 'padding' FROM generate_series(1, " + rows + ") AS g(i)");
        if (travels(server)) {
            try (Connection connection = server.connect(); Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT craton_position(), now()")) {
                row.next();
                moments.put(server, new Moment(row.getLong(1), row.getString(2)));
            }
            Thread.sleep(10);
        }
        server.execute("UPDATE bench_past SET n = 2 WHERE id % 10 = 0");
    }

    private static boolean travels(DatabaseServer server) {
        return server.name().equals("Craton");
    }

    @Override
    public List<Step> steps() {
        return List.of(new Step("time travel: point reads", this::pointReads), new Step("time travel: scans", this::scans));
    }

    private void pointReads(DatabaseServer server, int round, Recorder recorder) throws SQLException {
        try (Connection connection = server.connect(); Connection past = server.connect();
                PreparedStatement now = connection.prepareStatement("SELECT n FROM bench_past WHERE id = ?")) {
            Moment moment = moments.get(server);
            if (moment == null) {
                recorder.value("time travel: point read", "us", Better.LOWER, Alternation.micros(turn, List.of(i -> read(now, i, 2, recorder)))[0]);
                return;
            }
            try (Statement set = past.createStatement();
                    PreparedStatement then = connection.prepareStatement("SELECT n FROM bench_past FOR SYSTEM_TIME AS OF POSITION " + moment.position() + " WHERE id = ?");
                    PreparedStatement byTime = connection.prepareStatement("SELECT n FROM bench_past FOR SYSTEM_TIME AS OF '" + moment.time() + "' WHERE id = ?")) {
                set.execute("SET craton.as_of = '" + moment.position() + "'");
                try (PreparedStatement session = past.prepareStatement("SELECT n FROM bench_past WHERE id = ?")) {
                    double[] micros = Alternation.micros(turn, List.of(i -> read(now, i, 2, recorder), i -> read(then, i, 1, recorder), i -> read(byTime, i, 1, recorder),
                            i -> read(session, i, 1, recorder)));
                    recorder.value("time travel: point read", "us", Better.LOWER, micros[0]);
                    recorder.value("time travel: point read, then against now", "times", Better.LOWER, micros[1] / micros[0]);
                    recorder.value("time travel: point read by time, against now", "times", Better.LOWER, micros[2] / micros[0]);
                    recorder.value("time travel: session in the past, against now", "times", Better.LOWER, micros[3] / micros[0]);
                }
            }
        }
    }

    /** @param changed what every tenth row has */
    private void read(PreparedStatement query, long number, int changed, Recorder recorder) throws SQLException {
        long id = number * FACTOR % rows + 1;
        query.setLong(1, id);
        try (ResultSet row = query.executeQuery()) {
            int expected = id % 10 == 0 ? changed : 1;
            if (!row.next() || row.getInt(1) != expected) recorder.fail("time travel: a wrong answer for row " + id);
        }
    }

    private void scans(DatabaseServer server, int round, Recorder recorder) throws SQLException {
        String byRow = "SELECT sum(n), count(xmin) FROM bench_past";
        String byColumn = "SELECT sum(n), count(n) FROM bench_past";
        long after = rows + rows / 10;
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            Moment moment = moments.get(server);
            if (moment == null) {
                recorder.value("time travel: scan of rows", "us", Better.LOWER, Alternation.micros(turn, List.of(_ -> scan(statement, byRow, after, recorder)))[0]);
                return;
            }
            String asOf = " FOR SYSTEM_TIME AS OF POSITION " + moment.position();
            double[] micros = Alternation.micros(turn, List.of(_ -> scan(statement, byRow, after, recorder), _ -> scan(statement, byRow + asOf, rows, recorder),
                    _ -> scan(statement, byColumn, after, recorder), _ -> scan(statement, byColumn + asOf, rows, recorder)));
            recorder.value("time travel: scan of rows", "us", Better.LOWER, micros[0]);
            recorder.value("time travel: scan of rows, then against now", "times", Better.LOWER, micros[1] / micros[0]);
            recorder.value("time travel: scan, then against columns of now", "times", Better.LOWER, micros[3] / micros[2]);
        }
    }

    private void scan(Statement statement, String sql, long sum, Recorder recorder) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (row.getLong(1) != sum || row.getLong(2) != rows) recorder.fail("time travel: " + sql + ": " + row.getLong(1) + ", " + row.getLong(2));
        }
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS bench_past");
    }
}
