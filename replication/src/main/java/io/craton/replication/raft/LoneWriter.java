package io.craton.replication.raft;

import io.craton.storage.entry.EntryHeader;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: whatever was submitted while the last batch was synced is the next batch. One thread writes, or a submitter that has nothing else to do while nobody
 * writes; applying happens there as well while batches are small and nothing waits to be applied, so that a lone client wakes no other thread, and otherwise beside the
 * next sync.
 */
final class LoneWriter implements CommitLog, AutoCloseable {
    /** Enough for the sessions of a node. Whoever submits beyond it waits. */
    private static final int WAITING_MAX = 4096;
    private static final int BATCH_ENTRIES_MAX = 512;
    private static final int BATCH_BYTES_MAX = 1 << 20;
    /**
     * Batches up to this are quickly applied: the thread that wrote them does it, and before that tells everybody that they are durable, though those who come next wait
     * meanwhile. Larger ones are applied beside the next sync, and nobody is told before, but who is alone.
     */
    private static final int SMALL_BATCH_BYTES = 500;

    /** An entry on its way since a nano time, and what becomes of it. */
    record Pending(byte[] payload, long submitted, Completion completion) {}

    private final EventLog log;
    private final long term;
    private final ToIntFunction<ByteBuffer> tenantOf;
    private final LoneApplier applier;
    private final Consumer<Throwable> onFailure;
    private final Thread thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();
    private List<Pending> waiting = new ArrayList<>();
    /** Somebody writes: the thread, also before it first waits, or a submitter that has nothing else to do. */
    private boolean writing = true;
    private boolean closed;

    LoneWriter(EventLog log, long term, ToIntFunction<ByteBuffer> tenantOf, LoneApplier applier, Consumer<Throwable> onFailure) {
        this.log = log;
        this.term = term;
        this.tenantOf = tenantOf;
        this.applier = applier;
        this.onFailure = onFailure;
    }

    void start() {
        thread.start();
    }

    @Override
    public void submit(byte[] payload, long expectedTerm, Completion completion) {
        submit(payload, expectedTerm, completion, false);
    }

    @Override
    public boolean submitWorking(byte[] payload, long expectedTerm, Completion completion) {
        return submit(payload, expectedTerm, completion, true);
    }

    /** True when the submitter is to write. */
    private boolean submit(byte[] payload, long expectedTerm, Completion completion, boolean offersWork) {
        if (expectedTerm != term) {
            completion.rejected("this node does not lead its group in term " + expectedTerm);
            return false;
        }
        String refusal = log.refusal();
        if (refusal != null && !EntryHeader.givesUpSpace(payload)) {
            completion.noSpace(refusal);
            return false;
        }
        lock.lock();
        try {
            while (waiting.size() >= WAITING_MAX && !closed) room.awaitUninterruptibly();
            if (!closed) {
                boolean works = offersWork && !writing && waiting.isEmpty();
                waiting.add(new Pending(payload, System.nanoTime(), completion));
                if (works) writing = true;
                else if (!writing) arrived.signal();
                return works;
            }
        } finally {
            lock.unlock();
        }
        completion.rejected("this node is shutting down");
        return false;
    }

    @Override
    public void work(Executor afterwards) {
        List<Pending> entries;
        lock.lock();
        try {
            entries = waiting;
            waiting = new ArrayList<>();
            if (entries.size() >= WAITING_MAX) room.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            for (int from = 0; from < entries.size(); ) from = write(entries, from, afterwards);
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        } finally {
            lock.lock();
            try {
                writing = false;
                if (!waiting.isEmpty() || closed) arrived.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public boolean settle() {
        return applier.settle();
    }

    /** Leads as soon as everything from before its term is applied, and as long as it can write. */
    @Override
    public long leaderTerm() {
        return applier.ready() ? term : 0;
    }

    private void run() {
        List<Pending> batch = new ArrayList<>();
        try {
            while (take(batch)) {
                for (int from = 0; from < batch.size(); ) from = write(batch, from, null);
                batch = new ArrayList<>(batch.size());
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Waits for entries and swaps lists; false when the group closes and none are left. */
    private boolean take(List<Pending> empty) {
        lock.lock();
        try {
            writing = false;
            while (waiting.isEmpty() || writing) {
                if (closed && !writing) return false;
                arrived.awaitUninterruptibly();
            }
            writing = true;
            empty.addAll(waiting);
            waiting.clear();
            if (empty.size() >= WAITING_MAX) room.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Writes one batch that begins there, and has it applied, {@code afterwards} where there is such a time; the beginning of the next. */
    private int write(List<Pending> entries, int from, @Nullable Executor afterwards) throws IOException {
        long index = log.lastIndex();
        int to = from;
        boolean small;
        try {
            List<LogRecord> records = new ArrayList<>(Math.min(entries.size() - from, BATCH_ENTRIES_MAX));
            int bytes = 0;
            while (to < entries.size() && records.size() < BATCH_ENTRIES_MAX && (records.isEmpty() || bytes + entries.get(to).payload().length <= BATCH_BYTES_MAX)) {
                ByteBuffer payload = ByteBuffer.wrap(entries.get(to++).payload());
                bytes += payload.remaining();
                records.add(new LogRecord(index + records.size() + 1, term, EntryType.DATA, tenantOf.applyAsInt(payload), payload));
            }
            small = bytes <= SMALL_BATCH_BYTES;
            log.append(records);
        } catch (IOException | RuntimeException | Error e) {
            for (int i = from; i < entries.size(); i++) {
                Completion completion = entries.get(i).completion();
                if (i < to) completion.unknown("the log could not be written: " + e.getMessage());
                else completion.rejected("the log could not be written: " + e.getMessage());
            }
            throw e;
        }
        List<Pending> batch = List.copyOf(entries.subList(from, to));
        if (small || batch.size() == 1) {
            applier.answers(log.lastIndex());
            for (int i = 0; i < batch.size(); i++) batch.get(i).completion().durable(index + 1 + i);
        }
        applier.committed(index + 1, term, batch, afterwards == null && small, afterwards);
        return to;
    }

    private void fail(Throwable cause) {
        applier.logFailed();
        List<Pending> lost;
        lock.lock();
        try {
            closed = true;
            lost = waiting;
            waiting = new ArrayList<>();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        for (Pending pending : lost) pending.completion().rejected("the log could not be written: " + cause.getMessage());
        onFailure.accept(cause);
    }

    /** Takes no more entries, and writes those it has. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        LoneApplier.join(thread);
    }
}
