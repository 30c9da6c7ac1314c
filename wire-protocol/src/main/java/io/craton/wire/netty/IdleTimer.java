package io.craton.wire.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends idle sessions. Starting and stopping only move a deadline; at most one task is scheduled, and it looks at the deadline
 * when it runs. Owned by the event loop.
 */
final class IdleTimer {
    private static final long NEVER = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable expired;
    private long deadline = NEVER;
    private long scheduledFor = NEVER;
    private @Nullable Future<?> scheduled;

    IdleTimer(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** @param millis 0 for no limit */
    void start(long millis) {
        if (millis <= 0) {
            deadline = NEVER;
            return;
        }
        deadline = loop.ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        if (deadline < scheduledFor) schedule();
    }

    void stop() {
        deadline = NEVER;
    }

    private void schedule() {
        if (scheduled != null) scheduled.cancel(false);
        scheduledFor = deadline;
        scheduled = loop.schedule(this::look, Math.max(deadline - loop.ticker().nanoTime(), 1), TimeUnit.NANOSECONDS);
    }

    private void look() {
        scheduled = null;
        scheduledFor = NEVER;
        if (deadline == NEVER) return;
        if (loop.ticker().nanoTime() >= deadline) expired.run();
        else schedule();
    }
}
