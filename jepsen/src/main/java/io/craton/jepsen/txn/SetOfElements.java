package io.craton.jepsen.txn;

import io.craton.jepsen.check.SetChecker;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Inserts of unique elements without a transaction block, and reads of the whole set; a large set gives way to a new one. */
public final class SetOfElements implements Load {
    private static final int ELEMENTS = 1000;

    private final AtomicLong next = new AtomicLong();

    @Override
    public String name() {
        return "set";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Sql.execute(connection, "CREATE TABLE jepsen_set (number bigint NOT NULL, element bigint NOT NULL)", "CREATE INDEX ON jepsen_set (number)");
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        if (random.nextInt(12) == 0) {
            read(client, next.get() / ELEMENTS);
            return;
        }
        long element = next.incrementAndGet();
        client.statement((connection, mops) -> {
            mops.add(new Mop.Append(element / ELEMENTS, element));
            Sql.change(connection, "INSERT INTO jepsen_set VALUES (?, ?)", element / ELEMENTS, element);
        });
    }

    private static void read(Client client, long number) throws SQLException {
        client.statement((connection, mops) -> mops.add(new Mop.ListRead(number, Sql.numbers(connection, "SELECT element FROM jepsen_set WHERE number = ?", number))));
    }

    @Override
    public void readAll(Client client) throws SQLException {
        for (long number = 0; number <= next.get() / ELEMENTS; number++) read(client, number);
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return SetChecker.check(name(), txns);
    }
}
