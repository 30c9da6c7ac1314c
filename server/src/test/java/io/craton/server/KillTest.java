package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server process that is killed under load has, after its next start, all it acknowledged and nothing by halves. */
class KillTest {
    private static final Pattern TRY = Pattern.compile("try: psql -h \\S+ -p (\\d+) .*");

    private record Server(Process process, int port) {
        static Server start(Path data) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                    Main.class.getName(), "--data-dir", data.toString(), "--bind", "127.0.0.1:0");
            Process process = builder.redirectErrorStream(true).start();
            BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder seen = new StringBuilder();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                seen.append(line).append('\n');
                Matcher matcher = TRY.matcher(line);
                if (matcher.matches()) return new Server(process, Integer.parseInt(matcher.group(1)));
            }
            throw new IllegalStateException("the server did not start:\n" + seen);
        }

        Connection connect() throws SQLException {
            return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres");
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @Timeout(80)
    void acknowledgedTransactionsSurviveAKill(@TempDir Path data) throws Exception {
        int clients = 4;
        AtomicInteger[] acknowledged = new AtomicInteger[clients];
        Server server = Server.start(data);
        try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
            try (Connection connection = server.connect()) {
                TestNode.run(connection, "create table pairs (client int, n int, half int, primary key (client, n, half))");
            }
            Server running = server;
            List<Future<?>> loads = new java.util.ArrayList<>();
            for (int c = 0; c < clients; c++) {
                int client = c;
                acknowledged[c] = new AtomicInteger();
                loads.add(executor.submit(() -> load(running, client, acknowledged[client])));
            }
            while (java.util.Arrays.stream(acknowledged).mapToInt(AtomicInteger::get).sum() < 100) Thread.onSpinWait();
            server.kill();
            for (Future<?> load : loads) load.get();
        } finally {
            server.process().destroyForcibly();
        }
        server = Server.start(data);
        try (Connection connection = server.connect()) {
            for (int client = 0; client < clients; client++) {
                int whole = Integer.parseInt(TestNode.value(connection, "select count(*) from pairs where half = 1 and client = " + client));
                assertThat(whole).as("client %d", client).isBetween(acknowledged[client].get(), acknowledged[client].get() + 1);
            }
            assertThat(TestNode.values(connection, "select client, n from pairs group by client, n having count(*) <> 2")).isEmpty();
            TestNode.run(connection, "insert into pairs values (-1, 0, 0)");
        } finally {
            server.kill();
        }
    }

    private static void load(Server server, int client, AtomicInteger acknowledged) {
        try (Connection connection = server.connect()) {
            connection.setAutoCommit(false);
            for (int n = 0; ; n++) {
                TestNode.run(connection, "insert into pairs values (" + client + ", " + n + ", 1)",
                        "insert into pairs values (" + client + ", " + n + ", 2)");
                connection.commit();
                acknowledged.incrementAndGet();
            }
        } catch (SQLException e) {
            // the server is gone
        }
    }
}
