package io.craton.jepsen.workload;

import io.craton.jepsen.check.BankChecker;
import io.craton.jepsen.check.Presence;
import io.craton.jepsen.check.Verdict;
import io.craton.jepsen.history.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Transfers between a few accounts with a journal entry in the same transaction, and reads of all balances. */
public final class Bank implements Workload {
    private static final int ACCOUNTS = 10;
    private static final long INITIAL = 1000;

    private final AtomicLong next = new AtomicLong();

    @Override
    public String name() {
        return "bank";
    }

    @Override
    public void prepare(Connection connection) throws SQLException {
        Rows.execute(connection, "CREATE TABLE jepsen_account (id bigint PRIMARY KEY, balance bigint NOT NULL)",
                "CREATE TABLE jepsen_journal (id bigint PRIMARY KEY, source bigint NOT NULL, target bigint NOT NULL, amount bigint NOT NULL)",
                "CREATE INDEX jepsen_journal_source ON jepsen_journal (source)");
        for (int i = 0; i < ACCOUNTS; i++) Rows.change(connection, "INSERT INTO jepsen_account VALUES (?, ?)", i, INITIAL);
    }

    @Override
    public void step(Connection connection, Attempt attempt, Random random) throws SQLException {
        if (random.nextInt(4) == 0) {
            attempt.read("read", () -> Rows.numbers(connection, "SELECT balance FROM jepsen_account").stream().map(List::getFirst).toList());
            return;
        }
        long id = next.incrementAndGet();
        long from = random.nextInt(ACCOUNTS);
        long to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        long amount = 1 + random.nextInt(20);
        attempt.transaction(connection, "transfer", List.of(id, from, to, amount), () -> {
            update(connection, Math.min(from, to), from < to ? -amount : amount);
            Rows.change(connection, "INSERT INTO jepsen_journal VALUES (?, ?, ?, ?)", id, from, to, amount);
            update(connection, Math.max(from, to), from < to ? amount : -amount);
        });
    }

    private static void update(Connection connection, long account, long amount) throws SQLException {
        int rows = Rows.change(connection, "UPDATE jepsen_account SET balance = balance + ? WHERE id = ?", amount, account);
        if (rows != 1) throw new SQLException("account " + account + " has " + rows + " rows");
    }

    @Override
    public Verdict check(Connection connection, History history) throws SQLException {
        Map<Long, Long> balances = Rows.map(connection, "SELECT id, balance FROM jepsen_account");
        List<BankChecker.Entry> journal = Rows.numbers(connection, "SELECT id, source, target, amount FROM jepsen_journal").stream()
                .map(row -> new BankChecker.Entry(row.get(0), row.get(1), row.get(2), row.get(3))).toList();
        Verdict verdict = BankChecker.check(history.of(name()), INITIAL, balances, journal);
        Set<Long> there = journal.stream().map(BankChecker.Entry::id).collect(Collectors.toSet());
        history.settle(name(), op -> op.settled(Presence.settled(op.value().getFirst(), there)));
        return verdict.and(indexAgrees(connection, journal));
    }

    /** The index on the journal must know the same rows as the table. */
    private Verdict indexAgrees(Connection connection, List<BankChecker.Entry> journal) throws SQLException {
        for (long account = 0; account < ACCOUNTS; account++) {
            long source = account;
            long expected = journal.stream().filter(entry -> entry.from() == source).count();
            long found = Rows.numbers(connection, "SELECT id FROM jepsen_journal WHERE source = " + source).size();
            if (found != expected) return new Verdict(name(), List.of("the index finds %d entries of account %d, the table %d".formatted(found, source, expected)));
        }
        return new Verdict(name(), List.of());
    }
}
