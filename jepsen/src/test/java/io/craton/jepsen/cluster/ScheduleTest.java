package io.craton.jepsen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
    private static final List<ClusterFault> ALL = List.of(ClusterFault.values());

    @Test
    void seedAloneDecides() {
        assertThat(Schedule.of(7, ALL, null, 300_000)).isEqualTo(Schedule.of(7, ALL, null, 300_000)).isNotEqualTo(Schedule.of(8, ALL, null, 300_000));
    }

    @Test
    void everyFaultComesWithinSomeRuns() {
        assertThat(LongStream.range(0, 10).boxed().flatMap(seed -> Schedule.of(seed, ALL, null, 300_000).stream()).map(Schedule.Strike::fault).distinct())
                .containsExactlyInAnyOrderElementsOf(ALL);
    }

    @Test
    void strikesComeInOrderWithinTheTimeAndSomeOverlap() {
        List<Schedule.Strike> strikes = Schedule.of(3, ALL, Schedule.Aim.LEADER, 300_000);
        int overlaps = 0;
        for (int i = 0; i < strikes.size(); i++) {
            assertThat(strikes.get(i).aim()).isEqualTo(Schedule.Aim.LEADER);
            assertThat(strikes.get(i).atMillis()).isBetween(i == 0 ? 0 : strikes.get(i - 1).atMillis() + 1, 298_000L);
            if (i > 0 && strikes.get(i).atMillis() < strikes.get(i - 1).atMillis() + strikes.get(i - 1).forMillis()) overlaps++;
        }
        assertThat(overlaps).isBetween(1, strikes.size() / 2 + 1);
    }

    @Test
    void aProgramThatIsNotInstalledIsNamed() {
        assertThat(ClusterFault.missing(List.of("sh", "no-such-program"), "/bin:/usr/bin")).containsExactly("no-such-program");
        for (ClusterFault fault : ALL) if (fault.needsRoot()) assertThat(fault.tools()).isNotEmpty();
    }
}
