package io.craton.server.tracing;

import io.craton.core.trace.Traces;
import io.craton.server.Version;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Traces over OpenTelemetry's protocol (HTTP, protobuf), in batches of their own thread: a collector that does not answer costs the oldest spans, never a request.
 * A client's context decides whether its requests are traced; without one a share of them is.
 */
public final class OtlpTraces implements Traces, AutoCloseable {
    private static final Pattern PARENT = Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> DATABASE = AttributeKey.stringKey("db.namespace");
    private static final AttributeKey<String> TEXT = AttributeKey.stringKey("db.query.text");
    private static final AttributeKey<String> ROLE = AttributeKey.stringKey("craton.role");
    private static final AttributeKey<Long> PROCESS = AttributeKey.longKey("craton.process_id");
    private static final long CLOSING_SECONDS = 3;

    private final Resource resource;
    private final BatchSpanProcessor batches;
    private final IdGenerator ids = IdGenerator.random();
    private final double share;

    /**
     * For one node.
     *
     * @param endpoint the collector's address for traces
     * @param share of the requests without a context that are traced, 0 to 1
     */
    public OtlpTraces(String endpoint, double share, int node) {
        this.share = share;
        resource = Resource.getDefault().merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "craton",
                AttributeKey.stringKey("service.version"), Version.TEXT, AttributeKey.stringKey("service.instance.id"), Integer.toString(node))));
        batches = BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build()).build();
    }

    @Override
    public boolean on() {
        return true;
    }

    @Override
    public boolean samples(@Nullable String parent) {
        if (parent != null && PARENT.matcher(parent).matches()) return (Integer.parseInt(parent.substring(53), 16) & 1) != 0;
        return share >= 1 || ThreadLocalRandom.current().nextDouble() < share;
    }

    @Override
    public void ended(Request request) {
        long wall = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        SpanContext parent = parent(request.parent());
        String trace = parent.isValid() ? parent.getTraceId() : ids.generateTraceId();
        SpanContext own = context(trace);
        for (Span inner : request.inner()) end(inner, SpanKind.INTERNAL, context(trace), own, wall, Attributes.empty());
        end(request.span(), SpanKind.SERVER, own, parent, wall, Attributes.of(SYSTEM, "craton", DATABASE, request.database(), TEXT, request.text(), ROLE, request.role(),
                PROCESS, (long) request.processId()));
    }

    private SpanContext context(String trace) {
        return SpanContext.create(trace, ids.generateSpanId(), TraceFlags.getSampled(), TraceState.getDefault());
    }

    private void end(Span span, SpanKind kind, SpanContext context, SpanContext parent, long wall, Attributes attributes) {
        batches.onEnd(new EndedSpan(span.name(), kind, context, parent, wall + span.beginNanos(), wall + span.endNanos(), attributes, resource));
    }

    private static SpanContext parent(@Nullable String text) {
        if (text == null || !PARENT.matcher(text).matches()) return SpanContext.getInvalid();
        return SpanContext.createFromRemoteParent(text.substring(3, 35), text.substring(36, 52), TraceFlags.fromHex(text, 53), TraceState.getDefault());
    }

    /** Sends what is left. */
    @Override
    public void close() {
        batches.shutdown().join(CLOSING_SECONDS, TimeUnit.SECONDS);
    }
}
