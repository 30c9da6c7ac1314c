package io.craton.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The address that telemetry.tracing_endpoint means. */
public final class TraceEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(TraceEndpoint.class);
    private static final String PATH = "/v1/traces";
    private static final int OTLP_HTTP = 4318;
    private static final int OTLP_GRPC = 4317;
    private static final int JAEGER = 14268;

    private TraceEndpoint() {}

    /** An address without a path gets OTLP's; Jaeger's own, which OpenTelemetry gave up, becomes OTLP's on the same machine, which Jaeger serves as well. */
    public static String of(String text) {
        URI address;
        try {
            address = new URI(text);
        } catch (URISyntaxException e) {
            throw refused(text);
        }
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || address.getHost() == null) throw refused(text);
        if (address.getPort() == JAEGER || "/api/traces".equals(address.getPath())) {
            String translated = scheme + "://" + address.getHost() + ":" + OTLP_HTTP + PATH;
            LOG.warn("telemetry.tracing_endpoint {} is Jaeger's old address: traces go to {} (OTLP), which Jaeger serves as well", text, translated);
            return translated;
        }
        if (address.getPort() == OTLP_GRPC) LOG.warn("telemetry.tracing_endpoint {}: port {} is OTLP's for gRPC as a rule; traces are sent over HTTP, port {} as a rule", text, OTLP_GRPC, OTLP_HTTP);
        String path = address.getPath();
        return path == null || path.isEmpty() || path.equals("/") ? scheme + "://" + address.getRawAuthority() + PATH : text;
    }

    private static StartException refused(String text) {
        return new StartException(StartException.USAGE, "telemetry.tracing_endpoint: \"" + text + "\" is not valid; allowed: an address like \"http://collector:4318/v1/traces\"");
    }
}
