package io.craton.replication.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();

    @Test
    void nothingIsKnownBeforeTheThirdRound() {
        assertThat(pace.behind(new long[] {0})).isZero();
        for (int round = 0; round < 3; round++) {
            assertThat(pace.known()).isFalse();
            pace.round(new long[] {100});
        }
        assertThat(pace.known()).isTrue();
        assertThat(pace.behind(new long[] {90})).isEqualTo(10);
    }

    @Test
    void whatWasCommittedLatelyCountsForNothing() {
        for (long committed : new long[] {100, 50_000, 90_000}) pace.round(new long[] {committed});
        assertThat(pace.behind(new long[] {100})).isZero();
        pace.round(new long[] {120_000});
        assertThat(pace.behind(new long[] {100})).isEqualTo(49_900);
    }

    @Test
    void allGroupsCountTogetherAndOneThatIsNotToldOfForNothing() {
        for (int round = 0; round < 3; round++) pace.round(new long[] {10, 20, 30});
        assertThat(pace.behind(new long[] {9, 18, 40})).isEqualTo(3);
        assertThat(pace.behind(new long[] {9})).isEqualTo(1);
        assertThat(pace.behind(new long[] {9, 20, 30, 0})).isEqualTo(1);
    }

    @Test
    void positionsTravelInANote() {
        var positions = new Positions(new long[] {10, 20}, new long[] {9, 18});
        Positions told = Positions.in(Note.of("positions", positions, "applied", 9));
        assertThat(told.committed()).containsExactly(10, 20);
        assertThat(told.applied()).containsExactly(9, 18);
        Positions older = Positions.in(Note.of("applied", 9));
        assertThat(older.committed()).isEmpty();
        assertThat(older.applied()).containsExactly(9);
    }
}
