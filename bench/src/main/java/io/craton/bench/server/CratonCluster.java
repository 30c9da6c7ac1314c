package io.craton.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes of one Craton cluster, all on this machine; clients go to the first, which founds it and leads. */
public final class CratonCluster implements DatabaseServer {
    private final List<CratonServer> nodes;

    private CratonCluster(List<CratonServer> nodes) {
        this.nodes = nodes;
    }

    public static CratonCluster create(List<String> launcher, Path work, int size) throws IOException {
        List<String> places = new ArrayList<>();
        for (int i = 0; i < size; i++) places.add("127.0.0.1:" + Processes.freePort());
        List<CratonServer> nodes = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            List<String> command = new ArrayList<>(launcher);
            // Three busy processes on two processors: a leader that is kept from its processor for a moment is not to be replaced.
            command.addAll(List.of("--node-id", Integer.toString(i), "--cluster-address", places.get(i - 1), "--cluster-peers", String.join(",", places), "--election-timeout", "1000"));
            nodes.add(CratonServer.create(command, Files.createDirectories(work.resolve("node" + i))));
        }
        return new CratonCluster(List.copyOf(nodes));
    }

    @Override
    public String name() {
        return nodes.getFirst().name();
    }

    @Override
    public int port() {
        return nodes.getFirst().port();
    }

    /** All at once, as the first waits for the others. */
    @Override
    public Duration start() throws IOException, InterruptedException {
        long started = System.nanoTime();
        for (CratonServer node : nodes) node.launch();
        for (CratonServer node : nodes) node.awaitAnswer();
        for (int tries = 0; !leads(); tries++) {
            if (tries == 300) throw new IOException("the first node does not lead");
            Thread.sleep(100);
        }
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private boolean leads() {
        try (Connection connection = connect(); Statement statement = connection.createStatement(); var rows = statement.executeQuery("SHOW in_hot_standby")) {
            return rows.next() && rows.getString(1).equals("off");
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void stop() throws IOException, InterruptedException {
        for (CratonServer node : nodes.reversed()) node.stop();
    }

    @Override
    public void kill() throws InterruptedException {
        for (CratonServer node : nodes) node.kill();
    }

    @Override
    public long residentBytes() throws IOException {
        long bytes = 0;
        for (CratonServer node : nodes) bytes += node.residentBytes();
        return bytes;
    }

    @Override
    public void allowConnections(int connections) {
        // Thousands of connections are the default.
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stop();
    }
}
