package io.craton.server.metrics;

import io.craton.replication.cluster.ClusterStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** What this node knows of each of the others, under the label {@code peer}: its id. Nothing for a node alone. */
record PeerPages(Supplier<ClusterStatus> cluster) implements MultiCollector {
    private static final String LAG = "craton_consensus_peer_lag";
    private static final String SEEN = "craton_consensus_peer_last_seen_seconds";

    @Override
    public MetricSnapshots collect() {
        ClusterStatus status = cluster.get();
        GaugeSnapshot.Builder lag = GaugeSnapshot.builder().name(LAG).help("Entries that the peer had not applied when it answered last, although they had been committed a second before.");
        GaugeSnapshot.Builder seen = GaugeSnapshot.builder().name(SEEN).help("Since the peer's last answer.");
        for (ClusterStatus.Peer peer : status.peers()) {
            Labels labels = Labels.of("peer", Integer.toString(peer.nodeId()));
            if (peer.lastSeen() == null) continue;
            lag.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(peer.behind()).build());
            seen.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(peer.lastSeen().toMillis() / 1e3).build());
        }
        return MetricSnapshots.builder().metricSnapshot(lag.build()).metricSnapshot(seen.build()).build();
    }

    @Override
    public List<String> getPrometheusNames() {
        return List.of(LAG, SEEN);
    }
}
