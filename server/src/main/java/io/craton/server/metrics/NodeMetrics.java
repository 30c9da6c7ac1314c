package io.craton.server.metrics;

import io.craton.core.metric.Latencies;
import io.craton.replication.cluster.ClusterStatus;
import io.craton.server.http.Health;
import io.craton.storage.engine.StorageFigures;
import io.craton.storage.log.EventLog;
import io.craton.wire.WireObserver.Outcome;
import io.craton.wire.WireObserver.Protocol;
import io.craton.wire.auth.AuthMethod;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All metrics of a node in Prometheus's form. Reads the counts of the node's parts when it is asked, so that nothing is done for it before. */
public final class NodeMetrics implements AutoCloseable {
    /** Content type of {@link #page}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final long HEALTH_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Figures that are costly to ask for are this old at most. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * What is measured.
     *
     * @param health looked at once in some seconds
     * @param logs of all groups
     * @param commits how long commits took, by group; null while there is no group
     * @param sessions open sessions by database
     */
    public record Parts(WireCounts wire, Health health, List<EventLog> logs, Supplier<StorageFigures> storage, Supplier<ClusterStatus> cluster, List<Supplier<@Nullable Latencies>> commits,
            Supplier<Map<String, Integer>> sessions) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Parts parts;
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Recent<StorageFigures> storage;
    private final Recent<ClusterStatus> cluster;

    public NodeMetrics(Parts parts) {
        this.parts = parts;
        storage = new Recent<>(parts.storage(), FRESH_NANOS);
        cluster = new Recent<>(parts.cluster(), FRESH_NANOS);
        wire(parts.wire());
        log(parts.logs());
        consensus();
        storage();
        process();
        Recent<List<Health.Check>> health = new Recent<>(parts.health()::check, HEALTH_NANOS);
        for (String check : Health.NAMES) {
            Gauge.builder("craton.health", health, h -> gravity(h.get(), check)).description("What /ready finds: 0 ok, 1 degraded, 2 unhealthy.").tag("check", check)
                    .strongReference(true).register(registry);
        }
        registry.getPrometheusRegistry().register(new HistogramPages(parts.wire(), parts.logs(), parts.commits()));
        registry.getPrometheusRegistry().register(new PeerPages(cluster::get));
        registry.getPrometheusRegistry().register(new GroupPages(cluster::get));
        registry.getPrometheusRegistry().register(new TenantPages(storage::get, parts.sessions()));
    }

    private static double gravity(List<Health.Check> checks, String name) {
        for (Health.Check check : checks) if (check.name().equals(name)) return check.state().ordinal();
        return Double.NaN;
    }

    /** The page of /metrics. May wait for figures. */
    public String page() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private void wire(WireCounts wire) {
        for (Protocol protocol : Protocol.values()) {
            for (Outcome outcome : Outcome.values()) {
                LongAdder count = wire.requests[protocol.ordinal()][outcome.ordinal()];
                FunctionCounter.builder("vdb.requests", count, LongAdder::sum).description("Total requests by method and status.")
                        .tag("method", lower(protocol)).tag("status", lower(outcome)).register(registry);
            }
        }
        for (AuthMethod method : AuthMethod.values()) {
            for (int accepted = 0; accepted < 2; accepted++) {
                FunctionCounter.builder("vdb.auth.attempts", wire.logins[method.ordinal()][accepted], LongAdder::sum)
                        .description("Logins by method and result.").tag("method", lower(method)).tag("result", accepted == 1 ? "accepted" : "refused").register(registry);
            }
        }
        registry.getPrometheusRegistry().register(new NamedCounts("vdb_http_requests", "HTTP requests by status.", "status", wire.http));
        registry.getPrometheusRegistry().register(new NamedCounts("vdb_errors", "Errors sent to clients, by condition.", "type", wire.errors));
        gauge("vdb.requests.in.flight", "Requests that are being worked on.", wire, w -> Math.max(0, w.requestsBegun.sum() - w.requestsEnded.sum()));
        counter("vdb.connections", "Clients' sessions opened.", wire.connectionsOpened);
        gauge("vdb.connections.active", "Clients' sessions open now.", wire, w -> Math.max(0, w.connectionsOpened.sum() - w.connectionsClosed.sum()));
        counter("vdb.rate.limited", "Connections and statements refused because of a limit.", wire.refusedForLimits);
    }

