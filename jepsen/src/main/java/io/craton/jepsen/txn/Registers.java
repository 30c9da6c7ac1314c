package io.craton.jepsen.txn;

import io.craton.jepsen.check.Isolation;
import io.craton.jepsen.check.RegisterChecker;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Transactions of one to four reads and blind writes over a few registers; every value is written once. */
public final class Registers implements Load {
    private static final int KEYS = 6;
    private static final int VALUES = 30;

    private final String name;
    private final Isolation level;
    private final String table;
    private final AtomicLong next = new AtomicLong();

    Registers(String name, Isolation level) {
        this.name = name;
        this.level = level;
        this.table = "jepsen_" + name.replace('-', '_');
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
    public void connected(Client client) throws SQLException {
        client.level(level);
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        client.transaction((connection, mops) -> {
            long base = next.get() / (KEYS * VALUES) * KEYS;
            for (int m = random.nextInt(4); m >= 0; m--) {
                long key = base + random.nextInt(KEYS);
                if (random.nextBoolean()) {
                    mops.add(new Mop.Get(key, Sql.numbers(connection, "SELECT value FROM " + table + " WHERE key = ?", key)));
                } else {
                    long value = next.incrementAndGet();
                    mops.add(new Mop.Put(key, value));
                    Sql.change(connection, "INSERT INTO " + table + " VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
                }
            }
        });
    }

    @Override
    public void readAll(Client client) throws SQLException {
        client.transaction((connection, mops) -> {
            Map<Long, Long> values = new HashMap<>();
            try (PreparedStatement statement = Sql.prepare(connection, "SELECT key, value FROM " + table); ResultSet result = statement.executeQuery()) {
                while (result.next()) values.put(result.getLong(1), result.getLong(2));
            }
            for (long key = 0; key < (next.get() / (KEYS * VALUES) + 1) * KEYS; key++) {
                mops.add(new Mop.Get(key, values.containsKey(key) ? List.of(values.get(key)) : List.of()));
            }
        });
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return RegisterChecker.check(name, txns, level);
    }
}
