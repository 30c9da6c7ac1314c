package io.craton.migrations;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** What became of a {@code CREATE INDEX CONCURRENTLY} whose run was killed: the server went on with it, or left an index that is not valid. */
final class ConcurrentIndex {
    private ConcurrentIndex() {}

    /** True when the index is there and valid. One that is not valid is dropped, so that the statement can run again. Of other statements nothing is known: false. */
    static boolean finished(Connection connection, Script script) throws SQLException {
        String name = name(new SqlWords(script.statements().getFirst().sql()));
        if (name == null) return false;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(?)")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) return false;
                if (row.getBoolean(2)) return true;
                try (Statement drop = connection.createStatement()) {
                    drop.execute("DROP INDEX " + row.getString(1));
                }
                return false;
            }
        }
    }

    private static @Nullable String name(SqlWords words) {
        int at = words.at(0, "CREATE", "INDEX", "CONCURRENTLY") ? 3 : words.at(0, "CREATE", "UNIQUE", "INDEX", "CONCURRENTLY") ? 4 : -1;
        if (at < 0) return null;
        if (words.at(at, "IF", "NOT", "EXISTS")) at += 3;
        return words.at(at, "ON") ? null : words.name(at);
    }
}
