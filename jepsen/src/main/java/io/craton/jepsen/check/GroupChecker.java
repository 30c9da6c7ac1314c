package io.craton.jepsen.check;

import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Transactions that write one head row and the announced number of rows: all of them are there, or none. */
public final class GroupChecker {
    private GroupChecker() {}

    /**
     * @param ops {@code write [id rows]}
     * @param heads announced number of rows of each head that is there
     * @param rows number of rows that are there by head
     */
    public static Verdict check(List<Op> ops, Map<Long, Long> heads, Map<Long, Long> rows) {
        Map<Long, Outcome> tried = new HashMap<>();
        ops.forEach(op -> tried.put(op.value().getFirst(), op.outcome()));
        List<String> problems = new ArrayList<>();
        heads.forEach((id, announced) -> {
            long there = rows.getOrDefault(id, 0L);
            if (there != announced) problems.add("half applied: transaction %d has %d rows of %d".formatted(id, there, announced));
        });
        rows.keySet().stream().filter(id -> !heads.containsKey(id)).forEach(id -> problems.add("half applied: transaction " + id + " has rows without a head"));
        return Presence.check("group", tried, heads.keySet()).and(new Verdict("group", problems));
    }
}
