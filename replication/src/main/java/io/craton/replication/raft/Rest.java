package io.craton.replication.raft;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pause of a follower's applier between short runs, so that the next one has more entries: being woken for each, and a batch in the store for each, costs several times what is
 * in them, on processors that may be the leader's too. Nobody waits for a follower to apply but its readers, and they end the pause. One thread rests; any thread may wake it.
 */
final class Rest {
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    /** A run that is this long has gathered enough; whoever catches up does not rest. */
    private static final int LONG_RUN_ENTRIES = 256;

    private final BooleanSupplier awaited;
    private volatile @Nullable Thread resting;

    /** @param awaited whether anybody waits for an entry to be applied; who begins to wait says so before {@link #end} */
    Rest(BooleanSupplier awaited) {
        this.awaited = awaited;
    }

    void after(int entries) {
        if (entries >= LONG_RUN_ENTRIES) return;
        long begun = System.nanoTime();
        resting = Thread.currentThread();
        long left = NANOS;
        while (left > 0 && !awaited.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = begun + NANOS - System.nanoTime();
        }
        resting = null;
    }

    void end() {
        Thread thread = resting;
        if (thread != null) LockSupport.unpark(thread);
    }
}
