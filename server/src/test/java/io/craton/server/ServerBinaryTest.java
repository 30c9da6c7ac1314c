package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** craton-server as a process: configuration file, exit status, signals, its log. */
class ServerBinaryTest {
    @TempDir Path parent;

    private Process launch(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(parent.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CRATON_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static BufferedReader lines(java.io.InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    @Test
    void aWrongFileIsStatusTwoAndALineForEachMistake() throws Exception {
        Path file = Files.writeString(parent.resolve("config.toml"), "[server]\nnode_id = 500\n[nonsense]\n");
        Process process = launch(Map.of(), "--config", file.toString(), "--validate");
        List<String> said = lines(process.getErrorStream()).lines().toList();
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).hasSize(2);
        assertThat(said.getFirst()).isEqualTo("craton-server: " + file + ":2: server.node_id: \"500\" is not valid; allowed: a whole number from 1 to 127");
        assertThat(said.get(1)).startsWith("craton-server: " + file + ":3: unknown section [nonsense]");
    }

    @Test
    void theHangUpSignalReadsTheFileAgain() throws Exception {
        Path file = Files.writeString(parent.resolve("config.toml"), "[log]\nlevel = \"info\"\n[storage]\nsegment_size = \"8MB\"\n");
        Process process = launch(Map.of("CRATON_DATA_DIR", parent.resolve("data").toString()), "--config", file.toString(), "--bind", "127.0.0.1:0");
        try (BufferedReader out = lines(process.getInputStream()); BufferedReader log = lines(process.getErrorStream())) {
            String line = out.readLine();
            assertThat(line).startsWith("craton ").contains("is ready");
            Files.writeString(file, "[log]\nlevel = \"debug\"\n[storage]\nsegment_size = \"16MB\"\n");
            assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor()).isZero();
            List<String> messages = new ArrayList<>();
            while (messages.isEmpty() || !messages.getLast().startsWith("configuration reloaded")) {
                JsonNode event = new ObjectMapper().readTree(log.readLine());
                if (event.path("level").asText().equals("DEBUG")) continue; // of others, as is wanted now
                assertThat(event.path("target").asText()).isEqualTo("craton_server");
                messages.add(event.path("level").asText() + " " + event.path("message").asText());
                if (event.path("message").asText().startsWith("configuration reloaded")) messages.set(messages.size() - 1, event.path("message").asText());
            }
            assertThat(messages).containsExactly("WARN storage.segment_size was 8MB, is now 16MB (line 4): needs a restart",
                    "INFO log.level was info, is now debug (line 2)", "configuration reloaded: 1 changed; certificates and access rules are read again");
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(parent.resolve("data/log/current.segment")).hasSize(8 << 20);
    }

    @Test
    void whatCannotBeUsedAtAReloadIsNamedAndWhatCanIsTaken() throws Exception {
        Path rules = Files.writeString(parent.resolve("hba.conf"), "host all all 127.0.0.0/8 trust\n");
        String text = "[log]\nlevel = \"%s\"\n[security]\nhba_file = \"" + rules + "\"\n";
        Path file = Files.writeString(parent.resolve("config.toml"), text.formatted("info"));
        Process process = launch(Map.of("CRATON_DATA_DIR", parent.resolve("data").toString()), "--config", file.toString(), "--bind", "127.0.0.1:0");
        try (BufferedReader out = lines(process.getInputStream()); BufferedReader log = lines(process.getErrorStream())) {
            assertThat(out.readLine()).startsWith("craton ").contains("is ready");
            Files.writeString(file, text.formatted("debug"));
            Files.writeString(rules, "host all all 127.0.0.0/8 nonsense\n");
            assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start().waitFor()).isZero();
            List<String> messages = new ArrayList<>();
            while (messages.isEmpty() || !messages.getLast().contains("configuration reloaded")) {
                JsonNode event = new ObjectMapper().readTree(log.readLine());
                if (event.path("level").asText().equals("DEBUG")) continue;
                messages.add(event.path("level").asText() + " " + event.path("message").asText());
            }
            assertThat(messages).containsExactly("ERROR security.hba_file cannot be used, what is in force stays: " + rules + ": line 1: invalid authentication method \"nonsense\"",
                    "INFO log.level was info, is now debug (line 2)", "WARN configuration reloaded in part: 1 changed; what could not be used stays as it was");
        } finally {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aNewNodeThatCannotListenLeavesNoFolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Path data = parent.resolve("data");
            Path metrics = Files.writeString(parent.resolve("metrics.toml"), "[telemetry]\nmetrics_address = \"" + address + "\"\n");
            List<List<String>> starts = List.of(List.of("--bind", address),
                    List.of("--bind", "127.0.0.1:0", "--cluster-address", address, "--cluster-peers", "127.0.0.1:1", "--node-id", "1"),
                    List.of("--bind", "127.0.0.1:0", "--config", metrics.toString()));
            for (List<String> start : starts) {
                List<String> arguments = new ArrayList<>(List.of("--data-dir", data.toString()));
                arguments.addAll(start);
                Process process = launch(Map.of(), arguments.toArray(String[]::new));
                List<String> said = lines(process.getErrorStream()).lines().toList();
                assertThat(process.waitFor()).isEqualTo(1);
                assertThat(said).singleElement().asString().startsWith("craton-server: cannot listen on " + address + ": Address already in use; choose another ");
                assertThat(data).doesNotExist();
            }
        }
    }
}
