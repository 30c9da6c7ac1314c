package io.craton.server.admin;

import io.craton.server.config.StartException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which running node a command talks to over SQL, and as whom: psql's options and variables. */
public final class SqlOptions {
    private static final String SECONDS = "10";

    @Option(names = {"-h", "--host"}, paramLabel = "<HOST>", defaultValue = "${env:PGHOST:-127.0.0.1}", description = "Host of the node (default: PGHOST or 127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(names = {"-p", "--port"}, paramLabel = "<PORT>", defaultValue = "${env:PGPORT:-5432}", description = "Its port for clients (default: PGPORT or 5432)")
    private int port = 5432;

    @Option(names = {"-U", "--user"}, paramLabel = "<USER>", defaultValue = "${env:PGUSER:-postgres}",
            description = "Role (default: PGUSER or postgres); PGPASSWORD holds its password")
    private String user = "postgres";

    @Option(names = "--url", paramLabel = "<URL>", defaultValue = "", description = "jdbc:postgresql://..., instead of host and port")
    private String url = "";

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Option(names = "--help", usageHelp = true, description = "Print help")
    private boolean help;

    String place() {
        return url.isEmpty() ? host + ":" + port : url;
    }

    Connection connect() throws SQLException {
        return open(target());
    }

    /** To a tenant, which is named by its database or its number. */
    Connection connectTo(String tenant) throws SQLException {
        String database;
        try (Connection any = connect()) {
            database = database(any, tenant);
        }
        if (database == null) throw NodeOptions.failure(place() + ": tenant \"" + tenant + "\" does not exist");
        Matcher parts = Pattern.compile("(jdbc:postgresql:(?://[^/?]*/)?)([^?]*)(.*)").matcher(target());
        if (!parts.matches()) throw new StartException(StartException.USAGE, "invalid --url \"" + url + "\"");
        return open(parts.group(1) + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20") + parts.group(3));
    }

    private static @Nullable String database(Connection any, String tenant) throws SQLException {
        try (PreparedStatement named = any.prepareStatement("select datname from pg_database where datname = ?")) {
            named.setString(1, tenant);
            try (ResultSet row = named.executeQuery()) {
                if (row.next()) return row.getString(1);
            }
        }
        if (!tenant.matches("\\d{1,9}")) return null;
        try (PreparedStatement numbered = any.prepareStatement("select database from craton_tenants where tenant = ?")) {
            numbered.setInt(1, Integer.parseInt(tenant));
            try (ResultSet row = numbered.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private Connection open(String target) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        String password = System.getenv("PGPASSWORD");
        if (password != null) properties.setProperty("password", password);
        tls.addTo(properties);
        properties.setProperty("connectTimeout", SECONDS);
        properties.setProperty("loginTimeout", SECONDS);
        properties.setProperty("ApplicationName", "craton-admin");
        return DriverManager.getConnection(target, properties);
    }

    private String target() {
        String target = url.isEmpty() ? "jdbc:postgresql://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port + "/postgres" : url;
        if (!target.startsWith("jdbc:postgresql:")) throw new StartException(StartException.USAGE, "invalid --url \"" + url + "\": it begins with jdbc:postgresql:");
        return target;
    }

    /** The whole of it but role and password, for another program. */
    String address() {
        Properties properties = new Properties();
        tls.addTo(properties);
        StringBuilder address = new StringBuilder(target());
        for (String name : properties.stringPropertyNames()) {
            address.append(address.indexOf("?") < 0 ? '?' : '&').append(name).append('=').append(URLEncoder.encode(properties.getProperty(name), StandardCharsets.UTF_8));
        }
        return address.toString();
    }

    String user() {
        return user;
    }

    StartException failure(SQLException e) {
        if (e.getCause() instanceof ConnectException) return NodeOptions.failure("no node answers at " + place());
        String message = e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
        StringBuilder more = new StringBuilder();
        if (e instanceof PSQLException server && server.getServerErrorMessage() instanceof ServerErrorMessage told) {
            if (told.getDetail() != null) more.append("; DETAIL: ").append(told.getDetail());
            if (told.getHint() != null) more.append("; HINT: ").append(told.getHint());
        }
        return NodeOptions.failure(place() + ": " + message + more + tls.hint(e));
    }
}
