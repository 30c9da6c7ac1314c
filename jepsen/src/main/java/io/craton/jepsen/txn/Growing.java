package io.craton.jepsen.txn;

import io.craton.jepsen.check.MonotonicChecker;
import io.craton.jepsen.check.SessionChecker;
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

    private final String name;
    private final ReadMode mode;
    private final ReadMode promise;
    private final String table;

    /** Sessions read as the mode says, and are judged by what it promises. */
    Growing(String name, ReadMode mode) {
        this(name, mode, mode);
    }

    /** @param promise the mode by whose promise they are judged */
    Growing(String name, ReadMode mode, ReadMode promise) {
        this.promise = promise;
        this.name = name;
        this.mode = mode;
        table = "jepsen_" + name.replace('-', '_');
    }

    @Override
    public boolean sessionsCount() {
        return mode == ReadMode.STALE;
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
        Sql.execute(connection, "CREATE TABLE " + table + " (id bigint PRIMARY KEY, value bigint NOT NULL)");
        for (long id = 0; id < NUMBERS; id++) Sql.change(connection, "INSERT INTO " + table + " VALUES (?, 0)", id);
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        long id = random.nextInt(NUMBERS);
        if (random.nextInt(mode.writesOneIn()) > 0) {
            read(client, id);
            return;
        }
        client.statement((connection, mops) -> {
            List<Long> value = Sql.numbers(connection, "UPDATE " + table + " SET value = value + 1 WHERE id = ? RETURNING value", id);
            if (value.size() != 1) throw new SQLException("number " + id + " has " + value.size() + " rows");
            mops.add(new Mop.Put(id, value.getFirst()));
        });
    }

    private void read(Client client, long id) throws SQLException {
        client.statement((connection, mops) -> mops.add(new Mop.Get(id, Sql.numbers(connection, "SELECT value FROM " + table + " WHERE id = ?", id))));
    }

    @Override
    public void readAll(Client client) throws SQLException {
        for (long id = 0; id < NUMBERS; id++) read(client, id);
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return promise == ReadMode.STALE ? SessionChecker.check(name, txns, ReadMode.STALE_MILLIS * 1_000_000) : MonotonicChecker.check(name, txns);
    }
}
