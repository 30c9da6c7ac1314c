package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Large objects on every node of a cluster, and after a node was killed. */
@Timeout(400)
class LargeObjectNodesTest {
    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) (seed * 131 + i * 31 >> 3);
        return bytes;
    }

    private static LargeObjectManager manager(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return connection.unwrap(PGConnection.class).getLargeObjectAPI();
    }

    /** Function calls of the protocol reach the leader through a follower; the follower has the pages and reads them itself; what it becomes the leader of is whole. */
    @Test
    void followersHaveThemAndPassFunctionCallsOn() throws Exception {
        byte[] written = bytes(1, 300_000);
        try (RealNodes nodes = new RealNodes()) {
            RealNodes.Node leader = nodes.leader();
            RealNodes.Node follower = nodes.running().stream().filter(node -> node != leader).findFirst().orElseThrow();
            long oid;
            try (Connection connection = follower.connect()) {
                LargeObjectManager manager = manager(connection);
                oid = manager.createLO();
                try (LargeObject object = manager.open(oid)) {
                    object.write(written);
                    object.seek64(299_000, LargeObject.SEEK_SET);
                    assertThat(object.read(2_000)).isEqualTo(Arrays.copyOfRange(written, 299_000, 300_000));
                }
                connection.commit();
            }
            try (Connection reader = follower.connect("options", "-c craton.read_mode=follower")) {
                LargeObjectManager manager = manager(reader);
                try (LargeObject object = manager.open(oid, LargeObjectManager.READ)) {
                    assertThat(object.read(written.length)).isEqualTo(written);
                }
                assertThat(TestNode.value(reader, "select md5(lo_get(" + oid + "))")).isEqualTo(TestNode.value(reader, "select md5(string_agg(data, '' order by pageno)) from pg_largeobject where loid = " + oid));
                reader.commit();
            }
            leader.stop();
            try (Connection connection = nodes.leader().connect()) {
                LargeObjectManager manager = manager(connection);
                try (LargeObject object = manager.open(oid)) {
                    assertThat(object.read(written.length)).isEqualTo(written);
                    object.truncate64(10);
                }
                connection.commit();
                assertThat(TestNode.value(connection, "select length(lo_get(" + oid + "))")).isEqualTo("10");
                manager.delete(oid);
                connection.commit();
                assertThatThrownBy(() -> manager.open(oid)).extracting(e -> ((SQLException) e).getSQLState()).isEqualTo("42704");
            }
        }
    }

    /** Each commit replaces an object by one with other bytes and remembers it in a table: after a kill the table names objects that are there, each with its bytes, and no others. */
    @Test
    void acknowledgedOnesSurviveAKill(@TempDir Path data) throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        ServerProcess server = ServerProcess.start(data, "256m");
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            try (Connection connection = server.connect()) {
                TestNode.run(connection, "create table kept (n int primary key, loid oid)");
            }
            ServerProcess running = server;
            Future<?> load = executor.submit(() -> load(running, acknowledged));
            while (acknowledged.get() < 30 && !load.isDone()) Thread.onSpinWait();
            server.kill();
            load.get();
        } finally {
            server.process().destroyForcibly();
        }
        server = ServerProcess.start(data, "256m");
        try (Connection connection = server.connect()) {
            assertThat(TestNode.value(connection, "select count(*) from kept")).isEqualTo("5");
            assertThat(Integer.parseInt(TestNode.value(connection, "select max(n) from kept"))).isBetween(acknowledged.get(), acknowledged.get() + 1);
            assertThat(TestNode.values(connection, "select oid from pg_largeobject_metadata except select loid from kept")).isEmpty();
            LargeObjectManager manager = manager(connection);
            for (String row : TestNode.values(connection, "select n || ' ' || loid from kept")) {
                String[] parts = row.split(" ");
                try (LargeObject object = manager.open(Long.parseLong(parts[1]), LargeObjectManager.READ)) {
                    assertThat(object.read(20_000)).as(row).isEqualTo(bytes(Integer.parseInt(parts[0]), 10_000));
                }
            }
            connection.commit();
        } finally {
            server.kill();
        }
    }

    private static void load(ServerProcess server, AtomicInteger acknowledged) {
        try (Connection connection = server.connect()) {
            LargeObjectManager manager = manager(connection);
            for (int n = 1; ; n++) {
                long oid = manager.createLO();
                try (LargeObject object = manager.open(oid)) {
                    object.write(bytes(n, 10_000));
                }
                TestNode.run(connection, "insert into kept values (" + n + ", " + oid + ")");
                if (n > 5) TestNode.run(connection, "with old as (delete from kept where n = " + (n - 5) + " returning loid) select lo_unlink(loid) from old");
                connection.commit();
                acknowledged.set(n);
            }
        } catch (SQLException e) {
            // the server is gone
        }
    }
}
