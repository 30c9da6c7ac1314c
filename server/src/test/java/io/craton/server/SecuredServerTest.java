package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.server.BackupTest.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** The parts of docs/operations.md on security and encryption at rest, with the installed programs: certificates for both ends, renewed while the server runs; data keys and master key replaced; a folder that opens only as it was made. */
@Timeout(240)
class SecuredServerTest {
    private static final String PLANTED = "planted-on-the-disk";

    @TempDir Path parent;
    private Installation installed;
    private OpenSsl keys;
    private Path file;
    private Path masterKey;
    private Path log;
    private int port;
    private @Nullable Process server;

    private void start() throws Exception {
        server = installed.program("craton-server", "--config", file.toString()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.to(log.toFile())).start();
        for (long end = System.nanoTime() + 60_000_000_000L; !Files.readString(log).contains("is ready after"); LockSupport.parkNanos(10_000_000)) {
            assertThat(server.isAlive() && System.nanoTime() < end).as(Files.readString(log)).isTrue();
        }
    }

    private void stop() throws Exception {
        Process running = server;
        server = null;
        if (running == null) return;
        running.destroy();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void kill() throws Exception {
        if (server != null) server.destroyForcibly().waitFor();
    }

    private Connection connect(boolean certified) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", keys.path("ca.crt"));
        if (certified) {
            properties.setProperty("sslcert", keys.path("postgres.crt"));
            properties.setProperty("sslkey", keys.path("postgres.pk8"));
        }
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port + "/postgres", properties);
    }

    private Outcome admin(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--host", "localhost", "--port", Integer.toString(port), "--ssl-root-cert", keys.path("ca.crt"), "--ssl-cert", keys.path("postgres.crt"), "--ssl-key", keys.path("postgres.key")));
        return installed.run("craton-admin", all.toArray(String[]::new));
    }

    private void take(String certificate, String key) throws Exception {
        Files.copy(keys.folder().resolve(certificate + ".crt"), keys.folder().resolve("server.crt"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(keys.folder().resolve(key + ".key"), keys.folder().resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whose certificate the server shows. */
    private String shown() throws Exception {
        Process asking = new ProcessBuilder("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-starttls", "postgres", "-CAfile", keys.path("ca.crt")).redirectErrorStream(true).start();
        asking.getOutputStream().close();
        String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said.replaceFirst("(?s).*subject=[^\\n]*CN ?= ?(\\w+).*", "$1");
    }

    private void masterKeys(String text, String rights) throws Exception {
        Files.writeString(masterKey, text);
        Files.setPosixFilePermissions(masterKey, PosixFilePermissions.fromString(rights));
    }

    private void refused(String said) throws Exception {
        Outcome outcome = installed.run("craton-server", "--config", file.toString());
        assertThat(outcome.err()).isEqualTo("craton-server: " + said + "\n");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void asTheGuideSays() throws Exception {
        installed = Installation.in(parent.resolve("installed"));
        keys = OpenSsl.in(Files.createDirectory(parent.resolve("keys")));
        keys.authority("ca");
        keys.signed("ca", "first", "first");
        keys.signed("ca", "second", "second");
        keys.signed("ca", "postgres", "postgres");
        take("first", "first");
        masterKey = parent.resolve("master.key");
        String one = "11".repeat(32) + "\n";
        String two = "22".repeat(32) + "\n";
        masterKeys(one, "rw-------");
        port = FreePorts.next();
        Path data = parent.resolve("data");
        log = parent.resolve("log");
        file = Files.writeString(parent.resolve("config.toml"), String.format("""
                [server]
                bind_address = "127.0.0.1:%d"
                [storage]
                data_dir = "%s"
                [security]
                tls_cert = "%s"
                tls_key = "%s"
                tls_ca = "%s"
                require_client_cert = true
                [encryption]
                enabled = true
                kms_provider = "local"
                kms_key_id = "%s"
                """, port, data, keys.path("server.crt"), keys.path("server.key"), keys.path("ca.crt"), masterKey));
        installed.run("craton-server", "--config", file.toString(), "--validate").done();
        start();
        certificates();
        try (Connection connection = connect(true)) {
            TestNode.run(connection, "create table t (a text)", "insert into t values ('" + PLANTED + "')");
            assertThat(admin("encryption", "rotate").done().out()).contains("new data keys");
            TestNode.run(connection, "insert into t values ('" + PLANTED + "')");
            masterKeys(one + two, "rw-------");
            assertThat(admin("encryption", "rewrap").done().out()).contains("wrapped by the newest master key");
        }
        masterKeys(two, "rw-------");
        stop();
        start();
        try (Connection connection = connect(true)) {
            assertThat(TestNode.value(connection, "select count(*) from t where a = '" + PLANTED + "'")).isEqualTo("2");
        }
        stop();
        installed.run("craton-admin", "log", "verify", "--data-dir", data.toString()).done();
        installed.run("craton-admin", "verify", "--data-dir", data.toString(), "--config", file.toString()).done();
        assertThat(installed.run("craton-admin", "verify", "--data-dir", data.toString()).err()).contains("no master key is named").hasLineCount(1);
        try (Stream<Path> files = Files.walk(data)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) assertThat(Files.readString(each, StandardCharsets.ISO_8859_1)).as(each.toString()).doesNotContain(PLANTED);
        }
        masterKeys(two, "rw-r--r--");
        refused("key file " + masterKey + " can be read by others than its owner; chmod 0600 it");
        Files.delete(masterKey);
        refused("key file " + masterKey + " does not exist");
        masterKeys(two, "rw-------");
        Files.writeString(file, Files.readString(file).replace("enabled = true", "enabled = false"));
        refused("data folder " + data + " is encrypted, but encryption.enabled is false; set it, with kms_provider and kms_key_id");
    }

    private void certificates() throws Exception {
        assertThatThrownBy(() -> connect(false)).isInstanceOf(SQLException.class);
        assertThat(admin("status").done().out()).contains("\"node_id\" : 1");
        assertThat(shown()).isEqualTo("first");
        try (Connection open = connect(true)) {
            assertThat(TestNode.value(open, "select version from pg_stat_ssl where pid = pg_backend_pid()")).isEqualTo("TLSv1.3");
            take("second", "first");
            Outcome unfit = admin("config", "reload");
            assertThat(unfit.status()).isEqualTo(1);
            assertThat(unfit.err()).isEqualTo("craton-admin config reload: the configuration, or a file that it names, cannot be used; what cannot stays as it was, and the node's log says why\n");
            assertThat(Files.readString(log)).contains("the key is not the certificate's");
            assertThat(shown()).isEqualTo("first");
            take("second", "second");
            admin("config", "reload").done();
            assertThat(shown()).isEqualTo("second");
            assertThat(TestNode.value(open, "select 'goes on'")).isEqualTo("goes on");
        }
    }
}
