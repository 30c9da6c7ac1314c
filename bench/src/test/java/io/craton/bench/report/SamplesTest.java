package io.craton.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SamplesTest {
    private static final Line RATE = new Line("insert c8", "tx/s", Better.HIGHER);
    private static final Line TIME = new Line("tpch 0.1 q01", "ms", Better.LOWER);

    @Test
    void medianOfOddAndEvenCounts() {
        assertThat(Samples.median(List.of(9.0, 1.0, 5.0))).hasValue(5);
        assertThat(Samples.median(List.of(4.0, 1.0, 2.0, 9.0))).hasValue(3);
        assertThat(Samples.median(List.of())).isEmpty();
    }

    @Test
    void ratioAboveOneMeansThatTheSubjectWinsInEitherDirection() {
        Samples samples = new Samples();
        samples.add(RATE, "a", 100);
        samples.add(RATE, "b", 250);
        samples.add(TIME, "a", 30);
        samples.add(TIME, "b", 10);
        assertThat(samples.ratio(RATE, "a", "b")).hasValue(2.5);
        assertThat(samples.ratio(TIME, "a", "b")).hasValue(3);
        assertThat(samples.ratio(TIME, "a", "c")).isEmpty();
    }

    @Test
    void geometricMean() {
        assertThat(Samples.geometricMean(List.of(1.0, 10.0, 100.0)).orElseThrow()).isCloseTo(10, within(1e-9));
    }

    @Test
    void reportShowsTargetsAndFailures() {
        Samples samples = new Samples();
        samples.add(RATE, "a", 100);
        samples.add(RATE, "b", 110);
        samples.fail("b: something: broke");
        Report report = new Report(samples, Map.of("machine", "m"), "a", "b");
        assertThat(report.text()).contains("insert c8").contains("1.3 / 2.5 MISSED").contains("FAILED b: something: broke");
        assertThat(report.json()).contains("\"ratio\" : 1.1").contains("\"median\" : 110.0");
    }
}
