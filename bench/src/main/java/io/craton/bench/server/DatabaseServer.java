package io.craton.bench.server;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** One server process over one data folder, listening on a loopback port. Not thread-safe but for {@link #connect}. */
public interface DatabaseServer extends AutoCloseable {
    /** As the report names it. */
    String name();

    int port();

    /** Starts the server and waits until a client gets an answer; returns the time that took. */
    Duration start() throws IOException, InterruptedException;

    /** Stops in good order. */
    void stop() throws IOException, InterruptedException;

    /** Ends every process of the server at once, as a crash would. */
    void kill() throws IOException, InterruptedException;

    /** Proportional resident memory of all its processes, in bytes. */
    long residentBytes() throws IOException;

    /** The process that answers clients, where it is one process that was started here. */
    default Optional<ProcessHandle> process() {
        return Optional.empty();
    }

    /** Allows the given number of connections at the next start; a server without such a limit ignores it. */
    void allowConnections(int connections);

    /** Another one of this kind, with a folder of its own, not started. Of several nodes there is none: two clusters on one machine measure nothing. */
    default DatabaseServer another() throws IOException, InterruptedException {
        throw new IOException("this load is for single nodes: two clusters on one machine measure nothing");
    }

    /**
     * A server made of a backup, not started.
     *
     * @param backup  how long it took to take the backup
     * @param restore how long it took to make the server of it
     */
    record Restored(DatabaseServer server, Duration backup, Duration restore) {}

    /** Takes a backup of the running server as quickly as it can, and makes another of it, both in this folder. */
    default Restored restored(Path work) throws IOException, InterruptedException, SQLException {
        throw new IOException("this load is for single nodes: clusters are not backed up here");
    }

    default Connection connect() throws SQLException {
        return connect("postgres");
    }

    default Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/" + database, "postgres", "");
    }

    /** Runs each statement on its own connection, in order, each committed by itself. */
    default void execute(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) statement.execute(sql);
        }
    }

    @Override
    void close() throws IOException, InterruptedException;
}
