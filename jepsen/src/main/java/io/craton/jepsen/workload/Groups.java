package io.craton.jepsen.workload;

import io.craton.jepsen.check.GroupChecker;
import io.craton.jepsen.check.Presence;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Transactions of one head and up to some hundred rows in a second table. */
public final class Groups implements Workload {
    private final AtomicLong next = new AtomicLong();

    @Override
    public String name() {
        return "group";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Rows.execute(connection, "CREATE TABLE jepsen_head (id bigint PRIMARY KEY, announced bigint NOT NULL)",
                "CREATE TABLE jepsen_row (head bigint NOT NULL, n bigint NOT NULL, PRIMARY KEY (head, n))");
    }

    @Override
    public void step(Connection connection, Attempt attempt, Random random) throws SQLException {
        long id = next.incrementAndGet();
        long count = random.nextInt(10) == 0 ? 500 : 1 + random.nextInt(10);
        attempt.transaction(connection, "write", List.of(id, count), () -> {
            Rows.change(connection, "INSERT INTO jepsen_row SELECT ?, g FROM generate_series(1, ?) AS s(g)", id, count / 2);
            Rows.change(connection, "INSERT INTO jepsen_head VALUES (?, ?)", id, count);
            Rows.change(connection, "INSERT INTO jepsen_row SELECT ?, g FROM generate_series(CAST(? AS bigint), ?) AS s(g)", id, count / 2 + 1, count);
        });
    }

    @Override
    public Verdict check(Connection connection, History history) throws SQLException {
        Map<Long, Long> heads = Rows.map(connection, "SELECT id, announced FROM jepsen_head");
        Map<Long, Long> rows = Rows.map(connection, "SELECT head, count(*) FROM jepsen_row GROUP BY head");
        Verdict verdict = GroupChecker.check(history.of(name()), heads, rows);
        history.settle(name(), op -> op.settled(Presence.settled(op.value().getFirst(), heads.keySet())));
        return verdict;
    }
}
