package io.craton.wire.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PoliteSelectTest {
    private long now = 5;
    private long waits = 1_000;
    private int yields;
    private final PoliteSelect select = new PoliteSelect(() -> now, () -> {
        yields++;
        now += waits;
    });

    private int ask(int ready, boolean hasTasks) throws Exception {
        return select.calculateStrategy(() -> ready, hasTasks);
    }

    private boolean yielded() throws Exception {
        int before = yields;
        ask(0, false);
        return yields > before;
    }

    private void passes(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void whoHasTasksLooksAtOnce() throws Exception {
        assertThat(ask(0, true)).isZero();
        assertThat(ask(3, true)).isEqualTo(3);
        assertThat(yields).isZero();
    }

    @Test
    void whoHasNothingToDoSleepsUnlessOthersGaveItSomethingMeanwhile() throws Exception {
        assertThat(ask(0, false)).isEqualTo(SelectStrategy.SELECT);
        assertThat(ask(2, false)).isEqualTo(2);
        assertThat(yields).isEqualTo(2);
    }

    @Test
    void whoWaitsLongTwiceInAShortTimeSleepsAtOnceForAWhile() throws Exception {
        waits = TimeUnit.MILLISECONDS.toNanos(4);
        assertThat(yielded()).isTrue();
        assertThat(yielded()).isTrue();
        assertThat(yielded()).isFalse();
        passes(99);
        assertThat(yielded()).isFalse();
        passes(1);
        assertThat(yielded()).isTrue();
    }

    @Test
    void aLongWaitNowAndThenIsNoReason() throws Exception {
        for (int i = 0; i < 10; i++) {
            waits = TimeUnit.MILLISECONDS.toNanos(4);
            assertThat(yielded()).isTrue();
            waits = 1_000;
            assertThat(yielded()).isTrue();
            passes(20);
        }
    }
}
