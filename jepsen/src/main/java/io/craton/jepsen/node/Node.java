package io.craton.jepsen.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One node as a process. Controlled by one thread; connections may be opened by any. */
public final class Node {
    private final List<String> launcher;
    private final Map<String, String> environment;
    private final Path data;
    private final Path log;
    private final int port;
    private final @Nullable Namespace namespace;
    private volatile @Nullable Process process;
    private volatile boolean paused;

    /**
     * A node alone on a free port.
     *
     * @param launcher the command that starts a node; {@code --data-dir} and {@code --bind} are added
     * @param data its data folder
     * @param log file that takes what it prints
     */
    public Node(List<String> launcher, Path data, Path log) throws IOException {
        this(launcher, Map.of(), data, log, freePort(), null);
    }

    /** @param namespace where its port is; null for this process's own */
    public Node(List<String> launcher, Map<String, String> environment, Path data, Path log, int port, @Nullable Namespace namespace) {
        this.launcher = List.copyOf(launcher);
        this.environment = Map.copyOf(environment);
        this.data = data;
        this.log = log;
        this.port = port;
        this.namespace = namespace;
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public Path data() {
        return data;
    }

    /** Starts the process without waiting for it. */
    public void launch() throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("--data-dir", data.toString(), "--bind", "127.0.0.1:" + port));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        paused = false;
        process = builder.start();
    }

    /** Starts the process and waits until it answers; returns how long that took. */
    public Duration start(Duration limit) throws IOException {
        long started = System.nanoTime();
        launch();
        awaitAnswer(limit);
        return Duration.ofNanos(System.nanoTime() - started);
    }

    /** Waits until a client is answered. */
    public void awaitAnswer(Duration limit) throws IOException {
        long started = System.nanoTime();
        while (true) {
            try (Connection connection = connect()) {
                connection.createStatement().execute("SELECT 1");
                return;
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

    /** It was started, nobody ended it, and it is gone. */
    public boolean diedByItself() {
        Process running = process;
        return running != null && !running.isAlive();
    }

    /** Runs and is not paused. */
    public boolean awake() {
        return alive() && !paused;
    }

    /** SIGKILL: the process ends between two instructions; what it gave to the kernel stays. */
    public void kill() throws InterruptedException {
        Process running = process;
        if (running == null) return;
        process = null;
        running.destroyForcibly().waitFor();
    }

    /** SIGTERM, and SIGKILL when that does not help; false in that case. */
    public boolean stop() throws InterruptedException {
        Process running = process;
        if (running == null) return true;
        running.destroy();
        boolean ended = running.waitFor(30, TimeUnit.SECONDS);
        kill();
        return ended;
    }

    /** SIGSTOP: the process holds still with all its connections open. */
    public void pause() throws IOException, InterruptedException {
        Process running = process;
        if (running == null) return;
        paused = true;
        Command.run("kill", "-STOP", Long.toString(running.pid()));
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        Process running = process;
        paused = false;
        if (running != null && running.isAlive()) Command.run("kill", "-CONT", Long.toString(running.pid()));
    }

    /** Removes everything the node has stored. Nothing may run on it. */
    public void wipe() throws IOException {
        if (!Files.exists(data)) return;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /** Its port is open. */
    public boolean listens() {
        try {
            Socket socket = namespace == null ? open() : namespace.within(this::open);
            if (socket != null) socket.close();
            return socket != null;
        } catch (SQLException | IOException e) {
            return false;
        }
    }

    private @Nullable Socket open() {
        try {
            return new Socket(InetAddress.getByName("127.0.0.1"), port);
        } catch (IOException closed) {
            return null;
        }
    }

    public Connection connect() throws SQLException {
        return connect(5, 60);
    }

    /** @param answerSeconds how long to wait for an answer before the connection counts as broken */
    public Connection connect(int connectSeconds, int answerSeconds) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("connectTimeout", Integer.toString(connectSeconds));
        properties.setProperty("socketTimeout", Integer.toString(answerSeconds));
        properties.setProperty("tcpKeepAlive", "false");
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        return namespace == null ? DriverManager.getConnection(url, properties) : namespace.within(() -> DriverManager.getConnection(url, properties));
    }

    public String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
