package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.config.DataFolder;
import io.craton.storage.encryption.LocalMasterKey;
import io.craton.storage.engine.DataVerifier;
import io.craton.storage.io.RealFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A database moves to another raft group, and the node that leads it is killed at each step of that in turn: afterwards the database is in one of the two groups, as its step says, whole, with
 * its past, and goes on there. Processes of their own; encrypted data folders show nothing of what is in them.
 */
@Tag("guide")
@Timeout(300)
class MoveStepsTest {
    private static final String STORAGE = "io.craton.storage.";
    private static final String SECRET = "PlantedOnTheMove";

    /** Where the database is when its leader died there. */
    private enum Then { STAYS, MOVED, EITHER }

    private record Step(Then alone, Then inCluster, String... methods) {
        List<String> all() {
            return Stream.of(methods).map(each -> STORAGE + each).toList();
        }
    }

    private static final List<Step> STEPS = List.of(
            new Step(Then.STAYS, Then.STAYS, "txn.TransactionManager#leaveFor"),
            new Step(Then.STAYS, Then.STAYS, "entry.EntryWriter#move"), // who commits waits now
            new Step(Then.STAYS, Then.EITHER, "entry.EntryWriter#move", "log.EventLog#append"), // the others of a cluster may have the entry first
            new Step(Then.MOVED, Then.MOVED, "engine.Applier#move"),
            new Step(Then.MOVED, Then.MOVED, "engine.Tenants#moved"),
            new Step(Then.MOVED, Then.MOVED, "txn.TransactionManager#moved"), // what it has is durable
            new Step(Then.MOVED, Then.MOVED, "engine.TenantMoves#happened"), // another applier has it
            new Step(Then.MOVED, Then.MOVED, "engine.TenantMoves#tell"), // the list of databases does not say so yet
            new Step(Then.MOVED, Then.MOVED, "engine.TenantMoves#tell", "txn.ClusterChanges#change"),
            new Step(Then.MOVED, Then.MOVED, "engine.TenantMoves#tell", "txn.ClusterChanges#applied"));

    @TempDir Path root;
    private final List<ServerProcess> nodes = new ArrayList<>();
    private final List<Integer> clusterPorts = new ArrayList<>();
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Integer> debugPorts = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path keyFile = Path.of("master.key");
    private int client;

    @AfterEach
    void end() throws Exception {
        for (ServerProcess each : nodes) each.kill();
    }

    private void configure(int count, boolean encrypted) throws IOException {
        environment.put("CRATON_GROUPS", "2");
        keyFile = Files.writeString(root.resolve("master.key"), String.format("%064x", 5) + "\n");
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
        if (encrypted) environment.putAll(Map.of("CRATON_ENCRYPTION_ENABLED", "true", "CRATON_KMS_PROVIDER", "local", "CRATON_KMS_KEY_ID", keyFile.toString()));
        for (int node = 0; node < count; node++) {
            clusterPorts.add(FreePorts.next());
            clientPorts.add(FreePorts.next());
            debugPorts.add(FreePorts.next());
        }
    }

    private Path folder(int node) {
        return root.resolve("node" + (node + 1));
    }

    private ServerProcess start(int node) throws IOException {
        Map<String, String> own = new HashMap<>(environment);
        own.putAll(KillPoint.environment(debugPorts.get(node)));
        if (clusterPorts.size() > 1) {
            List<String> peers = new ArrayList<>();
            for (int other = 0; other < clusterPorts.size(); other++) if (other != node) peers.add("127.0.0.1:" + clusterPorts.get(other));
            own.putAll(Map.of("CRATON_NODE_ID", Integer.toString(node + 1), "CRATON_CLUSTER_ADDRESS", "127.0.0.1:" + clusterPorts.get(node), "CRATON_CLUSTER_PEERS", String.join(",", peers),
                    "CRATON_ELECTION_TIMEOUT_MIN", "800ms"));
        }
        return ServerProcess.startAt(clientPorts.get(node), folder(node), "256m", own);
    }

    private static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private JsonNode status(int node) {
        try {
            return new ObjectMapper().readTree(URI.create("http://127.0.0.1:" + clientPorts.get(node) + "/status").toURL());
        } catch (IOException e) {
            return new ObjectMapper().createObjectNode();
        }
    }

