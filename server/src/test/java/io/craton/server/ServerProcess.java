package io.craton.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own. */
record ServerProcess(Process process, int port) {
    private static final Pattern TRY = Pattern.compile("try: psql -h \\S+ -p (\\d+) .*");

    /** @param heap as for -Xmx */
    static ServerProcess start(Path data, String heap, String... arguments) throws IOException {
        return start(data, heap, Map.of(), arguments);
    }

    static ServerProcess start(Path data, String heap, Map<String, String> environment, String... arguments) throws IOException {
        return startAt(0, data, heap, environment, arguments);
    }

    /** @param port 0 for any */
    static ServerProcess startAt(int port, Path data, String heap, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("--data-dir", data.toString(), "--bind", "127.0.0.1:" + port));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = builder(heap, command);
        builder.environment().keySet().removeIf(name -> name.startsWith("CRATON_"));
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.append(line).append('\n');
            Matcher matcher = TRY.matcher(line);
            if (!matcher.matches()) continue;
            drain(output);
            return new ServerProcess(process, Integer.parseInt(matcher.group(1)));
        }
        throw new IllegalStateException("the server did not start:\n" + seen);
    }

    /** The server's process, with this command line. */
    static ProcessBuilder builder(String heap, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** What it goes on to say must not fill the pipe. */
    private static void drain(BufferedReader output) {
        Thread.ofVirtual().start(() -> {
            try (output) {
                while (output.readLine() != null) continue;
            } catch (IOException e) {
                // The process is gone.
            }
        });
    }

    Connection connect() throws SQLException {
        return connect("postgres");
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres");
    }

    /** As an operator stops it. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
