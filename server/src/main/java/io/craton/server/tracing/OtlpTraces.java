package io.craton.server.tracing;

import io.craton.core.trace.Traces;
import io.craton.server.Version;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
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

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final double share;

    /**
     * For one node.
     *
     * @param endpoint the collector's address for traces
     * @param share of the requests without a context that are traced, 0 to 1
     */
    public OtlpTraces(String endpoint, double share, int node) {
        this.share = share;
        Resource resource = Resource.getDefault().merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "craton",
                AttributeKey.stringKey("service.version"), Version.TEXT, AttributeKey.stringKey("service.instance.id"), Integer.toString(node))));
        provider = SdkTracerProvider.builder().setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build()).build()).build();
        tracer = provider.get("craton");
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
        Context parent = parent(request.parent());
        io.opentelemetry.api.trace.Span span = tracer.spanBuilder(request.span().name()).setSpanKind(SpanKind.SERVER).setParent(parent)
                .setStartTimestamp(wall + request.span().beginNanos(), TimeUnit.NANOSECONDS).setAttribute(SYSTEM, "craton").setAttribute(DATABASE, request.database())
                .setAttribute(TEXT, request.text()).setAttribute(ROLE, request.role()).setAttribute(PROCESS, (long) request.processId()).startSpan();
        Context within = parent.with(span);
        for (Span inner : request.inner()) {
            tracer.spanBuilder(inner.name()).setParent(within).setStartTimestamp(wall + inner.beginNanos(), TimeUnit.NANOSECONDS).startSpan()
                    .end(wall + inner.endNanos(), TimeUnit.NANOSECONDS);
        }
        span.end(wall + request.span().endNanos(), TimeUnit.NANOSECONDS);
    }

    private static Context parent(@Nullable String text) {
        if (text == null || !PARENT.matcher(text).matches()) return Context.root();
        SpanContext context = SpanContext.createFromRemoteParent(text.substring(3, 35), text.substring(36, 52), TraceFlags.fromHex(text, 53), TraceState.getDefault());
        return Context.root().with(io.opentelemetry.api.trace.Span.wrap(context));
    }

    /** Sends what is left. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSING_SECONDS, TimeUnit.SECONDS);
    }
}
