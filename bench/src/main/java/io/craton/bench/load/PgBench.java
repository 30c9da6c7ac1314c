package io.craton.bench.load;

import io.craton.bench.server.DatabaseServer;
import io.craton.bench.server.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load program, run as a process and read by its output. */
public final class PgBench {
    /** What a run reached. */
    public record Result(double perSecond, double latencyMillis, long failed) {
        private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\((?:without initial connection time|including reconnection times)");
        private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");
        private static final Pattern FAILED = Pattern.compile("number of failed transactions: ([0-9]+)");

        static Result parse(String output) throws IOException {
            Matcher rate = RATE.matcher(output);
            Matcher latency = LATENCY.matcher(output);
            if (!rate.find() || !latency.find()) throw new IOException("pgbench printed no rate:\n" + output);
            Matcher failed = FAILED.matcher(output);
            return new Result(Double.parseDouble(rate.group(1)), Double.parseDouble(latency.group(1)),
                    failed.find() ? Long.parseLong(failed.group(1)) : 0);
        }
    }

    private static final Duration SETUP_LIMIT = Duration.ofMinutes(15);

    private final Path program;

    public PgBench(Path bin) {
        this.program = bin.resolve("pgbench");
    }

    /** Creates and fills pgbench's tables. */
    public void initialise(DatabaseServer server, int scale) throws IOException, InterruptedException {
        Processes.require(command(server, List.of("-i", "-q", "-s", Integer.toString(scale))), SETUP_LIMIT);
    }

    /** Runs for some seconds; any aborted client is a failure. */
    public Result run(DatabaseServer server, int clients, int seconds, List<String> options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-n", "-c", Integer.toString(clients), "-j", clients >= 2 ? "2" : "1",
                "-T", Integer.toString(seconds)));
        arguments.addAll(options);
        Processes.Output output = Processes.run(command(server, arguments), Duration.ofSeconds(seconds + 60L));
        if (output.status() != 0 || output.text().contains("aborted")) {
            String reason = output.text().lines().filter(l -> l.contains("error") || l.contains("ERROR")).findFirst().orElse(output.text());
            throw new IOException("pgbench ended with status " + output.status() + ": " + reason);
        }
        return Result.parse(output.text());
    }

    private List<String> command(DatabaseServer server, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-h", "127.0.0.1", "-p", Integer.toString(server.port()), "-U", "postgres"));
        command.addAll(arguments);
        command.add("postgres");
        return command;
    }
}