    private long committed(int node, int group) {
        return status(node).path("groups").path(group).path("commit_index").asLong();
    }

    /** The node that leads a group, as node {@code asked} knows. */
    private int leader(int asked, int group) {
        await(() -> status(asked).path("groups").path(group).path("leader").asInt() > 0, "a leader of group " + group);
        return status(asked).path("groups").path(group).path("leader").asInt() - 1;
    }

    /** What the past says must not depend on where the database is. */
    private static String past(Connection connection, String position) throws SQLException {
        return String.join("|", TestNode.value(connection, "select md5(string_agg(f::text, ',' order by id)) from fixed for system_time as of position " + position + " f"),
                TestNode.value(connection, "select md5(string_agg(operation || row::text || position, ',')) from craton_row_history('fixed', 7) where position <= " + position),
                TestNode.value(connection, "select md5(string_agg(position || encode(hash, 'hex'), ',' order by position)) from craton_log where position <= " + position));
    }

    private static void load(ServerProcess server, int client, AtomicInteger acknowledged, AtomicBoolean stop) {
        try (Connection connection = server.connect("b")) {
            connection.setAutoCommit(false);
            for (int n = 0; !stop.get(); n++) {
                TestNode.run(connection, "insert into pairs values (" + client + ", " + n + ", 1, '" + SECRET + "')", "insert into pairs values (" + client + ", " + n + ", 2, '" + SECRET + "')");
                connection.commit();
                acknowledged.incrementAndGet();
            }
        } catch (SQLException e) {
            assertThat(e.getSQLState()).matches("08...|40001|57P..");
        }
    }

