package io.craton.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table behind {@link History}. It lives in the first schema of the search path. */
final class HistoryTable {
    static final String NAME = "craton_migration_history";

    private HistoryTable() {}

    static boolean exists(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('" + NAME + "') IS NOT NULL")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + NAME + " (rank bigint PRIMARY KEY, kind text NOT NULL, version text, name text NOT NULL, file text NOT NULL,"
                    + " checksum text, applied_at timestamptz NOT NULL DEFAULT now(), applied_by text NOT NULL DEFAULT current_user,"
                    + " millis bigint NOT NULL, finished boolean NOT NULL, schema_hash text)");
        }
    }

    /** Empty when there is no table yet. */
    static History read(Connection connection) throws SQLException {
        if (!exists(connection)) return new History(List.of());
        List<History.Row> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT rank, kind, version, name, file, checksum, applied_at, applied_by, millis, finished, schema_hash FROM " + NAME + " ORDER BY rank")) {
            while (row.next()) {
                String version = row.getString(3);
                rows.add(new History.Row(row.getLong(1), row.getString(2), version == null ? null : Version.parse(version), row.getString(4), row.getString(5),
                        row.getString(6), row.getObject(7, OffsetDateTime.class), row.getString(8), row.getLong(9), row.getBoolean(10), row.getString(11)));
            }
        }
        return new History(rows);
    }

    /** What a new row says; rank, time and role are the database's. */
    record NewRow(String kind, @Nullable Version version, String name, String file, @Nullable String checksum, long millis, boolean finished,
            @Nullable String schemaHash) {
        static NewRow of(Migration migration, long millis, boolean finished, @Nullable String schemaHash) {
            return new NewRow(migration.kind().word(), migration.version(), migration.name(), migration.file(), migration.checksum(), millis, finished, schemaHash);
        }
    }

    static void insert(Connection connection, long rank, NewRow row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + NAME
                + " (rank, kind, version, name, file, checksum, millis, finished, schema_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            statement.setLong(1, rank);
            statement.setString(2, row.kind());
            statement.setString(3, row.version() == null ? null : row.version().text());
            statement.setString(4, row.name());
            statement.setString(5, row.file());
            statement.setString(6, row.checksum());
            statement.setLong(7, row.millis());
            statement.setBoolean(8, row.finished());
            statement.setString(9, row.schemaHash());
            statement.executeUpdate();
        }
    }

    static void finish(Connection connection, long rank, long millis, String schemaHash) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + NAME + " SET finished = true, millis = ?, schema_hash = ? WHERE rank = ?")) {
            statement.setLong(1, millis);
            statement.setString(2, schemaHash);
            statement.setLong(3, rank);
            statement.executeUpdate();
        }
    }
}
