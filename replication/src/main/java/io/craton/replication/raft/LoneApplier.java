package io.craton.replication.raft;

import io.craton.core.metric.Latencies;
import io.craton.replication.raft.LoneWriter.Pending;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.entry.DamagedEntryException;
import io.craton.storage.entry.NewerEntryException;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogCursor;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the entries of a lone node in order, first those from before its start. What waits is applied as one run, and its submitters are told when it is visible.
 * Usually a thread of its own; the writer may apply a batch itself while nothing waits, and then the thread has nothing to do. Where submitters were told as soon as
 * their entries were durable, whoever reads next applies what is left of them.
 */
final class LoneApplier {
    private static final Logger LOG = LoggerFactory.getLogger(LoneApplier.class);
    private static final int RUN_ENTRIES_MAX = 1024;
    private static final int RUN_BYTES_MAX = 4 << 20;
    /** The writer waits when so many of its batches are not applied. */
    private static final int BATCHES_WAITING_MAX = 64;
    private static final long PROGRESS_EVERY_NANOS = 5_000_000_000L;

    /** Entries with consecutive positions. */
    private record Batch(long first, long term, List<Pending> entries) {}

    private final EventLog log;
    private final EntryConsumer consumer;
    private final Consumer<Throwable> onFailure;
    private final long replayTo;
    private final Latencies times = new Latencies();
    private final Thread thread = Thread.ofPlatform().name("log-applier").unstarted(this::run);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition changed = lock.newCondition();
    private final Queue<Batch> waiting = new ArrayDeque<>();
    private boolean applying;
    private boolean closed;
    private @Nullable Throwable failure;
    private volatile boolean ready;
    private volatile long applied;
    /** Up to here submitters may have been told that their entries are durable; and that they are applied. */
    private volatile long answered;
    private volatile long settled;

    LoneApplier(EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure) {
        this.log = log;
        this.consumer = consumer;
        this.onFailure = onFailure;
        this.replayTo = log.lastIndex();
        this.applied = consumer.appliedPosition();
        this.settled = log.lastIndex();
    }

    void start() {
        thread.start();
    }

    /** Everything from before the start is applied, and nothing has failed since. */
    boolean ready() {
        return ready;
    }

    long applied() {
        return applied;
    }

    /** From submission to completion. */
    Latencies times() {
        return times;
    }

    /** The writer is about to tell submitters up to here that their entries are durable. */
    void answers(long position) {
        answered = position;
    }

    /**
     * The writer made these durable. {@code here}: its thread may apply them, if nothing is in front of them. {@code afterwards}: runs what applies them, unless somebody
     * needs them before.
     */
    void committed(long first, long term, List<Pending> entries, boolean here, @Nullable Executor afterwards) {
        var batch = new Batch(first, term, entries);
        boolean failed;
        boolean applies = false;
        lock.lock();
        try {
            while (waiting.size() >= BATCHES_WAITING_MAX && failure == null) changed.awaitUninterruptibly();
            failed = failure != null;
            if (!failed) {
                applies = here && ready && !applying && waiting.isEmpty();
                if (applies) {
                    applying = true;
                } else {
                    waiting.add(batch);
                    if (afterwards == null || !ready) arrived.signal();
                }
            }
        } finally {
            lock.unlock();
        }
        if (failed) unknown(List.of(batch));
        else if (applies) apply(List.of(batch));
        else if (afterwards != null) later(afterwards);
    }

    private void later(Executor afterwards) {
        try {
            afterwards.execute(this::applyWaiting);
        } catch (RejectedExecutionException stopping) {
            applyWaiting();
        }
    }

    /** Unless another thread is at it, or has been. */
    private void applyWaiting() {
        List<Batch> run = new ArrayList<>();
        lock.lock();
        try {
            if (!ready || applying || waiting.isEmpty()) return; // who applies sees to what waits
            take(run, RUN_ENTRIES_MAX);
        } finally {
            lock.unlock();
        }
        apply(run);
    }

    /**
     * Whatever somebody was told to be durable is applied when this returns; false when this node has failed. This thread applies what waits, unless another one does.
     */
    boolean settle() {
        long wanted = answered;
        if (settled >= wanted) return true;
        List<Batch> run = new ArrayList<>();
        while (true) {
            lock.lock();
            try {
                while (settled < wanted && failure == null && (applying || waiting.isEmpty() || !ready)) changed.awaitUninterruptibly();
                if (failure != null) return false;
                if (settled >= wanted) return true;
                take(run, 1);
            } finally {
                lock.unlock();
            }
            apply(run);
            run.clear();
        }
    }

