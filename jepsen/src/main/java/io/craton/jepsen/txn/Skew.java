package io.craton.jepsen.txn;

import io.craton.jepsen.check.Isolation;
import io.craton.jepsen.check.SkewChecker;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Four transactions per key at SERIALIZABLE: insert into one of two tables if neither has a row of the key, found by secondary index or by a scan's condition. */
public final class Skew implements Load {
    private static final int TRIES = 4;
    private static final List<String> TABLES = List.of("jepsen_skew_a", "jepsen_skew_b");

    private final AtomicLong next = new AtomicLong();

    @Override
    public String name() {
        return "skew";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        for (String table : TABLES) {
            Sql.execute(connection, "CREATE TABLE " + table + " (id bigint PRIMARY KEY, key bigint NOT NULL, parity bigint NOT NULL)", "CREATE INDEX ON " + table + " (key)");
        }
    }

    @Override
    public void connected(Client client) throws SQLException {
        client.level(Isolation.SERIALIZABLE);
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        long id = next.getAndIncrement();
        long key = id / TRIES;
        String condition = random.nextBoolean() ? "key = ?" : "key BETWEEN ? AND " + key + " AND parity = " + key % 2;
        client.transaction((connection, mops) -> {
            for (String table : TABLES) {
                List<Long> there = Sql.numbers(connection, "SELECT id FROM " + table + " WHERE " + condition, key);
                mops.add(new Mop.Get(key, there));
                if (!there.isEmpty()) return;
            }
            mops.add(new Mop.Put(key, id));
            Sql.change(connection, "INSERT INTO " + TABLES.get(random.nextInt(2)) + " VALUES (?, ?, ?)", id, key, key % 2);
        });
    }

    @Override
    public void readAll(Client client) throws SQLException {
        // What counts is who was told that he succeeded.
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return SkewChecker.check(name(), txns);
    }
}
