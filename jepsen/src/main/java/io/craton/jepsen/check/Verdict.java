package io.craton.jepsen.check;

import java.util.ArrayList;
import java.util.List;

/** What a checker found; no problems means that every promise was kept. */
public record Verdict(String checker, List<String> problems) {
    public Verdict {
        problems = List.copyOf(problems);
    }

    public boolean holds() {
        return problems.isEmpty();
    }

    /** Both findings as one. */
    public Verdict and(Verdict other) {
        List<String> all = new ArrayList<>(problems);
        all.addAll(other.problems);
        return new Verdict(checker, all);
    }
}
