package io.craton.migrations;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Applies migrations through one connection. A session advisory lock keeps two runs apart; each file and its row of history
 * commit together, so that a failed or killed run leaves whole files behind and nothing else.
 */
public final class Migrator {
    /** Key of the advisory lock: the bytes of "cratonmi". */
    private static final long LOCK = 0x637261746F6E6D69L;

    private final Connection connection;

    public Migrator(Connection connection) {
        this.connection = connection;
    }

    /** Files compared with what the database remembers; changes nothing. */
    public Plan plan(List<Migration> files) throws SQLException {
        return Plan.of(files, history());
    }

    public List<Applied> history() throws SQLException {
        return HistoryTable.read(connection);
    }

    /**
     * Applies what is pending, in order; stops at the first failure, which leaves that file without any effect.
     *
     * @param applied told after each file's commit
     * @return number of files applied
     * @throws MigrationException when the plan has problems, or with file and line of the statement that failed
     */
    public int apply(List<Migration> files, Consumer<Migration> applied) throws SQLException, MigrationException {
        connection.setAutoCommit(true);
        query("SELECT pg_advisory_lock(" + LOCK + ")");
        try {
            Plan plan = plan(files);
            if (!plan.problems().isEmpty()) throw new MigrationException(String.join("\n", plan.problems()));
            if (!HistoryTable.exists(connection)) HistoryTable.create(connection);
            for (Migration migration : plan.pending()) {
                apply(migration);
                applied.accept(migration);
            }
            return plan.pending().size();
        } finally {
            if (!connection.isClosed()) query("SELECT pg_advisory_unlock(" + LOCK + ")");
        }
    }

    private void apply(Migration migration) throws SQLException, MigrationException {
        long started = System.nanoTime();
        connection.setAutoCommit(false);
        try {
            run(migration);
            HistoryTable.insert(connection, migration, (System.nanoTime() - started) / 1_000_000);
            commit(migration);
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    private void run(Migration migration) throws MigrationException {
        for (SqlScript.Statement part : SqlScript.split(migration.sql())) {
            refuseTransactionControl(migration, part);
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(part.sql());
            } catch (SQLException e) {
                throw new MigrationException("%s:%d: %s".formatted(migration.file(), line(part, e), text(e)), e);
            }
        }
    }

    private void commit(Migration migration) throws MigrationException {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new MigrationException(migration.file() + ": at commit: " + text(e), e);
        }
    }

    /** A COMMIT inside a file would break the promise that it applies as a whole. */
    private static void refuseTransactionControl(Migration migration, SqlScript.Statement part) throws MigrationException {
        String word = part.sql().split("[^A-Za-z]", 2)[0].toUpperCase(Locale.ROOT);
        switch (word) {
            case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE" -> throw new MigrationException(
                    "%s:%d: %s is not allowed: each file is one transaction already".formatted(migration.file(), part.line(), word));
            default -> { }
        }
    }

    private static int line(SqlScript.Statement part, SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException server ? server.getServerErrorMessage() : null;
        return message == null || message.getPosition() == 0 ? part.line() : part.lineOf(message.getPosition());
    }

    private static String text(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException server ? server.getServerErrorMessage() : null;
        if (message == null) return e.getMessage() + " (" + e.getSQLState() + ")";
        StringBuilder text = new StringBuilder("%s (%s)".formatted(message.getMessage(), message.getSQLState()));
        if (message.getDetail() != null) text.append("\n  detail: ").append(message.getDetail());
        if (message.getHint() != null) text.append("\n  hint: ").append(message.getHint());
        return text.toString();
    }

    private void query(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            result.next();
        }
    }
}
