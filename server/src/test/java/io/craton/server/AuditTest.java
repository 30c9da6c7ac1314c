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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** craton_audit: what is in it, what is not, and that it outlives the node. */
class AuditTest {
    @TempDir Path parent;
    private Path file;
    private LiveConfiguration live;
    private DataFolder folder;
    private NodeAssembly node;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(parent.resolve("config.toml"), "[audit]\nrecords_per_minute = 3\n");
        open();
    }

    private void open() throws IOException {
        var sources = new Configuration.Sources(file, Map.of(), Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(parent.resolve("data"));
        live = new LiveConfiguration(sources, configuration);
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, live, () -> { });
    }

    @AfterEach
    void stop() {
        node.close();
        folder.close();
    }

    private Connection connect(String user) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?sslmode=disable", user, null);
    }

    /** Class, action, role, sqlstate, count, detail. Nobody waits for records; what is committed behind them shows that they are there. */
    private List<String> audits(String where) throws SQLException {
        try (Connection connection = connect("postgres"); Statement statement = connection.createStatement()) {
            statement.execute("NOTIFY behind");
            return audits(statement, where);
        }
    }

    private static List<String> audits(Statement statement, String where) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(
                "SELECT concat_ws('|', class, action, coalesce(role, '-'), coalesce(sqlstate, '-'), count, coalesce(detail, '-')) FROM craton_audit WHERE " + where
                + " ORDER BY position")) {
            while (rows.next()) found.add(rows.getString(1));
        }
        return found;
    }

    @Test
    void whoDidWhat() throws Exception {
        try (Connection connection = connect("postgres"); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE accounts (id int PRIMARY KEY)");
            statement.execute("INSERT INTO accounts VALUES (1)");
            statement.execute("CREATE ROLE ann LOGIN PASSWORD 'open sesame'; GRANT SELECT ON accounts TO ann");
            statement.execute("CREATE TEMP TABLE nobody_else_sees (i int)");
            connection.setAutoCommit(false);
            statement.execute("CREATE TABLE undone (i int)");
            connection.rollback();
            statement.execute("CREATE TABLE kept (i int)");
            var savepoint = connection.setSavepoint();
            statement.execute("CREATE TABLE undone_too (i int)");
            connection.rollback(savepoint);
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("DO $$ BEGIN CREATE TABLE from_a_block (i int); END $$");
            statement.execute("SELECT pg_reload_conf()");
        }
        try (Connection connection = connect("ann"); Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("DELETE FROM accounts")).hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("SELECT * FROM craton_audit")).hasMessageContaining("permission denied for view craton_audit");
        }
        assertThatThrownBy(() -> connect("eve")).hasMessageContaining("does not exist");
        List<String> expected = List.of(
                "admin|start|-|-|1|" + Version.TEXT,
                "login|login|postgres|-|1|-",
                "ddl|CREATE TABLE|postgres|-|1|CREATE TABLE accounts (id int PRIMARY KEY)",
                "rights|CREATE ROLE|postgres|-|1|CREATE ROLE ann LOGIN PASSWORD '********'",
                "rights|GRANT|postgres|-|1|GRANT SELECT ON accounts TO ann",
                "ddl|CREATE TABLE|postgres|-|1|CREATE TABLE kept (i int)",
                "ddl|CREATE TABLE|postgres|-|1|DO $$ BEGIN CREATE TABLE from_a_block (i int); END $$",
                "admin|reload configuration|postgres|-|1|-",
                "login|login|ann|-|1|-",
                "denied|permission denied for table accounts|ann|42501|1|DELETE FROM accounts",
                "denied|permission denied for view craton_audit|ann|42501|1|SELECT * FROM craton_audit",
                "failed_login|login|eve|28000|1|role \"eve\" does not exist");
        assertThat(audits("true")).isEqualTo(expected);
        assertThat(audits("address = '127.0.0.1' AND database = 'postgres' AND node = 1 AND time > now() - interval '1 h'")).hasSize(expected.size() - 1);
        stop();
        open();
        assertThat(audits("true").subList(0, expected.size())).isEqualTo(expected);
        assertThat(audits("class = 'admin'")).contains("admin|stop|-|-|1|-");
    }

    /** Three different ones a minute, then how many there were of the others, and how often each came again. */
    @Test
    void failedLoginsDoNotFillTheDisk() throws Exception {
        for (int i = 0; i < 40; i++) {
            String user = "guess_" + i % 20;
            assertThatThrownBy(() -> connect(user)).isInstanceOf(SQLException.class);
        }
        assertThat(audits("class = 'failed_login'")).hasSize(3);
        stop();
        open();
        List<String> found = audits("class = 'failed_login'");
        assertThat(found).hasSize(7).contains("failed_login|login|-|-|34|others, not written down one by one")
                .contains("failed_login|login|guess_1|28000|1|role \"guess_1\" does not exist");
    }

    @Test
    void whatIsNotWantedIsNotThere() throws Exception {
        Files.writeString(file, "[audit]\nevents = \"admin, rights\"\n");
        live.reload();
        try (Connection connection = connect("postgres"); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (i int); CREATE ROLE bob");
        }
        assertThat(audits("class <> 'admin'")).containsExactly("rights|CREATE ROLE|postgres|-|1|CREATE ROLE bob");
        Files.writeString(file, "[audit]\nevents = \"logins\"\n");
        assertThat(live.reload()).isFalse();
    }
}
