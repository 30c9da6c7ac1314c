package io.craton.migrations;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Reads the tables in which Flyway and Liquibase remember what they did. */
final class ForeignHistory {
    private ForeignHistory() {}

    private static void require(Connection connection, String table, String tool) throws SQLException, MigrationException {
        try (PreparedStatement query = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            query.setString(1, table);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) throw new MigrationException("there is no history of " + tool + " here: table " + table + " does not exist (--table names another)");
            }
        }
    }

    /** @throws MigrationException for a row that failed, has no file, or whose file has another text than Flyway applied */
    static List<HistoryTable.NewRow> flyway(Connection connection, String table, MigrationSet files, String schemaHash) throws SQLException, MigrationException {
        require(connection, table, "Flyway");
        List<HistoryTable.NewRow> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT version, description, type, script, checksum, execution_time, success FROM " + table + " ORDER BY installed_rank")) {
            while (row.next()) {
                String version = row.getString(1);
                String type = row.getString(3);
                String script = row.getString(4);
                int checksum = row.getInt(5);
                boolean summed = !row.wasNull();
                if (!row.getBoolean(7)) throw new MigrationException(table + ": " + script + " has failed there; repair it before the import");
                if (type.equals("SCHEMA")) continue;
                rows.add(flywayRow(files, version, row.getString(2), type, script, summed ? checksum : null, row.getLong(6)));
            }
        }
        return noted(rows, schemaHash, table);
    }

    private static HistoryTable.NewRow flywayRow(MigrationSet files, @Nullable String text, String name, String type, String script, @Nullable Integer checksum, long millis)
            throws MigrationException {
        Version version = text == null ? null : Version.of(text);
        if (type.equals("BASELINE")) return new HistoryTable.NewRow(History.BASELINE, version, name, script, null, millis, true, null);
        if (type.equals("DELETE") || type.startsWith("UNDO")) return new HistoryTable.NewRow("undo", version, name, script, null, millis, true, null);
        Migration file = version != null ? files.version(version) : repeatable(files, script);
        if (file == null) throw new MigrationException(script + ": Flyway applied it, but the file is missing");
        if (checksum != null && checksum != flywayChecksum(file.sql())) {
            throw new MigrationException("%s: is not what Flyway applied as %s (checksum %d, noted %d)".formatted(file.file(), script, flywayChecksum(file.sql()), checksum));
        }
        return HistoryTable.NewRow.of(file, millis, true, null);
    }

    private static @Nullable Migration repeatable(MigrationSet files, String script) {
        String name = script.substring(script.lastIndexOf('/') + 1);
        for (Migration file : files.repeatable()) if (file.file().equals(name)) return file;
        return null;
    }

    /** CRC-32 over the lines without their ends. */
    static int flywayChecksum(String text) {
        CRC32 crc = new CRC32();
        String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
        plain.lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    static List<HistoryTable.NewRow> liquibase(Connection connection, String table, Version baseline, String schemaHash) throws SQLException, MigrationException {
        require(connection, table, "Liquibase");
        List<HistoryTable.NewRow> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, author, filename, md5sum FROM " + table + " ORDER BY orderexecuted, dateexecuted")) {
            while (row.next()) {
                rows.add(new HistoryTable.NewRow(History.IMPORTED, null, row.getString(1) + " by " + row.getString(2), row.getString(3), row.getString(4), 0, true, null));
            }
        }
        if (!rows.isEmpty()) rows.add(new HistoryTable.NewRow(History.BASELINE, baseline, "imported from Liquibase", "", null, 0, true, null));
        return noted(rows, schemaHash, table);
    }

    /** The last row has the schema's hash. */
    private static List<HistoryTable.NewRow> noted(List<HistoryTable.NewRow> rows, String schemaHash, String table) throws MigrationException {
        if (rows.isEmpty()) throw new MigrationException(table + " has no rows: there is nothing to import");
        HistoryTable.NewRow last = rows.removeLast();
        rows.add(new HistoryTable.NewRow(last.kind(), last.version(), last.name(), last.file(), last.checksum(), last.millis(), true, schemaHash));
        return rows;
    }
}
