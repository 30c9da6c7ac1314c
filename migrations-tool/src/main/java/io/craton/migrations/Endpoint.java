package io.craton.migrations;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** A server and one of its databases, as {@code jdbc:postgresql://host:port/database?parameters}; others of its databases are reached by the same address. */
final class Endpoint {
    private static final String PREFIX = "jdbc:postgresql://";

    private final String hosts;
    private final String database;
    private final String parameters;
    private final Properties properties;

    private Endpoint(String hosts, String database, String parameters, Properties properties) {
        this.hosts = hosts;
        this.database = database;
        this.parameters = parameters;
        this.properties = properties;
    }

    static Endpoint of(String url, Properties properties) throws MigrationException {
        if (!url.startsWith(PREFIX)) throw MigrationException.usage("--url \"" + url + "\": it must have the form " + PREFIX + "host:port/database");
        String rest = url.substring(PREFIX.length());
        int query = rest.indexOf('?');
        String parameters = query < 0 ? "" : rest.substring(query);
        if (query >= 0) rest = rest.substring(0, query);
        int slash = rest.indexOf('/');
        String database = slash < 0 || slash == rest.length() - 1 ? "" : java.net.URLDecoder.decode(rest.substring(slash + 1), StandardCharsets.UTF_8);
        return new Endpoint(slash < 0 ? rest : rest.substring(0, slash), database.isEmpty() ? properties.getProperty("user", "postgres") : database, parameters, properties);
    }

    static Endpoint of(String host, int port, String database, Properties properties) throws MigrationException {
        String name = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
        return of(PREFIX + name + ":" + port + "/" + encoded(database), properties);
    }

    private static String encoded(String database) {
        return URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    String database() {
        return database;
    }

    Connection connect() throws SQLException {
        return connect(database);
    }

    Connection connect(String other) throws SQLException {
        return DriverManager.getConnection(PREFIX + hosts + "/" + encoded(other) + parameters, properties);
    }
}
