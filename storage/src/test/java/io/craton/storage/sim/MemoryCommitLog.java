package io.craton.storage.sim;

import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EntryConsumer;
import java.util.ArrayList;
import java.util.List;

/**
 * A log of one process, in memory: entries are "durable" at once, which submitters are told, and applied by one thread in runs. {@link #replay} feeds what is there to another consumer, as
 * a restart would.
 */
public final class MemoryCommitLog implements CommitLog, AutoCloseable {
    /** One entry of the log. */
    public record Entry(long position, byte[] payload) {}

    private record Submitted(Entry entry, Completion completion) {}

    private final EntryConsumer consumer;
    private final Thread applier;
    private final List<Entry> entries = new ArrayList<>();
    private List<Submitted> queue = new ArrayList<>();
    private volatile Throwable failure;
    private boolean closed;
    private boolean busy;
    private long position;
    private long answered;
    private long settled;
    private volatile long term = 1;

    public MemoryCommitLog(EntryConsumer consumer) {
        this(consumer, List.of());
    }

    /** Goes on behind entries that are there already. */
    public MemoryCommitLog(EntryConsumer consumer, List<Entry> before) {
        this.consumer = consumer;
        entries.addAll(before);
        position = before.isEmpty() ? 0 : before.getLast().position();
        applier = Thread.ofPlatform().name("applier").daemon().start(this::run);
    }

    @Override
    public synchronized void submit(byte[] payload, long expectedTerm, Completion completion) {
        if (closed || expectedTerm != term) {
            completion.rejected("not the leader of term " + expectedTerm);
            return;
        }
        Entry entry = new Entry(++position, payload);
        entries.add(entry);
        queue.add(new Submitted(entry, completion));
        answered = position;
        completion.durable(position);
        notifyAll();
    }

    @Override
    public synchronized boolean settle() {
        try {
            for (long wanted = answered; settled < wanted; ) {
                if (failure != null) return false;
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private void run() {
        try {
            while (true) {
                List<Submitted> run;
                synchronized (this) {
                    while (queue.isEmpty()) {
                        if (closed) return;
                        busy = false;
                        notifyAll();
                        wait();
                    }
                    busy = true;
                    run = queue;
                    queue = new ArrayList<>();
                }
                for (Submitted each : run) consumer.apply(each.entry.position, 1, each.entry.payload);
                consumer.endOfRun();
                for (Submitted each : run) each.completion.committed(each.entry.position);
                synchronized (this) {
                    settled = run.getLast().entry.position;
                    notifyAll();
                }
            }
        } catch (Throwable e) {
            synchronized (this) {
                failure = e;
                notifyAll();
            }
            e.printStackTrace();
        }
    }

    /** What stopped the applier, or null. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public long leaderTerm() {
        return term;
    }

    public void newTerm() {
        term++;
    }

    @Override
    public void readBarrier(Barrier barrier) {
        readBarrier();
        barrier.reached();
    }

    /** Waits until nothing is under way. */
    public synchronized void readBarrier() {
        try {
            while (busy || !queue.isEmpty()) wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Feeds entries behind a position to a consumer, in runs of {@code runLength}. */
    public static void replay(List<Entry> entries, long behind, EntryConsumer consumer, int runLength) {
        int inRun = 0;
        for (Entry entry : entries) {
            if (entry.position() <= behind) continue;
            consumer.apply(entry.position(), 1, entry.payload().clone());
            if (++inRun == runLength) {
                consumer.endOfRun();
                inRun = 0;
            }
        }
        consumer.endOfRun();
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        applier.join(10_000);
    }
}
