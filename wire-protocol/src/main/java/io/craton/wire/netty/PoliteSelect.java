package io.craton.wire.netty;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Before an event loop sleeps it lets other threads have the processor once, and looks again. Where processors are busy, clients and other members are then done with what they were
 * at, and the loop goes on with all of it: it need not be woken, which costs whoever wakes it more than a read does. Where they are idle this takes a microsecond. Where another
 * program holds the processor, so that the loop waits for it long and again, it goes without for a while.
 */
final class PoliteSelect implements SelectStrategy {
    /** Longer than threads that serve clients run at a time, shorter than a scheduler lets one that always runs. */
    private static final long LONG_NANOS = TimeUnit.MICROSECONDS.toNanos(2500);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LongSupplier nanoTime;
    private final Runnable yield;
    private long lastLong;
    private long offUntil;

    PoliteSelect() {
        this(System::nanoTime, Thread::yield);
    }

    /** @param yield lets other threads have the processor */
    PoliteSelect(LongSupplier nanoTime, Runnable yield) {
        this.nanoTime = nanoTime;
        this.yield = yield;
        offUntil = nanoTime.getAsLong();
        lastLong = offUntil - AGAIN_NANOS;
    }

    @Override
    public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
        if (hasTasks) return ready.get();
        long begun = nanoTime.getAsLong();
        if (begun - offUntil < 0) return SELECT;
        yield.run();
        long now = nanoTime.getAsLong();
        if (now - begun > LONG_NANOS) {
            if (now - lastLong < AGAIN_NANOS) offUntil = now + OFF_NANOS;
            lastLong = now;
        }
        int found = ready.get();
        return found > 0 ? found : SELECT;
    }
}
