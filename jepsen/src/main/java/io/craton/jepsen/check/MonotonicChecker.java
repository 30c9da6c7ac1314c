package io.craton.jepsen.check;

import io.craton.jepsen.history.Mop;
import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A number that only grows, by increments that return it ({@link Mop.Put}) and reads ({@link Mop.Get}), on whatever node. Nobody sees less than what anybody was told
 * before he asked, an increment always more; no two increments return the same.
 */
public final class MonotonicChecker {
    private MonotonicChecker() {}

    public static Verdict check(String name, List<Txn> all) {
        List<String> problems = new ArrayList<>();
        Map<Long, List<Txn>> byKey = new HashMap<>();
        for (Txn txn : all) {
            if (txn.acknowledged() && !txn.mops().isEmpty()) byKey.computeIfAbsent(txn.mops().getFirst().key(), key -> new ArrayList<>()).add(txn);
        }
        byKey.values().forEach(list -> check(list, problems));
        return new Verdict(name, problems);
    }

    private static void check(List<Txn> list, List<String> problems) {
        List<Txn> byEnd = list.stream().sorted(Comparator.comparingLong(Txn::completedNanos)).toList();
        List<Txn> byBegin = list.stream().sorted(Comparator.comparingLong(Txn::invokedNanos)).toList();
        Map<Long, Txn> increments = new HashMap<>();
        int ended = 0;
        Txn highest = null;
        for (Txn txn : byBegin) {
            for (; ended < byEnd.size() && byEnd.get(ended).completedNanos() < txn.invokedNanos(); ended++) {
                if (highest == null || value(byEnd.get(ended)) > value(highest)) highest = byEnd.get(ended);
            }
            boolean increment = txn.mops().getFirst() instanceof Mop.Put;
            if (highest != null && (increment ? value(txn) <= value(highest) : value(txn) < value(highest))) problems.add("went back from " + highest + " to " + txn);
            Txn same = increment ? increments.put(value(txn), txn) : null;
            if (same != null) problems.add("returned twice: " + same + " and " + txn);
        }
    }

    /** The number that an operation is about. */
    static long value(Txn txn) {
        return switch (txn.mops().getFirst()) {
            case Mop.Put put -> put.value();
            case Mop.Get get -> get.seen().isEmpty() ? 0 : get.seen().getFirst();
            case Mop.Append a -> a.element();
            case Mop.ListRead r -> r.seen().size();
            case Mop.Swap s -> s.value();
        };
    }
}