    private void log(List<EventLog> logs) {
        FunctionCounter.builder("craton.log.entries", logs, all -> all.stream().mapToLong(EventLog::entriesWritten).sum()).description("Log entries written.").register(registry);
        FunctionCounter.builder("craton.log.bytes", logs, all -> all.stream().mapToLong(EventLog::bytesWritten).sum()).description("Bytes of log entries written.").baseUnit("bytes").register(registry);
    }

    private void consensus() {
        FunctionCounter.builder("craton.consensus.commits", cluster, c -> c.get().committed()).description("Entries of the log that are committed.").register(registry);
        gauge("craton.consensus.view", "Raft term.", cluster, c -> c.get().term());
        gauge("craton.consensus.leader", "Node that leads; 0 when none is known.", cluster, c -> c.get().leader());
        gauge("craton.consensus.is.leader", "1 where this node leads.", cluster, c -> c.get().state().equals("leader") ? 1 : 0);
        gauge("craton.consensus.commit.index", "Last committed position.", cluster, c -> c.get().committed());
        gauge("craton.consensus.last.index", "Last position in this node's log.", cluster, c -> c.get().last());
        gauge("craton.consensus.peers.unreachable", "Other nodes that do not answer.", cluster,
                c -> c.get().peers().stream().filter(peer -> peer.state().equals("unreachable")).count());
        gauge("craton.projection.applied.position", "Last position applied to the projections.", cluster, c -> c.get().applied());
        gauge("craton.projection.lag", "Committed entries that are not applied yet.", cluster, c -> Math.max(0, c.get().committed() - c.get().applied()));
    }

    private void storage() {
        FunctionCounter.builder("vdb.storage.bytes.written", storage, s -> s.get().bytes()).description("Bytes written to the projections.").register(registry);
        FunctionCounter.builder("vdb.storage.records", storage, s -> s.get().records()).description("Records written to the projections.").register(registry);
        FunctionCounter.builder("vdb.storage.checkpoints", storage, s -> s.get().checkpoints()).description("Checkpoints of the projections.").register(registry);
        cache("rows", s -> s.rows());
        cache("columns", s -> s.columns());
        Gauge.builder("craton.cache.bytes", storage, s -> s.get().blockCacheBytes()).description("Memory of caches.").tag("cache", "blocks").register(registry);
    }

    private void cache(String name, java.util.function.Function<StorageFigures, StorageFigures.Cache> which) {
        Gauge.builder("craton.cache.bytes", storage, s -> which.apply(s.get()).bytes()).description("Memory of caches.").tag("cache", name).register(registry);
        FunctionCounter.builder("craton.cache.hits", storage, s -> which.apply(s.get()).hits()).description("Found in a cache.").tag("cache", name).register(registry);
        FunctionCounter.builder("craton.cache.misses", storage, s -> which.apply(s.get()).misses()).description("Not found in a cache.").tag("cache", name).register(registry);
    }

    private void process() {
        gauge("craton.active.tenants", "Databases with open sessions.", parts, p -> p.sessions().get().size());
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collections.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }

    private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(description).strongReference(true).register(registry);
    }

    private void counter(String name, String description, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum).description(description).register((MeterRegistry) registry);
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Asks again only when the last answer is old: one page asks for many figures of one look. */
    private static final class Recent<T> {
        private final Supplier<T> source;
        private final long freshNanos;
        private @Nullable T last;
        private long at;

        Recent(Supplier<T> source, long freshNanos) {
            this.source = source;
            this.freshNanos = freshNanos;
        }

        synchronized T get() {
            long now = System.nanoTime();
            T known = last;
            if (known != null && now - at < freshNanos) return known;
            T fresh = source.get();
            last = fresh;
            at = now;
            return fresh;
        }
    }
}
