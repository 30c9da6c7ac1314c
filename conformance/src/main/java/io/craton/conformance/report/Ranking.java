package io.craton.conformance.report;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reasons of failure by the number of statements they cost, what follows from them included. */
public final class Ranking {
    /** What a reason costs: statements that fail for it and statements that fail because those failed; and where. */
    public static final class Cost {
        private final String reason;
        private final Map<String, Integer> files = new TreeMap<>();
        private int own;
        private int followers;

        private Cost(String reason) {
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }

        public int own() {
            return own;
        }

        public int total() {
            return own + followers;
        }

        /** The files it costs most in. */
        public List<String> files(int most) {
            return files.entrySet().stream().sorted(Map.Entry.<String, Integer>comparingByValue().reversed()).limit(most)
                    .map(e -> e.getKey() + " " + e.getValue()).toList();
        }
    }

    private final Map<String, Cost> costs = new HashMap<>();

    /** @param root the first cause that {@code reason} follows from, or the reason itself */
    public void add(String file, String reason, String root) {
        Cost cost = costs.computeIfAbsent(root, Cost::new);
        if (reason.equals(root)) cost.own++;
        else cost.followers++;
        cost.files.merge(file, 1, Integer::sum);
    }

    public List<Cost> top(int most) {
        return costs.values().stream().sorted((a, b) -> a.total() != b.total() ? Integer.compare(b.total(), a.total()) : a.reason().compareTo(b.reason()))
                .limit(most).toList();
    }
}
