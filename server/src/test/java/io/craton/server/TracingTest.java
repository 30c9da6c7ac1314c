package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import com.sun.net.httpserver.HttpServer;
import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import io.craton.server.config.StartException;
import io.craton.server.config.TraceEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans arrive at a collector that speaks OTLP over HTTP. */
class TracingTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CLIENT = "b7ad6b7169203331";

    private record Span(String trace, String id, String parent, String name, long begin, long end, String all) {}

    private final List<Span> spans = new CopyOnWriteArrayList<>();

    @TempDir Path parent;

    @Test
    void spansOfTheGuide() throws Exception {
        HttpServer collector = collector();
        try {
            Map<String, String> keys = Map.of("CRATON_TRACING_ENABLED", "true", "CRATON_TRACING_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort(),
                    "CRATON_TRACING_SAMPLE_PERCENT", "0");
            run(keys, statement -> {
                statement.execute("CREATE TABLE t (id int PRIMARY KEY, secret text)");
                statement.execute("/*traceparent='00-" + TRACE + "-" + CLIENT + "-01'*/ INSERT INTO t VALUES (1, 'hidden')");
                statement.execute("/*traceparent='00-" + TRACE + "-" + CLIENT + "-00'*/ SELECT 'not sampled'");
                statement.execute("SET craton.traceparent = '00-" + TRACE + "-" + CLIENT + "-01'");
                try (PreparedStatement prepared = statement.getConnection().prepareStatement("SELECT secret FROM t WHERE id = ?")) {
                    prepared.setInt(1, 1);
                    prepared.execute();
                }
                statement.execute("SET craton.traceparent = 'nonsense'");
                statement.execute("SELECT 'no context'");
            });
        } finally {
            collector.stop(0);
        }
        Span write = only("craton.write");
        Span query = spans.stream().filter(span -> span.name.equals("craton.query") && span.all.contains("SELECT secret FROM t")).findFirst().orElseThrow();
        Span prepare = only("craton.consensus.prepare");
        Span commit = only("craton.consensus.commit");
        assertThat(List.of(write, query)).allSatisfy(span -> assertThat(span.parent).isEqualTo(CLIENT));
        assertThat(List.of(prepare, commit)).allSatisfy(span -> assertThat(span.parent).isEqualTo(write.id));
        assertThat(spans).allSatisfy(span -> assertThat(span.trace).isEqualTo(TRACE)).allSatisfy(span -> assertThat(span.end).isGreaterThanOrEqualTo(span.begin));
        assertThat(write.begin).isLessThanOrEqualTo(prepare.begin);
        assertThat(prepare.end).isEqualTo(commit.begin);
        assertThat(commit.end).isLessThanOrEqualTo(write.end);
        assertThat(write.all).contains("INSERT INTO t VALUES ($1, $2)").doesNotContain("hidden");
        assertThat(spans).noneSatisfy(span -> assertThat(span.all).contains("SELECT $1"));
    }

    @Test
    void nobodyListens() throws Exception {
        run(Map.of("CRATON_TRACING_ENABLED", "true", "CRATON_TRACING_ENDPOINT", "http://127.0.0.1:9", "CRATON_TRACING_SAMPLE_PERCENT", "100"), statement -> statement.execute("SELECT 1"));
    }

    @Test
    void addresses() {
        assertThat(TraceEndpoint.of("http://jaeger:14268/api/traces")).isEqualTo("http://jaeger:4318/v1/traces");
        assertThat(TraceEndpoint.of("http://collector:4318")).isEqualTo("http://collector:4318/v1/traces");
        assertThat(TraceEndpoint.of("https://collector/own/path")).isEqualTo("https://collector/own/path");
        for (String bad : new String[] {"collector:4318", "grpc://x:1", "http://"}) {
            assertThatThrownBy(() -> TraceEndpoint.of(bad)).isInstanceOf(StartException.class).hasMessageContaining("telemetry.tracing_endpoint");
        }
    }

    private interface Work {
        void with(Statement statement) throws Exception;
    }

    private void run(Map<String, String> environment, Work work) throws Exception {
        var sources = new Configuration.Sources(null, environment, Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.resolve("data").toString()));
        Configuration configuration = sources.read();
        try (DataFolder folder = DataFolder.open(parent.resolve("data"));
                NodeAssembly node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
                Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres", "postgres", null);
                Statement statement = connection.createStatement()) {
            work.with(statement);
        }
    }

    private Span only(String name) {
        List<Span> found = spans.stream().filter(span -> span.name.equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private HttpServer collector() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            spans(body, List.of(1, 2, 2));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** Goes down these fields of the message to its spans. */
    private void spans(byte[] message, List<Integer> path) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        Map<Integer, byte[]> bytes = new HashMap<>();
        Map<Integer, Long> numbers = new HashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            switch (WireFormat.getTagWireType(tag)) {
                case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
                    byte[] value = in.readByteArray();
                    bytes.put(field, value);
                    if (!path.isEmpty() && field == path.getFirst()) spans(value, path.subList(1, path.size()));
                }
                case WireFormat.WIRETYPE_FIXED64 -> numbers.put(field, in.readFixed64());
                default -> in.skipField(tag);
            }
        }
        HexFormat hex = HexFormat.of();
        if (path.isEmpty()) {
            spans.add(new Span(hex.formatHex(bytes.get(1)), hex.formatHex(bytes.get(2)), hex.formatHex(bytes.getOrDefault(4, new byte[0])), new String(bytes.get(5), java.nio.charset.StandardCharsets.UTF_8),
                    numbers.getOrDefault(7, 0L), numbers.getOrDefault(8, 0L), new String(message, java.nio.charset.StandardCharsets.ISO_8859_1)));
        }
    }
}
