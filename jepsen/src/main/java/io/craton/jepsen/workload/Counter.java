package io.craton.jepsen.workload;

import io.craton.jepsen.check.CounterChecker;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

/** Increments of a few hot rows, each a statement of its own. Unknown ones stay unknown: a sum does not tell which took place. */
public final class Counter implements Workload {
    private static final int COUNTERS = 3;

    @Override
    public String name() {
        return "counter";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Rows.execute(connection, "CREATE TABLE jepsen_counter (id bigint PRIMARY KEY, n bigint NOT NULL)");
        for (int i = 0; i < COUNTERS; i++) Rows.change(connection, "INSERT INTO jepsen_counter VALUES (?, 0)", i);
    }

    @Override
    public void step(Connection connection, Attempt attempt, Random random) throws SQLException {
        long id = random.nextInt(COUNTERS);
        attempt.statement("increment", List.of(id), () -> Rows.change(connection, "UPDATE jepsen_counter SET n = n + 1 WHERE id = ?", id));
    }

    @Override
    public Verdict check(Connection connection, History history) throws SQLException {
        return CounterChecker.check(history.of(name()), Rows.map(connection, "SELECT id, n FROM jepsen_counter"));
    }
}
