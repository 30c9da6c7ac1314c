package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.server.config.ConfigKey;
import io.craton.server.config.Configuration;
import io.craton.server.config.DataFolder;
import io.craton.server.config.LiveConfiguration;
import io.craton.server.config.NodeConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every metric of the operations guide, read from a running node, before and after what moves it. */
class MetricsTest {
    /** Names of views, functions and tables in the documents that look like metrics. */
    @TempDir static Path parent;
    private static DataFolder folder;
    private static NodeAssembly node;
    private static final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        var sources = new Configuration.Sources(null, Map.of("CRATON_METRICS_ADDRESS", "127.0.0.1:0", "CRATON_CHECKPOINT_INTERVAL", "5", "CRATON_MAX_CONNECTIONS", "5"),
                Map.of(ConfigKey.BIND_ADDRESS, "127.0.0.1:0", ConfigKey.DATA_DIR, parent.toString()));
        Configuration configuration = sources.read();
        folder = DataFolder.open(parent);
        node = NodeAssembly.start(NodeConfig.of(configuration, false), folder, new LiveConfiguration(sources, configuration), () -> { });
    }

    @AfterAll
    static void stop() {
        client.close();
        node.close();
        folder.close();
    }

    private static Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/" + database + "?user=postgres");
    }

    private static String get(int port, String path, int status) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
        return answer.body();
    }

    /** Samples by name and labels, as they are written. */
    private static Map<String, Double> samples() throws IOException, InterruptedException {
        return samples(get(node.metricsAddress().getPort(), "/metrics", 200));
    }

    private static Map<String, Double> samples(String page) {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : page.lines().filter(each -> !each.startsWith("#")).toList()) {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
        }
        return samples;
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Waits, as some figures are of a moment ago, until the sample fits. */
    private static void await(String sample, Predicate<Double> fits) throws Exception {
        long until = System.nanoTime() + 30_000_000_000L;
        Double value;
        do {
            value = samples().get(sample);
            if (value != null && fits.test(value)) return;
            Thread.sleep(20);
        } while (System.nanoTime() < until);
        throw new AssertionError(sample + " is " + value);
    }

    private static void moves(String sample, Work work) throws Exception {
        double before = samples().getOrDefault(sample, 0.0);
        work.run();
        await(sample, value -> value > before);
    }

    private static void inPostgres(String... statements) throws SQLException {
        try (Connection connection = connect("postgres")) {
            TestNode.run(connection, statements);
        }
    }

    @Test
    void theLogAndTheConsensus() throws Exception {
        inPostgres("create table if not exists t (id serial primary key, v int)");
        Work insert = () -> inPostgres("insert into t (v) values (1)");
        moves("craton_log_entries_total", insert);
        moves("craton_log_bytes_total", insert);
        moves("craton_log_sync_duration_seconds_count", insert);
        moves("craton_consensus_commits_total", insert);
        moves("craton_consensus_duration_seconds_count", insert);
        moves("craton_projection_applied_position", insert);
        moves("vdb_storage_bytes_written_total", insert);
        moves("vdb_storage_records_total", insert);
        await("vdb_storage_checkpoints_total", value -> value > 0);
        moves("craton_tenant_commits_total{tenant=\"postgres\"}", insert);
        moves("craton_tenant_rows_inserted_total{tenant=\"postgres\"}", insert);
        await("craton_consensus_view", value -> value > 0);
        await("craton_consensus_leader", value -> value == 1);
        await("craton_tenant_bytes{tenant=\"postgres\"}", value -> value > 0);
        await("craton_projection_lag", value -> value == 0);
    }

    @Test
    void requests() throws Exception {
        Work read = () -> inPostgres("select 1");
        moves("craton_query_duration_seconds_count", read);
        moves("craton_query_duration_seconds_bucket{le=\"+Inf\"}", read);
        moves("craton_write_duration_seconds_count", () -> inPostgres("create table if not exists w (id int)", "insert into w values (1)"));
        moves("vdb_request_duration_seconds_sum", read);
        moves("vdb_requests_total{method=\"extended\",status=\"ok\"}", () -> {
            try (Connection connection = connect("postgres"); PreparedStatement statement = connection.prepareStatement("select ?::int")) {
                statement.setInt(1, 1);
                statement.execute();
            }
        });
        moves("vdb_requests_total{method=\"simple\",status=\"ok\"}", () -> {
            try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=postgres&preferQueryMode=simple")) {
                TestNode.run(connection, "select 1");
            }
        });
        Work wrong = () -> {
            try (Connection connection = connect("postgres")) {
                TestNode.run(connection, "select * from no_such_table");
            } catch (SQLException expected) {
                // Counted.
            }
        };
        moves("vdb_requests_total{method=\"extended\",status=\"error\"}", wrong);
        moves("vdb_errors_total{type=\"undefined_table\"}", wrong);
        moves("vdb_http_requests_total{status=\"404\"}", () -> get(node.address().getPort(), "/nowhere", 404));
        try (Connection connection = connect("postgres")) {
            double before = samples().get("vdb_requests_in_flight");
            Thread sleeping = Thread.startVirtualThread(() -> {
                try {
                    TestNode.run(connection, "select pg_sleep(30)");
                } catch (SQLException cancelled) {
                    // As meant.
                }
            });
            await("vdb_requests_in_flight", value -> value == before + 1);
            inPostgres("select pg_cancel_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()");
            sleeping.join();
            await("vdb_requests_in_flight", value -> value == before);
        }
    }

    @Test
    void connections() throws Exception {
        moves("vdb_connections_total", () -> connect("postgres").close());
        moves("vdb_auth_attempts_total{method=\"trust\",result=\"accepted\"}", () -> connect("postgres").close());
        await("vdb_connections_active", value -> value == 0);
        await("craton_active_tenants", value -> value == 0);
        try (Connection one = connect("postgres"); Connection two = connect("craton"); Connection three = connect("craton")) {
            await("vdb_connections_active", value -> value == 3);
            await("craton_active_tenants", value -> value == 2);
            await("craton_tenant_sessions{tenant=\"craton\"}", value -> value == 2);
            try (Connection four = connect("postgres"); Connection five = connect("postgres")) {
                moves("vdb_rate_limited_total", () -> {
                    try {
                        connect("postgres").close();
                    } catch (SQLException tooMany) {
                        // Counted.
                    }
                });
            }
        }
        await("vdb_connections_active", value -> value == 0);
    }

    /** Names that documents speak of, without what Prometheus adds. */
    private static java.util.Set<String> named(String document) throws IOException {
        java.util.Set<String> names = new java.util.TreeSet<>();
        var matcher = java.util.regex.Pattern.compile("\\b(?:craton|vdb|jvm|process)_[a-z_]*[a-z]").matcher(
                java.nio.file.Files.readString(Path.of("").toAbsolutePath().getParent().resolve("docs").resolve(document)));
        while (matcher.find()) names.add(matcher.group());
        return names;
    }

    @Test
    void whatDocumentsNameIsThere() throws Exception {
        try (Connection connection = connect("postgres")) {
            TestNode.run(connection, "select no_such_column");
        } catch (SQLException counted) {
            // So that there is an error to tell of.
        }
        System.gc();
        get(node.address().getPort(), "/health", 200);
        String page;
        // What a migration tool keeps in the tenant, the part of the log's lines that names where they come from, and the schema of the directory of regions.
        java.util.Set<String> others = new java.util.HashSet<>(java.util.Set.of("craton_migration_history", "craton_consensus", "craton_directory"));
        try (Connection open = connect("postgres")) {
            try (var rows = open.createStatement().executeQuery(
                    "select relname from pg_class where relname like 'craton%' union select proname from pg_proc where proname like 'craton%'")) {
                while (rows.next()) others.add(rows.getString(1));
            }
            assertThat(open.isValid(5)).isTrue();
            long until = System.nanoTime() + 30_000_000_000L;
            String read;
            do { // collections are told of by a thread of the JVM
                read = get(node.metricsAddress().getPort(), "/metrics", 200);
            } while (!read.contains("\n# TYPE jvm_gc_pause_seconds ") && System.nanoTime() < until);
            page = read;
        }
        for (String document : new String[] {"alerts.yml", "grafana-dashboard.json", "operations.md"}) {
            java.util.List<String> missing = named(document).stream().map(name -> name.replaceAll("_(bucket|sum|count)$", ""))
                    .filter(name -> !others.contains(name) && !name.contains("_peer_") && !page.contains("\n# TYPE " + name + " ")).toList();
            assertThat(missing).as(document).isEmpty();
            assertThat(named(document)).hasSizeGreaterThan(10);
        }
    }

    @Test
    void bothPortsTellTheSameAndTheProcessToo() throws Exception {
        Map<String, Double> main = samples(get(node.address().getPort(), "/metrics", 200));
        assertThat(main.keySet()).containsAll(samples().keySet().stream().filter(name -> name.startsWith("craton_") || name.startsWith("jvm_memory")).toList());
        assertThat(main.keySet()).anyMatch(name -> name.startsWith("jvm_memory_used_bytes")).anyMatch(name -> name.startsWith("jvm_gc_"))
                .anyMatch(name -> name.startsWith("process_cpu_usage")).contains("craton_cache_bytes{cache=\"blocks\"}", "craton_cache_hits_total{cache=\"rows\"}");
        for (String check : new String[] {"data_dir", "connections", "cluster", "projections"}) assertThat(main.get("craton_health{check=\"" + check + "\"}")).isZero();
        get(node.metricsAddress().getPort(), "/status", 404);
        var out = new java.io.StringWriter();
        assertThat(AdminMain.run(new java.io.PrintWriter(out, true), new java.io.PrintWriter(out, true), "metrics", "--port", Integer.toString(node.address().getPort()))).isZero();
        assertThat(samples(out.toString()).keySet()).containsAll(samples().keySet().stream().filter(name -> name.startsWith("craton_consensus_duration")).toList());
        assertThat(get(node.metricsAddress().getPort(), "/health", 200)).contains("\"status\":\"ok\"");
    }
}
