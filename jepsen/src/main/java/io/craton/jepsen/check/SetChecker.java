package io.craton.jepsen.check;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Outcome;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Unique elements that are added, and reads of the whole set. What was acknowledged, or seen by a read that has ended, is in every read that begins later; nothing is
 * there twice, and nothing that was refused or never added.
 */
public final class SetChecker {
    private SetChecker() {}

    /** @param all transactions of one {@link Mop.Append} to a set, or one {@link Mop.ListRead} of it, each */
    public static Verdict check(String name, List<Txn> all) {
        Map<Long, List<Txn>> bySet = new HashMap<>();
        for (Txn txn : all) if (!txn.mops().isEmpty()) bySet.computeIfAbsent(txn.mops().getFirst().key(), key -> new ArrayList<>()).add(txn);
        List<String> problems = new ArrayList<>();
        bySet.values().forEach(set -> checkOne(set, problems));
        return new Verdict(name, problems);
    }

    private static void checkOne(List<Txn> all, List<String> problems) {
        Map<Long, Txn> adders = new HashMap<>();
        /* When each element was first known to be there. */
        Map<Long, Long> known = new HashMap<>();
        List<Txn> reads = new ArrayList<>();
        for (Txn txn : all) {
            if (txn.mops().getFirst() instanceof Mop.Append add) {
                adders.put(add.element(), txn);
                if (txn.acknowledged()) known.merge(add.element(), txn.completedNanos(), Math::min);
            } else if (txn.acknowledged()) {
                reads.add(txn);
            }
        }
        for (Txn read : reads) {
            Set<Long> once = new HashSet<>();
            for (long element : seen(read)) {
                Txn adder = adders.get(element);
                if (!once.add(element)) problems.add("doubled: " + element + " in " + brief(read));
                if (adder == null) problems.add("never added, but there: " + element + " in " + brief(read));
                else if (adder.outcome() == Outcome.FAIL) problems.add("refused, but there: " + adder + " in " + brief(read));
                known.merge(element, read.completedNanos(), Math::min);
            }
        }
        missing(reads, known, adders, problems);
    }

    private static void missing(List<Txn> reads, Map<Long, Long> known, Map<Long, Txn> adders, List<String> problems) {
        List<Map.Entry<Long, Long>> byTime = known.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
        Txn last = reads.stream().max(Comparator.comparingLong(Txn::invokedNanos)).orElse(null);
        if (last == null) return;
        Set<Long> there = new HashSet<>(seen(last));
        Set<Long> lost = new HashSet<>();
        for (Map.Entry<Long, Long> entry : byTime) {
            if (entry.getValue() < last.invokedNanos() && !there.contains(entry.getKey())) {
                lost.add(entry.getKey());
                problems.add("acknowledged, but lost: " + adders.get(entry.getKey()) + ", missing in " + brief(last));
            }
        }
        for (Txn read : reads) {
            Set<Long> now = new HashSet<>(seen(read));
            for (Map.Entry<Long, Long> entry : byTime) {
                if (entry.getValue() >= read.invokedNanos()) break;
                if (now.contains(entry.getKey()) || lost.contains(entry.getKey())) continue;
                problems.add("stale: known since %.3f s, missing in %s: %s".formatted(entry.getValue() / 1e9, brief(read), adders.get(entry.getKey())));
                break;
            }
        }
    }

    private static List<Long> seen(Txn read) {
        return read.mops().getFirst() instanceof Mop.ListRead list ? list.seen() : List.of();
    }

    private static String brief(Txn read) {
        return "the read of %d elements from %.3f to %.3f s by client %d on node %d".formatted(seen(read).size(), read.invokedNanos() / 1e9, read.completedNanos() / 1e9,
                read.process(), read.node());
    }
}
