package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients at all nodes insert numbers while the leader changes and connections between nodes break at random: what was acknowledged is there
 * once, what failed with 40001 or because the session could not go on is not there, and only what is in doubt may be either.
 */
@Timeout(180)
class RestlessLeadershipTest {
    private static final int CLIENTS = 9;
    private static final long MILLIS = 2_000;

    private record Outcome(Set<Integer> acknowledged, Set<Integer> refused, int moves) {}

    private final long seed = new Random().nextLong();

    @Test
    void nothingIsLostAndNothingDoneTwice() throws Exception {
        try (CarryingNodes nodes = new CarryingNodes(); ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            try (Connection connection = nodes.node(1).connect()) {
                TestNode.run(connection, "create table numbers (n int)"); // without a key: what is done twice is seen
            }
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                Callable<Outcome> work = () -> client(nodes.node(1 + client % 3), client, new Random(seed + client), end);
                outcomes.add(clients.submit(work));
            }
            Random random = new Random(seed - 1);
            while (System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(10 + random.nextInt(100));
                int node = 1 + random.nextInt(3);
                switch (random.nextInt(6)) {
                    case 0 -> nodes.node(node).cut();
                    case 1 -> nodes.node(node).cutAfter(random.nextInt(300));
                    case 2 -> {
                        nodes.lead(0);
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(30));
                        nodes.lead(node);
                    }
                    default -> nodes.lead(node);
                }
            }
            nodes.lead(1);
            int acknowledged = 0;
            int refused = 0;
            Set<Integer> there = new HashSet<>();
            try (Connection connection = nodes.node(1).connect()) {
                for (Future<Outcome> outcome : outcomes) outcome.get(90, TimeUnit.SECONDS);
                assertThat(TestNode.values(connection, "select n from numbers group by n having count(*) > 1")).as("seed %d", seed).isEmpty();
                for (String n : TestNode.values(connection, "select n from numbers")) there.add(Integer.parseInt(n));
            }
            for (Future<Outcome> outcome : outcomes) {
                Set<Integer> missing = new HashSet<>(outcome.get().acknowledged);
                missing.removeAll(there);
                assertThat(missing).as("acknowledged and missing, seed %d", seed).isEmpty();
                Set<Integer> done = new HashSet<>(outcome.get().refused);
                done.retainAll(there);
                assertThat(done).as("refused and there, seed %d", seed).isEmpty();
                acknowledged += outcome.get().acknowledged.size();
                refused += outcome.get().refused.size();
            }
            System.out.println(acknowledged + " acknowledged, " + refused + " refused, " + (there.size() - acknowledged) + " in doubt and there");
            assertThat(acknowledged).as("seed %d", seed).isPositive();
        }
    }

    private Outcome client(CarryingNodes.Node home, int client, Random random, long end) {
        Outcome outcome = new Outcome(new HashSet<>(), new HashSet<>(), 0);
        int next = client * 1_000_000;
        while (System.nanoTime() < end) {
            String mode = random.nextBoolean() ? "simple" : "extended";
            try (Connection connection = home.connect("preferQueryMode", mode, "prepareThreshold", Integer.toString(1 + random.nextInt(3)));
                    PreparedStatement insert = connection.prepareStatement("insert into numbers values (?)")) {
                TestNode.run(connection, "set my.client = " + client);
                while (System.nanoTime() < end && next % 50 != 49) {
                    List<Integer> numbers = new ArrayList<>();
                    for (int i = random.nextInt(3); i >= 0; i--) numbers.add(++next);
                    insert(connection, insert, numbers, random, outcome);
                    String mine = TestNode.value(connection, "show my.client");
                    if (!connection.getAutoCommit()) connection.rollback();
                    assertThat(mine).as("seed %d", seed).isEqualTo(Integer.toString(client));
                }
                next++;
            } catch (SQLException lost) {
                // The connection is gone, or the transaction that only read: on with another.
                assertThat(lost.getSQLState()).as("seed %d: %s", seed, lost.getMessage()).matches("08...|40001|57P01");
            }
        }
        return outcome;
    }

    private void insert(Connection connection, PreparedStatement insert, List<Integer> numbers, Random random, Outcome outcome) throws SQLException {
        boolean block = random.nextBoolean();
        boolean ending = false;
        try {
            connection.setAutoCommit(!block);
            if (block) {
                for (int n : numbers) {
                    insert.setInt(1, n);
                    if (random.nextBoolean()) insert.executeUpdate();
                    else insert.addBatch();
                }
                insert.executeBatch();
                ending = true;
                connection.commit();
            } else {
                insert.clearBatch();
                insert.setInt(1, numbers.getFirst());
                while (numbers.size() > 1) numbers.removeLast();
                ending = true;
                insert.executeUpdate();
            }
            outcome.acknowledged.addAll(numbers);
        } catch (SQLException failed) {
            // pgjdbc wraps the errors of batches; states 08 say that the outcome is unknown, but before the end of a block nothing is committed.
            boolean known = "40001".equals(failed.getSQLState()) || "57P01".equals(failed.getSQLState()) || block && !ending;
            if (known) outcome.refused.addAll(numbers);
            insert.clearBatch();
            if (failed.getSQLState() == null || !failed.getSQLState().equals("40001")) throw failed;
            if (block) connection.rollback();
        }
    }
}
