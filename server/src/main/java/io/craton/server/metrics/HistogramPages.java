package io.craton.server.metrics;

import io.craton.core.metric.Latencies;
import io.craton.storage.log.EventLog;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The histograms of a node. */
record HistogramPages(WireCounts wire, List<EventLog> logs, List<Supplier<@Nullable Latencies>> commits) implements MultiCollector {
    private static final double SECOND = 1e9;
    private static final List<String> NAMES = List.of("vdb_request_duration_seconds", "craton_query_duration_seconds", "craton_write_duration_seconds",
            "craton_consensus_duration_seconds", "craton_log_sync_duration_seconds");

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder()
                .metricSnapshot(histogram("vdb_request_duration_seconds", "Time of requests.", List.of(wire.requestTimes)))
                .metricSnapshot(histogram("craton_query_duration_seconds", "Time of requests that read.", List.of(wire.readTimes)))
                .metricSnapshot(histogram("craton_write_duration_seconds", "Time of requests that write or commit.", List.of(wire.writeTimes)))
                .metricSnapshot(histogram("craton_log_sync_duration_seconds", "Time of the log's writes to disk.", logs.stream().map(EventLog::syncTimes).toList()));
        List<Latencies> committed = new ArrayList<>();
        for (Supplier<@Nullable Latencies> group : commits) {
            Latencies times = group.get();
            if (times != null) committed.add(times);
        }
        if (!committed.isEmpty()) {
            all.metricSnapshot(histogram("craton_consensus_duration_seconds", "Time from submission of an entry until it is committed and applied.", committed));
        }
        return all.build();
    }

    @Override
    public List<String> getPrometheusNames() {
        return NAMES;
    }

    /** Of all groups together. */
    private static HistogramSnapshot histogram(String name, String help, List<Latencies> times) {
        List<Latencies.Snapshot> now = times.stream().map(Latencies::snapshot).toList();
        var bounds = now.getFirst().boundsNanos();
        double sumNanos = 0;
        long[] counts = new long[bounds.length + 1];
        for (Latencies.Snapshot one : now) {
            sumNanos += one.sumNanos();
            for (int i = 0; i < counts.length; i++) counts[i] += one.counts()[i];
        }
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < bounds.length; i++) buckets.bucket(bounds[i] / SECOND, counts[i]);
        buckets.bucket(Double.POSITIVE_INFINITY, counts[bounds.length]);
        return HistogramSnapshot.builder().name(name).help(help)
                .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder().classicHistogramBuckets(buckets.build()).sum(sumNanos / SECOND).build()).build();
    }
}
