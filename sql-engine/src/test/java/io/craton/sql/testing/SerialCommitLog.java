package io.craton.sql.testing;

import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A log of one process that keeps nothing: entries are committed at once and applied by one thread, in order. */
final class SerialCommitLog implements CommitLog, AutoCloseable {
    private static final long TERM = 1;

    private final EntryConsumer consumer;
    private final ExecutorService applier = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("applier").daemon().factory());
    private long position;

    SerialCommitLog(EntryConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public synchronized void submit(byte[] payload, long expectedTerm, Completion completion) {
        long at = ++position;
        applier.execute(() -> {
            consumer.apply(at, TERM, payload);
            consumer.endOfRun();
            completion.committed(at);
        });
    }

    @Override
    public long leaderTerm() {
        return TERM;
    }

    @Override
    public void readBarrier() {
        Future<?> done = applier.submit(() -> { });
        try {
            done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        applier.close();
    }
}
