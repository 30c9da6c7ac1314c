package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.DataFolder;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.RealFiles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database that goes to and fro between raft groups while it is written to and the server is killed: all that was acknowledged is there, and it is in one group. */
class MovedDatabaseKillTest {
    private static final Map<String, String> TWO_GROUPS = Map.of("CRATON_GROUPS", "2");
    private static final int ROUNDS = 3;

    @Test
    @Timeout(300)
    void nothingIsLost(@TempDir Path data) throws Exception {
        ServerProcess server = ServerProcess.start(data, "256m", TWO_GROUPS);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            try (Connection connection = server.connect()) {
                TestNode.run(connection, "create database a", "create database b");
            }
            try (Connection b = server.connect("b")) {
                TestNode.run(b, "create table pairs (client int, n int, half int, primary key (client, n, half))");
            }
            for (int round = 0; round < ROUNDS; round++) {
                ServerProcess running = server;
                int client = round;
                AtomicInteger acknowledged = new AtomicInteger();
                Future<?> load = executor.submit(() -> load(running, client, acknowledged));
                Future<?> moves = executor.submit(() -> {
                    move(running);
                    return null;
                });
                while (acknowledged.get() < 20 && !load.isDone()) Thread.sleep(1);
                Thread.sleep(round * 7L); // somewhere in a move, which takes some milliseconds
                server.kill();
                load.get();
                moves.get();
                server = ServerProcess.start(data, "256m", TWO_GROUPS);
                check(server, round, acknowledged.get());
            }
        } finally {
            server.kill();
        }
        try (DataFolder closed = DataFolder.openOffline(data)) {
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(closed.log(0)), RealFiles.at(closed.log(1))), closed.root(), closed.wal().resolve("scratch"), null)
                    .run(_ -> { });
            assertThat(report.differences()).isEmpty();
        }
    }

    private static void check(ServerProcess server, int round, int acknowledged) throws SQLException {
        try (Connection b = server.connect("b")) {
            int whole = Integer.parseInt(TestNode.value(b, "select count(*) from pairs where half = 1 and client = " + round));
            assertThat(whole).as("round %d", round).isBetween(acknowledged, acknowledged + 1);
            assertThat(TestNode.values(b, "select client, n from pairs group by client, n having count(*) <> 2")).isEmpty();
            assertThat(TestNode.value(b, "select count(*) > 20 from craton_log")).isEqualTo("t");
            TestNode.run(b, "select craton_move_database(" + round % 2 + ")");
            assertThat(TestNode.value(b, "select raft_group from craton_tenants where database = 'b'")).isEqualTo(Integer.toString(round % 2));
        }
    }

    private static void move(ServerProcess server) throws InterruptedException {
        try (Connection b = server.connect("b")) {
            for (int group = 0; ; group = 1 - group) {
                TestNode.run(b, "select craton_move_database(" + group + ")");
                Thread.sleep(2);
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).startsWith("08");
        }
    }

    private static void load(ServerProcess server, int client, AtomicInteger acknowledged) {
        try (Connection connection = server.connect("b")) {
            connection.setAutoCommit(false);
            for (int n = 0; ; n++) {
                TestNode.run(connection, "insert into pairs values (" + client + ", " + n + ", 1)", "insert into pairs values (" + client + ", " + n + ", 2)");
                connection.commit();
                acknowledged.incrementAndGet();
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).startsWith("08");
        }
    }
}