    /** Asks for the move and is cut off by the kill, or refused because another node had begun to lead. */
    private static void move(ServerProcess server, int to) {
        try (Connection connection = server.connect("b")) {
            TestNode.run(connection, "select craton_move_database(" + to + ")");
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).matches("08...|40001");
        }
    }

    private interface Work {
        void run(Connection connection) throws SQLException;
    }

    /** Where a group's leader has just changed, because another node had fewer, once more. */
    private static void patiently(Connection connection, Work work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                work.run(connection);
                return;
            } catch (SQLException e) {
                if (!"40001".equals(e.getSQLState()) || attempt == 50) throw e;
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private static void fill(ServerProcess node, String database, String... statements) throws SQLException {
        try (Connection connection = node.connect(database)) {
            for (String each : statements) patiently(connection, c -> TestNode.run(c, each));
        }
    }

    private void fill() throws Exception {
        ServerProcess node = nodes.getFirst();
        fill(node, "postgres", "create database a", "create database b");
        fill(node, "b", "create table pairs (client int, n int, half int, what text, primary key (client, n, half))", "create table fixed (id int primary key, what text)",
                "insert into fixed select g, '" + SECRET + "' || g from generate_series(1, 200) g", "update fixed set what = what || '!' where id % 7 = 0", "delete from fixed where id > 150");
    }

    private static int listed(Connection connection) throws SQLException {
        return Integer.parseInt(TestNode.value(connection, "select raft_group from craton_tenants where database = 'b'"));
    }

    /** Kills the leader at a step of the next move and looks at what is left through {@code witness}, the dead node's own next life where it is alone. */
    private void kill(Step step, ExecutorService executor) throws Exception {
        boolean alone = nodes.size() == 1;
        client++;
        int[] group = new int[1];
        String[] moment = new String[2];
        try (Connection b = nodes.getFirst().connect("b")) {
            patiently(b, c -> {
                group[0] = listed(c);
                moment[0] = TestNode.value(c, "select craton_position()");
                moment[1] = past(c, moment[0]);
            });
        }
        int from = group[0];
        int to = 1 - from;
        String position = moment[0];
        String before = moment[1];
        int victim = alone ? 0 : leader(0, from);
        ServerProcess server = nodes.get(victim);
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        Future<?> load = executor.submit(() -> load(server, client, acknowledged, stop));
        await(() -> acknowledged.get() >= 10 || load.isDone(), "load");
        KillPoint point = KillPoint.arm(server, debugPorts.get(victim), step.all());
        CompletableFuture<Void> move = CompletableFuture.runAsync(() -> move(server, to), executor);
        if (!point.killsBefore(move)) { // leaders are spread: another node led the group when the move began
            stop.set(true);
            load.get();
            kill(step, executor);
            return;
        }
        move.get();
        load.get();
        int witness = alone ? 0 : (victim + 1) % nodes.size();
        if (alone) nodes.set(0, start(0));
        else await(() -> leader(witness, from) != victim && leader(witness, to) != victim, "leaders after " + victim);
        Then then = alone ? step.alone : step.inCluster;
        try (Connection b = nodes.get(witness).connect("b")) {
            patiently(b, c -> {
                int whole = Integer.parseInt(TestNode.value(c, "select count(*) from pairs where half = 1 and client = " + client));
                assertThat(whole).as("%s", step).isBetween(acknowledged.get(), acknowledged.get() + 1);
                assertThat(TestNode.values(c, "select client, n from pairs group by client, n having count(*) <> 2")).isEmpty();
                assertThat(past(c, position)).as("%s", step).isEqualTo(before);
            });
            // what is written now is in the log of one group; roles and databases would be in the first one's
            int at = writtenIn(witness, b);
            if (then != Then.EITHER) assertThat(at).as("%s", step).isEqualTo(then == Then.STAYS ? from : to);
            await(() -> {
                try {
                    return listed(b) == at;
                } catch (SQLException e) {
                    return false; // a leader has just changed
                }
            }, "the list of databases says so");
        }
        if (alone) return;
        nodes.set(victim, start(victim));
        await(() -> status(witness).path("cluster").path("healthy").asBoolean() && status(victim).path("cluster").path("healthy").asBoolean(), "health");
    }

    /** The group whose log grows by what is written into the database. The other may get an audit record of the test's own connections meanwhile, so each is written to often. */
    private int writtenIn(int node, Connection b) throws SQLException {
        int writes = 100;
        long[] before = {committed(node, 0), committed(node, 1)};
        for (int n = 0; n < writes; n++) {
            String insert = "insert into pairs values (" + -client + ", " + n + ", 1, ''), (" + -client + ", " + n + ", 2, '')";
            patiently(b, c -> TestNode.run(c, insert));
        }
        await(() -> committed(node, 0) - before[0] >= writes || committed(node, 1) - before[1] >= writes, "writes");
        int at = committed(node, 0) - before[0] >= writes ? 0 : 1;
        assertThat(committed(node, 1 - at) - before[1 - at]).isLessThan(writes / 2);
        return at;
    }

    private void verify(int node, boolean encrypted) throws Exception {
        try (DataFolder closed = DataFolder.openOffline(folder(node))) {
            DataVerifier.Report report = new DataVerifier(List.of(RealFiles.at(closed.log(0)), RealFiles.at(closed.log(1))), closed.root(), closed.wal().resolve("scratch"),
                    encrypted ? LocalMasterKey.read(keyFile) : null).run(_ -> { });
            assertThat(report.differences()).isEmpty();
        }
        boolean shown = false;
        try (Stream<Path> files = Files.walk(folder(node))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) shown |= Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET);
        }
        assertThat(shown).as("what a disk shows").isEqualTo(!encrypted);
    }

    private void allSteps(int count, boolean encrypted) throws Exception {
        configure(count, encrypted);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ServerProcess>> starts = new ArrayList<>();
            for (int node = 0; node < count; node++) {
                int number = node;
                starts.add(executor.submit(() -> start(number)));
            }
            for (Future<ServerProcess> each : starts) nodes.add(each.get());
            if (count > 1) await(() -> status(0).path("cluster").path("healthy").asBoolean(), "a cluster");
            fill();
            for (Step step : STEPS) kill(step, executor);
        }
        for (ServerProcess each : nodes) each.stop();
        for (int node = 0; node < count; node++) verify(node, encrypted);
    }

    @Test
    void aNodeAlone() throws Exception {
        allSteps(1, true);
    }

    @Test
    void aNodeAloneInTheClear() throws Exception {
        allSteps(1, false);
    }

    @ParameterizedTest(name = "encrypted: {0}")
    @ValueSource(booleans = {false, true})
    void theLeaderOfThree(boolean encrypted) throws Exception {
        allSteps(3, encrypted);
    }
}
