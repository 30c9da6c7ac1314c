package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** Two regions, each a cluster of one process; the first one's has the directory of both. */
@Tag("guide")
class RegionsTest {
    private static final String SECRET_ROW = "nobody-abroad-may-have-this";

    private static String admin(ServerProcess node, String... arguments) {
        StringWriter out = new StringWriter();
        PrintWriter both = new PrintWriter(out, true);
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--host", "127.0.0.1", "--port", Integer.toString(node.port()), "--user", "postgres")).toArray(String[]::new);
        assertThat(AdminMain.run(both, both, all)).as(out.toString()).isZero();
        return out.toString();
    }

    private static boolean holds(Path folder, String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1))) return true;
            }
        }
        return false;
    }

    @Test
    @Timeout(300)
    void sessionsFindTheRegionOfTheirDatabase(@TempDir Path root) throws Exception {
        int port = FreePorts.next();
        Map<String, String> directory = Map.of("CRATON_DIRECTORY", "127.0.0.1:" + port, "CRATON_REGION", "us-east");
        ServerProcess us = ServerProcess.startAt(port, root.resolve("us"), "256m", directory);
        ServerProcess eu = ServerProcess.start(root.resolve("eu"), "256m", Map.of("CRATON_DIRECTORY", "127.0.0.1:" + port, "CRATON_REGION", "eu-west"));
        try {
            try (Connection early = eu.connect()) {
                assertThatThrownBy(() -> TestNode.run(early, "create database too_early")).hasMessageContaining("the directory of regions cannot be asked").extracting(RegionsTest::state).isEqualTo("57P03");
            }
            admin(us, "region", "add", "us-east", "--address", "127.0.0.1:" + us.port());
            admin(us, "region", "add", "eu-west", "--address", "127.0.0.1:" + eu.port());
            try (Connection american = us.connect(); Connection european = eu.connect()) {
                TestNode.run(american, "create database apples");
                TestNode.run(european, "create database birnen");
                assertThatThrownBy(() -> TestNode.run(american, "create database birnen")).hasMessageContaining("already exists in region \"eu-west\"").extracting(RegionsTest::state).isEqualTo("42P04");
            }
            try (Connection birnen = eu.connect("birnen")) {
                TestNode.run(birnen, "create table t (v text)", "insert into t values ('" + SECRET_ROW + "')");
            }
            PSQLException refused = refused(us, "birnen");
            assertThat(refused.getSQLState()).isEqualTo("08004");
            assertThat(refused.getServerErrorMessage().getMessage()).isEqualTo("database \"birnen\" is in region \"eu-west\", not in \"us-east\"");
            assertThat(refused.getServerErrorMessage().getHint()).isEqualTo("Connect to 127.0.0.1:" + eu.port() + ".");
            assertThat(refused(eu, "apples").getSQLState()).isEqualTo("08004");
            assertThat(refused(eu, "nowhere").getSQLState()).isEqualTo("3D000");
            assertThat(admin(us, "region", "locate", "birnen")).isEqualTo("database birnen: region eu-west, 127.0.0.1:" + eu.port() + System.lineSeparator());
            assertThat(admin(us, "region", "list")).containsPattern("eu-west +127.0.0.1:" + eu.port() + " +1");

            try (Connection european = eu.connect(); Connection american = us.connect()) {
                // a rename that does not hold keeps the name
                TestNode.run(european, "begin", "alter database birnen rename to pears", "rollback");
                TestNode.run(european, "begin", "savepoint s", "alter database birnen rename to pears", "rollback to s", "commit");
                assertThatThrownBy(() -> TestNode.run(american, "create database birnen")).extracting(RegionsTest::state).isEqualTo("42P04");
                TestNode.run(european, "alter database birnen rename to pears");
                TestNode.run(american, "create database birnen", "drop database birnen");
            }
            assertThat(refused(us, "pears").getSQLState()).isEqualTo("08004");
            us.kill();
            // what is here goes on without the directory; what is not cannot be looked up
            try (Connection pears = eu.connect("pears")) {
                assertThat(TestNode.value(pears, "select v from t")).isEqualTo(SECRET_ROW);
            }
            assertThat(refused(eu, "never_seen").getSQLState()).isEqualTo("57P03");
            assertThat(holds(root.resolve("us"), SECRET_ROW)).isFalse();
            assertThat(holds(root.resolve("eu"), SECRET_ROW)).isTrue();

            us = ServerProcess.startAt(port, root.resolve("us"), "256m", directory);
            try (Connection european = eu.connect(); Connection american = us.connect()) {
                TestNode.run(european, "drop database pears");
                TestNode.run(american, "create database pears");
            }
            assertThat(refused(eu, "pears").getSQLState()).isEqualTo("08004");
        } finally {
            us.kill();
            eu.kill();
        }
    }

    private static PSQLException refused(ServerProcess node, String database) {
        return catchThrowableOfType(PSQLException.class, () -> node.connect(database).close());
    }

    private static String state(Throwable e) {
        return ((SQLException) e).getSQLState();
    }

    /** Two regions whose nodes carry sessions, the second one's behind passwords. */
    private record Carrying(ServerProcess us, ServerProcess eu) implements AutoCloseable {
        static Carrying start(Path root, int usPort, int euPort, Map<String, String> both, Map<String, String> inEurope) throws Exception {
            Map<String, String> american = new HashMap<>(both);
            american.putAll(Map.of("CRATON_DIRECTORY", "127.0.0.1:" + usPort, "CRATON_REGION", "us-east", "CRATON_CARRY", "true"));
            Map<String, String> european = new HashMap<>(both);
            european.putAll(Map.of("CRATON_DIRECTORY", "127.0.0.1:" + usPort, "CRATON_REGION", "eu-west", "CRATON_PASSWORD", "geheim"));
            european.putAll(inEurope);
            return new Carrying(ServerProcess.startAt(usPort, root.resolve("us"), "256m", american), ServerProcess.startAt(euPort, root.resolve("eu"), "256m", european));
        }

        void fill() throws Exception {
            admin(us, "region", "add", "us-east", "--address", "localhost:" + us.port());
            admin(us, "region", "add", "eu-west", "--address", "localhost:" + eu.port());
            try (Connection direct = direct("postgres")) {
                TestNode.run(direct, "create database birnen");
            }
            try (Connection direct = direct("birnen")) {
                TestNode.run(direct, "create table t (id int primary key, what text)", "insert into t values (1, '" + SECRET_ROW + "')");
            }
        }

        Connection direct(String database) throws SQLException {
            return DriverManager.getConnection("jdbc:postgresql://localhost:" + eu.port() + "/" + database + "?user=postgres&password=geheim");
        }

        Connection carried(String options) throws SQLException {
            return DriverManager.getConnection("jdbc:postgresql://localhost:" + us.port() + "/birnen?user=postgres&loginTimeout=20" + options);
        }

        @Override
        public void close() throws Exception {
            us.kill();
            eu.kill();
        }
    }

    private static Throwable refusal(Carrying regions, String options) {
        return catchThrowableOfType(SQLException.class, () -> regions.carried(options).close());
    }

    @Test
    @Timeout(300)
    void sessionsAreCarriedToTheirRegion(@TempDir Path root) throws Exception {
        int usPort = FreePorts.next();
        int euPort = FreePorts.next();
        try (Carrying regions = Carrying.start(root, usPort, euPort, Map.of(), Map.of())) {
            regions.fill();
            Throwable trusting = refusal(regions, "&password=geheim");
            assertThat(trusting).as("who trusts the carrier's address would let everybody in").hasMessageContaining("cannot be carried").hasMessageContaining("region.carriers").extracting(RegionsTest::state).isEqualTo("28000");
        }
        try (Carrying regions = Carrying.start(root, usPort, euPort, Map.of(), Map.of("CRATON_CARRIERS", "127.0.0.1, ::1"))) {
            assertThat(refusal(regions, "&password=falsch")).extracting(RegionsTest::state).isEqualTo("28P01");
            assertThat(refusal(regions, "")).isNotNull();
            try (Connection carried = regions.carried("&password=geheim")) {
                assertThat(TestNode.value(carried, "select what from t")).isEqualTo(SECRET_ROW);
                carried.setAutoCommit(false);
                TestNode.run(carried, "insert into t select g, repeat('" + SECRET_ROW + "', 40) from generate_series(2, 10000) g");
                assertThat(TestNode.value(carried, "select sum(length(string_agg)) from (select string_agg(what, '') from t) s")).isEqualTo(Integer.toString(SECRET_ROW.length() * (1 + 40 * 9999)));
                carried.commit();
                carried.setAutoCommit(true);
                assertThat(TestNode.values(carried, "select what from t")).hasSize(10_000).contains(SECRET_ROW);
                cancelled(carried);
                assertThat(TestNode.value(carried, "select count(*) from t")).isEqualTo("10000");
                regions.eu.stop();
                assertThatThrownBy(() -> TestNode.value(carried, "select 1")).isInstanceOf(SQLException.class).extracting(RegionsTest::state).asString().startsWith("57P01");
            }
            assertThat(refusal(regions, "&password=geheim")).hasMessageContaining("is in region \"eu-west\"").hasMessageContaining("does not answer").extracting(RegionsTest::state).isEqualTo("08004");
            assertThatThrownBy(() -> regions.us.connect("nowhere").close()).extracting(RegionsTest::state).isEqualTo("3D000");
        }
        assertThat(holds(root.resolve("eu"), SECRET_ROW)).isTrue();
        assertThat(holds(root.resolve("us"), SECRET_ROW)).as("nothing of it stays where it passes").isFalse();
    }

    private static void cancelled(Connection carried) throws Exception {
        try (Statement sleeping = carried.createStatement()) {
            sleeping.setQueryTimeout(1);
            long begun = System.nanoTime();
            assertThatThrownBy(() -> sleeping.execute("select pg_sleep(60)")).extracting(RegionsTest::state).isEqualTo("57014");
            assertThat(System.nanoTime() - begun).isLessThan(20_000_000_000L);
        }
    }

    @Test
    @Timeout(300)
    void whoComesByTlsIsCarriedByTls(@TempDir Path root) throws Exception {
        OpenSsl made = OpenSsl.in(Files.createDirectory(root.resolve("tls")));
        made.authority("authority");
        made.authority("other");
        made.signed("authority", "us", "us");
        made.signed("authority", "eu", "eu");
        made.signed("other", "stranger", "eu");
        made.run("pkcs8", "-topk8", "-nocrypt", "-in", "us.key", "-out", "us.pem");
        made.run("pkcs8", "-topk8", "-nocrypt", "-in", "eu.key", "-out", "eu.pem");
        made.run("pkcs8", "-topk8", "-nocrypt", "-in", "stranger.key", "-out", "stranger.pem");
        Map<String, String> both = Map.of("CRATON_TLS_CERT", made.path("us.crt"), "CRATON_TLS_KEY", made.path("us.pem"), "CRATON_TLS_CA", made.path("authority.crt"));
        Map<String, String> europe = Map.of("CRATON_TLS_CERT", made.path("eu.crt"), "CRATON_TLS_KEY", made.path("eu.pem"), "CRATON_CARRIERS", "127.0.0.0/8,::1/128");
        String verified = "&password=geheim&sslmode=verify-full&sslrootcert=" + made.path("authority.crt");
        int usPort = FreePorts.next();
        int euPort = FreePorts.next();
        try (Carrying regions = Carrying.start(root, usPort, euPort, both, europe)) {
            regions.fill();
            for (String options : List.of(verified, "&password=geheim&sslmode=disable")) {
                try (Connection carried = regions.carried(options)) {
                    assertThat(TestNode.value(carried, "select what from t")).isEqualTo(SECRET_ROW);
                    assertThat(TestNode.value(carried, "select ssl from pg_stat_ssl where pid = pg_backend_pid()")).as("between the regions").isEqualTo("t");
                    cancelled(carried);
                }
            }
            assertThat(refusal(regions, verified + "&channelBinding=require")).as("nobody is made to believe that there is one channel").isNotNull();
        }
        Map<String, String> strange = new HashMap<>(europe);
        strange.putAll(Map.of("CRATON_TLS_CERT", made.path("stranger.crt"), "CRATON_TLS_KEY", made.path("stranger.pem")));
        try (Carrying regions = Carrying.start(root, usPort, euPort, both, strange)) {
            assertThat(refusal(regions, verified)).hasMessageContaining("its certificate is not taken").extracting(RegionsTest::state).isEqualTo("08004");
        }
    }
}
