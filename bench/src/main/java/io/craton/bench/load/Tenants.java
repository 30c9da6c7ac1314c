package io.craton.bench.load;

import io.craton.bench.report.Better;
import io.craton.bench.server.DatabaseServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Many databases on one server: making them, migrating all of them, what they hold in memory, and what one of them notices of the others. */
public final class Tenants implements Scenario {
    private static final double MEGABYTE = 1 << 20;
    private static final int ROWS = 1000;
    private static final long FACTOR = 7_919;

    private final int count;
    private final Duration turn;
    private final Path program;
    private final Path work;
    private final Random random;
    private final Map<DatabaseServer, FleetTool> tools = new HashMap<>();
    /** Of each server, the one beside it that has one tenant. */
    private final Map<DatabaseServer, DatabaseServer> others = new HashMap<>();

    /**
     * @param program craton-migrate
     * @param work for its files
     * @param seed of the moments at which something is killed
     */
    public Tenants(int count, int seconds, Path program, Path work, long seed) {
        this.count = count;
        this.turn = Duration.ofMillis(seconds * 1000L / 20);
        this.program = program;
        this.work = work;
        this.random = new Random(seed);
    }

    @Override
    public String name() {
        return "tenants";
    }

    @Override
    public void prepare(DatabaseServer server) {
        server.allowConnections(count + 50);
    }

    @Override
    public List<Step> steps() {
        return List.of(new Step("tenants: creation", this::create), new Step("tenants: migration of all", this::migrate), new Step("tenants: killed migration", this::kill),
                new Step("tenants: memory", this::memory), new Step("tenants: latency", this::latency), new Step("tenants: removal", this::drop));
    }

    private static String tenant(int number) {
        return "bench_t%05d".formatted(number);
    }

