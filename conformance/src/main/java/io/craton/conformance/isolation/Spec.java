package io.craton.conformance.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One spec: sessions with steps, and the orders in which the steps are to be run. Blocks of SQL are sent as one query string each.
 *
 * @param permutations as written; all that keep each session's order when none is written
 */
public record Spec(List<String> setup, @Nullable String teardown, List<Session> sessions, List<List<Use>> permutations) {
    public record Session(String name, @Nullable String setup, @Nullable String teardown, Map<String, String> steps) {}

    /**
     * A step's place in a permutation.
     *
     * @param waits reported as waiting in any case
     * @param until steps that are reported complete before this one is
     */
    public record Use(String step, boolean waits, List<String> until) {}

    public Spec {
        setup = List.copyOf(setup);
        sessions = List.copyOf(sessions);
        permutations = List.copyOf(permutations.isEmpty() ? interleavings(sessions) : permutations);
    }

    Session owner(String step) {
        for (Session session : sessions) if (session.steps.containsKey(step)) return session;
        throw new IllegalArgumentException("no step " + step);
    }

    private static List<List<Use>> interleavings(List<Session> sessions) {
        List<List<Use>> all = new ArrayList<>();
        interleave(sessions.stream().map(session -> List.copyOf(session.steps.keySet())).toList(), new int[sessions.size()], new ArrayList<>(), all);
        return all;
    }

    private static void interleave(List<List<String>> steps, int[] next, List<Use> prefix, List<List<Use>> all) {
        boolean any = false;
        for (int i = 0; i < next.length; i++) {
            if (next[i] == steps.get(i).size()) continue;
            any = true;
            prefix.add(new Use(steps.get(i).get(next[i]++), false, List.of()));
            interleave(steps, next, prefix, all);
            prefix.removeLast();
            next[i]--;
        }
        if (!any) all.add(List.copyOf(prefix));
    }
}
