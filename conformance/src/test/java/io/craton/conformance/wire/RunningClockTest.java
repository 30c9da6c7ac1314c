package io.craton.conformance.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Only time in which the server could run counts. */
@Timeout(30)
class RunningClockTest {
    private final AtomicBoolean still = new AtomicBoolean();

    @Test
    void ticksOfAServerThatStandsStillDoNotCount() throws InterruptedException {
        try (RunningClock clock = RunningClock.byHand(still::get)) {
            CountDownLatch late = new CountDownLatch(1);
            clock.after(RunningClock.TICK.multipliedBy(3), late::countDown);
            clock.tick();
            clock.tick();
            still.set(true);
            for (int i = 0; i < 1_000; i++) clock.tick();
            assertThat(late.await(50, TimeUnit.MILLISECONDS)).isFalse();
            still.set(false);
            clock.tick();
            late.await();
        }
    }

    @Test
    void timeWithoutTicksDoesNotCount() throws InterruptedException {
        try (RunningClock clock = RunningClock.byHand(still::get)) {
            CountDownLatch late = new CountDownLatch(1);
            clock.after(RunningClock.TICK.multipliedBy(2), late::countDown);
            clock.tick();
            assertThat(late.await(3 * RunningClock.TICK.toMillis(), TimeUnit.MILLISECONDS)).as("a pause of everything").isFalse();
            clock.tick();
            late.await();
        }
    }

    @Test
    void cancelledOnesDoNotGoOff() throws InterruptedException {
        try (RunningClock clock = RunningClock.byHand(still::get)) {
            CountDownLatch late = new CountDownLatch(1);
            RunningClock.Alarm alarm = clock.after(RunningClock.TICK, late::countDown);
            alarm.cancel();
            clock.tick();
            assertThat(late.await(50, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void ticksByItself() throws InterruptedException {
        try (RunningClock clock = RunningClock.start(still::get)) {
            CountDownLatch late = new CountDownLatch(1);
            long began = System.nanoTime();
            clock.after(Duration.ofMillis(300), late::countDown);
            late.await();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(200));
        }
    }
}
