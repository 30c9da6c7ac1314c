package io.craton.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.replication.cluster.ClusterStatus;
import io.craton.server.http.Health.Check;
import io.craton.server.http.Health.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each state that a check can find, from what the machine and the cluster say. */
class HealthTest {
    private static final ClusterStatus ALONE = new ClusterStatus(1, "", "leader", 1, 3, 100, 100, 100, 1, List.of());

    @TempDir Path folder;
    private Machine.Disk disk = new Machine.Disk(1000 << 20, 500 << 20);
    private Machine.Heap heap = new Machine.Heap(100 << 20, 1000 << 20);
    private String refusal = "";
    private int connections = 1;
    private ClusterStatus cluster = ALONE;

    private Check check(String name) {
        Machine machine = new Machine() {
            @Override
            public Disk disk() {
                return disk;
            }

            @Override
            public Heap heap() {
                return heap;
            }
        };
        return new Health(folder, machine, () -> refusal, () -> connections, () -> cluster).check().stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow();
    }

    private void found(String name, State state, String message) {
        Check check = check(name);
        assertThat(check.state()).isEqualTo(state);
        assertThat(check.message()).isEqualTo(message);
    }

    @Test
    void theDisk() {
        found("disk", State.OK, "");
        disk = new Machine.Disk(1000 << 20, 99 << 20);
        found("disk", State.DEGRADED, "only 99 MB are free");
        refusal = "the disk is full";
        found("disk", State.UNHEALTHY, "the disk is full");
    }

    @Test
    void theHeap() {
        found("memory", State.OK, "");
        heap = new Machine.Heap(960 << 20, 1000 << 20);
        found("memory", State.DEGRADED, "only 40 MB of the heap are free after a collection");
        assertThat(Machine.of(folder).heap().most()).isGreaterThan(0);
    }

    @Test
    void theFolder() throws IOException {
        assertThat(check("data_dir").state()).isEqualTo(State.UNHEALTHY);
        Files.createDirectories(folder.resolve("wal"));
        found("data_dir", State.OK, "");
        assertThat(folder.resolve("wal")).isEmptyDirectory();
    }

    @Test
    void connections() {
        connections = 900;
        found("connections", State.OK, "");
        connections = 901;
        found("connections", State.DEGRADED, "901 connections are open");
    }

    @Test
    void theCluster() {
        found("cluster", State.OK, "");
        cluster = new ClusterStatus(1, "c", "follower", 0, 3, 100, 100, 100, 1, List.of());
        found("cluster", State.UNHEALTHY, "the cluster has no leader (this node is follower)");
        cluster = new ClusterStatus(1, "c", "leader", 1, 3, 100, 100, 100, 1,
                List.of(new ClusterStatus.Peer(2, "h:1", "unreachable", true, Duration.ofSeconds(9), 90, 0, 1, "")));
        found("cluster", State.DEGRADED, "node 2 does not answer");
        cluster = new ClusterStatus(1, "c", "leader", 1, 3, 100, 100, 100, 1, List.of(new ClusterStatus.Peer(2, "h:1", "joining", false, Duration.ofSeconds(1), 90, 0, 1, "has 3 of 9 MB of its copy of the projections"),
                new ClusterStatus.Peer(3, "h:2", "follower", true, Duration.ofSeconds(1), 90, 10, 1, ""), new ClusterStatus.Peer(4, "h:3", "joining", false, Duration.ofSeconds(1), 90, 1, 7, "")))
                        .withProgress(new ClusterStatus.Progress(true, 0, "let node 5 go"));
        found("cluster", State.DEGRADED, "node 2 is joining (has 3 of 9 MB of its copy of the projections); node 3 is 10 entries behind; "
                + "node 4 is joining (1 entry behind, and fetches its log in front of position 7); a change of members is under way: let node 5 go");
        cluster = new ClusterStatus(1, "c", "joining", 2, 3, 100, 100, 100, 51, List.of());
        found("cluster", State.DEGRADED, "node 1 is joining (fetches its log in front of position 51)");
        cluster = new ClusterStatus(1, "c", "follower", 2, 3, 100, 100, 100, 1, List.of(), List.of(group(0, List.of(1, 2)), group(1, List.of(2))), new ClusterStatus.Progress(true, 30, ""));
        found("cluster", State.DEGRADED, "node 1 is 30 entries behind; node 1 does not vote in group 1 yet");
        cluster = new ClusterStatus(1, "c", "follower", 2, 3, 100, 100, 100, 1, List.of()).withProgress(new ClusterStatus.Progress(false, 0, ""));
        found("cluster", State.DEGRADED, "node 1 has not heard of the others yet");
        cluster = new ClusterStatus(1, "c", "follower", 2, 3, 100, 100, 100, 1, List.of(new ClusterStatus.Peer(3, "h:2", "removed", false, Duration.ofSeconds(1), 90, 10, 1, ""),
                new ClusterStatus.Peer(4, "h:2", "unreachable", false, Duration.ofSeconds(9), 90, 10, 1, "")));
        found("cluster", State.OK, "");
    }

    private static ClusterStatus.Group group(int number, List<Integer> voters) {
        return new ClusterStatus.Group(number, 2, 3, 100, 100, 100, voters);
    }

    @Test
    void theProjections() {
        cluster = new ClusterStatus(1, "", "leader", 1, 3, 20_000, 10_001, 20_000, 1, List.of());
        found("projections", State.OK, "");
        cluster = new ClusterStatus(1, "", "leader", 1, 3, 20_001, 10_001, 20_001, 1, List.of());
        found("projections", State.DEGRADED, "10000 committed entries are not applied yet");
    }
}
