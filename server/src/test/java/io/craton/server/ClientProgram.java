package io.craton.server;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** PostgreSQL's own client programs, run against a server. */
final class ClientProgram {
    /** @param output standard output and error together */
    record Result(int status, String output) {}

    private final String address;
    private final int port;
    private final Path folder;

    ClientProgram(String address, int port, Path folder) {
        this.address = address;
        this.port = port;
        this.folder = folder;
    }

    /** Where the program is; null when this machine does not have it. */
    static Path find(String program) {
        Stream<String> path = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return Stream.concat(Stream.of("/usr/lib/postgresql/15/bin"), path).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).findFirst().orElse(null);
    }

    /** Runs the program with the server's address before the arguments. */
    Result run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(find(program).toString(), "-h", address, "-p", Integer.toString(port), "-U", "postgres"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, program, ".out");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("PGTZ", "UTC");
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) throw new IOException(program + " takes too long");
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** The program's output; it must succeed. */
    String ok(String program, String... arguments) throws IOException, InterruptedException {
        Result result = run(program, arguments);
        if (result.status() != 0) throw new AssertionError(program + " " + List.of(arguments) + ": " + result.output());
        return result.output();
    }

    /** What a dump says of the database, without what differs from run to run. */
    static String dumped(String dump) {
        return dump.lines().filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict") && !line.startsWith("-- Dumped "))
                .map(line -> line + "\n").collect(java.util.stream.Collectors.joining());
    }
}
