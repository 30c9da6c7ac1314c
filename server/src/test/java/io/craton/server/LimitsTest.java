package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;

/** Each limit of the configuration is reached: one clear error of class 53 or 54, with a hint where something can be done, and the session goes on. */
class LimitsTest {
    @TempDir Path parent;
    private DataFolder folder;
    private NodeAssembly node;

    private void start(String limits) throws IOException {
        Path file = Files.writeString(parent.resolve("config.toml"), "[limits]\n" + limits.replace("; ", "\n") + "\n");
        var sources = new Configuration.Sources(file, Map.of(), Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(parent.resolve("data"));
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
    }

    @AfterEach
    void stop() {
        if (node != null) node.close();
        if (folder != null) folder.close();
    }

    private Connection connect(String user) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=" + user);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max_tenants = 1             | create database one           | create database two                                              | 53400 | too many databases     | max_tenants
            max_streams_per_tenant = 1  | create table a (n int)        | create table b (n int)                                           | 53400 | too many tables        | max_streams_per_tenant
            max_streams_per_tenant = 1  | create table a (n int)        | create materialized view b as select 1                           | 53400 | too many tables        | max_streams_per_tenant
            max_record_size = "4kB"     | create table a (t text)       | insert into a values (repeat('x', 5000))                         | 54000 | row is too big         | max_record_size
            max_record_size = "4kB"     | create table a (t text)       | insert into a select repeat('x', g) from generate_series(4000, 4200) g | 54000 | row is too big   | max_record_size
            max_batch_size = "64kB"     | select 1                      | select repeat('x', 1100000000)                                   | 54000 | requested length too large |
            """)
    void theLimitIsToldAndTheSessionGoesOn(String limit, String below, String beyond, String state, String message, String hint) throws Exception {
        start(limit);
        try (Connection connection = connect("postgres")) {
            TestNode.run(connection, below);
            assertThatThrownBy(() -> TestNode.run(connection, beyond)).satisfies(e -> refused(e, state, message, hint));
            assertThat(TestNode.value(connection, "select 1")).isEqualTo("1");
        }
    }

    private static void refused(Throwable e, String state, String message, String hint) {
        PSQLException refused = (PSQLException) e;
        assertThat(refused.getSQLState()).isEqualTo(state);
        assertThat(refused.getMessage()).contains(message);
        if (hint != null) assertThat(refused.getServerErrorMessage().getHint()).contains(hint);
    }

    @Test
    void largeTransactionsAreWrittenInEntriesOfTheSizeThatTheLimitSays() throws Exception {
        start("max_batch_size = \"64kB\"; [storage]; log_compression = false");
        try (Connection connection = connect("postgres")) {
            TestNode.run(connection, "create table t (n int, v text)", "insert into t select g, repeat('x', 500) from generate_series(1, 2000) g");
            assertThat(TestNode.value(connection, "select count(*) from t")).isEqualTo("2000");
            assertThat(TestNode.value(connection, "select count(*) > 10 from craton_log where kind = 'chunk'")).isEqualTo("t");
            for (int rows = 100; rows < 140; rows++) TestNode.run(connection, "insert into t select g, repeat('x', 500) from generate_series(1, " + rows + ") g");
            TestNode.run(connection, "create table wide (v text)", "insert into wide select repeat('x', g * 7919 % 50000) from generate_series(1, 200) g");
            connection.setAutoCommit(false);
            for (int rows = 90; rows < 135; rows++) {
                TestNode.run(connection, "create table u" + rows + " as select g as n, repeat('x', 500) as v from generate_series(1, " + rows + ") g", "notify n, '" + "y".repeat(7000) + "'");
                connection.commit();
            }
            assertThat(TestNode.value(connection, "select max(size) > 60000 from craton_log")).isEqualTo("t");
            assertThat(TestNode.value(connection, "select max(size) + 107 <= 65536 from craton_log")).as("with the frame around it").isEqualTo("t");
            TestNode.run(connection, "insert into wide values (repeat('x', 100000)), ('small')");
            connection.commit();
            assertThat(TestNode.value(connection, "select count(*) from craton_log where size > 65536")).as("a row that is larger is an entry of its own").isEqualTo("1");
        }
    }

    @Test
    void theSizeOfAnEntryIsThatInFrontOfItsCompression() throws Exception {
        start("max_batch_size = \"64kB\"");
        try (Connection connection = connect("postgres")) {
            TestNode.run(connection, "create table t (n int, v text)", "insert into t select g, repeat('x', 500) from generate_series(1, 2000) g");
            assertThat(TestNode.value(connection, "select count(*) between 16 and 20 from craton_log where kind = 'chunk'")).isEqualTo("t");
            assertThat(TestNode.value(connection, "select max(size) < 20000 from craton_log where kind = 'chunk'")).isEqualTo("t");
        }
    }

    @Test
    void connections() throws Exception {
        start("max_connections = 4; max_connections_per_tenant = 2");
        List<Connection> open = new ArrayList<>();
        try (Connection first = connect("postgres")) {
            TestNode.run(first, "create role guest login");
            open.add(connect("guest"));
            assertThatThrownBy(() -> open.add(connect("guest"))).satisfies(e -> refused(e, "53300", "too many connections for database \"postgres\"", "max_connections_per_tenant"));
            TestNode.run(first, "alter database postgres connection limit 1");
            assertThatThrownBy(() -> open.add(connect("guest"))).satisfies(e -> refused(e, "53300", "too many connections for database \"postgres\"", "ALTER DATABASE"));
            TestNode.run(first, "alter database postgres connection limit -1", "alter role guest connection limit 1");
            assertThatThrownBy(() -> open.add(connect("guest"))).satisfies(e -> refused(e, "53300", "too many connections for role \"guest\"", "ALTER ROLE"));
            open.add(connect("postgres"));
            open.add(connect("postgres"));
            assertThatThrownBy(() -> open.add(connect("postgres"))).satisfies(e -> refused(e, "53300", "sorry, too many clients already", "max_connections"));
            open.removeLast().close();
            RealNodes.await(() -> {
                try (Connection again = connect("postgres")) {
                    return again.isValid(1);
                } catch (SQLException e) {
                    return false;
                }
            });
        } finally {
            for (Connection each : open) each.close();
        }
    }

    @Test
    void theRateOfStatements() throws Exception {
        start("max_requests_per_tenant = 20");
        try (Connection connection = connect("postgres")) {
            SQLException refused = null;
            for (int i = 0; i < 200 && refused == null; i++) {
                try {
                    TestNode.run(connection, "select " + i);
                } catch (SQLException e) {
                    refused = e;
                }
            }
            refused(refused, "53400", "too many requests in database \"postgres\"", "max_requests_per_tenant");
            RealNodes.await(() -> {
                try {
                    TestNode.run(connection, "select 1");
                    return true;
                } catch (SQLException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void memoryOfAStatement() throws Exception {
        start("max_tenants = 100");
        try (Connection connection = connect("postgres")) {
            TestNode.run(connection, "set craton.statement_memory = '1MB'");
            assertThatThrownBy(() -> TestNode.run(connection, "select length(string_agg(repeat('x', 1000), '')) from generate_series(1, 100000)"))
                    .satisfies(e -> refused(e, "53200", "out of memory", "for the session, the role or the database"));
            assertThat(TestNode.value(connection, "select count(distinct g % 50000) from generate_series(1, 100000) g")).as("what can be in files is").isEqualTo("50000");
        }
    }
}
