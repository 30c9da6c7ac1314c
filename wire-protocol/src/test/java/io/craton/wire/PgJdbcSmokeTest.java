package io.craton.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.craton.wire.auth.AccessRules;
import io.craton.wire.netty.PgServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

@Timeout(90)
final class PgJdbcSmokeTest {
    private final FakeSessions sessions = new FakeSessions(Map.of());
    private PgServer server;

    @BeforeEach
    void start() throws IOException {
        server = new PgServer(WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), sessions,
                AccessRules.trustLoopback(), request -> HttpResponder.Response.of(200, "text/plain", new byte[0]),
                WireObserver.NONE);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(server.sessionsOpen()).isZero();
    }

    private Connection connect(String options) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + server.address().getPort() + "/db?user=tester" + options);
    }

    @Test
    void readsRowsInBothQueryModes() throws SQLException {
        for (String mode : new String[] {"extended", "simple", "extendedForPrepared"}) {
            try (Connection connection = connect("&preferQueryMode=" + mode); Statement statement = connection.createStatement()) {
                ResultSet rows = statement.executeQuery("select generate_series(1, 1000)");
                int expected = 0;
                while (rows.next()) assertThat(rows.getInt(1)).isEqualTo(++expected);
                assertThat(expected).isEqualTo(1000);
            }
        }
    }

    @Test
    void fetchesByPortionsInATransaction() throws SQLException {
        try (Connection connection = connect("")) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement("select generate_series(1, 95) /*thread*/")) {
                statement.setFetchSize(10);
                ResultSet rows = statement.executeQuery();
                int count = 0;
                while (rows.next()) count++;
                assertThat(count).isEqualTo(95);
            }
            connection.commit();
        }
    }

    @Test
    void bindsParametersAndSurvivesErrors() throws SQLException {
        try (Connection connection = connect("&prepareThreshold=2");
                PreparedStatement echo = connection.prepareStatement("select ?::text")) {
            for (int i = 0; i < 10; i++) {
                echo.setString(1, "h\u00e4 " + i);
                ResultSet rows = echo.executeQuery();
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("h\u00e4 " + i);
                try (Statement statement = connection.createStatement()) {
                    assertThatThrownBy(() -> statement.executeQuery("select 1/0")).isInstanceOfSatisfying(SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("22012"));
                }
            }
        }
    }

    @Test
    void runsPendingAndThreadedStatementsInOneBatch() throws SQLException {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            for (String hint : new String[] {"/*pending*/", "/*thread*/", ""}) {
                try (PreparedStatement echo = connection.prepareStatement("select ?::text " + hint)) {
                    for (int i = 0; i < 20; i++) {
                        echo.setString(1, Integer.toString(i));
                        ResultSet rows = echo.executeQuery();
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt(1)).isEqualTo(i);
                    }
                }
            }
            assertThat(statement.executeQuery("select 1").next()).isTrue();
        }
    }

    @Test
    void copiesInAndOut() throws SQLException, IOException {
        try (Connection connection = connect("")) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            byte[] data = "12345678901234567890\n".repeat(200_000).getBytes(StandardCharsets.US_ASCII);
            assertThat(copy.copyIn("copy t from stdin", new ByteArrayInputStream(data))).isEqualTo(200_000);
            assertThat(sessions.opened.poll().copiedBytes).isEqualTo(data.length);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(copy.copyOut("copy t to stdout", out)).isEqualTo(2);
            assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("1\n2\n");
            byte[] bad = "1\n!\n".getBytes(StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> copy.copyIn("copy t from stdin", new ByteArrayInputStream(bad)))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22P02"));
            assertThat(copy.copyIn("copy t from stdin", new ByteArrayInputStream(new byte[0]))).isZero();
        }
    }

    @Test
    void cancelsAStatement() throws SQLException, InterruptedException {
        try (Connection connection = connect(""); Statement statement = connection.createStatement()) {
            FakeSession session = sessions.opened.take();
            Thread canceller = Thread.startVirtualThread(() -> {
                try {
                    while (session.closed.getCount() > 0 && !session.log.contains("cancelled")) {
                        statement.cancel();
                        Thread.sleep(5);
                    }
                } catch (SQLException | InterruptedException done) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThatThrownBy(() -> statement.execute("select pg_sleep(10)")).isInstanceOfSatisfying(SQLException.class,
                    e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            session.log.add("cancelled");
            canceller.join();
        }
    }

    @Test
    void reportsAMissingDatabase() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.address().getPort() + "/missing?user=tester"))
                .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("3D000"));
    }

    @Test
    void streamsALargeResult() throws SQLException {
        try (Connection connection = connect("&preferQueryMode=simple"); Statement statement = connection.createStatement()) {
            ResultSet rows = statement.executeQuery("select repeat('x', 1000) from generate_series(1, 20000)");
            int count = 0;
            while (rows.next()) count++;
            assertThat(count).isEqualTo(20000);
        }
    }
}
