package io.craton.bench.report;

import java.util.List;
import java.util.Optional;

/** The figures that Craton is built for: ratio to PostgreSQL, or an absolute bound for Craton, by line name. */
public final class Targets {
    /** @param must the bound: a ratio or a value that must be reached, or a value not to exceed */
    public record Target(String line, Kind kind, double must, double aim) {
        public boolean met(double ratio, double value) {
            return switch (kind) {
                case RATIO -> ratio >= must;
                case AT_LEAST -> value >= must;
                case AT_MOST -> value <= must;
            };
        }
    }

    /** What {@link Target#must} bounds. */
    public enum Kind { RATIO, AT_LEAST, AT_MOST }

    private static final List<Target> ALL = List.of(
            ratio("select-only prepared c8", 1.0, 1.6),
            ratio("select-only simple c8", 1.0, 2.0),
            ratio("simple-update prepared c8", 1.2, 2.0),
            ratio("tpcb-like prepared c8", 1.2, 2.0),
            ratio("tpcb-like simple c8", 1.2, 2.5),
            ratio("insert c1", 1.0, 1.3),
            ratio("insert c8", 1.3, 2.5),
            ratio("insert c64", 2.0, 3.5),
            ratio("copy", 0.7, 1.2),
            ratio("connections c8", 3, 6),
            ratio("tpch 0.1 geometric mean", 1, 3),
            ratio("tpch 1.0 geometric mean", 1, 3),
            ratio("3 nodes: insert c1", 1.0, 1.5),
            ratio("3 nodes: insert c8", 1.0, 2.0),
            ratio("3 nodes: insert c64", 1.0, 2.5),
            ratio("3 nodes: simple-update prepared c8", 1.0, 1.5),
            ratio("backup, restore and start", 1.0, 1.0),
            atMost("bulk update: longest commit beside it", 100),
            atMost("start: second start", 1.5),
            atMost("start: after kill -9", 3),
            atMost("memory: 1000 idle connections", 300),
            atMost("memory: fresh", 400),
            new Target("tenants: creation", Kind.AT_LEAST, 50, 50),
            atMost("tenants: memory of each", 1),
            atMost("tenants: migration of all", 120),
            atMost("tenants: point read, all open against one", 1.25),
            atMost("tenants: commit, all open against one", 1.25),
            atMost("add column: longest statement beside it", 100),
            atMost("index concurrently: longest statement beside it", 100),
            ratio("index concurrently", 1, 1.2),
            atMost("time travel: point read, then against now", 2),
            atMost("time travel: point read by time, against now", 2),
            atMost("time travel: scan of rows, then against now", 3));

    private Targets() {}

    public static Optional<Target> of(String line) {
        return ALL.stream().filter(t -> t.line().equals(line)).findFirst();
    }

    private static Target ratio(String line, double must, double aim) {
        return new Target(line, Kind.RATIO, must, aim);
    }

    private static Target atMost(String line, double must) {
        return new Target(line, Kind.AT_MOST, must, must);
    }
}
