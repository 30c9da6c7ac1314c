package io.craton.jepsen.workload;

import io.craton.jepsen.check.Presence;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import io.craton.jepsen.history.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Single-row inserts into a table without any key, where nothing but the server keeps a row from coming twice. */
public final class Inserts implements Workload {
    private final AtomicLong next = new AtomicLong();

    @Override
    public String name() {
        return "insert";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Rows.execute(connection, "CREATE TABLE jepsen_insert (client bigint NOT NULL, id bigint NOT NULL)");
    }

    @Override
    public void step(Connection connection, Attempt attempt, Random random) throws SQLException {
        long id = next.incrementAndGet();
        attempt.statement("insert", List.of((long) attempt.process(), id),
                () -> Rows.change(connection, "INSERT INTO jepsen_insert VALUES (?, ?)", attempt.process(), id));
    }

    @Override
    public Verdict check(Connection connection, History history) throws SQLException {
        List<List<Long>> found = Rows.numbers(connection, "SELECT client, id FROM jepsen_insert");
        Map<List<Long>, Outcome> tried = new HashMap<>();
        history.of(name()).forEach(op -> tried.put(op.value(), op.outcome()));
        Verdict verdict = Presence.check(name(), tried, found);
        Set<List<Long>> there = Presence.distinct(found);
        history.settle(name(), op -> op.settled(Presence.settled(op.value(), there)));
        return verdict;
    }
}
