package io.craton.clients;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** What a scenario saw, line by line; compared between the servers. */
final class Transcript {
    private final StringBuilder text = new StringBuilder();

    void line(Object value) {
        text.append(value).append('\n');
    }

    /** The column names, then the rows. */
    void rows(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        StringBuilder line = new StringBuilder("#");
        for (int i = 1; i <= columns.getColumnCount(); i++) line.append(' ').append(columns.getColumnLabel(i)).append(':').append(columns.getColumnTypeName(i));
        line(line);
        while (rows.next()) {
            line.setLength(0);
            for (int i = 1; i <= columns.getColumnCount(); i++) line.append(i == 1 ? "" : "|").append(rows.getString(i));
            line(line);
        }
    }

    /** What a call that must fail says: SQLSTATE and message. */
    void failure(Call call) throws Exception {
        try {
            call.run();
        } catch (SQLException e) {
            line("! " + e.getSQLState() + " " + e.getMessage());
            return;
        }
        throw new AssertionError("an error was expected");
    }

    /** A call that may fail. */
    interface Call {
        void run() throws Exception;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
