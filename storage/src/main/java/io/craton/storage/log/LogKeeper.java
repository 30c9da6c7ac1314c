package io.craton.storage.log;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the log's housekeeping: beside the appender on one thread, or at once on the caller's (tests that crash at every step). */
final class LogKeeper implements AutoCloseable {
    private final @Nullable ScheduledThreadPoolExecutor executor;

    private LogKeeper(@Nullable ScheduledThreadPoolExecutor executor) {
        this.executor = executor;
    }

    static LogKeeper background() {
        var executor = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "craton-log-keeper");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return new LogKeeper(executor);
    }

    static LogKeeper inline() {
        return new LogKeeper(null);
    }

    void soon(Runnable task) {
        if (executor == null) task.run();
        else if (!executor.isShutdown()) executor.execute(task);
    }

    /** In a second; never when inline. */
    void later(Runnable task) {
        if (executor != null && !executor.isShutdown()) executor.schedule(task, 1, TimeUnit.SECONDS);
    }

    /** Finishes what has been started. */
    @Override
    public void close() {
        if (executor != null) executor.close();
    }
}
