package io.craton.sql.testing;

import io.craton.storage.entry.EntryHeader;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.LogArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A log of one process, in memory: entries are committed at once and applied by one thread, in order. */
final class SerialCommitLog implements CommitLog, AutoCloseable {
    private static final long TERM = 1;

    private final EntryConsumer consumer;
    private final ExecutorService applier = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("applier").daemon().factory());
    /** What was submitted; null when nothing is to be kept. */
    private final @Nullable List<byte[]> entries;
    private long position;
    private volatile boolean readsNeedBarrier;
    private final AtomicInteger barriers = new AtomicInteger();

    private SerialCommitLog(EntryConsumer consumer, @Nullable List<byte[]> entries) {
        this.consumer = consumer;
        this.entries = entries;
        if (entries != null) position = entries.size();
    }

    /** A log that keeps nothing. */
    static SerialCommitLog forgetful(EntryConsumer consumer) {
        return new SerialCommitLog(consumer, null);
    }

    /** Goes on behind these entries, and adds to them; those behind a position are applied now. */
    static SerialCommitLog over(EntryConsumer consumer, List<byte[]> entries, long applied) {
        for (int i = (int) applied; i < entries.size(); i++) {
            consumer.apply(i + 1, TERM, entries.get(i).clone());
            if (i % 7 == 0) consumer.endOfRun();
        }
        consumer.endOfRun();
        return new SerialCommitLog(consumer, entries);
    }

    @Override
    public synchronized void submit(byte[] payload, long expectedTerm, Completion completion) {
        long at = ++position;
        if (entries != null) entries.add(payload.clone());
        applier.execute(() -> {
            consumer.apply(at, TERM, payload);
            consumer.endOfRun();
            completion.committed(at);
        });
    }

    /** The entries that were kept. */
    LogArchive archive() {
        List<byte[]> kept = java.util.Objects.requireNonNull(entries);
        return new LogArchive() {
            @Override
            public long positionFirst() {
                return 1;
            }

            @Override
            public Reader open() {
                return new Reader() {
                    @Override
                    public @Nullable Entry read(long at) {
                        if (at < 1 || at > kept.size()) return null;
                        byte[] payload = kept.get((int) at - 1);
                        return new Entry(at, TERM, EntryHeader.tenant(payload), payload, ChainHash.GENESIS, payload.length);
                    }

                    @Override
                    public void close() {}
                };
            }
        };
    }

    @Override
    public long leaderTerm() {
        return TERM;
    }

    /** As if another node could lead without this one knowing. */
    void readsNeedBarrier(boolean value) {
        readsNeedBarrier = value;
    }

    int barriers() {
        return barriers.get();
    }

    @Override
    public boolean readsNeedBarrier() {
        return readsNeedBarrier;
    }

    @Override
    public void readBarrier(Barrier barrier) {
        awaitApplied();
        barrier.reached();
    }

    private void awaitApplied() {
        barriers.incrementAndGet();
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
