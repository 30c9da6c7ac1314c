package io.craton.jepsen.node;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One node as a process. Controlled by one thread; connections may be opened by any. */
public final class Node {
    private final List<String> launcher;
    private final Path data;
    private final Path log;
    private final int port;
    private @Nullable Process process;

    /**
     * @param launcher the command that starts a node; {@code --data-dir} and {@code --bind} are added
     * @param data its data folder
     * @param log file that takes what it prints
     */
    public Node(List<String> launcher, Path data, Path log) throws IOException {
        this.launcher = List.copyOf(launcher);
        this.data = data;
        this.log = log;
        try (ServerSocket socket = new ServerSocket(0)) {
            this.port = socket.getLocalPort();
        }
    }

    public Path data() {
        return data;
    }

    /** Starts the process without waiting for it. */
    public void launch() throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("--data-dir", data.toString(), "--bind", "127.0.0.1:" + port));
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }

    /** Starts the process and waits until it answers; returns how long that took. */
    public Duration start(Duration limit) throws IOException {
        long started = System.nanoTime();
        launch();
        while (true) {
            try (Connection connection = connect()) {
                connection.createStatement().execute("SELECT 1");
                return Duration.ofNanos(System.nanoTime() - started);
            } catch (SQLException e) {
                if (!alive()) throw new IOException("the node ended while starting; its last words:\n" + lastWords(), e);
                if (System.nanoTime() - started > limit.toNanos()) throw new IOException("no answer within " + limit + ": " + e.getMessage(), e);
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }

    public boolean alive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** SIGKILL: the process ends between two instructions; what it gave to the kernel stays. */
    public void kill() throws InterruptedException {
        Process running = process;
        if (running == null) return;
        process = null;
        running.destroyForcibly().waitFor();
    }

    /** SIGTERM, and SIGKILL when that does not help. */
    public void stop() throws InterruptedException {
        Process running = process;
        if (running == null) return;
        running.destroy();
        running.waitFor(30, TimeUnit.SECONDS);
        kill();
    }

    public Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    }

    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
