package io.craton.conformance.report;

import io.craton.conformance.compare.Verdict;
import java.util.EnumMap;
import java.util.Map;

/** Counts of verdicts. */
public final class Tally {
    private final Map<Verdict.Kind, Integer> kinds = new EnumMap<>(Verdict.Kind.class);
    private int withRows;
    private int withRowsSame;
    private int exact;
    private int corrections;

    /** @param rows whether the reference answered with rows */
    public void add(Verdict verdict, boolean rows) {
        kinds.merge(verdict.kind(), 1, Integer::sum);
        if (rows && verdict.kind().counts()) {
            withRows++;
            if (verdict.kind() == Verdict.Kind.SAME) withRowsSame++;
        }
        if (verdict.exact()) exact++;
    }

    /** Adds how often the transaction state had to be corrected. */
    public void corrected(int times) {
        corrections += times;
    }

    public void add(Tally other) {
        other.kinds.forEach((kind, count) -> kinds.merge(kind, count, Integer::sum));
        withRows += other.withRows;
        withRowsSame += other.withRowsSame;
        exact += other.exact;
        corrections += other.corrections;
    }

    public int count(Verdict.Kind kind) {
        return kinds.getOrDefault(kind, 0);
    }

    /** Statements that are compared. */
    public int statements() {
        return kinds.entrySet().stream().filter(e -> e.getKey().counts()).mapToInt(Map.Entry::getValue).sum();
    }

    public int same() {
        return count(Verdict.Kind.SAME);
    }

    /** Same to the letter: position, detail, hint and notices too. */
    public int exact() {
        return exact;
    }

    public int withRows() {
        return withRows;
    }

    public int withRowsSame() {
        return withRowsSame;
    }

    public int corrections() {
        return corrections;
    }

    /** Closed connections and statements without an answer in time. */
    public int broken() {
        return count(Verdict.Kind.CLOSED) + count(Verdict.Kind.HUNG);
    }

    /** Share in percent; 100 of nothing. */
    public static double share(int part, int whole) {
        return whole == 0 ? 100 : 100.0 * part / whole;
    }

    public double share() {
        return share(same(), statements());
    }
}
