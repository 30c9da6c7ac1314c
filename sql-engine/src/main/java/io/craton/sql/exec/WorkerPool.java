package io.craton.sql.exec;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The engine's threads that help statements with large scans. There are few, and nothing waits in them: a helper that cannot go on gives its thread back. Any thread. */
public final class WorkerPool {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    /** @param size most threads at once */
    public WorkerPool(int size) {
        threads = new ThreadPoolExecutor(size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("worker-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    int size() {
        return threads.getMaximumPoolSize();
    }

    void run(Runnable work) {
        threads.execute(work);
    }
}
