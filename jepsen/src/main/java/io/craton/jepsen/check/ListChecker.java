package io.craton.jepsen.check;

import io.craton.jepsen.history.Op;
import io.craton.jepsen.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Appends of unique elements to two lists in one transaction. Each element is in both lists or in neither, by {@link Presence};
 * the elements of one client stand in the order in which it appended them; and what a read saw is a prefix of the list, for what
 * was once seen had been committed.
 */
public final class ListChecker {
    private ListChecker() {}

    /** @param ops {@code append [element key1 key2]} and {@code read [key elements...]}; keys differ within an append */
    public static Verdict check(List<Op> ops, Map<Long, List<Long>> lists) {
        Map<List<Long>, Outcome> tried = new HashMap<>();
        Map<Long, Op> byElement = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (Op op : ops) {
            if (op.action().equals("append")) {
                byElement.put(op.value().get(0), op);
                for (int i = 1; i <= 2; i++) tried.put(List.of(op.value().get(i), op.value().get(0)), op.outcome());
            } else if (op.outcome() == Outcome.OK) {
                checkPrefix(op.value(), lists, problems);
            }
        }
        List<List<Long>> found = new ArrayList<>();
        lists.forEach((key, elements) -> elements.forEach(element -> found.add(List.of(key, element))));
        Set<List<Long>> there = new HashSet<>(found);
        byElement.forEach((element, op) -> {
            boolean first = there.contains(List.of(op.value().get(1), element));
            boolean second = there.contains(List.of(op.value().get(2), element));
            if (first != second) problems.add("half applied: " + op.value() + " is only in list " + op.value().get(first ? 1 : 2));
        });
        lists.forEach((key, elements) -> checkOrder(key, elements, byElement, problems));
        return Presence.check("list", tried, found).and(new Verdict("list", problems));
    }

    private static void checkPrefix(List<Long> read, Map<Long, List<Long>> lists, List<String> problems) {
        List<Long> now = lists.getOrDefault(read.getFirst(), List.of());
        List<Long> seen = read.subList(1, read.size());
        if (seen.size() > now.size() || !now.subList(0, seen.size()).equals(seen)) {
            problems.add("a read of list " + read.getFirst() + " saw " + seen.size() + " elements that are no prefix of its " + now.size());
        }
    }

    private static void checkOrder(long key, List<Long> elements, Map<Long, Op> byElement, List<String> problems) {
        Map<Integer, Long> latest = new HashMap<>();
        for (long element : elements) {
            Op op = byElement.get(element);
            if (op == null) continue;
            Long before = latest.put(op.process(), op.invokedNanos());
            if (before != null && before > op.invokedNanos()) problems.add("list " + key + ": element " + element + " stands behind a later one of its client");
        }
    }
}
