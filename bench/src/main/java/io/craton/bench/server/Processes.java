package io.craton.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Dealing with outside processes: output with exit status, free ports, memory, waiting for an answer. */
public final class Processes {
    /** What a command printed (both streams) and its exit status. */
    public record Output(int status, String text) {}

    private Processes() {}

    /** Runs a command to its end. */
    public static Output run(List<String> command, Duration limit) throws IOException, InterruptedException {
        Path log = Files.createTempFile("craton-bench", ".out");
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IOException("no end within " + limit + ": " + String.join(" ", command));
            }
            return new Output(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        } finally {
            Files.delete(log);
        }
    }

    /** Runs a command that must succeed. */
    public static String require(List<String> command, Duration limit) throws IOException, InterruptedException {
        Output output = run(command, limit);
        if (output.status() != 0) {
            throw new IOException("status " + output.status() + " of " + String.join(" ", command) + "\n" + output.text());
        }
        return output.text();
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Waits until the server answers a query; returns the time since {@code startedNanos}. Until its port is open it is asked for that alone: a driver's attempts would
     * take a processor from the server that starts.
     */
    static Duration awaitAnswer(DatabaseServer server, Process process, long startedNanos, Duration limit, Path log) throws IOException {
        while (!listens(server.port()) && process.isAlive() && System.nanoTime() - startedNanos < limit.toNanos()) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        while (true) {
            try {
                server.execute("SELECT 1");
                return Duration.ofNanos(System.nanoTime() - startedNanos);
            } catch (SQLException e) {
                boolean late = System.nanoTime() - startedNanos > limit.toNanos();
                if (late || !process.isAlive()) {
                    throw new IOException(server.name() + (late ? " gives no answer: " : " ended while starting: ")
                            + e.getMessage() + "\n" + Files.readString(log), e);
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }

    /** Proportional set size of a process and all its children. */
    static long residentBytes(ProcessHandle root) throws IOException {
        long bytes = proportionalBytes(root.pid());
        for (ProcessHandle child : root.descendants().toList()) bytes += proportionalBytes(child.pid());
        return bytes;
    }

    private static long proportionalBytes(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("Pss:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
            return 0;
        } catch (IOException e) {
            if (ProcessHandle.of(pid).isEmpty()) return 0; // it ended meanwhile, as workers do
            throw e;
        }
    }
}
