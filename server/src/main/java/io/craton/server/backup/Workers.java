package io.craton.server.backup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Threads that read, check and hash what a backup holds beside who puts it in order: as many as there are processors, fewer where memory does not hold a segment for each several times. */
final class Workers implements AutoCloseable {
    private final int count = (int) Math.max(1, Math.min(Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory() / (8L * Archive.BYTES_MAX)));
    private final ExecutorService threads = Executors.newFixedThreadPool(count, Thread.ofPlatform().daemon().name("backup-", 0).factory());

    int count() {
        return count;
    }

    /** They are begun in this order. */
    <T> Future<T> submit(Callable<T> work) {
        return threads.submit(work);
    }

    /** What came of it. */
    static <T> T get(Future<T> work) throws IOException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IOException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** Calls it here. */
    static <T> T call(Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        task.run();
        return get(task);
    }

    /** What is under way is left, and has ended when this returns. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
