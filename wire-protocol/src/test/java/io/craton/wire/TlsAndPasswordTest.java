package io.craton.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.core.session.SessionFactory.Tls;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.auth.Passwords;
import io.craton.wire.message.StartupPacket;
import io.craton.wire.netty.PgServer;
import io.craton.wire.tls.TlsSettings;
import io.craton.wire.tls.TlsSettings.PlainConnections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
final class TlsAndPasswordTest {
    @TempDir
    static Path folder;
    private static FakeSessions sessions;
    private static TlsSettings openTls;
    private static PgServer open;
    private static PgServer strict;

    @BeforeAll
    static void start() throws IOException, InterruptedException, GeneralSecurityException {
        sessions = new FakeSessions(Map.of("tester", Passwords.verifier("secret")));
        WireConfig config = WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        HttpResponder http = request -> HttpResponder.Response.of(200, "text/plain",
                (request.path() + " " + request.tls()).getBytes(StandardCharsets.UTF_8));
        openTls = TestCertificate.in(folder, PlainConnections.ALLOWED);
        open = new PgServer(config.withTls(openTls), sessions, AccessRules.scram(),
                http, WireObserver.NONE);
        open.start();
        strict = new PgServer(config.withTls(TestCertificate.in(Files.createDirectory(folder.resolve("strict")), PlainConnections.REFUSED)), sessions,
                AccessRules.scram(), http, WireObserver.NONE);
        strict.start();
    }

    @AfterAll
    static void stop() {
        open.close();
        strict.close();
    }

    private static Connection connect(PgServer server, String user, String password, String options) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + server.address().getPort() + "/db?user=" + user
                + "&password=" + password + options);
    }

    /** The follower asks for the password and ends TLS; the leader only hears of it. */
    @Test
    void aFollowerLetsItsClientsInItself() throws Exception {
        WireConfig config = WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).withTls(openTls);
        try (RelayPair pair = new RelayPair(sessions, config, AccessRules.scram())) {
            try (Connection connection = connect(pair.follower, "tester", "secret", "&sslmode=require&channelBinding=require");
                    Statement statement = connection.createStatement()) {
                assertThat(statement.execute("select 1")).isTrue();
                assertThat(Objects.requireNonNull(sessions.latest.tls()).version()).isEqualTo("TLSv1.3");
                assertThat(pair.leader.sessionsCarried()).isEqualTo(1);
                assertThat(pair.leader.sessionsOpen()).isZero();
            }
            assertThatThrownBy(() -> connect(pair.follower, "tester", "wrong", "&sslmode=require"))
                    .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"&sslmode=disable", "&sslmode=require", "&sslmode=require&channelBinding=require",
        "&sslmode=require&sslNegotiation=direct&channelBinding=require", "&gssEncMode=prefer"})
    void letsTheRightPasswordIn(String options) throws SQLException {
        try (Connection connection = connect(open, "tester", "secret", options); Statement statement = connection.createStatement()) {
            ResultSet rows = statement.executeQuery("select repeat('x', 1000) from generate_series(1, 2000)");
            int count = 0;
            while (rows.next()) count++;
            assertThat(count).isEqualTo(2000);
            Tls tls = Objects.requireNonNull(sessions.latest).tls();
            if (options.contains("disable") || options.contains("prefer")) return;
            assertThat(Objects.requireNonNull(tls).version()).isEqualTo("TLSv1.3");
            assertThat(tls.cipher()).startsWith("TLS_AES_" + tls.bits() + "_");
        }
    }

    @Test
    void anUnknownUserLooksLikeAWrongPassword() {
        for (String user : new String[] {"tester", "nobody"}) {
            assertThatThrownBy(() -> connect(open, user, "wrong", "")).isInstanceOfSatisfying(SQLException.class, e -> {
                assertThat(e.getSQLState()).isEqualTo("28P01");
                assertThat(e.getMessage()).isEqualTo("FATAL: password authentication failed for user \"" + user + "\"");
            });
        }
    }

    @Test
    void refusesPlainConnectionsWhereToldTo() throws SQLException {
        assertThatThrownBy(() -> connect(strict, "tester", "secret", "&sslmode=disable")).isInstanceOfSatisfying(SQLException.class,
                e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        connect(strict, "tester", "secret", "&sslmode=require").close();
    }

    @Test
    void bytesBehindTheTlsRequestAreAnError() {
        try (RawClient client = new RawClient(open.address())) {
            client.send(RawClient.request(StartupPacket.SSL_REQUEST),
                    RawClient.startup(RawClient.PROTOCOL_3, "user", "tester"));
            assertThat(client.read()).startsWith("ErrorResponse FATAL 08P01 received unencrypted data after SSL request");
            assertThat(client.read()).isEqualTo("Closed");
        }
    }

    @Test
    void plainBytesInPlaceOfAHandshakeCloseTheConnection() {
        try (RawClient client = new RawClient(open.address())) {
            client.send(RawClient.request(StartupPacket.SSL_REQUEST));
            assertThat(client.readByte()).isEqualTo('S');
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "tester"));
            while (client.readByte() >= 0) { } // a TLS alert, then the end
        }
    }

    @Test
    void aWrongMessageInPlaceOfAPasswordEndsTheConnection() {
        try (RawClient client = new RawClient(open.address())) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "tester"));
            assertThat(client.read()).isEqualTo("Authentication 10 SCRAM-SHA-256");
            client.send("Query select 1");
            assertThat(client.read()).isEqualTo("ErrorResponse FATAL 08P01 expected SASL response, got message type 81");
            assertThat(client.read()).isEqualTo("Closed");
        }
    }

    @Test
    void plainHttpAnswersOnlyHealthAndReady() throws IOException {
        for (String path : new String[] {"/health", "/ready", "/metrics"}) {
            try (RawClient client = new RawClient(open.address())) {
                client.send(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                String answer = new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith(path.equals("/metrics") ? "HTTP/1.1 403" : "HTTP/1.1 200");
            }
        }
    }
}
