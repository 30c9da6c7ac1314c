package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that was started with a configuration file: what sessions see of it, and reloading it. */
class ConfiguredNodeTest {
    private static final String FILE = """
            [server]
            cluster_name = "test"
            [limits]
            max_tenants = 1
            max_streams_per_tenant = 2
            max_record_size = "4kB"
            [settings]
            statement_timeout = "7min"
            TimeZone = "Europe/Vienna"
            """;

    @TempDir Path parent;
    private Path file;
    private DataFolder folder;
    private NodeAssembly node;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(parent.resolve("config.toml"), FILE);
        var sources = new Configuration.Sources(file, Map.of("CRATON_CLUSTER_SECRET", "hush"),
                Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(parent.resolve("data"));
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
    }

    @AfterEach
    void stop() {
        node.close();
        folder.close();
    }

    private Connection connect(String user, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=" + user + "&options=" + options);
    }

    private static String value(Connection connection, String sql) throws SQLException {
        return TestNode.value(connection, sql);
    }

    @Test
    void sessionsSeeTheConfigurationAndWhereItCameFrom() throws Exception {
        try (Connection connection = connect("postgres", "")) {
            assertThat(value(connection, "show cluster_name")).isEqualTo("test");
            assertThat(value(connection, "show statement_timeout")).isEqualTo("7min");
            assertThat(TestNode.values(connection, "select setting, source, sourcefile, sourceline, context, unit from pg_settings where name = 'craton.limits.max_record_size'"))
                    .containsExactly("4096|configuration file|" + file + "|6|postmaster|B");
            assertThat(TestNode.values(connection, "select setting, source from pg_settings where name = 'craton.security.cluster_secret'"))
                    .containsExactly("********|environment variable");
            assertThat(value(connection, "select source from pg_settings where name = 'craton.server.bind_address'")).isEqualTo("command line");
            assertThat(value(connection, "show data_directory")).isEqualTo(parent.resolve("data").toString());
            assertThatThrownBy(() -> TestNode.run(connection, "set \"craton.limits.max_tenants\" = 0")).hasMessageContaining("cannot be changed now");
            TestNode.run(connection, "create role plain login", "set statement_timeout = 5000");
            assertThat(value(connection, "select source from pg_settings where name = 'statement_timeout'")).isEqualTo("session");
            TestNode.run(connection, "reset statement_timeout");
            assertThat(value(connection, "show statement_timeout")).isEqualTo("7min");
        }
        try (Connection plain = connect("plain", "-c%20statement_timeout=3000")) {
            assertThat(value(plain, "select count(*) from pg_settings where name like 'craton.limits%' or name = 'data_directory'")).isEqualTo("0");
            assertThatThrownBy(() -> value(plain, "show data_directory")).hasMessageContaining("must be superuser or have privileges of pg_read_all_settings");
            assertThatThrownBy(() -> value(plain, "select current_setting('craton.storage.data_dir')")).hasMessageContaining("must be superuser");
            assertThatThrownBy(() -> value(plain, "select pg_reload_conf()")).hasMessageContaining("permission denied for function pg_reload_conf");
            assertThat(value(plain, "select source from pg_settings where name = 'statement_timeout'")).isEqualTo("client");
        }
        assertThatThrownBy(() -> connect("postgres", "-c%20craton.limits.max_tenants=0").close())
                .hasMessageContaining("parameter \"craton.limits.max_tenants\" cannot be changed now");
    }

    @Test
    void limitsHold() throws Exception {
        try (Connection connection = connect("postgres", "")) {
            TestNode.run(connection, "create table a (id int primary key, t text)", "create table b (id int)", "create temporary table c (id int)");
            assertThatThrownBy(() -> TestNode.run(connection, "create table d (id int)"))
                    .hasMessageContaining("too many tables: limits.max_streams_per_tenant is 2");
            TestNode.run(connection, "insert into a values (1, repeat('x', 4000))");
            assertThatThrownBy(() -> TestNode.run(connection, "insert into a values (2, repeat('x', 5000))")).hasMessageContaining("row is too big");
            assertThatThrownBy(() -> TestNode.run(connection, "update a set t = t || t")).hasMessageContaining("row is too big");
            TestNode.run(connection, "create database one", "alter database one set work_mem = '8MB'", "drop database one");
            assertThat(value(connection, "select count(*) from pg_db_role_setting")).as("settings go with their database").isEqualTo("0");
            TestNode.run(connection, "create database one");
            assertThatThrownBy(() -> TestNode.run(connection, "create database two")).hasMessageContaining("too many databases: limits.max_tenants is 1");
        }
    }

