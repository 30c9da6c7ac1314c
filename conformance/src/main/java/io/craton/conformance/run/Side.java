package io.craton.conformance.run;

import io.craton.bench.server.DatabaseServer;
import io.craton.conformance.wire.Answer;
import io.craton.conformance.wire.Connection;
import io.craton.conformance.wire.RunningClock;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One of the two servers with the session that a script has on it. A server that died is started again. */
public final class Side implements AutoCloseable {
    private static final String USER = "postgres";
    private static final String DATABASE = "regression";

    private final DatabaseServer server;
    private final RunningClock clock;
    private final Duration limit;
    private Map<String, String> startup = Map.of();
    private @Nullable Connection connection;

    /** @param limit after which a statement is cancelled, of the time in which the server could run */
    public Side(DatabaseServer server, Duration limit) {
        this.server = server;
        this.clock = RunningClock.start(() -> server.process().map(ServerThreads::stopped).orElse(false));
        this.limit = limit;
    }

    public String name() {
        return server.name();
    }

    public int port() {
        return server.port();
    }

    /** Begins the session of a script, with the settings that PostgreSQL's own runner gives it. */
    void begin(String script) throws IOException {
        startup = new LinkedHashMap<>();
        startup.put("user", USER);
        startup.put("database", DATABASE);
        startup.put("application_name", "pg_regress/" + script);
        startup.put("client_encoding", "UTF8");
        startup.put("DateStyle", "Postgres, MDY");
        startup.put("TimeZone", "PST8PDT");
        startup.put("options", "-c intervalstyle=postgres_verbose");
        try {
            open(startup);
        } catch (Connection.RefusedException e) {
            throw new IOException(name() + " refuses the session of " + script + ": " + e.getMessage(), e);
        }
    }

    /** \connect: an argument that is missing or "-" keeps what was. */
    void connect(@Nullable String database, @Nullable String user) throws IOException, Connection.RefusedException {
        Map<String, String> wanted = new LinkedHashMap<>(startup);
        if (database != null) wanted.put("database", database);
        if (user != null) wanted.put("user", user);
        open(wanted);
    }

    private void open(Map<String, String> wanted) throws IOException, Connection.RefusedException {
        Connection opened = Connection.open(server.port(), wanted);
        closeSession();
        connection = opened;
        startup = wanted;
    }

    Connection connection() {
        Connection open = connection;
        if (open == null) throw new IllegalStateException("no session");
        return open;
    }

    Answer query(String sql, Supplier<@Nullable String> copyData) {
        AtomicReference<String> threads = new AtomicReference<>("");
        Answer answer = connection().query(sql, copyData, clock, limit, () -> server.process().map(ServerThreads::dump).ifPresent(threads::set));
        return answer.withThreads(threads.get());
    }

    /** A statement of the runner's own. */
    Answer query(String sql) {
        return query(sql, () -> null);
    }

    /** After a connection was lost: connects again, with a new process when the old one is dead. */
    void recover() throws IOException {
        connection().close();
        for (int attempt = 0;; attempt++) {
            try {
                connection = Connection.open(server.port(), startup);
                return;
            } catch (IOException e) {
                if (attempt > 0) throw e;
                restart();
            } catch (Connection.RefusedException e) {
                throw new IOException(name() + " refuses to be connected again: " + e.getMessage(), e);
            }
        }
    }

    private void restart() throws IOException {
        try {
            server.kill();
            server.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closeSession();
        clock.close();
    }

    /** Ends the session of a script. */
    void closeSession() {
        if (connection != null) connection.close();
    }
}
