package io.craton.jepsen.txn;

import io.craton.jepsen.check.Linearizability;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Reads, writes and compare-and-set of single registers without a transaction block. A register is used for some dozens of operations: the search for an order must end. */
public final class SingleRegister implements Load {
    private static final int OPERATIONS = 60;
    private static final int VALUES = 5;

    private final String name;
    private final ReadMode mode;
    private final String table;
    private final AtomicLong next = new AtomicLong();

    SingleRegister(String name, ReadMode mode) {
        this.name = name;
        this.mode = mode;
        table = "jepsen_" + name.replace('-', '_');
    }

    @Override
    public void connected(Client client) throws SQLException {
        client.reads(mode);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Sql.execute(connection, "CREATE TABLE " + table + " (key bigint PRIMARY KEY, value bigint NOT NULL)");
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        long key = next.incrementAndGet() / (2 * OPERATIONS) * 2 + random.nextInt(2);
        switch (mode != ReadMode.LEADER && random.nextInt(3) > 0 ? 0 : random.nextInt(3)) {
            case 0 -> get(client, key);
            case 1 -> {
                long value = random.nextInt(VALUES);
                client.statement((connection, mops) -> {
                    mops.add(new Mop.Put(key, value));
                    Sql.change(connection, "INSERT INTO " + table + " VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
                });
            }
            default -> {
                long expected = random.nextInt(VALUES);
                long value = random.nextInt(VALUES);
                client.statement((connection, mops) -> {
                    mops.add(new Mop.Swap(key, expected, value, true));
                    int rows = Sql.change(connection, "UPDATE " + table + " SET value = ? WHERE key = ? AND value = ?", value, key, expected);
                    mops.set(0, new Mop.Swap(key, expected, value, rows == 1));
                });
            }
        }
    }

    private void get(Client client, long key) throws SQLException {
        client.statement((connection, mops) -> mops.add(new Mop.Get(key, Sql.numbers(connection, "SELECT value FROM " + table + " WHERE key = ?", key))));
    }

    @Override
    public void readAll(Client client) throws SQLException {
        for (long key = 0; key <= next.get() / (2 * OPERATIONS) * 2 + 1; key++) get(client, key);
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return Linearizability.check(name(), txns);
    }
}
