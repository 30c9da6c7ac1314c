package io.craton.bench.load;

import io.craton.bench.server.DatabaseServer;
import io.craton.bench.server.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code craton-migrate} over the tenants whose names are like a pattern, with files that are added one by one. */
final class FleetTool {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Path program;
    private final Path files;

    /** @param files a folder for the migrations; made when it is not there */
    FleetTool(Path program, Path files) throws IOException {
        this.program = program;
        this.files = Files.createDirectories(files);
    }

    void file(String name, String sql) throws IOException {
        Files.writeString(files.resolve(name), sql);
    }

    /** Applies what is pending everywhere; returns the seconds that took. */
    double apply(DatabaseServer server, String match, String... more) throws IOException, InterruptedException {
        long started = System.nanoTime();
        Processes.require(command(server, match, more), LIMIT);
        return (System.nanoTime() - started) / 1e9;
    }

    /** Begins to apply, and is killed after some time. */
    void applyKilled(DatabaseServer server, String match, Duration after) throws IOException, InterruptedException {
        Process process = begin(server, match);
        process.waitFor(after.toMillis(), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
    }

    /** Begins to apply, for a server that will not live to see the end of it. */
    Process begin(DatabaseServer server, String match) throws IOException {
        return new ProcessBuilder(command(server, match)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private List<String> command(DatabaseServer server, String match, String... more) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "apply", "--host", "127.0.0.1", "--port", Integer.toString(server.port()), "--database", "postgres",
                "--user", "postgres", "--match", match, "--parallel", "16", "--dir", files.toString()));
        command.addAll(List.of(more));
        return command;
    }
}