    private void create(DatabaseServer server, int round, Recorder recorder) throws Exception {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            long started = System.nanoTime();
            for (int i = 0; i < count; i++) statement.execute("CREATE DATABASE " + tenant(i));
            recorder.value("tenants: creation", "/s", Better.HIGHER, count / ((System.nanoTime() - started) / 1e9));
        }
    }

    private void migrate(DatabaseServer server, int round, Recorder recorder) throws Exception {
        FleetTool tool = new FleetTool(program, work.resolve("migrations-" + server.name() + round));
        tools.put(server, tool);
        tool.file("V1__item.sql", "CREATE TABLE item (id bigint PRIMARY KEY, n int NOT NULL);\nINSERT INTO item SELECT i, i FROM generate_series(1, " + ROWS + ") AS g(i);\n");
        recorder.value("tenants: first migration", "s", Better.LOWER, tool.apply(server, "bench_t*"));
        tool.file("V2__twice.sql", backfill("twice"));
        recorder.value("tenants: migration of all", "s", Better.LOWER, tool.apply(server, "bench_t*"));
        check(server, "twice", 2, recorder);
    }

    private static String backfill(String column) {
        return "ALTER TABLE item ADD COLUMN " + column + " bigint;\nUPDATE item SET " + column + " = 2 * n;\n";
    }

    /** A migration whose program is killed, and one whose server is: gone on with, each leaves every tenant whole. */
    private void kill(DatabaseServer server, int round, Recorder recorder) throws Exception {
        FleetTool tool = Objects.requireNonNull(tools.get(server), "not migrated");
        tool.file("V3__again.sql", backfill("again"));
        tool.applyKilled(server, "bench_t*", Duration.ofMillis(1000 + random.nextInt(4 * count)));
        recorder.value("tenants: resumed after the tool's kill -9", "s", Better.LOWER, tool.apply(server, "bench_t*", "--resume"));
        check(server, "again", 3, recorder);
        tool.file("V4__once_more.sql", backfill("once_more"));
        Process run = tool.begin(server, "bench_t*");
        Thread.sleep(1000 + random.nextInt(4 * count));
        server.kill();
        run.waitFor();
        server.start();
        recorder.value("tenants: resumed after the server's kill -9", "s", Better.LOWER, tool.apply(server, "bench_t*", "--resume"));
        check(server, "once_more", 4, recorder);
    }

    private void check(DatabaseServer server, String column, int versions, Recorder recorder) throws SQLException {
        String sql = "SELECT count(*), count(*) FILTER (WHERE " + column + " = 2 * n), (SELECT count(*) FROM craton_migration_history) FROM item";
        for (int i = 0; i < count; i++) {
            try (Connection connection = server.connect(tenant(i)); Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
                row.next();
                if (row.getInt(1) != ROWS || row.getInt(2) != ROWS || row.getInt(3) != versions) {
                    recorder.fail("%s: %d rows, %s right in %d, %d versions".formatted(tenant(i), row.getInt(1), column, row.getInt(2), row.getInt(3)));
                }
            }
        }
    }

    private void memory(DatabaseServer server, int round, Recorder recorder) throws Exception {
        server.stop();
        server.start();
        try (Connection connection = server.connect(tenant(0))) {
            touch(connection);
        }
        long before = server.residentBytes();
        for (int i = 1; i < count; i++) {
            try (Connection connection = server.connect(tenant(i))) {
                touch(connection);
            }
        }
        recorder.value("tenants: memory of each", "MB", Better.LOWER, (server.residentBytes() - before) / MEGABYTE / (count - 1));
    }

    private static void touch(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT sum(n) FROM item");
        }
    }

    /** One tenant of a server that has no other, and one of a server on which all have a session, in turns. */
    private void latency(DatabaseServer server, int round, Recorder recorder) throws Exception {
        List<Connection> open = new ArrayList<>();
        DatabaseServer alone = others.get(server);
        if (alone == null) others.put(server, alone = server.another());
        try {
            alone.start();
            alone.execute("DROP DATABASE IF EXISTS " + tenant(0), "CREATE DATABASE " + tenant(0));
            for (int i = 0; i < count; i++) {
                Connection connection = server.connect(tenant(i));
                open.add(connection);
                touch(connection);
            }
            try (Connection one = alone.connect(tenant(0)); Connection many = server.connect(tenant(0))) {
                for (Connection each : List.of(one, many)) table(each);
                try (PreparedStatement oneRead = read(one); PreparedStatement manyRead = read(many); PreparedStatement oneCommit = commit(one); PreparedStatement manyCommit = commit(many)) {
                    double[] reads = Alternation.micros(turn, List.of(i -> call(oneRead, i), i -> call(manyRead, i)));
                    recorder.value("tenants: point read, all open", "us", Better.LOWER, reads[1]);
                    recorder.value("tenants: point read, all open against one", "times", Better.LOWER, reads[1] / reads[0]);
                    double[] commits = Alternation.micros(turn, List.of(i -> call(oneCommit, i), i -> call(manyCommit, i)));
                    recorder.value("tenants: commit, all open", "us", Better.LOWER, commits[1]);
                    recorder.value("tenants: commit, all open against one", "times", Better.LOWER, commits[1] / commits[0]);
                }
            }
        } finally {
            for (Connection connection : open) connection.close();
            alone.stop();
        }
    }

    private static void table(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE measured (id bigint PRIMARY KEY, n int NOT NULL)");
            statement.execute("INSERT INTO measured SELECT i, i FROM generate_series(1, " + ROWS + ") AS g(i)");
        }
    }

    private static PreparedStatement read(Connection connection) throws SQLException {
        return connection.prepareStatement("SELECT n FROM measured WHERE id = ?");
    }

    private static PreparedStatement commit(Connection connection) throws SQLException {
        return connection.prepareStatement("UPDATE measured SET n = n + 1 WHERE id = ?");
    }

    private static void call(PreparedStatement statement, long number) throws SQLException {
        statement.setLong(1, number * FACTOR % ROWS + 1);
        statement.execute();
    }

    private void drop(DatabaseServer server, int round, Recorder recorder) throws Exception {
        recorder.value("tenants: removal", "/s", Better.HIGHER, count / remove(server));
    }

    private double remove(DatabaseServer server) throws SQLException {
        long started = System.nanoTime();
        try (Connection connection = server.connect(); Statement statement = connection.createStatement()) {
            for (int i = 0; i < count; i++) statement.execute("DROP DATABASE IF EXISTS " + tenant(i) + " WITH (FORCE)");
        }
        return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void finish(DatabaseServer server) throws Exception {
        server.allowConnections(0);
        remove(server);
    }
}
