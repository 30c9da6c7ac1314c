package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class RestTest {
    @Test
    void nobodyRestsWhileSomebodyWaits() {
        var asked = new AtomicInteger();
        var rest = new Rest(() -> {
            asked.incrementAndGet();
            return true;
        });
        rest.after(1);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aLongRunIsFollowedByTheNext() {
        long begun = System.nanoTime();
        var rest = new Rest(() -> {
            throw new AssertionError("there is no rest to be ended");
        });
        for (int i = 0; i < 10_000; i++) rest.after(256);
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(10)); // 50 s of rests
    }

    /** Of many rests some end by their time and most by the one who waits; none is longer than its time by more than the machine is slow. */
    @Test
    void whoeverBeginsToWaitEndsTheRest() throws InterruptedException {
        var waits = new AtomicBoolean();
        var rest = new Rest(waits::get);
        long begun = System.nanoTime();
        rest.after(1);
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
        int early = 0;
        for (int i = 0; i < 200; i++) {
            waits.set(false);
            var resting = new CountDownLatch(1);
            var took = new long[1];
            Thread applier = Thread.ofPlatform().start(() -> {
                resting.countDown();
                long from = System.nanoTime();
                rest.after(1);
                took[0] = System.nanoTime() - from;
            });
            resting.await();
            waits.set(true);
            rest.end();
            applier.join();
            if (took[0] < TimeUnit.MILLISECONDS.toNanos(4)) early++;
        }
        assertThat(early).isGreaterThan(20);
    }
}
