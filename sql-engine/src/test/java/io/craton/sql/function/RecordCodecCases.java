package io.craton.sql.function;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.util.PSQLException;

/** The driver insists on ISO dates: other styles hold inside a function. Rewrites the expectations of core's CodecCasesTest with a PostgreSQL's answers. Arguments: JDBC URL, files. */
final class RecordCodecCases {
    private RecordCodecCases() {}

    public static void main(String[] args) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection(args[0])) {
            for (int i = 1; i < args.length; i++) {
                StringBuilder out = new StringBuilder();
                for (String line : Files.readAllLines(Path.of(args[i]))) {
                    if (line.startsWith("@")) configure(connection, line.split(" "));
                    boolean plain = line.isBlank() || line.startsWith("#") || line.startsWith("@");
                    String call = line.contains("\t=>") ? line.substring(0, line.indexOf("\t=>")) : line;
                    out.append(plain ? line : call + "\t=>\t" + ask(connection, call.split("\t", -1))).append('\n');
                }
                Files.writeString(Path.of(args[i]), out);
            }
        }
    }

    private static void configure(Connection connection, String[] word) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set datestyle = 'ISO, " + word[2] + "'; set intervalstyle = '" + word[3] + "'; set timezone = '"
                    + word[4] + "'; set extra_float_digits = " + word[5] + "; set bytea_output = '" + word[6] + "'");
            statement.execute("create or replace function pg_temp.ask(query text, input text, out shown text, out hex text) language plpgsql set datestyle = '"
                    + word[1] + ", " + word[2] + "' as 'begin execute query into shown, hex using input; end'");
        }
    }

    private static String ask(Connection connection, String[] call) throws SQLException {
        String send = switch (call[0]) {
            case "date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb", "uuid", "bit", "varbit", "inet", "cidr", "macaddr",
                    "macaddr8", "pg_lsn", "numeric" -> call[0] + "_send";
            case "money" -> "cash_send";
            default -> call[0].startsWith("_") ? "array_send" : call[0] + "send";
        };
        boolean dated = send.startsWith("date") || send.startsWith("timestamp");
        String sql = "select textin(\"" + (call[0].startsWith("_") ? "array_" : outName(call[0])) + "out\"(v)), encode(" + send
                + "(v), 'hex') from (select cast(" + (dated ? "$1" : "?") + " as pg_catalog.\"" + call[0] + "\") as v) t";
        if (dated) sql = "select * from pg_temp.ask('" + sql.replace("'", "''") + "', ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, unescape(call[1]), java.sql.Types.OTHER);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return escape(rows.getString(1)) + "\t" + rows.getString(2);
            }
        } catch (PSQLException e) {
            return "!" + e.getSQLState() + " " + escape(e.getServerErrorMessage().getMessage());
        }
    }

    private static String outName(String type) {
        return switch (type) {
            case "date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb", "uuid", "bit", "varbit", "inet", "cidr", "macaddr",
                    "macaddr8", "pg_lsn", "numeric" -> type + "_";
            case "money" -> "cash_";
            default -> type;
        };
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                char next = text.charAt(++i);
                out.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