    private void run() {
        try {
            replay();
        } catch (IOException | RuntimeException | Error e) {
            fail(e, List.of());
            return;
        }
        List<Batch> run = new ArrayList<>();
        while (take(run)) {
            apply(run);
            run.clear();
        }
    }

    private void replay() throws IOException {
        long start = System.nanoTime();
        long told = start;
        int bytes = 0;
        try (LogCursor cursor = log.cursor()) {
            for (long index = applied + 1; index <= replayTo; index++) {
                LogRecord record = cursor.read(index);
                if (record == null) throw new IOException("entry " + index + " is not in the log, which ends at " + replayTo);
                if (record.type() != EntryType.DATA) continue;
                consumer.apply(index, record.term(), bytesOf(record.payload()));
                bytes += record.payload().remaining();
                if (bytes < RUN_BYTES_MAX) continue;
                consumer.endOfRun();
                bytes = 0;
                long now = System.nanoTime();
                if (now - told > PROGRESS_EVERY_NANOS) {
                    told = now;
                    LOG.info("replaying the log: position {} of {}", index, replayTo);
                }
            }
        }
        if (bytes > 0) consumer.endOfRun();
        log.committed(replayTo);
        applied = replayTo;
        lock.lock();
        try {
            ready = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static byte[] bytesOf(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }

    /** Waits for batches, and takes as many as make a run; false when the group closes and none are left. */
    private boolean take(List<Batch> run) {
        lock.lock();
        try {
            while (waiting.isEmpty() || applying) {
                if (failure != null || closed && waiting.isEmpty() && !applying) return false;
                arrived.awaitUninterruptibly();
            }
            take(run, RUN_ENTRIES_MAX);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: takes one batch at least. */
    private void take(List<Batch> run, int entriesMax) {
        int entries = 0;
        for (Batch next = waiting.peek(); next != null && (run.isEmpty() || entries + next.entries().size() <= entriesMax); next = waiting.peek()) {
            entries += next.entries().size();
            run.add(waiting.remove());
        }
        applying = true;
    }

    private void apply(List<Batch> run) {
        long last = 0;
        try {
            for (Batch batch : run) {
                last = batch.first() - 1;
                for (Pending entry : batch.entries()) {
                    entry.completion().replicated();
                    consumer.apply(++last, batch.term(), entry.payload());
                }
            }
            consumer.endOfRun();
            log.committed(last);
        } catch (RuntimeException | Error e) {
            fail(e, run);
            return;
        }
        applied = last;
        long now = System.nanoTime();
        for (Batch batch : run) {
            long position = batch.first();
            for (Pending entry : batch.entries()) {
                times.record(now - entry.submitted());
                tell(entry, position++);
            }
        }
        lock.lock();
        try {
            applying = false;
            settled = last;
            if (!waiting.isEmpty() || closed) arrived.signal();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One who cannot take the answer must not keep it from the others. */
    private static void tell(Pending entry, long position) {
        try {
            entry.completion().committed(position);
        } catch (RuntimeException | Error e) {
            LOG.error("whoever submitted entry {} failed when it was committed", position, e);
        }
    }

    private void fail(Throwable cause, List<Batch> run) {
        List<Batch> lost = new ArrayList<>(run);
        lock.lock();
        try {
            failure = cause;
            ready = false;
            applying = false;
            lost.addAll(waiting);
            waiting.clear();
            changed.signalAll();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        onFailure.accept(cause);
        unknown(lost);
    }

    /** They are in the log, and the next start applies them, or not. */
    private static void unknown(List<Batch> lost) {
        for (Batch batch : lost) {
            for (Pending entry : batch.entries()) entry.completion().unknown("the entry is in the log, but could not be applied");
        }
    }

    /** The log takes no more entries; those that are in it are applied, by this group's own thread from now on. */
    void logFailed() {
        lock.lock();
        try {
            ready = false;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** False after the time-out. */
    boolean awaitReplay(Duration timeout) throws InterruptedException, IOException {
        long remaining = timeout.toNanos();
        lock.lock();
        try {
            while (!ready && failure == null) {
                if (remaining <= 0) return false;
                remaining = changed.awaitNanos(remaining);
            }
            if (failure instanceof IOException e) throw e;
            if (failure instanceof NewerEntryException || failure instanceof DamagedEntryException || failure instanceof EncryptionException) throw (RuntimeException) failure;
            return failure == null;
        } finally {
            lock.unlock();
        }
    }

    /** Applies what waits, and ends. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        join(thread);
    }

    /** Waits for the end of a thread, whatever happens. */
    static void join(Thread thread) {
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
    }
}
