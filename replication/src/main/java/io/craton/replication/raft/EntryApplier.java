package io.craton.replication.raft;

import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import io.craton.storage.log.EntryConsumer;
import io.craton.storage.log.EventLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed entries to the consumer in runs: what JRaft has committed by now, but no more than a bounded run at once. Submissions
 * of a run are completed after the run is visible. JRaft's one caller thread runs
 * everything here but the waiting for leadership, and what event loops apply of what this member commits ({@link LoopApplier}).
 */
final class EntryApplier extends StateMachineAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(EntryApplier.class);
    private static final int RUN_ENTRIES_MAX = 1024;
    private static final int RUN_BYTES_MAX = 4 << 20;

    private final EventLog log;
    private final EntryConsumer consumer;
    private final Consumer<Throwable> onFailure;
    private final Runnable leadershipChanged;
    /** Of JRaft's thread. */
    private final List<Submission> run = new ArrayList<>();
    /** Held by whoever applies a run. */
    private final ReentrantLock applying = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition leading = lock.newCondition();
    private volatile long leaderTerm;
    private volatile long knownTerm;
    /** The last entry that is visible. */
    private volatile long applied;
    private volatile Runnable appliedMore = () -> {};
    private volatile Rest rest = new Rest(() -> true);
    /** Everything committed before this {@link System#nanoTime} is applied here. */
    private final AtomicLong fresh = new AtomicLong(System.nanoTime() - Long.MAX_VALUE / 2);

    EntryApplier(EventLog log, EntryConsumer consumer, Consumer<Throwable> onFailure, Runnable leadershipChanged) {
        this.log = log;
        this.consumer = consumer;
        this.onFailure = onFailure;
        this.leadershipChanged = leadershipChanged;
    }

    @Override
    public void onApply(Iterator entries) {
        try {
            int count = 0;
            while (entries.hasNext()) count += applyRun(entries);
            if (leaderTerm == 0) rest.after(count);
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
            var status = new Status(RaftError.ESTATEMACHINE, "entry could not be applied: %s", e);
            run.forEach(submission -> submission.run(status));
            run.clear();
            entries.setErrorAndRollback(1, status);
        }
    }

    private int applyRun(Iterator entries) {
        int count;
        applying.lock();
        try {
            count = applyLocked(entries);
        } finally {
            applying.unlock();
        }
        for (int i = 0; i < run.size(); i++) run.get(i).run(Status.OK());
        run.clear();
        appliedMore.run();
        return count;
    }

    private int applyLocked(Iterator entries) {
        long before = Math.max(applied, consumer.appliedPosition());
        long last = 0;
        int bytes = 0;
        int count = 0;
        boolean any = false;
        for (; entries.hasNext() && count < RUN_ENTRIES_MAX && bytes < RUN_BYTES_MAX; entries.next(), count++) {
            ByteBuffer data = entries.getData();
            last = entries.getIndex();
            bytes += data.remaining();
            Submission submission = entries.done() instanceof Submission known ? known : null;
            if (last > before) {
                if (submission != null) submission.replicated();
                consumer.apply(last, entries.getTerm(), bytesOf(data));
                any = true;
            }
            if (submission != null) {
                submission.appliedAt(last);
                run.add(submission);
            }
        }
        if (any) consumer.endOfRun();
        if (last > applied) applied(last);
        return count;
    }

    /** By whoever applies. */
    private void applied(long last) {
        applied = last;
        log.committed(last);
    }

    /**
     * Applies a run on the thread that calls, unless another one is at it.
     *
     * @param runOf gives the run that follows a position, empty when there is none
     */
    void applyHere(LongFunction<List<LoopApplier.Appended>> runOf) {
        if (!applying.tryLock()) return;
        List<LoopApplier.Appended> here = List.of();
        Status status = Status.OK();
        try {
            here = runOf.apply(applied);
            if (here.isEmpty()) return;
            for (LoopApplier.Appended each : here) {
                each.submission().replicated();
                consumer.apply(each.index(), each.term(), each.payload());
                each.submission().appliedAt(each.index());
            }
            consumer.endOfRun();
            applied(here.getLast().index());
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
            status = new Status(RaftError.ESTATEMACHINE, "entry could not be applied: %s", e);
        } finally {
            applying.unlock();
        }
        for (LoopApplier.Appended each : here) tell(each, status);
        appliedMore.run();
    }

    /** One who cannot take the answer must not keep it from the others. */
    private static void tell(LoopApplier.Appended entry, Status status) {
        try {
            entry.submission().run(status);
        } catch (RuntimeException | Error e) {
            LOG.error("whoever submitted entry {} failed when it was told", entry.index(), e);
        }
    }

    /**
     * Readers of this member, who wait for what is committed to be applied.
     *
     * @param listener is called after each run of entries
     * @param awaited  whether any of them waits
     */
    void serve(Runnable listener, BooleanSupplier awaited) {
        appliedMore = listener;
        rest = new Rest(awaited);
    }

    /** A reader waits: it said so before this. */
    void hurry() {
        rest.end();
    }

    long applied() {
        return applied;
    }

    void fresh(long nanos) {
        fresh.accumulateAndGet(nanos, (known, more) -> more - known > 0 ? more : known);
    }

    long freshNanos() {
        return fresh.get();
    }

    private static byte[] bytesOf(ByteBuffer data) {
        if (data.hasArray() && data.arrayOffset() == 0 && data.position() == 0 && data.remaining() == data.array().length) return data.array();
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        return true;
    }

    @Override
    public void onLeaderStart(long term) {
        leaderTerm = term;
        knownTerm = term;
        lock.lock();
        try {
            leading.signalAll();
        } finally {
            lock.unlock();
        }
        leadershipChanged.run();
    }

    @Override
    public void onLeaderStop(Status status) {
        leaderTerm = 0;
        leadershipChanged.run();
    }

    @Override
    public void onStartFollowing(LeaderChangeContext context) {
        knownTerm = context.getTerm();
        leadershipChanged.run();
    }

    @Override
    public void onStopFollowing(LeaderChangeContext context) {
        leadershipChanged.run();
    }

    @Override
    public void onError(RaftException error) {
        leaderTerm = 0;
        onFailure.accept(error);
    }

    /** The newest term in which this member led or followed; 0 before the first. */
    long knownTerm() {
        return knownTerm;
    }

    long leaderTerm() {
        return leaderTerm;
    }

    boolean awaitLeader(Duration timeout) throws InterruptedException {
        long remaining = timeout.toNanos();
        lock.lock();
        try {
            while (leaderTerm == 0) {
                if (remaining <= 0) return false;
                remaining = leading.awaitNanos(remaining);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
