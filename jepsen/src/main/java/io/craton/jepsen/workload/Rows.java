package io.craton.jepsen.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Short forms of JDBC for tables of numbers. */
final class Rows {
    private Rows() {}

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) statement.execute(sql);
        }
    }

    /** Runs a change with numbers as parameters; returns the number of rows changed. */
    static int change(Connection connection, String sql, long... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) statement.setLong(i + 1, parameters[i]);
            return statement.executeUpdate();
        }
    }

    /** All rows of a query whose columns are numbers. */
    static List<List<Long>> numbers(Connection connection, String sql) throws SQLException {
        List<List<Long>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<Long> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) row.add(result.getLong(column));
                rows.add(row);
            }
        }
        return rows;
    }

    /** A query of key and value; a key that comes twice is an error of the database. */
    static Map<Long, Long> map(Connection connection, String sql) throws SQLException {
        Map<Long, Long> map = new HashMap<>();
        for (List<Long> row : numbers(connection, sql)) {
            if (map.put(row.get(0), row.get(1)) != null) throw new SQLException("key " + row.get(0) + " comes twice: " + sql);
        }
        return map;
    }
}
