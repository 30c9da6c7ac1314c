package io.craton.replication.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
    /** @param voters of each group, how many */
    private static ClusterStatus cluster(int... voters) {
        List<ClusterStatus.Group> groups = new ArrayList<>();
        for (int count : voters) groups.add(new ClusterStatus.Group(groups.size(), 1, 1, 0, 0, 0, IntStream.rangeClosed(1, count).boxed().toList()));
        return new ClusterStatus(1, "c", "leader", 1, 1, 0, 0, 0, 1, List.of()).withGroups(groups);
    }

    @Test
    void aGroupIsAsSafeAsTheFirstWhenAsManyMustHaveWhatIsCommitted() {
        assertThat(cluster(3, 1).asSafe(1)).isFalse();
        assertThat(cluster(3, 0).asSafe(1)).isFalse();
        assertThat(cluster(3, 2).asSafe(1)).isTrue();
        assertThat(cluster(3, 3).asSafe(1)).isTrue();
        assertThat(cluster(5, 3).asSafe(1)).isFalse();
        assertThat(cluster(1, 1).asSafe(1)).isTrue();
        assertThat(cluster(3, 3).asSafe(2)).isFalse();
        assertThat(cluster(3, 1).asSafe(0)).isTrue();
    }
}
