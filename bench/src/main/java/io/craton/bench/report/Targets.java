package io.craton.bench.report;

import java.util.List;
import java.util.Optional;

/** The figures that Craton is built for: ratio to PostgreSQL, or an absolute bound for Craton, by line name. */
public final class Targets {
    /** @param must the bound; a ratio that must be reached, or for absolute lines a value not to exceed */
    public record Target(String line, Kind kind, double must, double aim) {
        public boolean met(double ratio, double value) {
            return kind == Kind.RATIO ? ratio >= must : value <= must;
        }
    }

    /** What {@link Target#must} bounds. */
    public enum Kind { RATIO, ABSOLUTE }

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
            absolute("bulk update: longest commit beside it", 100),
            absolute("start: second start", 1.5),
            absolute("start: after kill -9", 3),
            absolute("memory: 1000 idle connections", 300),
            absolute("memory: fresh", 400));

    private Targets() {}

    public static Optional<Target> of(String line) {
        return ALL.stream().filter(t -> t.line().equals(line)).findFirst();
    }

    private static Target ratio(String line, double must, double aim) {
        return new Target(line, Kind.RATIO, must, aim);
    }

    private static Target absolute(String line, double must) {
        return new Target(line, Kind.ABSOLUTE, must, must);
    }
}
