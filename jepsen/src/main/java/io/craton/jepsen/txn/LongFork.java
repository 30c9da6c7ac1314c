package io.craton.jepsen.txn;

import io.craton.jepsen.check.Isolation;
import io.craton.jepsen.check.LongForkChecker;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Single inserts of keys that form small groups, and reads of whole groups key by key at REPEATABLE READ. */
public final class LongFork implements Load {
    private static final long GROUP = 4;
    private static final int OPERATIONS_PER_KEY = 8;

    private final String name;
    private final ReadMode mode;
    private final String table;
    private final AtomicLong next = new AtomicLong();

    LongFork(String name, ReadMode mode) {
        this.name = name;
        this.mode = mode;
        table = "jepsen_" + name.replace('-', '_');
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Sql.execute(connection, "CREATE TABLE " + table + " (key bigint PRIMARY KEY)");
    }

    @Override
    public void connected(Client client) throws SQLException {
        client.reads(mode);
        client.level(Isolation.REPEATABLE_READ);
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        long turn = next.getAndIncrement();
        if (turn % OPERATIONS_PER_KEY == 0) {
            client.statement((connection, mops) -> {
                connection.setReadOnly(false);
                mops.add(new Mop.Put(turn / OPERATIONS_PER_KEY, 1));
                Sql.change(connection, "INSERT INTO " + table + " VALUES (?)", turn / OPERATIONS_PER_KEY);
            });
        } else {
            read(client, turn / OPERATIONS_PER_KEY / GROUP, random.nextBoolean());
        }
    }

    private void read(Client client, long group, boolean backwards) throws SQLException {
        client.transaction((connection, mops) -> {
            connection.setReadOnly(true);
            for (long i = 0; i < GROUP; i++) {
                long key = group * GROUP + (backwards ? GROUP - 1 - i : i);
                mops.add(new Mop.Get(key, Sql.numbers(connection, "SELECT 1 FROM " + table + " WHERE key = ?", key)));
            }
        });
    }

    @Override
    public void readAll(Client client) throws SQLException {
        for (long group = 0; group <= next.get() / OPERATIONS_PER_KEY / GROUP; group++) read(client, group, false);
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return LongForkChecker.check(name(), txns, GROUP);
    }
}
