package io.craton.server.region;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory.Elsewhere;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.sql.session.Regions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which region's cluster each database is in, for nodes whose {@code region.region} says where they are. The directory is tables in the database {@code craton} of one
 * cluster, replicated in its group 0: {@code craton_directory.regions} and {@code craton_directory.databases}. Nodes ask it for databases that they do not know, when a
 * database is made, and when one goes; what is in the databases is never in it. Any thread; methods wait.
 */
public final class RegionDirectory implements Regions, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegionDirectory.class);
    /** Where its tables are. */
    public static final String DATABASE = "craton";
    /** What makes the tables, where they are not there. */
    public static final String[] TABLES = {
        "CREATE SCHEMA IF NOT EXISTS craton_directory",
        "CREATE TABLE IF NOT EXISTS craton_directory.regions (name text PRIMARY KEY, address text NOT NULL)",
        "CREATE TABLE IF NOT EXISTS craton_directory.databases (name text PRIMARY KEY, region text NOT NULL REFERENCES craton_directory.regions)"
    };
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int PATIENCE_SECONDS = 5;
    private static final int REMEMBERED_MAX = 10_000;

    /**
     * Where a database is.
     *
     * @param address host and port for clients
     */
    public record Place(String region, String address) {}

    private record Remembered(@Nullable Place place, long nanos) {}

    private final String region;
    /** Whether sessions are carried to their region. */
    private final boolean carries;
    private final String url;
    private final Properties login = new Properties();
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
    /** Guards the connection. */
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Connection connection;

    private RegionDirectory(String region, Configuration configuration) {
        this.region = region;
        carries = configuration.flag(ConfigKey.CARRY);
        url = "jdbc:postgresql://" + configuration.text(ConfigKey.DIRECTORY) + "/" + DATABASE;
        login.setProperty("user", configuration.text(ConfigKey.DIRECTORY_USER));
        String password = configuration.find(ConfigKey.DIRECTORY_PASSWORD);
        if (password != null) login.setProperty("password", password);
        login.setProperty("connectTimeout", Integer.toString(PATIENCE_SECONDS));
        login.setProperty("loginTimeout", Integer.toString(PATIENCE_SECONDS));
        login.setProperty("socketTimeout", Integer.toString(PATIENCE_SECONDS));
        login.setProperty("ApplicationName", "region " + region);
    }

    /** Null where the configuration names no region. */
    public static @Nullable RegionDirectory of(Configuration configuration) {
        String region = configuration.find(ConfigKey.REGION);
        return region == null ? null : new RegionDirectory(region, configuration);
    }

    private interface Question<T> {
        T ask(Connection directory) throws SQLException;
    }

    private <T> T ask(Question<T> question) {
        lock.lock();
        try {
            Connection open = connection;
            boolean fresh = open == null;
            if (open == null) open = connect();
            try {
                return question.ask(open);
            } catch (SQLException e) {
                if (fresh || e.getSQLState() == null || !e.getSQLState().startsWith("08") && !e.getSQLState().startsWith("57P")) throw e;
                forget();
                return question.ask(connect());
            }
        } catch (SQLException e) {
            forget();
            LOG.warn("the directory of regions at {} cannot be asked: {}", url, e.getMessage());
            throw PgError.error(SqlState.CANNOT_CONNECT_NOW, "the directory of regions cannot be asked: " + e.getMessage())
                    .withHint("region.directory names it; craton-admin region add makes its tables.").exception();
        } finally {
            lock.unlock();
        }
    }

    private Connection connect() throws SQLException {
        Connection made = DriverManager.getConnection(url, login);
        connection = made;
        return made;
    }

    private void forget() {
        Connection lost = connection;
        connection = null;
        if (lost == null) return;
        try {
            lost.close();
        } catch (SQLException e) {
            LOG.debug("a connection to the directory of regions did not close: {}", e.getMessage());
        }
    }

    private static @Nullable Place place(Connection directory, String database) throws SQLException {
        try (PreparedStatement query = directory.prepareStatement("SELECT r.name, r.address FROM craton_directory.databases d JOIN craton_directory.regions r ON r.name = d.region WHERE d.name = ?")) {
            query.setString(1, database);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? new Place(row.getString(1), row.getString(2)) : null;
            }
        }
    }

    private @Nullable Place place(String database) {
        Remembered known = remembered.get(database);
        if (known != null && System.nanoTime() - known.nanos < REMEMBERED_NANOS) return known.place;
        Place found = ask(directory -> place(directory, database));
        if (remembered.size() >= REMEMBERED_MAX) remembered.clear();
        remembered.put(database, new Remembered(found, System.nanoTime()));
        return found;
    }

    /** Of a database that this cluster does not have: in another region. Null when it is not known to be anywhere else. */
    @Override
    public @Nullable Elsewhere elsewhere(String database) {
        Place place;
        try {
            place = place(database);
        } catch (PgException unreachable) {
            return new Elsewhere(unreachable.error(), null);
        }
        if (place == null || place.region().equals(region)) return null;
        PgError refusal = PgError.error(SqlState.SQLSERVER_REJECTED_ESTABLISHMENT_OF_SQLCONNECTION,
                "database \"" + database + "\" is in region \"" + place.region() + "\", not in \"" + region + "\"").withHint("Connect to " + place.address() + ".");
        return new Elsewhere(refusal, carries ? place.address() : null);
    }

    /** A database of this name is to be made here, or was. 42P04 when another region has one. */
    @Override
    public void claim(String database) {
        Place place = ask(directory -> {
            try (PreparedStatement insert = directory.prepareStatement("INSERT INTO craton_directory.databases VALUES (?, ?) ON CONFLICT DO NOTHING")) {
                insert.setString(1, database);
                insert.setString(2, region);
                insert.executeUpdate();
            }
            return place(directory, database);
        });
        remembered.remove(database);
        if (place != null && place.region().equals(region)) return;
        throw PgError.error(SqlState.DUPLICATE_DATABASE, "database \"" + database + "\" already exists in region \"" + (place == null ? "" : place.region()) + "\"")
                .withHint("Names of databases are unique over all regions.").exception();
    }

    /** The database is here no more. */
    @Override
    public void release(String database) {
        ask(directory -> {
            try (PreparedStatement delete = directory.prepareStatement("DELETE FROM craton_directory.databases WHERE name = ? AND region = ?")) {
                delete.setString(1, database);
                delete.setString(2, region);
                return delete.executeUpdate();
            }
        });
        remembered.remove(database);
    }

    /** Makes the tables in a database, where they are not there. */
    public static void prepare(Connection directory) throws SQLException {
        try (Statement statement = directory.createStatement()) {
            for (String table : TABLES) statement.execute(table);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            forget();
        } finally {
            lock.unlock();
        }
    }
}
