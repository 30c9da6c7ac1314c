package io.craton.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.jepsen.cluster.Majorities;
import io.craton.jepsen.cluster.Majorities.There;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServiceTest {
    private static final Majorities.Change ALWAYS = new Majorities.Change(0, There.SERVING);

    @Test
    void withAMajorityAllOfAGapCounts() {
        Service service = new Service(new long[] {10, 20, 70, 80}, List.of(ALWAYS));
        assertThat(service.gap(25, 75)).isEqualTo(new Service.Gap(50, 50, -1, 0));
        assertThat(service.gap(70, 200)).isEqualTo(new Service.Gap(10, 10, -1, 0));
    }

    @Test
    void withoutAMajorityOnlyWhatComesAfterItCounts() {
        Service service = new Service(new long[] {10, 100}, List.of(ALWAYS, new Majorities.Change(30, There.NONE), new Majorities.Change(60, There.STARTING),
                new Majorities.Change(85, There.SERVING)));
        assertThat(service.gap(20, 90)).isEqualTo(new Service.Gap(90, 20, 40, 25));
    }

    @Test
    void nodesThatStartedOneByOneCountFromTheLastTimeEnoughRan() {
        Service service = new Service(new long[] {10, 100}, List.of(ALWAYS, new Majorities.Change(11, There.NONE), new Majorities.Change(20, There.STARTING),
                new Majorities.Change(50, There.NONE), new Majorities.Change(70, There.STARTING), new Majorities.Change(92, There.SERVING)));
        assertThat(service.gap(0, 200)).isEqualTo(new Service.Gap(90, 8, 30, 22));
    }

    @Test
    void startingNodesThatAreNotNeededHoldNothingUp() {
        Service service = new Service(new long[] {0, 40}, List.of(ALWAYS, new Majorities.Change(10, There.STARTING), new Majorities.Change(20, There.SERVING)));
        assertThat(service.gap(0, 100)).isEqualTo(new Service.Gap(40, 20, -1, 0));
    }

    @Test
    void theWorstOfSeveralGapsIsTold() {
        Service service = new Service(new long[] {0, 50, 60, 90}, List.of(ALWAYS, new Majorities.Change(65, There.NONE), new Majorities.Change(80, There.SERVING)));
        assertThat(service.gap(0, 100)).isEqualTo(new Service.Gap(50, 50, 10, 0));
    }
}
