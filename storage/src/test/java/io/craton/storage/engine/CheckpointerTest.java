package io.craton.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class CheckpointerTest {
    private static final long MEGABYTE = 1 << 20;

    private final BlockingQueue<String> flushes = new LinkedBlockingQueue<>();

    private boolean flushed(long millis) throws InterruptedException {
        return flushes.poll(millis, TimeUnit.MILLISECONDS) != null;
    }

    @Test
    void whatIsNotDueIsFlushedWhenNothingMoreComes() throws Exception {
        try (var checkpointer = new Checkpointer(1000, 1000 * MEGABYTE, 50, () -> flushes.add("flush"))) {
            checkpointer.applied(20, 40 * MEGABYTE);
            assertThat(flushed(30_000)).isTrue();
            assertThat(flushed(300)).as("a second flush of nothing").isFalse();
            checkpointer.applied(20, 40 * MEGABYTE);
            assertThat(flushed(30_000)).as("a flush after the pause that the first began").isTrue();
        }
    }

    @Test
    void littleWaitsForMore() throws Exception {
        try (var checkpointer = new Checkpointer(1000, 1000 * MEGABYTE, 50, () -> flushes.add("flush"))) {
            checkpointer.applied(20, MEGABYTE);
            assertThat(flushed(400)).isFalse();
            checkpointer.applied(980, MEGABYTE);
            assertThat(flushed(30_000)).as("a flush that is due").isTrue();
        }
    }

    @Test
    void aFailureIsTheAppliersNextOne() throws Exception {
        try (var checkpointer = new Checkpointer(1000, 1000 * MEGABYTE, 50, () -> {
            flushes.add("flush");
            throw new IllegalStateException("no disk");
        })) {
            checkpointer.applied(20, 40 * MEGABYTE);
            assertThat(flushed(30_000)).isTrue();
            for (int i = 0; ; i++) {
                try {
                    checkpointer.applied(1, 0);
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("no disk");
                    return;
                }
                assertThat(i).isLessThan(1000);
                Thread.sleep(10);
            }
        }
    }
}
