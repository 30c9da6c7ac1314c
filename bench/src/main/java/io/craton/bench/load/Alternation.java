package io.craton.bench.load;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Latencies that are compared with each other: one statement for a moment, then the next one, round and round, so that what slows the machine down slows all of them down.
 * The first turns count for nothing.
 */
final class Alternation {
    /** One call, by its number. */
    interface Call {
        void run(long number) throws SQLException;
    }

    private static final int TURNS = 12;
    private static final int WARM_UPS = 3;

    private Alternation() {}

    /** Median latency of each, in microseconds. */
    static double[] micros(Duration turn, List<Call> calls) throws SQLException {
        List<List<Double>> all = new ArrayList<>();
        for (Call _ : calls) all.add(new ArrayList<>());
        long number = 0;
        for (int at = -WARM_UPS; at < TURNS; at++) {
            for (int i = 0; i < calls.size(); i++) {
                long begun = System.nanoTime();
                long before = begun;
                do {
                    calls.get(i).run(number++);
                    long after = System.nanoTime();
                    if (at >= 0) all.get(i).add((after - before) / 1e3);
                    before = after;
                } while (before - begun < turn.toNanos());
            }
        }
        double[] medians = new double[calls.size()];
        for (int i = 0; i < medians.length; i++) {
            List<Double> samples = all.get(i);
            Collections.sort(samples);
            medians[i] = samples.get(samples.size() / 2);
        }
        return medians;
    }
}
