package io.craton.server.metrics;

import io.craton.replication.cluster.ClusterStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What this node knows of each raft group, under the label {@code group}: its number. */
record GroupPages(Supplier<ClusterStatus> cluster) implements MultiCollector {
    private record Told(String name, String help, ToLongFunction<ClusterStatus.Group> value) {}

    private static final List<Told> ALL = List.of(
            new Told("craton_consensus_group_leader", "Node that leads the group; 0 when none is known.", ClusterStatus.Group::leader),
            new Told("craton_consensus_group_view", "The group's raft term.", ClusterStatus.Group::term),
            new Told("craton_consensus_group_commit_index", "Last committed position of the group.", ClusterStatus.Group::committed),
            new Told("craton_consensus_group_applied_index", "Last position of the group that is applied to the projections.", ClusterStatus.Group::applied));

    @Override
    public MetricSnapshots collect() {
        ClusterStatus status = cluster.get();
        List<ClusterStatus.Group> groups = !status.groups().isEmpty() ? status.groups()
                : List.of(new ClusterStatus.Group(0, status.leader(), status.term(), status.committed(), status.applied(), status.last(), List.of()));
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        for (Told told : ALL) {
            GaugeSnapshot.Builder one = GaugeSnapshot.builder().name(told.name()).help(told.help());
            for (ClusterStatus.Group group : groups) {
                one.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(Labels.of("group", Integer.toString(group.number()))).value(told.value().applyAsLong(group)).build());
            }
            all.metricSnapshot(one.build());
        }
        return all.build();
    }

    @Override
    public List<String> getPrometheusNames() {
        return ALL.stream().map(Told::name).toList();
    }
}
