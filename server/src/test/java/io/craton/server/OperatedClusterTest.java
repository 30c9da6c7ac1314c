package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.BackupTest.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cluster part of docs/operations.md from top to bottom, with the installed programs: form, look, restart one by one, add, remove, replace. Configured by the environment alone. */
@Tag("guide")
@Timeout(300)
class OperatedClusterTest {
    @TempDir Path parent;
    private Installation installed;
    /** For clients and for other nodes, by node. */
    private final int[] ports = new int[6];
    private final int[] clusterPorts = new int[6];
    private final Map<Integer, Process> running = new TreeMap<>();

    private String place(int node) {
        return "127.0.0.1:" + clusterPorts[node];
    }

    private Path log(int node) {
        return parent.resolve("node" + node + ".log");
    }

    private void start(int node, String peers) throws Exception {
        ProcessBuilder builder = installed.program("craton-server").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log(node).toFile()));
        builder.environment().putAll(Map.of("CRATON_NODE_ID", Integer.toString(node), "CRATON_DATA_DIR", parent.resolve("node" + node).toString(), "CRATON_BIND_ADDRESS", "127.0.0.1:" + ports[node],
                "CRATON_CLUSTER_ADDRESS", place(node), "CRATON_CLUSTER_PEERS", peers, "CRATON_CLUSTER_SECRET", "shared", "CRATON_LOG_LEVEL", "info", "CRATON_LOG_FORMAT", "text",
                "CRATON_ELECTION_TIMEOUT_MIN", "1s", "CRATON_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1"));
        running.put(node, builder.start());
    }

    private void stop(int node) throws Exception {
        Process process = running.remove(node);
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isIn(0, 143);
    }

    private Outcome admin(String command) throws Exception {
        return admin("shared", command);
    }

    private Outcome admin(String secret, String command) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("CRATON_CLUSTER_SECRET", secret, "CRATON_JAVA_OPTS", "-XX:TieredStopAtLevel=1"));
        return installed.run(environment, "craton-admin", command.split(" "));
    }

    private JsonNode status(int node) throws Exception {
        return new ObjectMapper().readTree(admin("status --port " + ports[node]).done().out());
    }

    private void healthy(int node) throws Exception {
        assertThat(admin("cluster wait-healthy --timeout 60 --port " + ports[node]).done().out()).isEqualTo("healthy\n");
    }

    private void run(int node, String... statements) throws SQLException {
        try (Connection connection = connect(node)) {
            TestNode.run(connection, statements);
        }
    }

    private Connection connect(int node) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + ports[node] + "/postgres?user=postgres");
    }

    private void require(Outcome outcome, int status, String said) {
        assertThat(outcome.err()).isEqualTo(said + "\n");
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.status()).isEqualTo(status);
    }

    @AfterEach
    void killAll() throws Exception {
        for (Process each : running.values()) each.destroyForcibly().waitFor();
    }

    @Test
    void asTheGuideSays() throws Exception {
        installed = Installation.in(parent.resolve("installed"));
        for (int node = 1; node <= 5; node++) {
            ports[node] = FreePorts.next();
            clusterPorts[node] = FreePorts.next();
        }
        for (int node = 1; node <= 3; node++) start(node, place(node % 3 + 1) + "," + place((node + 1) % 3 + 1));
        healthy(1);
        looks();
        run(2, "create table t (id int primary key)", "insert into t select generate_series(1, 100)");
        upgrades();
        changes();
        replaces();
        for (int node : List.copyOf(running.keySet())) {
            stop(node);
            admin("verify --data-dir " + parent.resolve("node" + node)).done();
        }
    }

    private void looks() throws Exception {
        assertThat(admin("cluster status --port " + ports[2]).done().out()).contains(", healthy, view 1, leader 1").contains(place(3));
        JsonNode status = status(1);
        assertThat(status.path("cluster").path("waiting_for")).isEmpty();
        assertThat(status.path("cluster").path("peers")).hasSize(2).allSatisfy(peer -> {
            assertThat(peer.path("id").asInt()).isIn(2, 3);
            assertThat(peer.path("state").asText()).isEqualTo("follower");
            assertThat(peer.path("last_seen").asText()).endsWith("Z");
        });
        assertThat(admin("node status --port " + ports[3]).done().out()).contains("follower");
        String places = place(1) + "," + place(2) + "," + place(3);
        assertThat(admin("cluster ping --peers " + places).done().out()).contains(place(1) + ": node 1, leader").hasLineCount(3);
        Outcome stranger = admin("other", "cluster ping --peers " + places);
        assertThat(stranger.status()).isEqualTo(1);
        assertThat(stranger.err()).isEmpty();
        assertThat(stranger.out()).contains(place(3) + ": no answer (not reachable, or another cluster secret, or TLS on one side alone)").hasLineCount(3);
        require(admin("other", "cluster remove 3 --cluster-address " + place(1)), 1, "craton-admin cluster remove: no node answers at " + place(1) + " that knows the same secret");
    }

    /** The followers, then the leader, which hands over: nobody has to find out that it is gone. */
    private void upgrades() throws Exception {
        for (int node : new int[] {2, 3, 1}) {
            stop(node);
            run(node % 3 + 1, "insert into t select max(id) + 1 from t");
            start(node, place(node % 3 + 1) + "," + place((node + 1) % 3 + 1));
            healthy(node);
        }
        assertThat(status(1).path("leader").asInt()).isIn(2, 3);
        assertThat(Files.readString(log(1))).doesNotContain("leadership stays").doesNotContain("nobody took over");
    }

    private void changes() throws Exception {
        int leader = status(1).path("leader").asInt();
        require(admin("cluster remove " + leader + " --cluster-address " + place(1)), 1, "craton-admin cluster remove: node " + leader + " leads; transfer leadership first");
        assertThat(admin("cluster transfer-leader 1 --cluster-address " + place(2)).done().out()).isEqualTo("the leader hands over\n");
        for (long end = System.nanoTime() + 60_000_000_000L; status(2).path("leader").asInt() != 1; LockSupport.parkNanos(10_000_000)) assertThat(System.nanoTime()).isLessThan(end);
        start(4, "127.0.0.1:1"); // it knows nobody, and waits
        for (long end = System.nanoTime() + 60_000_000_000L; admin("cluster ping --peers " + place(4)).status() != 0; LockSupport.parkNanos(10_000_000)) assertThat(System.nanoTime()).isLessThan(end);
        assertThat(admin("cluster add " + place(4) + " --cluster-address " + place(2)).done().out()).isEqualTo("node 4 is a voter\n");
        start(5, place(3)); // it knows a member, and joins
        for (long end = System.nanoTime() + 60_000_000_000L; status(1).path("cluster").path("peers").size() < 4; LockSupport.parkNanos(10_000_000)) assertThat(System.nanoTime()).isLessThan(end);
        healthy(1);
        assertThat(status(1).path("cluster").path("peers")).hasSize(4).allMatch(peer -> peer.path("voter").asBoolean());
        assertThat(admin("cluster remove 4 --cluster-address " + place(3)).done().out()).isEqualTo("node 4 is no member any more\n");
        healthy(1);
        assertThat(admin("cluster wait-healthy --timeout 1 --port " + ports[4]).err()).contains("node 4 is removed");
        stop(4);
        start(4, place(1));
        Process refused = running.remove(4);
        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        List<String> said = Files.readAllLines(log(4));
        assertThat(said.getLast()).isEqualTo("craton-server: this node was removed from its cluster; to join again it needs an empty data folder");
    }

    /** A log that is not as it was written is not served; its folder is moved away, as the line says. */
    private void damaged() throws Exception {
        Path segment = parent.resolve("node3/log/current.segment");
        byte[] bytes = Files.readAllBytes(segment);
        int entry = 0; // somewhere in what the server wrote first
        while (bytes[1000 + entry] == 0) entry++;
        bytes[1000 + entry] ^= 4;
        Files.write(segment, bytes);
        start(3, place(1) + "," + place(2));
        Process refused = running.remove(3);
        assertThat(refused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(Files.readAllLines(log(3)).getLast()).matches("craton-server: log segment current.segment is damaged at offset \\d+: .*; move the data folder away and start with an empty one: this node comes back from the others");
        Files.move(parent.resolve("node3"), parent.resolve("away"));
    }

    private void replaces() throws Exception {
        running.remove(3).destroyForcibly().waitFor();
        for (long end = System.nanoTime() + 60_000_000_000L; admin("cluster status --port " + ports[1]).status() == 0; LockSupport.parkNanos(10_000_000)) assertThat(System.nanoTime()).isLessThan(end);
        assertThat(admin("cluster status --port " + ports[1]).out()).contains("NOT healthy", "waiting for: node 3 does not answer");
        damaged();
        run(5, "insert into t select max(id) + 1 from t");
        start(3, place(1) + "," + place(2));
        for (long end = System.nanoTime() + 60_000_000_000L; admin("cluster ping --peers " + place(3)).status() != 0; LockSupport.parkNanos(10_000_000)) assertThat(System.nanoTime()).isLessThan(end);
        healthy(1);
        healthy(3);
        List<String> counts = new ArrayList<>();
        for (int node : running.keySet()) {
            try (Connection connection = connect(node)) {
                TestNode.run(connection, "set craton.read_mode = follower");
                counts.add(node + ": " + TestNode.value(connection, "select count(*) from t"));
            }
        }
        assertThat(counts).containsExactly("1: 104", "2: 104", "3: 104", "5: 104");
    }
}
