package io.craton.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of our own in a temporary folder with its default configuration: fsync and full_page_writes are on. Runs as the
 * system user {@code postgres} when we are root, which PostgreSQL refuses to be.
 */
public final class PostgresServer implements DatabaseServer {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path bin;
    private final Path folder;
    private final int port;
    private final List<String> settings = new ArrayList<>();
    private int connections;
    private @Nullable Process process;

    private PostgresServer(Path bin, Path folder, int port) {
        this.bin = bin;
        this.folder = folder;
        this.port = port;
    }

    /** Makes a new cluster under {@code work}. */
    public static PostgresServer create(Path bin, Path work) throws IOException, InterruptedException {
        PostgresServer server = owned(bin, work, "postgres");
        Processes.require(asPostgres(bin.resolve("initdb").toString(), "-D", server.folder.resolve("data").toString(), "-U", "postgres",
                "-A", "trust", "--locale=C.UTF-8", "--encoding=UTF8"), LIMIT);
        return server;
    }

    /** Makes a standby of a running primary, which streams from it once it is started. */
    static PostgresServer standby(PostgresServer primary, Path work, String name) throws IOException, InterruptedException {
        PostgresServer server = owned(primary.bin, work, name);
        Processes.require(asPostgres(primary.bin.resolve("pg_basebackup").toString(), "-h", "127.0.0.1", "-p", Integer.toString(primary.port), "-U", "postgres",
                "-D", server.folder.resolve("data").toString(), "-R", "-c", "fast"), LIMIT);
        return server;
    }

    /** What pg_basebackup makes can be started as it is. */
    @Override
    public Restored restored(Path work) throws IOException, InterruptedException {
        PostgresServer server = owned(bin, work, "postgres");
        long began = System.nanoTime();
        Processes.require(asPostgres(bin.resolve("pg_basebackup").toString(), "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "postgres",
                "-D", server.folder.resolve("data").toString(), "-c", "fast"), LIMIT);
        return new Restored(server, Duration.ofNanos(System.nanoTime() - began), Duration.ZERO);
    }

    private static PostgresServer owned(Path bin, Path work, String name) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve(name));
        if (isRoot()) {
            for (Path parent = folder; parent != null && !parent.equals(work.getParent()); parent = parent.getParent()) {
                Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Processes.require(List.of("chown", "-R", "postgres", folder.toString()), LIMIT);
        }
        return new PostgresServer(bin, folder, Processes.freePort());
    }

    /** The folder that holds PostgreSQL's programs: the newest of the usual places, version 15 first. */
    public static Optional<Path> findBin() {
        Stream<Path> usual = Stream.of("/usr/lib/postgresql/15/bin", "/usr/pgsql-15/bin", "/opt/homebrew/opt/postgresql@15/bin",
                "/usr/local/opt/postgresql@15/bin", "/usr/local/pgsql/bin").map(Path::of);
        Stream<Path> path = Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).filter(s -> !s.isEmpty()).map(Path::of);
        return Stream.concat(usual, path).filter(p -> Files.isExecutable(p.resolve("initdb")) && Files.isExecutable(p.resolve("pgbench")))
                .findFirst();
    }

    /** A setting other than the default, from the next start on. */
    public void set(String name, String value) {
        settings.addAll(List.of("-c", name + "=" + value));
    }

    @Override
    public PostgresServer another() throws IOException, InterruptedException {
        return create(bin, folder.resolveSibling("another"));
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void allowConnections(int connections) {
        this.connections = connections;
    }

    @Override
    public Duration start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(asPostgres(bin.resolve("postgres").toString(), "-D", folder.resolve("data").toString(),
                "-c", "listen_addresses=127.0.0.1", "-c", "port=" + port, "-c", "unix_socket_directories=" + folder));
        if (connections > 0) command.addAll(List.of("-c", "max_connections=" + (connections + 10)));
        command.addAll(settings);
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        long started = System.nanoTime();
        Process begun = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        process = begun;
        return Processes.awaitAnswer(this, begun, started, LIMIT, log);
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        end("fast");
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        end("immediate");
    }

    private void end(String mode) throws IOException, InterruptedException {
        Process running = process;
        if (running == null) return;
        process = null;
        Processes.require(asPostgres(bin.resolve("pg_ctl").toString(), "-D", folder.resolve("data").toString(), "-m", mode, "-w", "stop"), LIMIT);
        running.waitFor(1, TimeUnit.MINUTES);
    }

    @Override
    public long residentBytes() throws IOException {
        Process running = process;
        return running == null ? 0 : Processes.residentBytes(running.toHandle());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stop();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asPostgres(String... command) {
        List<String> full = new ArrayList<>();
        if (isRoot()) full.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        full.addAll(List.of(command));
        return full;
    }
}
