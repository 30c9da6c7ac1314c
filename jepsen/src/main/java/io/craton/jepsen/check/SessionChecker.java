package io.craton.jepsen.check;

import io.craton.jepsen.history.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A number that only grows, read by sessions that may read stale data: no session sees less than it was told before, its own increments included, and nobody less than
 * what anybody was told more than the bound before he asked. A client is one session here.
 */
public final class SessionChecker {
    private SessionChecker() {}

    public static Verdict check(String name, List<Txn> all, long staleNanos) {
        List<String> problems = new ArrayList<>();
        Map<Long, List<Txn>> byKey = new HashMap<>();
        for (Txn txn : all) {
            if (txn.acknowledged() && !txn.mops().isEmpty()) byKey.computeIfAbsent(txn.mops().getFirst().key(), key -> new ArrayList<>()).add(txn);
        }
        byKey.values().forEach(list -> check(list, staleNanos, problems));
        return new Verdict(name, problems);
    }

    private static void check(List<Txn> list, long staleNanos, List<String> problems) {
        List<Txn> byEnd = list.stream().sorted(Comparator.comparingLong(Txn::completedNanos)).toList();
        Map<Integer, Txn> sessions = new HashMap<>();
        int ended = 0;
        Txn highest = null;
        for (Txn txn : list.stream().sorted(Comparator.comparingLong(Txn::invokedNanos)).toList()) {
            Txn before = sessions.get(txn.process());
            if (before != null && MonotonicChecker.value(txn) < MonotonicChecker.value(before)) problems.add("a session went back from " + before + " to " + txn);
            else sessions.put(txn.process(), txn);
            for (; ended < byEnd.size() && byEnd.get(ended).completedNanos() < txn.invokedNanos() - staleNanos; ended++) {
                if (highest == null || MonotonicChecker.value(byEnd.get(ended)) > MonotonicChecker.value(highest)) highest = byEnd.get(ended);
            }
            if (highest != null && MonotonicChecker.value(txn) < MonotonicChecker.value(highest)) problems.add("too old: " + txn + " after " + highest);
        }
    }
}
