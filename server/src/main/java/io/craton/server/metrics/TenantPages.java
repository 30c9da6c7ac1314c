package io.craton.server.metrics;

import io.craton.storage.engine.StorageFigures;
import io.craton.storage.engine.StorageFigures.OfTenant;
import io.craton.storage.txn.AccessStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What is told of each tenant, under the label {@code tenant}: its database's name. */
record TenantPages(Supplier<StorageFigures> figures, Supplier<Map<String, Integer>> sessions) implements MultiCollector {
    private record Told(String name, String help, boolean counts, ToDoubleFunction<OfTenant> value) {}

    private static final List<Told> TOLD = List.of(
            new Told("craton_tenant_applied_position", "Last position that changed the tenant's projection.", false, OfTenant::position),
            new Told("craton_tenant_bytes", "Bytes of the tenant's projection, as RocksDB estimates them.", false, OfTenant::bytes),
            new Told("craton_tenant_memtable_bytes", "Bytes of RocksDB's memtables.", false, OfTenant::memtableBytes),
            new Told("craton_tenant_pending_compaction_bytes", "Bytes that wait for a compaction.", false, OfTenant::pendingCompactionBytes),
            new Told("craton_tenant_statement_memory_bytes", "Memory that the statements of the tenant hold together.", false, OfTenant::statementBytes),
            new Told("craton_tenant_commits", "Transactions committed.", true, tenant -> tenant.statistics().commits()),
            new Told("craton_tenant_rollbacks", "Transactions rolled back.", true, tenant -> tenant.statistics().rollbacks()),
            new Told("craton_tenant_deadlocks", "Deadlocks.", true, tenant -> tenant.statistics().deadlocks()),
            new Told("craton_tenant_rows_inserted", "Rows inserted, rolled back ones included.", true, tenant -> sum(tenant, AccessStatistics.Table::inserted)),
            new Told("craton_tenant_rows_updated", "Rows updated, rolled back ones included.", true, tenant -> sum(tenant, AccessStatistics.Table::updated)),
            new Told("craton_tenant_rows_deleted", "Rows deleted, rolled back ones included.", true, tenant -> sum(tenant, AccessStatistics.Table::deleted)));
    private static final String SESSIONS = "craton_tenant_sessions";

    private static double sum(OfTenant tenant, ToDoubleFunction<AccessStatistics.Table> value) {
        double sum = 0;
        for (AccessStatistics.Table table : tenant.statistics().tables()) sum += value.applyAsDouble(table);
        return sum;
    }

    @Override
    public MetricSnapshots collect() {
        List<OfTenant> tenants = figures.get().tenants();
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        for (Told told : TOLD) all.metricSnapshot(snapshot(told, tenants));
        GaugeSnapshot.Builder open = GaugeSnapshot.builder().name(SESSIONS).help("Open sessions.");
        sessions.get().forEach((tenant, count) -> open.dataPoint(gauge(tenant, count)));
        return all.metricSnapshot(open.build()).build();
    }

    private static MetricSnapshot snapshot(Told told, List<OfTenant> tenants) {
        if (told.counts) {
            CounterSnapshot.Builder counter = CounterSnapshot.builder().name(told.name).help(told.help);
            for (OfTenant each : tenants) {
                counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().labels(Labels.of("tenant", each.database())).value(told.value.applyAsDouble(each)).build());
            }
            return counter.build();
        }
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(told.name).help(told.help);
        for (OfTenant each : tenants) gauge.dataPoint(gauge(each.database(), told.value.applyAsDouble(each)));
        return gauge.build();
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot gauge(String tenant, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(Labels.of("tenant", tenant)).value(value).build();
    }

    @Override
    public List<String> getPrometheusNames() {
        return java.util.stream.Stream.concat(TOLD.stream().map(Told::name), java.util.stream.Stream.of(SESSIONS)).toList();
    }
}
