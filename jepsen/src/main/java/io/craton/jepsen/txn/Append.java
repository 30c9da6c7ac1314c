package io.craton.jepsen.txn;

import io.craton.jepsen.check.AppendChecker;
import io.craton.jepsen.check.Isolation;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Transactions of one to four appends and reads over a few lists, found by primary key or by a secondary index. Full lists give way to new ones. */
public final class Append implements Load {
    private static final int KEYS = 6;
    private static final int ELEMENTS = 60;

    private final String name;
    private final Isolation level;
    private final String table;
    private final AtomicLong next = new AtomicLong();

    Append(String name, Isolation level) {
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
        Sql.execute(connection, "CREATE TABLE " + table + " (key bigint PRIMARY KEY, alias bigint NOT NULL, elements text NOT NULL)",
                "CREATE INDEX ON " + table + " (alias)");
    }

    @Override
    public void connected(Client client) throws SQLException {
        client.level(level);
    }

    @Override
    public void step(Client client, Random random) throws SQLException {
        client.transaction((connection, mops) -> {
            long base = next.get() / (KEYS * ELEMENTS) * KEYS;
            for (int m = random.nextInt(4); m >= 0; m--) {
                long key = base + random.nextInt(KEYS);
                if (random.nextBoolean()) read(connection, mops, key, random.nextBoolean() ? "key" : "alias");
                else append(connection, mops, key, random.nextInt(3) == 0);
            }
        });
    }

    private void append(Connection connection, List<Mop> mops, long key, boolean byIndex) throws SQLException {
        long element = next.incrementAndGet();
        mops.add(new Mop.Append(key, element));
        String more = " " + element;
        if (byIndex && Sql.change(connection, "UPDATE " + table + " SET elements = elements || ? WHERE alias = ?", more, key) == 1) return;
        Sql.change(connection, "INSERT INTO " + table + " AS l VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET elements = l.elements || excluded.elements", key, key, more);
    }

    private void read(Connection connection, List<Mop> mops, long key, String column) throws SQLException {
        try (PreparedStatement statement = Sql.prepare(connection, "SELECT elements FROM " + table + " WHERE " + column + " = ?", key);
                ResultSet result = statement.executeQuery()) {
            mops.add(new Mop.ListRead(key, result.next() ? parse(result.getString(1)) : List.of()));
        }
    }

    private static List<Long> parse(String elements) {
        List<Long> list = new ArrayList<>();
        for (String element : elements.strip().split(" ")) list.add(Long.valueOf(element));
        return list;
    }

    @Override
    public void readAll(Client client) throws SQLException {
        client.transaction((connection, mops) -> {
            Map<Long, List<Long>> lists = new HashMap<>();
            try (PreparedStatement statement = Sql.prepare(connection, "SELECT key, elements FROM " + table); ResultSet result = statement.executeQuery()) {
                while (result.next()) lists.put(result.getLong(1), parse(result.getString(2)));
            }
            for (long key = 0; key < (next.get() / (KEYS * ELEMENTS) + 1) * KEYS; key++) mops.add(new Mop.ListRead(key, lists.getOrDefault(key, List.of())));
        });
    }

    @Override
    public Verdict check(List<Txn> txns) {
        return AppendChecker.check(name, txns, level);
    }
}
