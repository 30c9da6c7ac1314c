package io.craton.clients;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * An empty database of a server.
 *
 * @param server the server's name for messages
 */
record Database(String server, int port, String name) {
    static final String HOST = "127.0.0.1";
    static final String USER = "postgres";

    String url() {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + name;
    }

    /** @param options alternating names and values of the driver's properties */
    Connection connect(String... options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", "unused");
        for (int i = 0; i < options.length; i += 2) properties.setProperty(options[i], options[i + 1]);
        return DriverManager.getConnection(url(), properties);
    }

    /** Runs statements on a connection of their own. */
    void run(String... statements) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) statement.execute(sql);
        }
    }

    /** Rows of a query on a connection of its own, into the transcript. */
    void query(Transcript out, String sql) throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            out.line("> " + sql);
            out.rows(rows);
        }
    }
}
