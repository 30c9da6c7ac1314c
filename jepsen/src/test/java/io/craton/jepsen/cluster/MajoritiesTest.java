package io.craton.jepsen.cluster;

import static io.craton.jepsen.cluster.Majorities.There.NONE;
import static io.craton.jepsen.cluster.Majorities.There.SERVING;
import static io.craton.jepsen.cluster.Majorities.There.STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class MajoritiesTest {
    private final AtomicLong clock = new AtomicLong();
    private final Majorities three = new Majorities(3, clock::incrementAndGet);

    private Majorities.There now() {
        return three.changes().getLast().there();
    }

    @Test
    void oneNodeIsNotMissed() {
        three.leave(List.of(2));
        three.comeBack(List.of(2));
        assertThat(three.changes()).containsExactly(new Majorities.Change(0, SERVING));
    }

    @Test
    void nodesThatStartAreNotThereYet() {
        three.leave(List.of(1, 3));
        assertThat(now()).isEqualTo(NONE);
        long first = three.starts(1);
        three.starts(3);
        three.comeBack(List.of(1, 3));
        assertThat(now()).isEqualTo(STARTING);
        three.serves(1, first);
        assertThat(three.changes()).containsExactly(new Majorities.Change(0, SERVING), new Majorities.Change(1, NONE), new Majorities.Change(2, STARTING),
                new Majorities.Change(3, SERVING));
    }

    @Test
    void anEarlierStartSaysNothing() {
        three.leave(List.of(1));
        long first = three.starts(2);
        three.starts(2);
        three.serves(2, first);
        assertThat(now()).isEqualTo(STARTING);
        assertThat(three.stillStarts(2, first)).isFalse();
    }

    @Test
    void linksCountInBothDirections() {
        three.cut(1, 2);
        assertThat(now()).isEqualTo(SERVING);
        three.cut(1, 3);
        assertThat(now()).isEqualTo(SERVING);
        three.cut(3, 2);
        assertThat(now()).isEqualTo(NONE);
        three.join(1, 2);
        assertThat(now()).isEqualTo(SERVING);
    }

    @Test
    void twoFaultsOfANodeMustBothEnd() {
        three.leave(List.of(1));
        three.leave(List.of(1));
        three.leave(List.of(2));
        three.comeBack(List.of(1));
        assertThat(now()).isEqualTo(NONE);
        three.comeBack(List.of(1));
        assertThat(now()).isEqualTo(SERVING);
    }

    @Test
    void aRingOfFiveHasNoMajorityThatHearsItself() {
        Majorities five = new Majorities(5, clock::incrementAndGet);
        for (int one = 1; one <= 5; one++) {
            int two = (one + 1) % 5 + 1;
            five.cut(one, two);
            five.cut(two, one);
        }
        assertThat(five.changes().getLast().there()).isEqualTo(NONE);
    }
}
