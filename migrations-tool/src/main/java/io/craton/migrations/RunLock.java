package io.craton.migrations;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;

/** Keeps two runs over one database apart: a session's advisory lock, which the server takes back from a run that was killed. */
final class RunLock implements AutoCloseable {
    /** The bytes of "cratonmi". */
    private static final long KEY = 0x637261746F6E6D69L;

    private final Connection connection;

    private RunLock(Connection connection) {
        this.connection = connection;
    }

    /**
     * @param wait how long at most for another run to end; zero: not at all
     * @param told that it waits, once, before it does
     * @throws MigrationException when the other run did not end
     */
    static RunLock take(Connection connection, Duration wait, Consumer<String> told) throws SQLException, MigrationException {
        if (bool(connection, "SELECT pg_try_advisory_lock(" + KEY + ")")) return new RunLock(connection);
        String holder = "another run of craton-migrate (" + holder(connection) + ") works on this database";
        if (wait.isZero()) throw new MigrationException(holder + "; nothing was done");
        told.accept(holder + ": waiting up to " + wait.toSeconds() + " s for its end");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = " + wait.toMillis());
            try (ResultSet row = statement.executeQuery("SELECT pg_advisory_lock(" + KEY + ")")) {
                row.next();
            } catch (SQLException e) {
                if ("55P03".equals(e.getSQLState())) throw new MigrationException(holder + " still, after " + wait.toSeconds() + " s; nothing was done", e);
                throw e;
            } finally {
                statement.execute("RESET lock_timeout");
            }
        }
        return new RunLock(connection);
    }

    private static String holder(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = " + (KEY >>> 32) + " AND objid = " + (KEY & 0xFFFF_FFFFL))) {
            return row.next() ? "server process " + row.getInt(1) : "ended just now";
        }
    }

    private static boolean bool(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public void close() throws SQLException {
        if (!connection.isClosed()) bool(connection, "SELECT pg_advisory_unlock(" + KEY + ")");
    }
}
