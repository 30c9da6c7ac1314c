package io.craton.jepsen.check;

import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Increments: the value is at least what was acknowledged and at most that plus the unknown ones. */
public final class CounterChecker {
    private CounterChecker() {}

    /** @param ops {@code increment [key]} */
    public static Verdict check(List<Op> ops, Map<Long, Long> counters) {
        Map<Long, Long> least = new HashMap<>();
        Map<Long, Long> most = new HashMap<>();
        for (Op op : ops) {
            if (op.outcome() == Outcome.OK) least.merge(op.value().getFirst(), 1L, Long::sum);
            if (op.outcome() != Outcome.FAIL) most.merge(op.value().getFirst(), 1L, Long::sum);
        }
        List<String> problems = new ArrayList<>();
        counters.forEach((key, value) -> {
            long low = least.getOrDefault(key, 0L);
            long high = most.getOrDefault(key, 0L);
            if (value < low || value > high) problems.add("counter %d is %d, not within %d and %d".formatted(key, value, low, high));
        });
        most.keySet().stream().filter(key -> !counters.containsKey(key)).forEach(key -> problems.add("counter " + key + " is gone"));
        return new Verdict("counter", problems);
    }
}
