package io.craton.jepsen.check;

import io.craton.jepsen.history.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rule under most checkers. Things were tried, each under its own identity; some of them are there now.
 * Acknowledged: exactly once. Refused: not at all. Unknown: at most once. Never tried: not at all.
 */
public final class Presence {
    private Presence() {}

    public static <T> Verdict check(String checker, Map<T, Outcome> tried, Collection<T> found) {
        List<String> problems = new ArrayList<>();
        Map<T, Integer> counts = new HashMap<>();
        for (T one : found) counts.merge(one, 1, Integer::sum);
        counts.forEach((one, count) -> {
            Outcome outcome = tried.get(one);
            if (outcome == null) problems.add("never written, but there: " + one);
            else if (outcome == Outcome.FAIL) problems.add("refused, but there: " + one);
            if (count > 1) problems.add("there " + count + " times: " + one);
        });
        tried.forEach((one, outcome) -> {
            if (outcome == Outcome.OK && !counts.containsKey(one)) problems.add("acknowledged, but lost: " + one);
        });
        return new Verdict(checker, problems);
    }

    /** Outcome of a thing that was unknown, after everybody's connection is gone and the state was read. */
    public static <T> Outcome settled(T one, Set<T> found) {
        return found.contains(one) ? Outcome.OK : Outcome.FAIL;
    }

    /** The distinct things of a collection. */
    public static <T> Set<T> distinct(Collection<T> found) {
        return new HashSet<>(found);
    }
}
