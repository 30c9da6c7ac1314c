package io.craton.jepsen.workload;

import io.craton.jepsen.check.ListChecker;
import io.craton.jepsen.check.Presence;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Appends of one element to two lists in one transaction, and reads. A list holds at most some hundred elements: then clients turn
 * to new keys.
 */
public final class Lists implements Workload {
    private static final int KEYS = 8;
    private static final int ELEMENTS = 200;

    private final AtomicLong next = new AtomicLong();

    @Override
    public String name() {
        return "list";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Rows.execute(connection, "CREATE TABLE jepsen_list (key bigint PRIMARY KEY, elements text NOT NULL)");
    }

    @Override
    public void step(Connection connection, Attempt attempt, Random random) throws SQLException {
        long element = next.incrementAndGet();
        long base = element / (KEYS * ELEMENTS / 2) * KEYS;
        long one = base + random.nextInt(KEYS);
        if (random.nextInt(4) == 0) {
            attempt.read("read", () -> read(connection, one));
            return;
        }
        long other = base + (one - base + 1 + random.nextInt(KEYS - 1)) % KEYS;
        attempt.transaction(connection, "append", List.of(element, one, other), () -> {
            append(connection, Math.min(one, other), element);
            append(connection, Math.max(one, other), element);
        });
    }

    private static void append(Connection connection, long key, long element) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO jepsen_list AS l VALUES (?, ?)"
                + " ON CONFLICT (key) DO UPDATE SET elements = l.elements || ' ' || excluded.elements")) {
            statement.setLong(1, key);
            statement.setString(2, Long.toString(element));
            statement.executeUpdate();
        }
    }

    private static List<Long> read(Connection connection, long key) throws SQLException {
        List<Long> seen = new ArrayList<>(List.of(key));
        try (PreparedStatement statement = connection.prepareStatement("SELECT elements FROM jepsen_list WHERE key = ?")) {
            statement.setLong(1, key);
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) seen.addAll(parse(result.getString(1)));
            }
        }
        return seen;
    }

    private static List<Long> parse(String elements) {
        List<Long> list = new ArrayList<>();
        for (String element : elements.split(" ")) list.add(Long.valueOf(element));
        return list;
    }

    @Override
    public Verdict check(Connection connection, History history) throws SQLException {
        Map<Long, List<Long>> lists = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT key, elements FROM jepsen_list")) {
            while (result.next()) lists.put(result.getLong(1), parse(result.getString(2)));
        }
        Verdict verdict = ListChecker.check(history.of(name()), lists);
        Set<Long> there = new HashSet<>();
        lists.values().forEach(there::addAll);
        history.settle(name(), op -> op.settled(Presence.settled(op.value().getFirst(), there)));
        return verdict;
    }
}
