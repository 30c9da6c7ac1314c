package io.craton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.craton.replication.raft.RaftTimings;
import io.craton.server.config.Configuration.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files, variables and flags say, and what is said of those that are wrong. */
class ConfigurationTest {
    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("config.toml"), text);
    }

    private Configuration read(String text) throws IOException {
        return new Configuration.Sources(file(text), Map.of(), Map.of()).read();
    }

    /** The problems, without the file's name in front of them. */
    private List<String> problems(String text) throws IOException {
        file(text);
        return problems(Map.of(), Map.of());
    }

    private List<String> problems(Map<String, String> environment, Map<ConfigKey, String> flags) {
        Path file = folder.resolve("config.toml");
        var sources = new Configuration.Sources(Files.exists(file) ? file : null, environment, flags);
        StartException refused = catchThrowableOfType(StartException.class, sources::read);
        assertThat(refused).isNotNull();
        assertThat(refused.exitStatus()).isEqualTo(StartException.USAGE);
        return refused.getMessage().lines().map(line -> line.replace(file + ":", "")).toList();
    }

    @Test
    void whatIsToldCanBeWritten() throws Exception {
        Configuration defaults = new Configuration.Sources(null, Map.of(), Map.of()).read();
        for (ConfigKey key : ConfigKey.values()) {
            Configuration.Value byDefault = defaults.value(key);
            if (byDefault == null) continue;
            assertThat(key.told(byDefault.text()).equals("0") ? "0" : key.type.parse(key.told(byDefault.text()))).as(key.path()).isEqualTo(byDefault.text());
        }
        assertThat(List.of(ConfigKey.SEGMENT_SIZE.told("1572864"), ConfigKey.KMS_TIMEOUT.told("1500"), ConfigKey.KMS_TIMEOUT.told("90000"), ConfigKey.KMS_TIMEOUT.told("120000"), ConfigKey.MAX_RECORD_SIZE.told("0")))
                .containsExactly("1536kB", "1500ms", "90s", "2min", "0");
    }

    @Test
    void theGuidesExampleIsTaken() throws IOException {
        Configuration read = read("""
                [server]
                bind_address = "0.0.0.0:7000"
                cluster_address = "127.0.0.1:7001"
                cluster_peers = ["node2", "node3:7002"]
                node_id = 2
                cluster_name = "production"
                [storage]
                data_dir = "/var/lib/craton"
                segment_size = "32MB"
                sync_mode = "async"
                [consensus]
                heartbeat_interval = "100ms"
                election_timeout_min = "150ms"
                election_timeout_max = "300ms"
                max_entries_per_rpc = 100
                [projections]
                cache_size = "1GB"
                checkpoint_interval = 500
                [limits]
                max_record_size = "1MB"
                max_batch_size = "10MB"
                max_connections = 50
                """);
        NodeConfig node = NodeConfig.of(read, false);
        assertThat(node.dataDir()).isEqualTo(Path.of("/var/lib/craton"));
        assertThat(node.nodeId()).isEqualTo(2);
        assertThat(node.wire().bindAddress()).isEqualTo(new InetSocketAddress("0.0.0.0", 7000));
        assertThat(node.wire().connectionsMax()).isEqualTo(50);
        assertThat(node.log().segmentBytes()).isEqualTo(32 << 20);
        assertThat(node.log().syncMode().name()).isEqualTo("ASYNC");
        assertThat(node.storage().checkpointEntries()).isEqualTo(500);
        assertThat(node.storage().entryBytesMax()).isEqualTo(10 << 20);
        assertThat(node.storage().rowBytesMax()).isEqualTo(1 << 20);
        assertThat(node.storage().blockCacheBytes() + node.storage().rowCacheBytes() + node.storage().columnCacheBytes()).isEqualTo(1 << 30);
        assertThat(node.cluster().peers().toString()).contains("node2").contains("7002");
        assertThat(node.cluster().timings())
                .isEqualTo(new RaftTimings(Duration.ofMillis(150), Duration.ofMillis(300), Duration.ofMillis(100), 100));
        assertThat(read.value(ConfigKey.SEGMENT_SIZE)).isEqualTo(new Configuration.Value(Long.toString(32 << 20), Source.FILE, 9));
    }

    @Test
    void flagsAreStrongerThanTheEnvironmentAndThatThanTheFile() throws IOException {
        Path file = file("[server]\nnode_id = 1\n[log]\nlevel = \"warn\"\n[limits]\nmax_tenants = 4\n");
        Configuration read = new Configuration.Sources(file, Map.of("CRATON_NODE_ID", "2", "CRATON_LOG_LEVEL", "debug", "CRATON_TLS_CA", ""),
                Map.of(ConfigKey.NODE_ID, "3")).read();
        assertThat(read.value(ConfigKey.NODE_ID)).isEqualTo(new Configuration.Value("3", Source.COMMAND_LINE, 0));
        assertThat(read.value(ConfigKey.LOG_LEVEL)).isEqualTo(new Configuration.Value("debug", Source.ENVIRONMENT, 0));
        assertThat(read.value(ConfigKey.MAX_TENANTS)).isEqualTo(new Configuration.Value("4", Source.FILE, 6));
        assertThat(read.value(ConfigKey.SYNC_MODE)).isEqualTo(new Configuration.Value("fsync", Source.DEFAULT, 0));
        assertThat(read.value(ConfigKey.TLS_CA)).isNull();
    }

    @Test
    void everyKeyHasAVariableOfItsOwnAndAnAllowedDefault() throws Exception {
        Set<String> names = new HashSet<>();
        for (ConfigKey key : ConfigKey.values()) {
            assertThat(names.add(key.environment())).as(key.environment()).isTrue();
            if (key.byDefault() != null) assertThat(key.type.parse(key.byDefault())).isNotEmpty();
        }
    }

    @Test
    void theDocumentListsEveryKeyAndTheExampleIsGood() throws IOException {
        Path docs = Path.of("").toAbsolutePath().getParent().resolve("docs");
        List<String> lines = Files.readAllLines(docs.resolve("operations.md"));
        for (ConfigKey key : ConfigKey.values()) {
            String row = lines.stream().filter(line -> line.startsWith("| `" + key.path() + "`")).findFirst().orElse("no row for " + key.path());
            assertThat(row).contains("`" + key.environment() + "`", key.change().name().toLowerCase(Locale.ROOT), key.byDefault() == null ? "" : "`" + key.byDefault() + "`",
                    key.flag() == null ? "" : "`" + key.flag() + "`");
        }
        String section = "";
        Set<String> named = new HashSet<>();
        for (String line : Files.readAllLines(docs.resolve("craton.toml"))) {
            if (line.startsWith("[")) section = line.substring(1, line.indexOf(']'));
            int equals = line.indexOf(" = ");
            if (equals > 0) named.add(section + "." + line.substring(0, equals).replace("# ", ""));
        }
        for (ConfigKey key : ConfigKey.values()) assertThat(named).as("keys of the example").contains(key.path());
        Configuration example = new Configuration.Sources(docs.resolve("craton.toml"), Map.of(), Map.of()).read();
        Configuration bare = new Configuration.Sources(null, Map.of(), Map.of()).read();
        assertThat(NodeConfig.of(example, false).log()).isEqualTo(NodeConfig.of(bare, false).log());
        assertThat(NodeConfig.of(example, false).storage().checkpointEntries()).isEqualTo(NodeConfig.of(bare, false).storage().checkpointEntries());
    }

    @Test
    void whatIsWrongIsNamedWithItsLine() throws IOException {
        assertThat(problems("""
                [server]
                bind_adress = "0.0.0.0:7000"
                bind_address = "0.0.0.0"
                node_id = "1"
                cluster_address = "[::1]:70000"
                [storage]
                data_dir = "relative"
                segment_size = "64XB"
                sync_mode = 5
                [consensus]
                heartbeat_interval = 100
                [limits]
                max_connections = 0
                [settings]
                max_connections = 5
                no_such_setting = 1
                statement_timeout = "5 parsecs"
                [nonsense]
                a = 1
                """)).containsExactly(
                "2: unknown key server.bind_adress; keys of [server] are bind_address, cluster_address, cluster_peers, advertise_address, node_id, cluster_name",
                "3: server.bind_address: \"0.0.0.0\" has no port; allowed: HOST:PORT like \"127.0.0.1:5432\", or :PORT for all addresses",
                "4: server.node_id is a text; allowed, without quotes: a whole number from 1 to 127",
                "5: server.cluster_address: \"[::1]:70000\": the port must be between 1 and 65535",
                "7: storage.data_dir: \"relative\" is not an absolute path",
                "8: storage.segment_size: \"64XB\" is not valid; allowed: a size of 1MB to 1GB like \"64MB\" (units B, kB, MB, GB, TB)",
                "9: storage.sync_mode has a value of the wrong kind; allowed: fsync, async",
                "11: consensus.heartbeat_interval has no unit; allowed: a time of 10ms to 60000ms like \"100ms\" (units ms, s, min, h)",
                "13: limits.max_connections: \"0\" is not valid; allowed: a whole number from 1 to 262143",
                "15: parameter \"max_connections\" cannot be set in the section [settings]",
                "16: unrecognized configuration parameter \"no_such_setting\"",
                "17: invalid value for parameter \"statement_timeout\": \"5 parsecs\"; Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".",
                "18: unknown section [nonsense]; sections are server, region, storage, consensus, projections, security, encryption, limits, audit, telemetry, log, settings");
    }

    @Test
    void whatIsNoTomlIsNamedWithItsLine() throws IOException {
        assertThat(problems("[server]\nnode_id =\n")).hasSize(1).first().asString().startsWith("2: ");
        assertThat(problems("server = 3\n")).containsExactly("1: server is a section; write [server] on a line of its own, and its keys below");
        assertThat(problems("\nsever.node_id = 1\n")).singleElement().asString().startsWith("2: unknown section [sever]");
        assertThat(problems("server.node_id = 128\n")).singleElement().asString().startsWith("1: server.node_id");
        assertThat(problems("[[server]]\nnode_id = 1\n")).singleElement().asString().startsWith("1: server is a section");
        assertThat(problems("[server]\nnode_id = 1\nnode_id = 2\n")).hasSize(1).first().asString().startsWith("3: ");
        Files.delete(folder.resolve("config.toml"));
        var sources = new Configuration.Sources(folder.resolve("config.toml"), Map.of(), Map.of());
        assertThat(catchThrowableOfType(StartException.class, sources::read)).hasMessage(folder.resolve("config.toml") + ": there is no such file");
    }

    @Test
    void providersOfMasterKeysAreNamed() throws IOException {
        assertThat(problems("[encryption]\nkms_provider = \"aws\"\n")).containsExactly(
                "2: encryption.kms_provider: \"aws\" is not valid; allowed: local, aws-kms, gcp-kms, azure-keyvault");
        read("[encryption]\nenabled = false\n[telemetry]\ntracing_enabled = false\n");
    }

    @Test
    void contradictionsAreNamed() throws IOException {
        assertThat(problems("[telemetry]\ntracing_enabled = true\n")).containsExactly("2: telemetry.tracing_enabled needs telemetry.tracing_endpoint");
        assertThat(problems("[consensus]\nelection_timeout_min = \"150ms\"\nelection_timeout_max = \"100ms\"\nheartbeat_interval = \"1s\"\n")).containsExactly(
                "3: consensus.election_timeout_max must be more than consensus.election_timeout_min, which is 150ms",
                "4: consensus.heartbeat_interval must be less than consensus.election_timeout_min, which is 150ms");
        assertThat(problems("[security]\ntls_cert = \"/a\"\n")).containsExactly("2: security.tls_cert needs the other of security.tls_cert and security.tls_key");
        assertThat(problems("[security]\nrequire_client_cert = true\n"))
                .containsExactly("2: security.require_client_cert needs security.tls_cert, security.tls_key and security.tls_ca");
    }

    @Test
    void variablesAndFlagsAreNamedWhenTheyAreWrong() {
        assertThat(problems(Map.of("CRATON_NODE_ID", "128"), Map.of(ConfigKey.BIND_ADDRESS, "localhost:http"))).containsExactlyInAnyOrder(
                "invalid CRATON_NODE_ID: \"128\" is not valid; allowed: a whole number from 1 to 127",
                "invalid --bind: \"localhost:http\": the port is not a number; allowed: HOST:PORT like \"127.0.0.1:5432\", or :PORT for all addresses");
        Configuration read = new Configuration.Sources(null, Map.of("CRATON_BIND_ADRESS", "x", "CRATON_SERVICE_HOST", "10.0.0.1", "CRATON_PORT_5432_TCP", "x"), Map.of()).read();
        assertThat(read.warnings()).containsExactly("the environment variable CRATON_BIND_ADRESS is not known and has no effect");
    }

    @Test
    void secretsStandOnlyInFilesThatOthersCannotRead() throws IOException {
        Path file = file("[security]\ncluster_secret = \"s\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(problems(Map.of(), Map.of())).singleElement().asString().startsWith("2: security.cluster_secret is a secret, but others may read this file");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Configuration read = new Configuration.Sources(file, Map.of(), Map.of()).read();
        assertThat(read.text(ConfigKey.CLUSTER_SECRET)).isEqualTo("s");
        assertThat(new LiveConfiguration(new Configuration.Sources(file, Map.of(), Map.of()), read).settings().given("craton.security.cluster_secret").value())
                .isEqualTo("********");
    }

    @Test
    void aClusterPortThatOthersReachNeedsASecret() throws IOException {
        Configuration read = read("[server]\ncluster_peers = \"node2\"\n");
        assertThat(catchThrowableOfType(StartException.class, () -> NodeConfig.of(read, false)).getMessage()).contains("CRATON_CLUSTER_SECRET");
    }

    @Test
    void heartbeatsComeAtLeastAsOftenAsTold() {
        assertThat(new RaftTimings(Duration.ofMillis(150), Duration.ofMillis(300), Duration.ofMillis(100), 1)).isNotNull();
        assertThat(RaftTimings.of(Duration.ofMillis(300)).heartbeat()).isEqualTo(Duration.ofMillis(30));
    }
}
