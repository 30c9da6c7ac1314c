package io.craton.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Everything measured so far: per line and server the values of all rounds, and what went wrong. Used by one thread. */
public final class Samples {
    private final Map<Line, Map<String, List<Double>>> values = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    public void add(Line line, String server, double value) {
        values.computeIfAbsent(line, unused -> new LinkedHashMap<>()).computeIfAbsent(server, unused -> new ArrayList<>()).add(value);
    }

    public void fail(String what) {
        failures.add(what);
    }

    public List<Line> lines() {
        return List.copyOf(values.keySet());
    }

    public List<Double> of(Line line, String server) {
        return values.getOrDefault(line, Map.of()).getOrDefault(server, List.of());
    }

    public List<String> failures() {
        return List.copyOf(failures);
    }

    public OptionalDouble median(Line line, String server) {
        return median(of(line, server));
    }

    /** How many times better the second server is: above 1 it wins, whatever the unit. */
    public OptionalDouble ratio(Line line, String baseline, String other) {
        OptionalDouble a = median(line, baseline);
        OptionalDouble b = median(line, other);
        if (a.isEmpty() || b.isEmpty()) return OptionalDouble.empty();
        double ratio = line.better() == Better.HIGHER ? b.getAsDouble() / a.getAsDouble() : a.getAsDouble() / b.getAsDouble();
        return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }

    static OptionalDouble median(List<Double> samples) {
        if (samples.isEmpty()) return OptionalDouble.empty();
        double[] sorted = samples.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    /** Geometric mean of positive values. */
    public static OptionalDouble geometricMean(List<Double> samples) {
        if (samples.isEmpty()) return OptionalDouble.empty();
        return OptionalDouble.of(Math.exp(samples.stream().mapToDouble(Math::log).average().orElseThrow()));
    }
}
