package io.craton.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.replication.cluster.ClusterStatus;
import io.craton.server.Version;
import io.craton.server.metrics.NodeMetrics;
import io.craton.wire.HttpResponder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /health}, {@code /ready}, {@code /status} and {@code /metrics} in the operations guide's form. Called on virtual threads. */
public final class NodePages implements HttpResponder {

    private final Health health;
    private final Supplier<ClusterStatus> status;
    private final Supplier<String> metrics;
    private final @Nullable String clusterName;
    private final long startNanos = System.nanoTime();

    /** @param clusterName for people; null when there is none */
    public NodePages(Health health, Supplier<ClusterStatus> status, Supplier<String> metrics, @Nullable String clusterName) {
        this.metrics = metrics;
        this.clusterName = clusterName;
        this.health = health;
        this.status = status;
    }

    @Override
    public Response respond(Request request) {
        boolean known = switch (request.path()) {
            case "/health", "/ready", "/status", "/metrics" -> true;
            default -> false;
        };
        if (!known) return NOT_FOUND;
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return new Response(405, "text/plain", "only GET\n".getBytes(StandardCharsets.US_ASCII), Map.of("Allow", "GET, HEAD"));
        }
        return switch (request.path()) {
            case "/health" -> json(200, withAge(new LinkedHashMap<>(Map.of("status", "ok"))));
            case "/ready" -> ready();
            case "/metrics" -> Response.of(200, NodeMetrics.CONTENT_TYPE, metrics.get().getBytes(StandardCharsets.UTF_8));
            default -> json(200, status(status.get(), clusterName));
        };
    }

    private Map<String, Object> withAge(Map<String, Object> page) {
        page.put("version", Version.TEXT);
        page.put("uptime_seconds", Duration.ofNanos(System.nanoTime() - startNanos).toSeconds());
        return page;
    }

    private Response ready() {
        Map<String, Object> checks = new LinkedHashMap<>();
        Health.State worst = Health.State.OK;
        for (Health.Check check : health.check()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("status", check.state().text());
            if (!check.message().isEmpty()) one.put("message", check.message());
            one.put("duration_ms", check.took().toMillis());
            checks.put(check.name(), one);
            if (check.state().compareTo(worst) > 0) worst = check.state();
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("status", worst.text());
        page.put("checks", checks);
        return json(worst == Health.State.UNHEALTHY ? 503 : 200, withAge(page));
    }

    private static Map<String, @Nullable Object> status(ClusterStatus status, @Nullable String clusterName) {
        Map<String, @Nullable Object> page = new LinkedHashMap<>();
        page.put("node_id", status.nodeId());
        page.put("state", status.state());
        page.put("view", status.term());
        page.put("leader", status.leader() == 0 ? null : status.leader());
        page.put("commit_index", status.committed());
        page.put("applied_index", status.applied());
        page.put("log_first_index", status.first());
        page.put("syncing", status.syncing());
        Instant now = Instant.now();
        List<Map<String, Object>> peers = new ArrayList<>();
        for (ClusterStatus.Peer peer : status.peers()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", peer.nodeId());
            one.put("state", peer.state());
            one.put("voter", peer.voter());
            one.put("address", peer.address());
            Duration since = peer.lastSeen();
            one.put("last_seen", since == null ? null : now.minus(since).truncatedTo(ChronoUnit.MILLIS).toString());
            one.put("applied_index", peer.applied());
            one.put("behind", peer.behind());
            if (!peer.progress().isEmpty()) one.put("progress", peer.progress());
            peers.add(one);
        }
        Map<String, @Nullable Object> cluster = new LinkedHashMap<>();
        cluster.put("name", clusterName);
        cluster.put("id", status.cluster().isEmpty() ? null : status.cluster());
        List<String> lacks = status.lacks();
        cluster.put("healthy", lacks.isEmpty());
        cluster.put("waiting_for", lacks);
        cluster.put("peers", peers);
        page.put("cluster", cluster);
        if (!status.groups().isEmpty()) page.put("groups", status.groups().stream().map(NodePages::group).toList());
        return page;
    }

    private static Map<String, @Nullable Object> group(ClusterStatus.Group group) {
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put("group", group.number());
        one.put("leader", group.leader() == 0 ? null : group.leader());
        one.put("view", group.term());
        one.put("commit_index", group.committed());
        one.put("applied_index", group.applied());
        one.put("last_index", group.last());
        one.put("voters", group.voters());
        return one;
    }

    private static Response json(int code, Map<String, ? extends @Nullable Object> page) {
        try {
            return Response.of(code, "application/json", Json.MAPPER.writeValueAsBytes(page));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Made for the first page: it takes longer than all else that a start does for them. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}
