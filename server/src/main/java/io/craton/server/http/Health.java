package io.craton.server.http;

import io.craton.replication.cluster.ClusterStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Looks whether the node can do its work, each time it is asked. */
public final class Health {
    /** In order of gravity. */
    public enum State {
        OK, DEGRADED, UNHEALTHY;

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** @param message why it is not OK, empty when it is */
    public record Check(String name, State state, String message, Duration took) {}

    private record Finding(State state, String message) {
        static final Finding OK = new Finding(State.OK, "");
    }

    /** Of all checks. */
    public static final List<String> NAMES = List.of("disk", "memory", "data_dir", "connections", "cluster", "projections");
    private static final int CONNECTIONS_MANY = 900;
    private static final double DISK_LITTLE = 0.10;
    private static final double HEAP_LITTLE = 0.05;
    /** Committed entries that wait for the projections: under load a second's worth is normal. */
    private static final long LAG_LARGE = 10_000;

    private final Path dataFolder;
    private final Machine machine;
    private final Supplier<String> writeRefusal;
    private final IntSupplier connections;
    private final Supplier<ClusterStatus> cluster;

    /** @param writeRefusal why the log takes no entries now, empty when it does */
    public Health(Path dataFolder, Machine machine, Supplier<String> writeRefusal, IntSupplier connections, Supplier<ClusterStatus> cluster) {
        this.dataFolder = dataFolder;
        this.machine = machine;
        this.writeRefusal = writeRefusal;
        this.connections = connections;
        this.cluster = cluster;
    }

    /** Looks at everything; makes and removes a file. */
    public List<Check> check() {
        List<Check> checks = new ArrayList<>();
        checks.add(timed("disk", this::disk));
        checks.add(timed("memory", this::memory));
        checks.add(timed("data_dir", this::dataFolder));
        checks.add(timed("connections", this::connections));
        checks.add(timed("cluster", this::cluster));
        checks.add(timed("projections", this::projections));
        return checks;
    }

    private static Check timed(String name, Supplier<Finding> look) {
        long from = System.nanoTime();
        Finding finding = look.get();
        return new Check(name, finding.state(), finding.message(), Duration.ofNanos(System.nanoTime() - from));
    }

    private Finding disk() {
        String refusal = writeRefusal.get();
        if (!refusal.isEmpty()) return new Finding(State.UNHEALTHY, refusal);
        try {
            Machine.Disk disk = machine.disk();
            if (disk.free() >= disk.total() * DISK_LITTLE) return Finding.OK;
            return new Finding(State.DEGRADED, "only " + (disk.free() >> 20) + " MB are free");
        } catch (IOException e) {
            return new Finding(State.UNHEALTHY, e.toString());
        }
    }

    private Finding memory() {
        Machine.Heap heap = machine.heap();
        long free = heap.most() - heap.used();
        return free >= heap.most() * HEAP_LITTLE ? Finding.OK : new Finding(State.DEGRADED, "only " + (free >> 20) + " MB of the heap are free after a collection");
    }

    private Finding dataFolder() {
        try {
            Path probe = Files.createTempFile(dataFolder.resolve("wal"), "probe", "");
            Files.delete(probe);
            return Finding.OK;
        } catch (IOException e) {
            return new Finding(State.UNHEALTHY, "the data folder is not writable: " + e);
        }
    }

    private Finding connections() {
        int open = connections.getAsInt();
        return open <= CONNECTIONS_MANY ? Finding.OK : new Finding(State.DEGRADED, open + " connections are open");
    }

    private Finding cluster() {
        ClusterStatus status = cluster.get();
        if (status.state().equals("damaged")) return new Finding(State.UNHEALTHY, "the projections of this node are damaged; it votes, and serves nobody");
        if (status.leader() == 0) return new Finding(State.UNHEALTHY, "the cluster has no leader (this node is " + status.state() + ")");
        return status.healthy() ? Finding.OK : new Finding(State.DEGRADED, String.join("; ", status.lacks()));
    }

    private Finding projections() {
        ClusterStatus status = cluster.get();
        long lag = status.committed() - status.applied();
        for (ClusterStatus.Group group : status.groups()) lag = Math.max(lag, group.committed() - group.applied());
        return lag < LAG_LARGE ? Finding.OK : new Finding(State.DEGRADED, lag + " committed entries are not applied yet");
    }
}