    @Test
    void aReloadTakesWhatItCanAndKeepsTheOldWhenItCannot() throws Exception {
        try (Connection connection = connect("postgres", "")) {
            assertThat(value(connection, "show statement_timeout")).isEqualTo("7min");
            Files.writeString(file, FILE.replace("7min", "9min").replace("max_tenants = 1", "max_tenants = 2").replace("\"4kB\"", "\"8kB\""));
            String before = value(connection, "select pg_conf_load_time()");
            assertThat(value(connection, "select pg_reload_conf()")).isEqualTo("t");
            assertThat(value(connection, "select pg_conf_load_time() > '" + before + "'")).isEqualTo("t");
            assertThat(value(connection, "show statement_timeout")).isEqualTo("9min");
            assertThat(value(connection, "show \"craton.limits.max_tenants\"")).isEqualTo("2");
            assertThat(value(connection, "show \"craton.limits.max_record_size\"")).as("needs a restart").isEqualTo("4kB");
            assertThat(TestNode.values(connection, "select name from pg_settings where pending_restart")).containsExactly("craton.limits.max_record_size");
            Files.writeString(file, FILE.replace("7min", "9 parsecs"));
            assertThat(value(connection, "select pg_reload_conf()")).isEqualTo("f");
            assertThat(value(connection, "show statement_timeout")).isEqualTo("9min");
        }
    }

    @Test
    void adminShowsAndReloadsIt() throws Exception {
        var out = new StringWriter();
        String port = Integer.toString(node.address().getPort());
        assertThat(AdminMain.run(new PrintWriter(out, true), new PrintWriter(out, true), "config", "show", "--port", port)).isZero();
        assertThat(out.toString()).containsPattern("limits.max_tenants +1 +" + file + ":4 +CRATON_MAX_TENANTS")
                .containsPattern("storage.segment_size +64MB +default").containsPattern("limits.max_failed_logins +0 ").containsPattern("encryption.kms_timeout +15s +default")
                .containsPattern("security.cluster_secret +\\*+ +environment variable").containsPattern("settings.statement_timeout +420000")
                .doesNotContain("hush");
        assertThat(AdminMain.run(new PrintWriter(out, true), new PrintWriter(out, true), "config", "reload", "--port", port)).isZero();
        var offline = new StringWriter();
        assertThat(AdminMain.run(new PrintWriter(offline, true), new PrintWriter(offline, true), "config", "show", "--config", file.toString(), "--json")).isZero();
        assertThat(offline.toString()).containsPattern("\"key\" : \"limits.max_tenants\",\\s+\"value\" : \"1\"");
        Files.writeString(file, "[server]\nx = 1\n");
        var wrong = new StringWriter();
        assertThat(AdminMain.run(new PrintWriter(wrong, true), new PrintWriter(wrong, true), "config", "show", "--config", file.toString())).isEqualTo(2);
        assertThat(wrong.toString()).contains(file + ":2: unknown key server.x");
        assertThat(AdminMain.run(new PrintWriter(wrong, true), new PrintWriter(wrong, true), "config", "reload", "--port", port)).isEqualTo(1);
    }

    private int refused(Connection connection, String message) throws SQLException {
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            try {
                assertThat(value(connection, "select 1")).isEqualTo("1");
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("53400");
                assertThat(e.getMessage()).contains(message);
                refused++;
            }
        }
        return refused;
    }

    @Test
    void requestsOfASecondAreBounded() throws Exception {
        try (Connection connection = connect("postgres", "")) {
            connection.setAutoCommit(true);
            assertThat(refused(connection, "none")).isZero();
            Files.writeString(file, FILE.replace("max_tenants = 1", "max_tenants = 1\nmax_requests_per_tenant = 5"));
            assertThat(value(connection, "select pg_reload_conf()")).isEqualTo("t");
            assertThat(refused(connection, "too many requests in database \"postgres\"; try again in a second")).isBetween(1, 198);
            begin(connection);
            for (int i = 0; i < 50; i++) assertThat(value(connection, "select 1")).as("a transaction goes on").isEqualTo("1");
            TestNode.run(connection, "commit");
            Files.writeString(file, FILE.replace("max_tenants = 1", "max_tenants = 1\nmax_requests_per_address = 5"));
            begin(connection);
            TestNode.run(connection, "select pg_reload_conf()", "commit");
            assertThat(refused(connection, "too many requests from this address")).isBetween(1, 198);
            Files.writeString(file, FILE);
            begin(connection);
            TestNode.run(connection, "select pg_reload_conf()", "commit");
            assertThat(refused(connection, "none")).isZero();
        }
    }

    private static void begin(Connection connection) throws Exception {
        while (true) {
            try {
                TestNode.run(connection, "begin");
                return;
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("53400");
            }
        }
    }
}
