package io.craton.jepsen.check;

import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Transfers between accounts, each with its entry in a journal in the same transaction: entries obey {@link Presence}, balances are
 * exactly what the journal says (nothing half applied), and every read of all balances had the full sum.
 */
public final class BankChecker {
    /** One entry of the journal. */
    public record Entry(long id, long from, long to, long amount) {}

    private BankChecker() {}

    /**
     * @param ops {@code transfer [id from to amount]} and {@code read [balances...]}
     * @param initial balance of every account at the start
     */
    public static Verdict check(List<Op> ops, long initial, Map<Long, Long> balances, List<Entry> journal) {
        Map<Long, Outcome> tried = new HashMap<>();
        Map<Long, List<Long>> values = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (Op op : ops) {
            if (op.action().equals("transfer")) {
                tried.put(op.value().getFirst(), op.outcome());
                values.put(op.value().getFirst(), op.value());
            } else if (op.outcome() == Outcome.OK) {
                long sum = op.value().stream().mapToLong(Long::longValue).sum();
                if (sum != initial * balances.size()) problems.add("a read saw a sum of " + sum + ", not " + initial * balances.size());
            }
        }
        Map<Long, Long> expected = new TreeMap<>();
        balances.keySet().forEach(account -> expected.put(account, initial));
        for (Entry entry : journal) {
            expected.merge(entry.from(), -entry.amount(), Long::sum);
            expected.merge(entry.to(), entry.amount(), Long::sum);
            List<Long> sent = values.get(entry.id());
            if (sent != null && !sent.equals(List.of(entry.id(), entry.from(), entry.to(), entry.amount()))) {
                problems.add("entry " + entry + " was sent as " + sent);
            }
        }
        expected.forEach((account, balance) -> {
            Long actual = balances.get(account);
            if (!balance.equals(actual)) problems.add("account " + account + " holds " + actual + ", its journal says " + balance);
        });
        return Presence.check("bank", tried, journal.stream().map(Entry::id).toList()).and(new Verdict("bank", problems));
    }
}
