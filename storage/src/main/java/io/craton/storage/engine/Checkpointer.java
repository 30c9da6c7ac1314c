package io.craton.storage.engine;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the projections are flushed, and has it done on a thread of its own, beside the applier. A flush is due after so many entries, or
 * bytes; under load that would be several times a second, each a tiny file to be merged again, so there is a pause between two, unless a restart
 * would have too much to replay. What was not due is flushed when nothing more comes for a while, so that a start after a large load, or one from a backup, has little to
 * apply. The applier calls {@link #applied}.
 */
final class Checkpointer implements AutoCloseable {
    private static final long PAUSE_SECONDS = 10;
    /** So many times the wanted entries end the pause. */
    private static final int ENTRIES_FACTOR_MAX = 16;

    private static final long QUIET_MILLIS = 5000;
    /** Less than that a start applies in no time. */
    private static final long QUIET_BYTES = 16 << 20;

    private final int entriesWanted;
    private final long bytesMax;
    private final Runnable checkpoint;
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("craton-checkpoint").factory());
    private volatile boolean busy;
    private volatile boolean pausing;
    private volatile @Nullable Throwable failure;
    /** Since the last flush began; with the next ones guarded by this. */
    private long entries;
    private long bytes;
    /** Of entries, ever; and when it was last looked whether more come. */
    private long all;
    private long allBefore;

    Checkpointer(int entriesWanted, long bytesMax, Runnable checkpoint) {
        this(entriesWanted, bytesMax, QUIET_MILLIS, checkpoint);
    }

    /** @param quietMillis without an entry, after which what waits is flushed; at most twice as long */
    Checkpointer(int entriesWanted, long bytesMax, long quietMillis, Runnable checkpoint) {
        this.entriesWanted = entriesWanted;
        this.bytesMax = bytesMax;
        this.checkpoint = checkpoint;
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        worker.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        worker.scheduleWithFixedDelay(this::look, quietMillis, quietMillis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        synchronized (this) {
            boolean quiet = all == allBefore;
            allBefore = all;
            if (!quiet || busy || bytes < QUIET_BYTES) return;
            begin();
        }
        run();
    }

    private void begin() {
        entries = 0;
        bytes = 0;
        busy = true;
        pausing = true;
    }

    /** Does something else between the flushes, again and again. A failure stops the node as one of a flush does. */
    void every(long seconds, Runnable task) {
        worker.scheduleWithFixedDelay(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }, seconds, seconds, TimeUnit.SECONDS);
    }

    /** So much more was applied. Throws when an earlier flush failed: the node must not go on. */
    void applied(int moreEntries, long moreBytes) {
        Throwable cause = failure;
        if (cause != null) throw new IllegalStateException("the projections could not be flushed: " + cause, cause);
        synchronized (this) {
            all += moreEntries;
            entries += moreEntries;
            bytes += moreBytes;
            if (busy) return;
            boolean due = bytes >= bytesMax || entries >= (pausing ? (long) entriesWanted * ENTRIES_FACTOR_MAX : entriesWanted);
            if (!due) return;
            begin();
        }
        worker.execute(this::run);
    }

    private void run() {
        try {
            checkpoint.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            busy = false;
        }
        if (!worker.isShutdown()) worker.schedule(() -> pausing = false, PAUSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for a flush that is under way. */
    @Override
    public void close() {
        worker.close();
    }
}
