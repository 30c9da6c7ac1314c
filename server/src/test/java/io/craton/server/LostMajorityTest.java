package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.BackupTest.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guide's procedure after the loss of a majority, with three servers in processes of their own: the survivor goes on by --force-recover, says what that gave up, and others join it with empty folders. */
@Timeout(180)
class LostMajorityTest {
    @TempDir Path parent;
    private final List<Integer> ports = new ArrayList<>();
    private final List<ServerProcess> running = new CopyOnWriteArrayList<>();

    private ServerProcess start(int node, String folder, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--node-id", Integer.toString(node), "--cluster-address", "127.0.0.1:" + ports.get(node - 1), "--cluster-peers",
                IntStream.rangeClosed(1, 3).filter(other -> other != node).mapToObj(other -> "127.0.0.1:" + ports.get(other - 1)).collect(Collectors.joining(","))));
        arguments.addAll(List.of(more));
        ServerProcess server = ServerProcess.start(parent.resolve(folder), "256m", Map.of("CRATON_LOG_FORMAT", "json", "CRATON_ELECTION_TIMEOUT_MIN", "1s"), arguments.toArray(String[]::new));
        running.add(server);
        return server;
    }

    private static Outcome admin(ServerProcess at, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--port", Integer.toString(at.port())));
        return BackupTest.admin(all.toArray(String[]::new));
    }

    private static JsonNode status(ServerProcess at) throws Exception {
        return new ObjectMapper().readTree(admin(at, "status").done().out());
    }

    private static void run(ServerProcess at, String... statements) throws Exception {
        try (Connection connection = at.connect()) {
            TestNode.run(connection, statements);
        }
    }

    /** Once it has a leader. */
    private static List<String> values(ServerProcess at, String query) {
        for (long end = System.nanoTime() + 60_000_000_000L;;) {
            try (Connection connection = at.connect()) {
                return TestNode.values(connection, query);
            } catch (SQLException e) {
                if (System.nanoTime() > end) throw new AssertionError(query, e);
            }
        }
    }

    @AfterEach
    void killAll() throws Exception {
        for (ServerProcess each : running) each.kill();
    }

    @Test
    void theSurvivorGoesOnAndTellsWhatItGaveUp() throws Exception {
        for (int i = 0; i < 3; i++) ports.add(FreePorts.next());
        try (var starts = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int node = 1; node <= 3; node++) {
                int number = node;
                starts.submit(() -> start(number, "node" + number));
            }
        }
        assertThat(running).hasSize(3);
        values(running.getFirst(), "select 1");
        run(running.getFirst(), "create table t (id int primary key)", "insert into t select generate_series(1, 100)");
        admin(running.getFirst(), "cluster", "wait-healthy").done();
        List<ServerProcess> survivors = new ArrayList<>();
        for (ServerProcess each : List.copyOf(running)) {
            if (status(each).path("node_id").asInt() == 2) survivors.add(each);
            else each.kill();
        }
        running.retainAll(survivors);
        RealNodes.await(() -> admin(survivors.getFirst(), "cluster", "status").status() == 1);
        survivors.getFirst().kill();
        running.clear();

        ServerProcess alone = start(2, "node2", "--force-recover");
        assertThat(values(alone, "select count(*) from t")).containsExactly("100");
        run(alone, "insert into t values (101)");
        List<String> told = told(alone);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).contains("went on alone from position ", "discarded is whatever other members had behind that: 1.", "127.0.0.1:" + ports.get(2), " now");
        String entry = "select kind, command from craton_log where kind = 'recovery'";
        assertThat(values(alone, entry)).containsExactly("recovery|FORCE RECOVER");
        assertThat(values(alone, "select l.position = a.position from craton_log l, craton_audit a where l.kind = 'recovery' and a.action = 'force recover'")).containsExactly("t");

        alone.stop(); // a flag that was left in the unit's file leaves nobody behind again
        ServerProcess again = start(2, "node2", "--force-recover");
        assertThat(told(again)).isEqualTo(told);

        ServerProcess joined = start(1, "empty1"); // as the guide says: the others come back with empty folders
        admin(again, "cluster", "wait-healthy").done();
        assertThat(values(joined, "select count(*) from t")).containsExactly("101");
        assertThat(values(joined, entry)).hasSize(1);
        BackupTest.admin("log", "verify", "--data-dir", parent.resolve("node3").toString()).done();
    }

    private static List<String> told(ServerProcess at) {
        for (long end = System.nanoTime() + 30_000_000_000L; System.nanoTime() < end;) {
            List<String> found = values(at, "select detail from craton_audit where class = 'admin' and action = 'force recover'");
            if (!found.isEmpty()) return found;
        }
        return List.of();
    }
}
