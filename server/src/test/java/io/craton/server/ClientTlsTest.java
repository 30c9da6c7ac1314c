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
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, client certificates, access rules and the first password of a configured node, from outside, with certificates that openssl makes. */
class ClientTlsTest {
    @TempDir static Path keys;
    @TempDir Path parent;
    private DataFolder folder;
    private NodeAssembly node;
    private LiveConfiguration live;
    private Path file;

    @BeforeAll
    static void certificates() throws Exception {
        OpenSsl made = OpenSsl.in(keys);
        for (String authority : List.of("ca", "otherca")) made.authority(authority);
        made.signed("ca", "server", "localhost");
        made.signed("ca", "second", "localhost");
        made.signed("ca", "ann", "ann");
        made.signed("ca", "mail", "bob@example.com");
        made.signed("otherca", "stranger", "ann");
    }

    private void start(String text) throws IOException {
        file = Files.writeString(parent.resolve("config.toml"), text);
        var sources = new Configuration.Sources(file, Map.of("CRATON_PASSWORD", "first"),
                Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        NodeConfig config = NodeConfig.of(configuration, false);
        config.check(configuration);
        folder = DataFolder.open(parent.resolve("data"));
        live = new LiveConfiguration(sources, configuration);
        node = NodeAssembly.start(config, folder, live, () -> { });
    }

    @AfterEach
    void stop() {
        if (node != null) node.close();
        if (folder != null) folder.close();
    }

    private static String security(String server, String more) {
        return "[security]\ntls_cert = \"" + keys.resolve(server + ".crt") + "\"\ntls_key = \"" + keys.resolve(server + ".key") + "\"\n" + more;
    }

    private static String ca() {
        return "tls_ca = \"" + keys.resolve("ca.crt") + "\"\n";
    }

    private Connection connect(String user, String... options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        for (int i = 0; i < options.length; i += 2) properties.setProperty(options[i], options[i + 1]);
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + node.address().getPort() + "/postgres", properties);
    }

    private Connection tls(String user, String password, String certificate) throws SQLException {
        List<String> options = new ArrayList<>(List.of("sslmode", "verify-full", "sslrootcert", keys.resolve("ca.crt").toString(), "password", password));
        if (certificate != null) options.addAll(List.of("sslcert", keys.resolve(certificate + ".crt").toString(), "sslkey", keys.resolve(certificate + ".pk8").toString()));
        return connect(user, options.toArray(String[]::new));
    }

    private Path hba(String text) throws IOException {
        return Files.writeString(parent.resolve("pg_hba.conf"), text);
    }

