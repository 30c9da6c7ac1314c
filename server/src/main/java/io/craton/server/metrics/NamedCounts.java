package io.craton.server.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** One counter for each name that has come up so far. */
record NamedCounts(String name, String help, String label, Map<?, LongAdder> counts) implements Collector {
    @Override
    public CounterSnapshot collect() {
        CounterSnapshot.Builder all = CounterSnapshot.builder().name(name).help(help);
        counts.forEach((key, count) -> all.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, key.toString())).value(count.sum()).build()));
        return all.build();
    }

    @Override
    public String getPrometheusName() {
        return name;
    }
}
