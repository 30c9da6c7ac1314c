package io.craton.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.craton.server.NodeAssembly;
import io.craton.server.config.DataFolder;
import io.craton.server.config.NodeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The form of log lines, and the statements that are slow enough for one. */
class LogOutputTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @AfterEach
    void putBack() {
        LogOutput.level("info");
        LogOutput.to(System.err, false);
    }

    private List<JsonNode> lines() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> lines = new java.util.ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) lines.add(json.readTree(line));
        return lines;
    }

    @Test
    void jsonHasTheGuidesForm() throws IOException {
        LogOutput.to(out, true);
        LoggerFactory.getLogger("io.craton.replication.cluster.ClusterNode").atInfo().addKeyValue("node_id", 1).addKeyValue("view", 5L).addKeyValue("text", "a\"b\n")
                .log("Became {}", "leader");
        LoggerFactory.getLogger("org.example.Library").warn("it failed", new IllegalStateException("why"));
        List<JsonNode> lines = lines();
        JsonNode first = lines.getFirst();
        assertThat(first.properties()).extracting(java.util.Map.Entry::getKey).containsExactly("timestamp", "level", "target", "message", "fields");
        assertThat(first.path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(first.path("level").asText()).isEqualTo("INFO");
        assertThat(first.path("target").asText()).isEqualTo("craton_consensus");
        assertThat(first.path("message").asText()).isEqualTo("Became leader");
        assertThat(first.path("fields").toString()).isEqualTo("{\"node_id\":1,\"view\":5,\"text\":\"a\\\"b\\n\",\"logger\":\"ClusterNode\"}");
        assertThat(lines.get(1).path("target").asText()).isEqualTo("org.example.Library");
        assertThat(lines.get(1).path("fields").path("exception").asText()).startsWith("java.lang.IllegalStateException: why");
        assertThat(lines).hasSize(2);
    }

    @Test
    void levelsChangeWhileItRuns() throws IOException {
        LogOutput.to(out, true);
        var log = LoggerFactory.getLogger("io.craton.sql.Something");
        log.debug("one");
        LogOutput.level("debug");
        log.debug("two");
        LogOutput.level("error");
        log.warn("three");
        assertThat(lines()).extracting(line -> line.path("message").asText()).containsExactly("two");
    }

    @Test
    void whatTheJdkAndItsUsersLogIsThereToo() throws IOException {
        LogOutput.to(out, true);
        System.getLogger("org.example.Cache").log(System.Logger.Level.WARNING, "it overflowed");
        JsonNode line = lines().getFirst();
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("target").asText()).isEqualTo("org.example.Cache");
        assertThat(line.path("message").asText()).isEqualTo("it overflowed");
    }

    @Test
    void textIsForPeople() {
        LogOutput.to(out, false);
        LoggerFactory.getLogger("io.craton.sql.Something").atInfo().addKeyValue("pid", 7).log("hello");
        assertThat(out.toString(StandardCharsets.UTF_8)).matches("\\S+Z INFO  Something hello pid=\"7\"\\s+");
    }

    @Test
    void statementsThatTakeLongAreLogged(@TempDir Path data) throws Exception {
        try (DataFolder folder = DataFolder.open(data);
                NodeAssembly node = NodeAssembly.start(NodeConfig.of(folder.root(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), folder, () -> { });
                Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.address().getPort() + "/postgres?user=postgres&ApplicationName=app");
                Statement statement = connection.createStatement()) {
            LogOutput.to(out, true);
            statement.execute("select 'not logged by default'");
            statement.execute("set log_min_duration_statement = '2s'");
            statement.execute("select 'quick'");
            statement.execute("select 'slow' from pg_sleep(2.1)");
            statement.execute("set log_min_duration_statement = 0");
            statement.execute("create role r login password 'hush'");
            try (PreparedStatement prepared = connection.prepareStatement("select 'prepared', ?::int")) {
                prepared.setInt(1, 1);
                prepared.execute();
            }
            statement.execute("set log_min_duration_statement = -1");
        }
        List<JsonNode> slow = lines().stream().filter(line -> line.path("message").asText().startsWith("duration:")).toList();
        assertThat(slow).extracting(line -> line.path("message").asText().replaceAll("[0-9.]+ ms", "N ms")).containsExactly(
                "duration: N ms  statement: select 'slow' from pg_sleep(2.1)", "duration: N ms  statement: set log_min_duration_statement = 0",
                "duration: N ms  statement: create role r login password '********'", "duration: N ms  statement: select 'prepared', $1::int");
        JsonNode fields = slow.getFirst().path("fields");
        assertThat(fields.path("duration_ms").asDouble()).isBetween(2_000.0, 60_000.0);
        assertThat(fields.path("user").asText()).isEqualTo("postgres");
        assertThat(fields.path("database").asText()).isEqualTo("postgres");
        assertThat(fields.path("application_name").asText()).isEqualTo("app");
        assertThat(slow.getFirst().path("target").asText()).isEqualTo("craton_sql");
    }
}