    /** The file is looked at before it is used; a node that has it all the same goes on, for clients that do not look. */
    @Test
    void anExpiredCertificate() throws Exception {
        new OpenSsl(keys).run("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "-1", "-extfile", "san", "-out", "expired.crt");
        Files.copy(keys.resolve("server.key"), keys.resolve("expired.key"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> start(security("expired", ""))).hasMessageContaining("config.toml:2: ").hasMessageContaining("expired.crt expired at ");
        var sources = new Configuration.Sources(file, Map.of(), Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(parent.resolve("data"));
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
        connect("postgres", "sslmode", "require").close();
        assertThatThrownBy(() -> connect("postgres", "sslmode", "verify-full", "sslrootcert", keys.resolve("ca.crt").toString())).hasMessageContaining("certificate_expired");
    }

    @Test
    void passwordsOverTlsBoundToTheServersCertificate() throws Exception {
        start(security("server", "hba_file = \"" + hba("hostssl all all all scram-sha-256\n") + "\"\n"));
        try (Connection connection = connect("postgres", "password", "first", "sslmode", "verify-full", "sslrootcert", keys.resolve("ca.crt").toString(),
                "channelBinding", "require")) {
            assertThat(TestNode.values(connection, "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()")).containsExactly("t|TLSv1.3");
            assertThat(TestNode.value(connection, "show ssl")).isEqualTo("on");
            assertThat(TestNode.values(connection, "select line_number, type, database, user_name, address, auth_method from pg_hba_file_rules"))
                    .containsExactly("1|hostssl|{all}|{all}|all|scram-sha-256");
            TestNode.run(connection, "create role late login password 'x' valid until '2001-01-01 12:00+02'", "create role still login password 'x' valid until 'infinity'");
            assertThat(TestNode.value(connection, "select rolvaliduntil from pg_roles where rolname = 'late'")).isEqualTo("2001-01-01 10:00:00+00");
            assertThatThrownBy(() -> TestNode.run(connection, "alter role late valid until 'soon'")).hasMessageContaining("invalid input syntax for type timestamp with time zone");
        }
        tls("still", "x", null).close();
        assertThatThrownBy(() -> tls("late", "x", null)).hasMessageContaining("password authentication failed for user \"late\"");
        assertThatThrownBy(() -> tls("postgres", "second", null)).hasMessageContaining("password authentication failed for user \"postgres\"");
        assertThatThrownBy(() -> connect("postgres", "password", "first", "sslmode", "disable")).hasMessageContaining("no pg_hba.conf entry for host \"127.0.0.1\"");
    }

    @Test
    void whoGuessesIsTurnedAway() throws Exception {
        start("[security]\nhba_file = \"" + hba("host all all all scram-sha-256\n") + "\"\n[limits]\nmax_failed_logins = 3\n");
        for (int i = 0; i < 3; i++) assertThatThrownBy(() -> connect("postgres", "password", "guess")).hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> connect("postgres", "password", "first")).hasMessageContaining("too many failed logins");
        Files.writeString(file, Files.readString(file).replace("= 3", "= 0"));
        assertThat(live.reload()).isTrue();
        connect("postgres", "password", "first").close();
    }

    @Test
    void whoComesTooOftenIsTurnedAway() throws Exception {
        start("[security]\npassword_min_length = 8\n[limits]\nmax_logins_per_tenant = 1\nmax_connections_per_tenant = 1\n");
        try (Connection first = connect("postgres")) {
            assertThatThrownBy(() -> connect("postgres")).hasMessageContaining("too many logins into database \"postgres\"");
            Files.writeString(file, Files.readString(file).replace("max_logins_per_tenant", "max_logins_per_address"));
            assertThat(live.reload()).isTrue();
            connect("postgres").close();
            assertThatThrownBy(() -> connect("postgres")).hasMessageContaining("too many logins from this address");
            Files.writeString(file, Files.readString(file).replace("max_logins_per_address = 1", ""));
            assertThat(live.reload()).isTrue();
            TestNode.run(first, "create role guest login");
            assertThatThrownBy(() -> connect("guest")).hasMessageContaining("too many connections for database \"postgres\"").hasFieldOrPropertyWithValue("SQLState", "53300");
            for (String[] bad : new String[][] {{"aB3", "too short"}, {"xxGuest12", "must not contain user name"}, {"abcdefghij", "both letters and nonletters"}}) {
                assertThatThrownBy(() -> TestNode.run(first, "alter role guest password '" + bad[0] + "'")).hasMessageContaining(bad[1]).hasFieldOrPropertyWithValue("SQLState", "22023");
            }
            TestNode.run(first, "alter role guest password 'long enough 1'");
        }
    }

    @Test
    void certificatesAndRulesAreReadAgain() throws Exception {
        Path rules = hba("host all postgres 127.0.0.1/32 trust\n");
        Path served = Files.copy(keys.resolve("server.crt"), parent.resolve("served.crt"));
        Path key = Files.copy(keys.resolve("server.key"), parent.resolve("served.key"));
        start("[security]\ntls_cert = \"" + served + "\"\ntls_key = \"" + key + "\"\nhba_file = \"" + rules + "\"\n");
        assertThat(served()).contains(serial("server"));
        try (Connection open = tls("postgres", "", null)) {
            Files.copy(keys.resolve("second.crt"), served, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.copy(keys.resolve("second.key"), key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            hba("host all all 127.0.0.1/32 scram-sha-256\n");
            assertThat(TestNode.value(open, "select pg_reload_conf()")).isEqualTo("t");
            assertThat(served()).contains(serial("second"));
            assertThat(TestNode.value(open, "select 1")).as("an open connection goes on").isEqualTo("1");
            assertThatThrownBy(() -> tls("postgres", "wrong", null)).hasMessageContaining("password authentication failed");
            hba("host all all 127.0.0.1/32 nonsense\n");
            assertThat(TestNode.value(open, "select pg_reload_conf()")).isEqualTo("f");
            assertThatThrownBy(() -> tls("postgres", "wrong", null)).as("the rules in force stay").hasMessageContaining("password authentication failed");
            Files.writeString(served, "nonsense");
            hba("host all all 127.0.0.1/32 trust\n");
            assertThat(TestNode.value(open, "select pg_reload_conf()")).isEqualTo("f");
            assertThat(served()).contains(serial("second"));
        }
    }

    private String served() throws IOException, InterruptedException {
        Process client = new ProcessBuilder("sh", "-c", "openssl s_client -starttls postgres -connect 127.0.0.1:" + node.address().getPort() + " </dev/null 2>/dev/null | openssl x509 -noout -serial")
                .directory(keys.toFile()).redirectErrorStream(true).start();
        return new String(client.getInputStream().readAllBytes());
    }

    private static String serial(String name) throws IOException {
        Process client = new ProcessBuilder("openssl", "x509", "-noout", "-serial", "-in", name + ".crt").directory(keys.toFile()).start();
        return new String(client.getInputStream().readAllBytes()).strip();
    }

    @Test
    void clientCertificatesNameTheRole() throws Exception {
        Path ident = Files.writeString(parent.resolve("pg_ident.conf"), "craton /^(.*)@example\\.com$ \\1\ncraton ann ann\ncraton ann postgres\n");
        start(security("server", ca() + "require_client_cert = true\nident_file = \"" + ident + "\"\n"));
        try (Connection connection = tls("postgres", "", "ann")) {
            TestNode.run(connection, "create role ann login", "create role bob login");
            assertThat(TestNode.values(connection, "select map_name, sys_name, pg_username from pg_ident_file_mappings limit 1"))
                    .containsExactly("craton|/^(.*)@example\\.com$|\\1");
        }
        try (Connection ann = tls("ann", "", "ann")) {
            assertThat(TestNode.values(ann, "select client_dn, issuer_dn, client_serial > 0 from pg_stat_ssl where pid = pg_backend_pid()"))
                    .containsExactly("/O=Example/CN=ann|/CN=ca|t");
        }
        tls("bob", "", "mail").close();
        assertThatThrownBy(() -> tls("bob", "", "ann")).hasMessageContaining("certificate authentication failed for user \"bob\"");
        assertThatThrownBy(() -> tls("ann", "", null)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> tls("ann", "", "stranger")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connect("ann", "sslmode", "disable")).hasMessageContaining("no encryption");
    }

    private static String admin(int status, String... arguments) {
        var out = new java.io.StringWriter();
        assertThat(AdminMain.run(new java.io.PrintWriter(out, true), new java.io.PrintWriter(out, true), arguments)).as(out.toString()).isEqualTo(status);
        return out.toString();
    }

    @Test
    void theAdminToolSpeaksTls() throws Exception {
        start(security("server", ca() + "require_client_cert = true\nident_file = \"" + Files.writeString(parent.resolve("ident"), "craton ann postgres\n") + "\"\n"));
        String port = Integer.toString(node.address().getPort());
        String[] keys = {"--ssl-root-cert", key("ca.crt"), "--ssl-cert", key("ann.crt"), "--ssl-key", key("ann.key")};
        assertThat(admin(0, with(keys, "status", "--port", port))).contains("\"node_id\" : 1");
        assertThat(admin(0, with(keys, "metrics", "--url", "https://localhost:" + port))).contains("craton_consensus_view");
        keys[5] = key("ann.pk8");
        assertThat(admin(0, with(keys, "config", "show", "--port", port))).contains("security.require_client_cert");
        assertThat(admin(1, "status", "--port", port)).startsWith("craton-admin status: no answer from 127.0.0.1:" + port)
                .endsWith("; name the file of the authority that signed the node's certificate: --ssl-root-cert or PGSSLROOTCERT\n").hasLineCount(1);
        assertThat(admin(1, "status", "--port", port, "--ssl-root-cert", key("ann.crt"))).endsWith("ann.crt does not vouch for the node's certificate\n").hasLineCount(1);
        for (String command : new String[] {"status", "config show"}) {
            assertThat(admin(1, (command + " --port " + port + " --ssl-root-cert " + key("ca.crt")).split(" "))).as(command).endsWith("give --ssl-cert and --ssl-key\n").hasLineCount(1);
        }
        assertThat(admin(2, "status", "--port", port, "--ssl-root-cert", key("none.crt"))).contains("there is no file");
        assertThat(admin(2, "status", "--url", "ftp://x")).contains("invalid --url");
        Files.writeString(Path.of(key("empty.crt")), "");
        for (String command : new String[] {"status", "config show"}) {
            assertThat(admin(2, (command + " --port " + port + " --ssl-cert " + key("empty.crt") + " --ssl-key " + key("ann.key")).split(" "))).as(command)
                    .isEqualTo("craton-admin " + command + ": the certificates given cannot be used: " + key("empty.crt") + " holds no certificate\n");
        }
    }

    private static String key(String name) {
        return keys.resolve(name).toString();
    }

    private static String[] with(String[] last, String... first) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(first), java.util.stream.Stream.of(last)).toArray(String[]::new);
    }

    @Test
    void filesThatCannotBeUsedStopTheStart() throws Exception {
        assertThatThrownBy(() -> start(security("server", "hba_file = \"" + hba("host all all\n") + "\"\n")))
                .hasMessage(parent.resolve("pg_hba.conf") + ": line 1: the line ends before the address");
        assertThatThrownBy(() -> start("[security]\ntls_cert = \"" + keys.resolve("server.crt") + "\"\ntls_key = \"" + keys.resolve("ann.key") + "\"\n"))
                .hasMessageContaining("cannot use TLS certificate").hasMessageContaining("the key is not the certificate's");
        assertThatThrownBy(() -> start(security("none", ""))).hasMessageContaining("none.crt: there is no such file");
    }
}
