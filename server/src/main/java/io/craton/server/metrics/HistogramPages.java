package io.craton.server.metrics;

import io.craton.core.metric.Latencies;
import io.craton.storage.log.EventLog;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The histograms of a node. */
record HistogramPages(WireCounts wire, EventLog log, Supplier<@Nullable Latencies> commits) implements MultiCollector {
    private static final double SECOND = 1e9;
    private static final List<String> NAMES = List.of("vdb_request_duration_seconds", "craton_query_duration_seconds", "craton_write_duration_seconds",
            "craton_consensus_duration_seconds", "craton_log_sync_duration_seconds");

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder()
                .metricSnapshot(histogram("vdb_request_duration_seconds", "Time of requests.", wire.requestTimes))
                .metricSnapshot(histogram("craton_query_duration_seconds", "Time of requests that read.", wire.readTimes))
                .metricSnapshot(histogram("craton_write_duration_seconds", "Time of requests that write or commit.", wire.writeTimes))
                .metricSnapshot(histogram("craton_log_sync_duration_seconds", "Time of the log's writes to disk.", log.syncTimes()));
        Latencies committed = commits.get();
        if (committed != null) {
            all.metricSnapshot(histogram("craton_consensus_duration_seconds", "Time from submission of an entry until it is committed and applied.", committed));
        }
        return all.build();
    }

    @Override
    public List<String> getPrometheusNames() {
        return NAMES;
    }

    private static HistogramSnapshot histogram(String name, String help, Latencies times) {
        Latencies.Snapshot now = times.snapshot();
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < now.boundsNanos().length; i++) buckets.bucket(now.boundsNanos()[i] / SECOND, now.counts()[i]);
        buckets.bucket(Double.POSITIVE_INFINITY, now.counts()[now.boundsNanos().length]);
        return HistogramSnapshot.builder().name(name).help(help)
                .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder().classicHistogramBuckets(buckets.build()).sum(now.sumNanos() / SECOND).build()).build();
    }
}
