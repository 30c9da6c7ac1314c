package io.craton.jepsen.txn;

import io.craton.jepsen.check.MonotonicChecker;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;

/** Increments that return the new number, and reads of it. */
public final class Growing implements Load {
    private static final int NUMBERS = 2;

    @Override
    public String name() {
        return "monotonic";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Sql.execute(connection, "CREATE TABLE jepsen_growing (id bigint PRIMARY KEY, value bigint NOT NULL)");
        for (long id = 0; id < NUMBERS; id++) Sql.change(connection, "INSERT INTO jepsen_growing VALUES (?, 0)", id);
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        long id = random.nextInt(NUMBERS);
        if (random.nextInt(3) > 0) {
            read(client, id);
            return;
        }
        client.statement((connection, mops) -> {
            List<Long> value = Sql.numbers(connection, "UPDATE jepsen_growing SET value = value + 1 WHERE id = ? RETURNING value", id);
            if (value.size() != 1) throw new SQLException("number " + id + " has " + value.size() + " rows");
            mops.add(new Mop.Put(id, value.getFirst()));
        });
    }

    private static void read(Client client, long id) throws SQLException {
        client.statement((connection, mops) -> mops.add(new Mop.Get(id, Sql.numbers(connection, "SELECT value FROM jepsen_growing WHERE id = ?", id))));
    }

    @Override
    public void readAll(Client client) throws SQLException {
        for (long id = 0; id < NUMBERS; id++) read(client, id);
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return MonotonicChecker.check(name(), txns);
    }
}
