package io.craton.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Craton of our own, started by its launcher with its default configuration. */
public final class CratonServer implements DatabaseServer {
    /** Long enough for the build that the launcher does on first use. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final List<String> launcher;
    private final List<String> command;
    private final Path folder;
    private final int port;
    private volatile @Nullable Process process;
    private long started;

    private CratonServer(List<String> launcher, List<String> command, Path folder, int port) {
        this.launcher = launcher;
        this.command = command;
        this.folder = folder;
        this.port = port;
    }

    /** @param launcher the command that starts a node; {@code --data-dir} and {@code --bind} are added to it */
    public static CratonServer create(List<String> launcher, Path work) throws IOException {
        int port = Processes.freePort();
        Path folder = Files.createDirectories(work.resolve("craton"));
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("--data-dir", folder.resolve("data").toString(), "--bind", "127.0.0.1:" + port));
        return new CratonServer(launcher, List.copyOf(command), folder, port);
    }

    @Override
    public CratonServer another() throws IOException {
        return create(launcher, folder.resolveSibling("another"));
    }

    @Override
    public String name() {
        return "Craton";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void allowConnections(int connections) {
        // Thousands of connections are the default.
    }

    @Override
    public Duration start() throws IOException, InterruptedException {
        launch();
        return awaitAnswer();
    }

    /** Starts the process. */
    void launch() throws IOException {
        Path log = folder.resolveSibling("craton.log");
        started = System.nanoTime();
        Process begun = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        process = begun;
    }

    /** Waits until the process that was started answers. */
    Duration awaitAnswer() throws IOException {
        return Processes.awaitAnswer(this, java.util.Objects.requireNonNull(process), started, LIMIT, folder.resolveSibling("craton.log"));
    }

    /** A snapshot in a folder, which shares its files with what is restored of it; as pg_basebackup's fast checkpoint, one comes first. */
    @Override
    public Restored restored(Path work) throws IOException, InterruptedException, SQLException {
        Path snapshot = work.resolve("snapshot");
        CratonServer server = create(launcher, work);
        long began = System.nanoTime();
        execute("CHECKPOINT");
        Processes.require(List.of(program("craton-backup"), "snapshot", "--data-dir", folder.resolve("data").toString(), "--output", snapshot.toString()), LIMIT);
        long taken = System.nanoTime();
        Processes.require(List.of(program("craton-restore"), "--source", snapshot.toString(), "--data-dir", server.folder.resolve("data").toString(), "--link"), LIMIT);
        return new Restored(server, Duration.ofNanos(taken - began), Duration.ofNanos(System.nanoTime() - taken));
    }

    /** Beside the one that starts a node. */
    private String program(String name) {
        return Path.of(launcher.getFirst()).resolveSibling(name).toString();
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        Process running = process;
        if (running == null) return;
        process = null;
        running.destroy();
        if (!running.waitFor(1, TimeUnit.MINUTES)) {
            running.destroyForcibly().waitFor();
            throw new IOException("Craton did not stop within a minute");
        }
    }

    @Override
    public void kill() throws InterruptedException {
        Process running = process;
        if (running == null) return;
        process = null;
        running.destroyForcibly().waitFor();
    }

    @Override
    public long residentBytes() throws IOException {
        Process running = process;
        return running == null ? 0 : Processes.residentBytes(running.toHandle());
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).map(Process::toHandle);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stop();
    }
}
