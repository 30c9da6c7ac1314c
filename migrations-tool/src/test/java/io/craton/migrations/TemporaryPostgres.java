package io.craton.migrations;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL for one test class, in a temporary folder; without durability, for nobody keeps its data. */
final class TemporaryPostgres implements AutoCloseable {
    private final Path bin;
    private final Path folder;
    private final int port;

    private TemporaryPostgres(Path bin, Path folder, int port) {
        this.bin = bin;
        this.folder = folder;
        this.port = port;
    }

    /** The folder of PostgreSQL's programs, if there is one in the usual places. */
    static Optional<Path> programs() {
        return Stream.of("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin", "/usr/pgsql-15/bin",
                        "/opt/homebrew/opt/postgresql@15/bin", "/usr/local/pgsql/bin", "/usr/bin")
                .map(Path::of).filter(bin -> Files.isExecutable(bin.resolve("initdb"))).findFirst();
    }

    static TemporaryPostgres start(Path bin) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("craton-migrations");
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        TemporaryPostgres server = new TemporaryPostgres(bin, folder, port);
        if (isRoot()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            run(List.of("chown", "postgres", folder.toString()));
        }
        server.program("initdb", "-D", server.data(), "-U", "postgres", "-A", "trust", "-N", "--locale=C", "-E", "UTF8");
        server.program("pg_ctl", "-D", server.data(), "-w", "-l", folder.resolve("log").toString(),
                "-o", "-F -p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=", "start");
        return server;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void program(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        command.add(bin.resolve(name).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("craton-migrations", ".out");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + Files.readString(output, StandardCharsets.UTF_8));
            }
        } finally {
            Files.delete(output);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        program("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
