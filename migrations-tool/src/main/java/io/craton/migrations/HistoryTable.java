package io.craton.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The table that remembers what was applied. It lives in the first schema of the search path. */
final class HistoryTable {
    private static final String NAME = "craton_migrations";

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
            statement.execute("CREATE TABLE " + NAME + " (version text PRIMARY KEY, name text NOT NULL, file text NOT NULL,"
                    + " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), applied_by text NOT NULL DEFAULT current_user,"
                    + " millis bigint NOT NULL)");
        }
    }

    /** In order of version; empty when there is no table yet. */
    static List<Applied> read(Connection connection) throws SQLException {
        if (!exists(connection)) return List.of();
        List<Applied> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT version, name, file, checksum, applied_at FROM " + NAME)) {
            while (row.next()) {
                rows.add(new Applied(Version.parse(row.getString(1)), row.getString(2), row.getString(3), row.getString(4),
                        row.getObject(5, OffsetDateTime.class)));
            }
        }
        rows.sort((a, b) -> a.version().compareTo(b.version()));
        return rows;
    }

    static void insert(Connection connection, Migration migration, long millis) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + NAME + " (version, name, file, checksum, millis) VALUES (?, ?, ?, ?, ?)")) {
            statement.setString(1, migration.version().text());
            statement.setString(2, migration.name());
            statement.setString(3, migration.file());
            statement.setString(4, migration.checksum());
            statement.setLong(5, millis);
            statement.executeUpdate();
        }
    }
}
