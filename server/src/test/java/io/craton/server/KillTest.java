package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server process that is killed under load has, after its next start, all it acknowledged and nothing by halves. */
class KillTest {
    @Test
    void acknowledgedTransactionsSurviveAKill(@TempDir Path data) throws Exception {
        int clients = 4;
        AtomicInteger[] acknowledged = new AtomicInteger[clients];
        ServerProcess server = ServerProcess.start(data, "256m");
        try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
            try (Connection connection = server.connect()) {
                TestNode.run(connection, "create table pairs (client int, n int, half int, primary key (client, n, half))");
            }
            ServerProcess running = server;
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
        server = ServerProcess.start(data, "256m");
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

    private static void load(ServerProcess server, int client, AtomicInteger acknowledged) {
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
