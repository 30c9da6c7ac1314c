package io.craton.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.Leadership;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.message.StartupPacket;
import io.craton.wire.netty.Carrier;
import io.craton.wire.netty.Cluster;
import io.craton.wire.netty.PgServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From the first byte to the last: start-up, limits, time-outs, cancel, notifications, slow readers, shutdown. */
@Timeout(90)
final class ConnectionTest {
    private final FakeSessions sessions = new FakeSessions(Map.of());
    private final WireConfig config = WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private PgServer server;

    private void start(WireConfig with) {
        start(with, AccessRules.trustLoopback());
    }

    private void start(WireConfig with, AccessRules rules) {
        server = new PgServer(with, sessions, rules, request -> HttpResponder.Response.of(200, "text/plain",
                (request.method() + " " + request.path() + " " + request.query() + " " + request.body().length)
                        .getBytes(StandardCharsets.UTF_8)), WireObserver.NONE);
        try {
            server.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void everythingIsGivenBack() {
        server.close();
        assertThat(server.sessionsOpen()).isZero();
    }

    private RawClient client() {
        return new RawClient(server.address());
    }

    private RawClient login() {
        return RawClient.login(server.address());
    }

    @Test
    void tellsTheSessionWhatTheClientAskedFor() throws InterruptedException {
        start(config);
        try (RawClient client = client()) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "ann", "application_name", "tool", "options", "-c a=b"));
            List<String> greeting = client.readUntil("ReadyForQuery");
            assertThat(greeting.getFirst()).isEqualTo("Authentication 0");
            assertThat(greeting).contains("ParameterStatus client_encoding UTF8").anyMatch(each -> each.startsWith("BackendKeyData "));
            assertThat(greeting.getLast()).isEqualTo("ReadyForQuery I");
            assertThat(sessions.opened.take().startUp).isEqualTo(
                    Map.of("user", "ann", "database", "ann", "application_name", "tool", "options", "-c a=b"));
        }
    }

    @Test
    void negotiatesMinorVersionsAndExtensions() {
        start(config);
        try (RawClient client = client()) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3 + 2, "user", "ann", "_pq_.one", "1", "_pq_.two", "2"));
            assertThat(client.read()).isEqualTo("NegotiateProtocolVersion 0 _pq_.one _pq_.two");
            assertThat(client.readUntil("ReadyForQuery")).contains("Authentication 0");
        }
    }

    @Test
    void refusesBadStartUpPackets() {
        start(config);
        Map<byte[], String> cases = Map.of(
                RawClient.startup(2 << 16, "user", "ann"), "0A000 unsupported frontend protocol 2.0: server supports 3.0 to 3.0",
                RawClient.startup(4 << 16, "user", "ann"), "0A000 unsupported frontend protocol 4.0: server supports 3.0 to 3.0",
                RawClient.startup(RawClient.PROTOCOL_3, "database", "x"), "28000 no PostgreSQL user name specified in startup packet",
                RawClient.startup(RawClient.PROTOCOL_3, "user", "a", "database", "missing"), "3D000 database \"missing\" does not exist",
                new byte[] {0, 0, 0x27, 0x11, 0, 3, 0, 0}, "08P01 invalid length of startup packet",
                new byte[] {0, 0, 0, 7, 0, 3, 0}, "08P01 invalid length of startup packet",
                new byte[] {0, 0, 0, 9, 0, 3, 0, 0, 'x'},
                "08P01 invalid startup packet layout: expected terminator as last byte",
                new byte[] {(byte) 0xff, 0, 0, 9, 0, 3, 0, 0, 'x'}, "08P01 invalid length of startup packet");
        cases.forEach((packet, error) -> {
            try (RawClient client = client()) {
                client.send(packet);
                assertThat(client.read()).isEqualTo("ErrorResponse FATAL " + error);
                assertThat(client.read()).isEqualTo("Closed");
            }
        });
    }

    @Test
    void answersNoToEncryptionThatIsNotConfiguredOnce() {
        start(config);
        try (RawClient client = client()) {
            client.send(RawClient.request(StartupPacket.GSSENC_REQUEST));
            assertThat(client.readByte()).isEqualTo('N');
            client.send(RawClient.request(StartupPacket.SSL_REQUEST));
            assertThat(client.readByte()).isEqualTo('N');
            client.send(RawClient.request(StartupPacket.SSL_REQUEST));
            assertThat(client.read()).startsWith("ErrorResponse FATAL 0A000 unsupported frontend protocol 1234.5679");
        }
    }

    @Test
    void runsWhatIsSentTogetherWithTheStartUpPacket() {
        start(config);
        try (RawClient client = client()) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "ann"), RawClient.encode("Query select 1"));
            assertThat(client.readUntil("CommandComplete")).endsWith("DataRow 1", "CommandComplete SELECT 1");
        }
    }

    @Test
    void clientsOfAClusterWithoutALeaderAreToldSoInTime() throws IOException {
        Leadership nobody = new Leadership() {
            @Override
            public @Nullable Leader leader() {
                return null;
            }

            @Override
            public void onChange(Runnable listener) {}
        };
        server = new PgServer(config.withAuthenticationTimeout(Duration.ofMillis(300)), sessions, AccessRules.trustLoopback(),
                request -> HttpResponder.Response.of(404, "text/plain", new byte[0]), WireObserver.NONE, new Cluster(3, nobody, Carrier.NONE));
        server.start();
        try (RawClient client = client()) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "ann"));
            assertThat(client.read()).isEqualTo("ErrorResponse FATAL 57P03 the cluster has no leader at present");
            assertThat(client.read()).isEqualTo("Closed");
        }
    }

    @Test
    void refusesOneConnectionTooMany() {
        start(config.withConnectionsMax(2));
        try (RawClient one = login(); RawClient two = login(); RawClient three = client()) {
            three.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "ann"));
            assertThat(three.read()).isEqualTo("ErrorResponse FATAL 53300 sorry, too many clients already H=End some that nobody needs, or raise max_connections in the configuration file, section [limits].");
            assertThat(one.socket().isConnected() && two.socket().isConnected()).isTrue();
        }
    }

    @Test
    void giveTheirPlacesBack() throws InterruptedException {
        start(config.withConnectionsMax(2));
        for (int i = 0; i < 20; i++) {
            try (RawClient client = login()) {
                client.send("Query select 1");
                client.readUntil("ReadyForQuery");
                if (i % 2 == 0) client.send("Terminate");
            }
            assertThat(sessions.opened.take().closed.await(30, TimeUnit.SECONDS)).isTrue();
            while (server.sessionsOpen() > 0) Thread.onSpinWait();
        }
    }

    @Test
    void closesWhoDoesNotLogInInTime() {
        start(config.withAuthenticationTimeout(Duration.ofSeconds(2)), AccessRules.scram());
        try (RawClient silent = client(); RawClient half = client(); RawClient slow = client()) {
            half.send(new byte[] {0, 0, 0, 40, 0, 3});
            slow.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "tester"));
            assertThat(slow.read()).startsWith("Authentication 10");
            assertThat(slow.read()).isEqualTo("ErrorResponse FATAL 57014 canceling authentication due to timeout");
            assertThat(silent.read()).isEqualTo("Closed");
            assertThat(half.read()).isEqualTo("Closed");
        }
    }

    @Test
    void endsIdleSessions() {
        start(config);
        sessions.prepare = session -> session.idleTimeoutMillis = 1500;
        try (RawClient outside = login(); RawClient inside = login()) {
            inside.send("Query begin");
            inside.readUntil("ReadyForQuery");
            assertThat(outside.read(2)).containsExactly("ErrorResponse FATAL 57P05 terminating connection due to idle-session timeout",
                    "Closed");
            assertThat(inside.read()).isEqualTo("ErrorResponse FATAL 25P03 terminating connection due to idle-in-transaction timeout");
        }
    }

    @Test
    void aRunningStatementIsNotIdle() {
        start(config);
        sessions.prepare = session -> session.idleTimeoutMillis = 1000;
        try (RawClient client = login()) {
            client.send("Query copy t from stdin");
            assertThat(client.read()).startsWith("CopyInResponse");
            client.timeout(2500);
            assertThat(client.read()).isEqualTo("Quiet");
            client.timeout(30_000);
            client.send("CopyDone");
            assertThat(client.read(2)).containsExactly("CommandComplete COPY 0", "ReadyForQuery I");
        }
    }

    @Test
    void notificationsReachIdleSessions() throws InterruptedException {
        start(config);
        try (RawClient client = login()) {
            FakeSession session = sessions.opened.take();
            session.notifyClient("hello");
            assertThat(client.read()).isEqualTo("NotificationResponse 7 channel hello");
            client.send("Query select 1");
            assertThat(client.readUntil("ReadyForQuery")).hasSize(4);
        }
    }

    @Test
    void sessionsCanBeTerminatedIdleRunningAndCopying() throws InterruptedException {
        start(config);
        PgError fatal = PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");
        for (String statement : new String[] {"select 1", "select pg_sleep(10)", "copy t from stdin"}) {
            try (RawClient client = login()) {
                FakeSession session = sessions.opened.take();
                client.send("Query " + statement);
                if (statement.startsWith("select 1")) client.readUntil("ReadyForQuery");
                if (statement.startsWith("copy")) client.readUntil("CopyInResponse");
                session.link.terminate(fatal);
                assertThat(client.readUntil("ErrorResponse").getLast()).startsWith("ErrorResponse FATAL 57P01");
                assertThat(client.read()).isEqualTo("Closed");
                assertThat(session.closed.await(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void cancelNeedsTheRightKey() throws InterruptedException {
        start(config);
        try (RawClient client = client()) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "ann"));
            String[] key = client.readUntil("ReadyForQuery").stream().filter(each -> each.startsWith("BackendKeyData")).findAny()
                    .orElseThrow().split(" ");
            int processId = Integer.parseInt(key[1]);
            int secret = Integer.parseInt(key[2]);
            client.send("Query select pg_sleep(10)");
            for (int[] wrong : new int[][] {{processId, secret + 1}, {processId + 1, secret}, {processId, 0}}) {
                try (RawClient canceller = client()) {
                    canceller.send(RawClient.request(StartupPacket.CANCEL_REQUEST, wrong));
                    assertThat(canceller.read()).isEqualTo("Closed");
                }
            }
            client.timeout(100);
            assertThat(client.readUntil("Quiet")).noneMatch(each -> each.startsWith("ErrorResponse"));
            client.timeout(30_000);
            try (RawClient canceller = client()) {
                canceller.send(RawClient.request(StartupPacket.CANCEL_REQUEST, processId, secret));
                assertThat(canceller.read()).isEqualTo("Closed");
            }
            assertThat(client.readUntil("ReadyForQuery")).contains(
                    "ErrorResponse ERROR 57014 canceling statement due to user request");
        }
    }

    @Test
    void aSlowReaderStopsTheStatementNotTheServer() throws InterruptedException {
        start(config);
        try (RawClient slow = login()) {
            FakeSession session = sessions.opened.take();
            slow.send("Query select repeat('x', 10000) from generate_series(1, 5000)");
            int before;
            do { // 50 MB wait; the statement stands still when buffers are full
                before = session.rowsWritten;
                try (RawClient other = login()) {
                    for (int i = 0; i < 50; i++) {
                        other.send("Query select 1");
                        other.readUntil("ReadyForQuery");
                    }
                }
            } while (session.rowsWritten != before || before == 0);
            assertThat(session.rowsWritten).isLessThan(2000);
            int rows = 0;
            for (String message = slow.read(); !message.startsWith("ReadyForQuery"); message = slow.read()) {
                if (message.startsWith("DataRow")) rows++;
            }
            assertThat(rows).isEqualTo(5000);
        }
    }

    @Test
    void aSlowReaderWhoGoesAwayFreesItsSession() throws InterruptedException {
        start(config);
        FakeSession session;
        try (RawClient slow = login()) {
            session = sessions.opened.take();
            slow.send("Query select repeat('x', 10000) from generate_series(1, 5000)");
            slow.readUntil("RowDescription");
        }
        assertThat(session.closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoNeverReadsItsAnswersIsNotReadFromEither() throws InterruptedException, IOException {
        start(config);
        try (RawClient client = login()) {
            client.socket().setSoTimeout(0);
            byte[] query = RawClient.encode("Query select repeat('x', 20000) from generate_series(1, 1) /*inline*/");
            int queries = 1000; // 20 MB of answers
            Thread writer = Thread.startVirtualThread(() -> {
                for (int i = 0; i < queries; i++) client.send(query);
            });
            int ready = 0;
            while (ready < queries) {
                if (client.read().startsWith("ReadyForQuery")) ready++;
            }
            writer.join();
            assertThat(ready).isEqualTo(queries);
        }
    }

    @Test
    void failuresOfTheEngineAreErrorsOfTheStatement() {
        start(config);
        try (RawClient client = login()) {
            client.send("Query select 'half'", "Query select 'bug'", "Query select 'deep'", "Query select 1");
            List<String> answers = client.readUntil("CommandComplete");
            assertThat(answers.stream().filter(each -> each.startsWith("ErrorResponse")))
                    .satisfiesExactly(
                            half -> assertThat(half).startsWith("ErrorResponse ERROR XX000 failed in the middle of a row"),
                            bug -> assertThat(bug).startsWith("ErrorResponse ERROR XX000"),
                            deep -> assertThat(deep).startsWith("ErrorResponse ERROR 54001"));
        }
    }

    @Test
    void randomBytesHurtNobodyElse() {
        start(config);
        long seed = 20_260_101;
        Random random = new Random(seed);
        try (RawClient witness = login()) {
            for (int round = 0; round < 200; round++) {
                try (RawClient client = round % 2 == 0 ? client() : login()) {
                    byte[] garbage = new byte[1 + random.nextInt(200)];
                    random.nextBytes(garbage);
                    if (round % 4 == 1) garbage[0] = (byte) "QPBDECHSXdcfF".charAt(random.nextInt(13));
                    if (round % 8 == 1 && garbage.length > 5) {
                        garbage[1] = garbage[2] = garbage[3] = 0;
                        garbage[4] = (byte) Math.min(garbage.length - 1, 100);
                    }
                    client.send(garbage);
                }
                witness.send("Query select 1");
                assertThat(witness.readUntil("ReadyForQuery")).as("seed %s round %s", seed, round).hasSize(4);
            }
        }
    }

    @Test
    void whatComesUpInTheMiddleOfARowGoesBehindIt() {
        start(config);
        try (RawClient client = login()) {
            client.send("Query select 'notice'", "Query select 'notice' /*thread*/");
            for (int i = 0; i < 2; i++) {
                assertThat(client.readUntil("ReadyForQuery")).containsExactly(
                        "RowDescription ?column? table 0.0 type 25 length -1 typmod -1 format 0", "DataRow 1",
                        "NoticeResponse NOTICE 01000 from within a row", "ParameterStatus application_name x",
                        "CommandComplete SELECT 1", "ReadyForQuery I");
            }
        }
    }

    @Test
    void doesAllThatWasAskedForBeforeGoodbye() throws InterruptedException {
        start(config);
        for (String hint : new String[] {"", "/*thread*/", "/*pending*/"}) {
            for (int round = 0; round < 20; round++) {
                FakeSession session;
                try (RawClient client = login()) {
                    session = sessions.opened.take();
                    client.send("Query insert " + hint, "Query insert " + hint, "Query insert " + hint, "Terminate");
                }
                assertThat(session.closed.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(session.log).as(hint).containsExactly("inserted", "inserted", "inserted");
            }
        }
    }

    @Test
    void aVanishedCopyEndsItsSession() throws InterruptedException {
        start(config);
        FakeSession session;
        try (RawClient client = login()) {
            session = sessions.opened.take();
            client.send("Query copy t from stdin");
            client.readUntil("CopyInResponse");
            client.send("CopyData 1\\n");
        }
        assertThat(session.closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void answersHttpOnTheSamePort() throws IOException {
        start(config);
        try (RawClient client = client()) {
            client.send(("POST /status?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).contains("POST /status a=b 3").contains("GET /health null 0").contains("content-length: 18");
        }
    }

    @Test
    void reportsAUsedPort() {
        start(config);
        PgServer second = new PgServer(WireConfig.of(server.address()), sessions, AccessRules.trustLoopback(), request -> null,
                WireObserver.NONE);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(second::start)).isInstanceOf(BindException.class)
                .hasMessageContaining("Address already in use");
    }

    @Test
    void saysGoodbyeWhenTheServerStops() {
        start(config);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) clients.add(login());
        clients.getFirst().send("Query select pg_sleep(10)");
        clients.getLast().send("Query begin");
        clients.getLast().readUntil("ReadyForQuery");
        server.close();
        for (RawClient client : clients) {
            assertThat(client.readUntil("ErrorResponse").getLast())
                    .isEqualTo("ErrorResponse FATAL 57P01 terminating connection due to administrator command");
            assertThat(client.read()).isEqualTo("Closed");
            client.close();
        }
    }

    @Test
    void rejectsByRule() {
        start(config, AccessRules.Attempt::rejected);
        try (RawClient client = client()) {
            client.send(RawClient.startup(RawClient.PROTOCOL_3, "user", "ann"));
            assertThat(client.read()).isEqualTo("ErrorResponse FATAL 28000 pg_hba.conf rejects connection for host \"127.0.0.1\", "
                    + "user \"ann\", database \"ann\", no encryption");
        }
    }
}
