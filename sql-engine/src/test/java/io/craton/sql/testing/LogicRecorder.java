package io.craton.sql.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a PostgreSQL answers into .slt files: {@code LogicRecorder FILE..} with {@code -Dcraton.record.postgres=HOST:PORT}. The directives
 * and rows that are there are replaced; each file gets a database of its own, which is dropped again.
 */
final class LogicRecorder {
    private static final String DATABASE = "craton_logic_recorder";

    private LogicRecorder() {}

    public static void main(String[] files) throws SQLException, IOException {
        String server = System.getProperty("craton.record.postgres");
        if (server == null) throw new IllegalArgumentException("-Dcraton.record.postgres=HOST:PORT is missing");
        for (String file : files) record(server, Path.of(file));
    }

    private static void record(String server, Path file) throws SQLException, IOException {
        String suffix = "?user=postgres&preferQueryMode=simple";
        try (Connection admin = DriverManager.getConnection("jdbc:postgresql://" + server + "/postgres" + suffix);
                Statement statement = admin.createStatement()) {
            statement.execute("drop database if exists " + DATABASE);
            statement.execute("create database " + DATABASE);
            List<String> written = new ArrayList<>();
            try (Connection connection = DriverManager.getConnection("jdbc:postgresql://" + server + "/" + DATABASE + suffix)) {
                for (LogicFile.Record record : LogicFile.read(file).records()) {
                    written.add(LogicFile.text(new LogicFile.Record(0, record.gap(), record.sql(), outcome(connection, record.sql()))));
                }
            } finally {
                statement.execute("drop database " + DATABASE);
            }
            Files.writeString(file, String.join("\n", written));
        }
    }

    private static LogicFile.Outcome outcome(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) return new LogicFile.Outcome.Ok();
            List<String> rows = new ArrayList<>();
            try (ResultSet result = statement.getResultSet()) {
                while (result.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) values.add(result.getString(i));
                    rows.add(LogicFile.row(values));
                }
            }
            return new LogicFile.Outcome.Rows(rows);
        } catch (SQLException e) {
            return new LogicFile.Outcome.Failure(String.valueOf(e.getSQLState()));
        }
    }
}
