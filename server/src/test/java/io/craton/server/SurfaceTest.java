package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.craton.server.BackupTest.Outcome;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the operations guide promises by name, asked of one server and the other programs as they are installed, as an operator would ask: file, environment and flags, folders, HTTP, metrics, log, every command of
 * craton-admin, backup, restore, and the stop. What a cluster needs is in {@link OperatedClusterTest}; what each of them means is tested elsewhere.
 */
class SurfaceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METRICS = List.of("craton_log_entries_total", "craton_log_bytes_total", "craton_consensus_commits_total", "craton_consensus_view", "craton_consensus_leader",
            "craton_consensus_duration_seconds", "craton_projection_applied_position", "craton_query_duration_seconds", "craton_write_duration_seconds", "craton_active_tenants",
            "vdb_requests_total{method=", "vdb_request_duration_seconds", "vdb_requests_in_flight", "vdb_connections_total", "vdb_connections_active", "vdb_errors_total{type=", "vdb_rate_limited_total",
            "vdb_storage_bytes_written_total", "vdb_storage_records_total", "vdb_storage_checkpoints_total", "vdb_auth_attempts_total{method=");
    private static final String FILE = """
            [server]
            bind_address = "127.0.0.1:1"
            cluster_address = "127.0.0.1:7001"
            node_id = 9
            cluster_name = "production"
            [storage]
            data_dir = "/nowhere/at/all"
            segment_size = "64MB"
            sync_mode = "fsync"
            [consensus]
            heartbeat_interval = "100ms"
            election_timeout_min = "150ms"
            election_timeout_max = "300ms"
            max_entries_per_rpc = 100
            [projections]
            cache_size = "1GB"
            checkpoint_interval = 10000
            [encryption]
            enabled = false
            kms_provider = "aws-kms"
            kms_key_id = "arn:aws:kms:us-east-1:123456789:key/abc123"
            [limits]
            max_tenants = 1000
            max_streams_per_tenant = 100
            max_record_size = "1MB"
            max_batch_size = "10MB"
            [telemetry]
            metrics_address = "127.0.0.1:%d"
            tracing_enabled = false
            tracing_endpoint = "http://jaeger:14268/api/traces"
            """;

    private static final Pattern TRY = Pattern.compile("try: psql -h \\S+ -p (\\d+)");

    @TempDir Path parent;
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private Installation installed;
    private final ByteArrayOutputStream traced = new ByteArrayOutputStream();

    /** What takes spans, as a collector does. */
    private HttpServer collector() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            synchronized (traced) {
                traced.writeBytes(body);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private Process start(int metrics, int traces) throws Exception {
        Path file = Files.writeString(parent.resolve("config.toml"), String.format(FILE, metrics));
        ProcessBuilder builder = installed.program("craton-server", "--config", file.toString(), "--data-dir", parent.resolve("data").toString(), "--bind", "127.0.0.1:0", "--log-level", "info");
        builder.environment().putAll(Map.of("CRATON_NODE_ID", "1", "CRATON_BIND_ADDRESS", "127.0.0.1:2", "CRATON_LOG_LEVEL", "error", "CRATON_PASSWORD", "first", "CRATON_SEGMENT_SIZE", "1MB",
                "CRATON_TRACING_ENABLED", "true", "CRATON_TRACING_ENDPOINT", "http://127.0.0.1:" + traces, "CRATON_TRACING_SAMPLE_PERCENT", "100"));
        Process process = builder.redirectErrorStream(true).start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        while (port == 0) {
            String line = lines.readLine();
            if (line == null) break;
            log.add(line);
            Matcher matcher = TRY.matcher(line);
            if (matcher.find()) port = Integer.parseInt(matcher.group(1));
        }
        assertThat(port).as(String.join("\n", log)).isPositive();
        Thread.ofVirtual().start(() -> {
            try (lines) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) log.add(line);
            } catch (IOException e) {
                // the process has ended
            }
        });
        return process;
    }

    private String get(int at, String path) throws Exception {
        var answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    private Outcome admin(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--port", Integer.toString(port)));
        return installed.run("craton-admin", all.toArray(String[]::new)).done();
    }

    @Test
    void theServerTellsOfItselfAndChecksAFileWithoutAFolder() throws Exception {
        installed = Installation.in(parent.resolve("installed"));
        for (String each : new String[] {"--help", "-h"}) {
            assertThat(installed.run("craton-server", each).done().out()).contains("--config", "--node-id", "--bind", "--data-dir", "--cluster-peers", "--log-level", "--validate", "--force-recover", "-h, --help", "-V, --version");
        }
        for (String each : new String[] {"craton-server", "craton-admin", "craton-backup", "craton-restore"}) {
            assertThat(installed.run(each, "--version").done().out()).isEqualTo(each + " " + Version.TEXT + "\n");
            assertThat(installed.run(each, "-V").done().out()).isEqualTo(each + " " + Version.TEXT + "\n");
        }
        Path data = parent.resolve("data");
        Path file = Files.writeString(parent.resolve("config.toml"), "[storage]\ndata_dir = \"" + data + "\"\n");
        assertThat(installed.run("craton-server", "--config", file.toString(), "--validate").done().out()).contains(file.toString());
        Files.writeString(file, "[storage]\ndata_dir = \"" + data + "\"\nnonsense = 1\n");
        Outcome wrong = installed.run("craton-server", "--config", file.toString());
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("craton-server: " + file + ":3: unknown key storage.nonsense").hasLineCount(1);
        Outcome refused = installed.run("craton-server", "--data-dir", data.toString(), "--bind", "127.0.0.1:0", "--force-recover");
        assertThat(refused.err()).isEqualTo("craton-server: there is nothing to recover: the log is empty\n");
        assertThat(refused.status()).isEqualTo(1);
    }

    @Test
    void whatTheGuideNamesIsThere() throws Exception {
        installed = Installation.in(parent.resolve("installed"));
        int metrics = FreePorts.next();
        HttpServer collector = collector();
        Process process = start(metrics, collector.getAddress().getPort());
        Path data = parent.resolve("data");
        try {
            try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&password=first")) {
                TestNode.run(connection, "create table records (id int primary key, a text)", "insert into records select g, 'x' from generate_series(1, 100) g",
                        "create table filler as select g, (select string_agg(md5((g * 20 + k)::text), '') from generate_series(1, 20) k) from generate_series(1, 8000) g", "drop table filler");
                assertThat(TestNode.values(connection, "select setting, source from pg_settings where name in ('craton.server.node_id', 'craton.log.level', 'craton.projections.cache_size') order by name"))
                        .containsExactly("info|command line", "1073741824|configuration file", "1|environment variable");
            }
            try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres")) {
                assertThatThrownBy(() -> TestNode.run(connection, "select nonsense")).hasMessageContaining("column \"nonsense\" does not exist");
            }
            folders(data);
            pages(metrics);
            commands();
            backups(data);
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            collector.stop(0);
        }
        synchronized (traced) {
            assertThat(traced.toString(StandardCharsets.ISO_8859_1)).contains("craton.write", "craton.query", "craton.consensus.prepare", "craton.consensus.commit");
        }
        assertThat(process.exitValue()).as("a stop by SIGTERM").isIn(0, 143);
        logs();
        installed.run("craton-admin", "verify", "--data-dir", data.toString()).done();
        installed.run("craton-admin", "log", "verify", "--data-dir", data.toString()).done();
    }

    private static void folders(Path data) {
        for (String each : new String[] {"log/current.segment", "log/00000000.segment", "projections/tenant_001", "meta/state.json", "wal"}) assertThat(data.resolve(each)).exists();
    }

    private void pages(int metrics) throws Exception {
        JsonNode health = JSON.readTree(get(port, "/health"));
        assertThat(health.path("status").asText()).isEqualTo("ok");
        assertThat(health.path("version").asText()).isEqualTo(Version.TEXT);
        assertThat(health.path("uptime_seconds").isNumber()).isTrue();
        JsonNode ready = JSON.readTree(get(port, "/ready"));
        assertThat(ready.path("status").asText()).isIn("ok", "degraded");
        for (String check : new String[] {"disk", "memory", "data_dir"}) {
            assertThat(ready.path("checks").path(check).path("status").asText()).as(check).isIn("ok", "degraded");
            assertThat(ready.path("checks").path(check).path("duration_ms").isNumber()).as(check).isTrue();
        }
        JsonNode status = JSON.readTree(get(port, "/status"));
        assertThat(status.path("node_id").asInt()).isEqualTo(1);
        assertThat(status.path("state").asText()).isEqualTo("leader");
        for (String number : new String[] {"view", "commit_index", "applied_index"}) assertThat(status.path(number).isNumber()).as(number).isTrue();
        assertThat(status.path("cluster").path("peers").isArray()).isTrue();
        for (int at : new int[] {port, metrics}) assertThat(get(at, "/metrics")).contains(METRICS);
    }

    private void commands() throws Exception {
        JsonNode status = JSON.readTree(admin("status").out());
        assertThat(status.path("commit_index").isNumber() && status.path("applied_index").isNumber()).isTrue();
        assertThat(admin("metrics").out()).contains("consensus_duration");
        admin("node", "status");
        admin("cluster", "status");
        admin("cluster", "wait-healthy");
        assertThat(installed.run("craton-admin", "cluster", "ping", "--peers", "127.0.0.1:1").status()).as("nobody is there").isEqualTo(1);
        Path migration = Files.writeString(parent.resolve("001_add_column.sql"), "alter table records add column b int;\n");
        admin("migrate", "--tenant", "1", "--migration-file", migration.toString());
        assertThat(admin("schema", "show", "--tenant", "1").out()).containsIgnoringCase("create table").contains("b integer");
        admin("projection", "status", "--tenant", "1");
        admin("projection", "rebuild", "--tenant", "1", "--projection", "records");
        Path bundle = parent.resolve("craton-diag.tar.gz");
        admin("diagnostics", "export", "--output", bundle.toString());
        assertThat(Files.size(bundle)).isPositive();
        admin("config", "show");
        admin("config", "reload");
        admin("tenant", "list");
    }

    private void backups(Path data) throws Exception {
        installed.run("craton-backup", "stream", "--source", data.resolve("log").toString(), "--destination", parent.resolve("backups").toUri().toString(), "--once").done();
        long position = JSON.readTree(admin("status").out()).path("commit_index").asLong();
        Path snapshot = parent.resolve("craton.tar.gz");
        installed.run("craton-backup", "snapshot", "--data-dir", data.toString(), "--position", Long.toString(position), "--output", snapshot.toString()).done();
        installed.run("craton-restore", "--source", snapshot.toString(), "--data-dir", parent.resolve("restored").toString()).done();
        installed.run("craton-admin", "verify", "--data-dir", parent.resolve("restored").toString()).done();
    }

    private void logs() throws Exception {
        boolean seen = false;
        for (String line : log) {
            if (!line.startsWith("{")) continue;
            JsonNode each = JSON.readTree(line);
            for (String field : new String[] {"timestamp", "level", "target", "message", "fields"}) assertThat(each.has(field)).as(line).isTrue();
            seen = true;
        }
        assertThat(seen).as(String.join("\n", log)).isTrue();
    }
}
