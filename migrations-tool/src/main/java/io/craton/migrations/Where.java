package io.craton.migrations;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The server and the databases that a command is about: psql's options and variables, or an address; this database, some, or all. */
final class Where {
    @Option(names = "--url", paramLabel = "<URL>", defaultValue = "", description = "jdbc:postgresql://host:port/database, instead of host, port and database")
    private String url = "";

    @Option(names = "--host", paramLabel = "<HOST>", defaultValue = "${env:PGHOST:-127.0.0.1}", description = "Host (default: PGHOST or 127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "<PORT>", defaultValue = "${env:PGPORT:-5432}", description = "Port (default: PGPORT or 5432)")
    private int port = 5432;

    @Option(names = "--database", paramLabel = "<NAME>", defaultValue = "${env:PGDATABASE:-postgres}", description = "Database (default: PGDATABASE or postgres)")
    private String database = "postgres";

    @Option(names = "--user", paramLabel = "<ROLE>", defaultValue = "${env:PGUSER:-postgres}",
            description = "Role (default: PGUSER or postgres); PGPASSWORD or ~/.pgpass has its password, PGSSLMODE is obeyed")
    private String user = "postgres";

    @Option(names = "--tenant", paramLabel = "<NAME>", description = "This database instead, by its name or its number of a tenant; may be given several times")
    private List<String> named = new ArrayList<>();

    @Option(names = "--all-tenants", description = "All databases but templates")
    private boolean all;

    @Option(names = "--match", paramLabel = "<GLOB>", defaultValue = "", description = "All databases whose name is like this; * and ? stand for others")
    private String match = "";

    /** @param fleet whether the command named tenants, so that each of them is one unit */
    record Selection(Endpoint endpoint, List<String> tenants, boolean fleet) {}

    /** What is done in one database; the answer is what to say of it. */
    interface Work {
        String in(Connection connection) throws SQLException, MigrationException;
    }

    /** One database after the other; one where it fails is named and stays as it was, and the others go on. The answer is the exit status. */
    static int each(Selection selection, PrintWriter out, PrintWriter err, Work work) throws SQLException, MigrationException {
        if (!selection.fleet()) {
            try (Connection connection = selection.endpoint().connect(selection.tenants().getFirst())) {
                out.println(selection.tenants().getFirst() + ": " + work.in(connection));
                out.flush();
                return 0;
            }
        }
        int status = 0;
        for (String tenant : selection.tenants()) {
            try (Connection connection = selection.endpoint().connect(tenant)) {
                out.println(tenant + ": " + work.in(connection));
            } catch (MigrationException | SQLException e) {
                status = Math.max(status, failed(err, tenant, e));
            }
        }
        out.flush();
        return status;
    }

    /** Says what went wrong in one of several. The answer is the exit status: that a tenant was dropped meanwhile is no failure. */
    static int failed(PrintWriter err, String tenant, Exception e) {
        boolean vanished = e instanceof SQLException sql && "3D000".equals(sql.getSQLState());
        err.println("craton-migrate: " + tenant + ": " + (vanished ? "vanished: " : "") + (e instanceof SQLException sql ? ServerError.text(sql) : e.getMessage()));
        return vanished ? 0 : Main.WRONG;
    }

    Endpoint endpoint() throws MigrationException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        set(properties, "password", System.getenv("PGPASSWORD"));
        set(properties, "sslmode", System.getenv("PGSSLMODE"));
        set(properties, "sslrootcert", System.getenv("PGSSLROOTCERT"));
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "craton-migrate");
        return url.isEmpty() ? Endpoint.of(host, port, database, properties) : Endpoint.of(url, properties);
    }

    private static void set(Properties properties, String name, @Nullable String value) {
        if (value != null) properties.setProperty(name, value);
    }

    Selection select() throws SQLException, MigrationException {
        Endpoint endpoint = endpoint();
        if (!named.isEmpty() && (all || !match.isEmpty())) throw MigrationException.usage("--tenant goes with neither --all-tenants nor --match");
        boolean fleet = all || !match.isEmpty() || !named.isEmpty();
        if (!fleet) return new Selection(endpoint, List.of(endpoint.database()), false);
        try (Connection connection = endpoint.connect()) {
            List<String> databases = databases(connection);
            List<String> tenants = new ArrayList<>();
            for (String name : named) tenants.add(databases.contains(name) ? name : numbered(connection, name));
            if (named.isEmpty()) {
                Pattern like = match.isEmpty() ? Pattern.compile(".*") : glob(match);
                for (String name : databases) if (like.matcher(name).matches()) tenants.add(name);
                if (tenants.isEmpty()) throw new MigrationException("no database is like \"" + match + "\"");
            }
            return new Selection(endpoint, tenants, true);
        }
    }

    private static List<String> databases(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname COLLATE \"C\"")) {
            while (row.next()) names.add(row.getString(1));
        }
        return names;
    }

    private static String numbered(Connection connection, String number) throws SQLException, MigrationException {
        if (number.matches("\\d{1,9}")) {
            try (PreparedStatement query = connection.prepareStatement("SELECT database FROM craton_tenants WHERE tenant = ?")) {
                query.setInt(1, Integer.parseInt(number));
                try (ResultSet row = query.executeQuery()) {
                    if (row.next()) return row.getString(1);
                }
            } catch (SQLException e) {
                if (!"42P01".equals(e.getSQLState())) throw e; // PostgreSQL has names alone
            }
        }
        throw new MigrationException("tenant \"" + number + "\" does not exist");
    }

    static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
