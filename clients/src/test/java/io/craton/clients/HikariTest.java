package io.craton.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** HikariCP: a pool shared by threads; connections come back with isolation, read-only, schema and autocommit as they were. */
@ExtendWith(Servers.class)
class HikariTest {
    @Test
    void aPoolLendsConnectionsAsItConfiguredThem(Servers.Both both) throws Exception {
        both.same((database, out) -> {
            database.run("create schema app", "create table app.t (id int primary key, n int not null)", "insert into app.t values (1, 0)");
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl(database.url());
            config.setUsername(Database.USER);
            config.setMaximumPoolSize(4);
            config.setSchema("app");
            config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
            config.setConnectionInitSql("set application_name = 'pool'");
            config.setConnectionTestQuery("select 1");
            try (HikariDataSource pool = new HikariDataSource(config)) {
                try (Connection connection = pool.getConnection()) {
                    connection.setReadOnly(true);
                    connection.setAutoCommit(false);
                    connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                    connection.setSchema("public");
                    connection.setNetworkTimeout(Runnable::run, 5000);
                    describe(connection, out);
                }
                for (int i = 0; i < 4; i++) {
                    try (Connection connection = pool.getConnection()) {
                        describe(connection, out);
                    }
                }
                try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                    List<Future<?>> done = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        done.add(threads.submit(() -> {
                            try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement()) {
                                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
                                statement.executeUpdate("update t set n = n + 1 where id = 1");
                            }
                            return null;
                        }));
                    }
                    for (Future<?> each : done) each.get();
                }
                try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("select n from t")) {
                    out.rows(rows);
                }
                assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isBetween(1, 4);
            }
        });
    }

    private static void describe(Connection connection, Transcript out) throws Exception {
        out.line(connection.getSchema() + " " + connection.getTransactionIsolation() + " " + connection.isReadOnly() + " " + connection.getAutoCommit());
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select current_setting('application_name'), current_setting('transaction_isolation'), "
                        + "current_setting('transaction_read_only'), current_schema")) {
            out.rows(rows);
        }
    }
}
