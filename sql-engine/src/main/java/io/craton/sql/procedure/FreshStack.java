package io.craton.sql.procedure;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deep recursion in pieces: a call that is deep already goes on in a thread of its own, whose stack is empty, while the calling thread waits. A virtual thread has no
 * stack of a size to choose; this way calls nest about as deep as PostgreSQL's. Only one of the threads runs at a time, so what belongs to the session's
 * thread belongs to whichever it is.
 */
final class FreshStack {
    private static final class Run<T> implements Runnable {
        private final Supplier<T> work;
        private @Nullable T result;
        private @Nullable Throwable failure;

        Run(Supplier<T> work) {
            this.work = work;
        }

        @Override
        public void run() {
            try {
                result = work.get();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }
    }

    private FreshStack() {}

    /** The work's result or failure. An interrupt of the waiting thread is kept for later. */
    @SuppressWarnings("NullAway")
    static <T> T call(Supplier<T> work) {
        Run<T> run = new Run<>(work);
        Thread thread = Thread.startVirtualThread(run);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        if (run.failure instanceof RuntimeException exception) throw exception;
        if (run.failure instanceof Error error) throw error;
        return run.result;
    }
}
