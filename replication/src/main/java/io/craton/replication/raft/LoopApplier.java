package io.craton.replication.raft;

import com.alipay.sofa.jraft.FSMCaller;
import com.alipay.sofa.jraft.core.BallotBox;
import com.alipay.sofa.jraft.core.FSMCallerImpl;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.storage.LogManager;
import io.craton.replication.rpc.PeerRpcFactory;
import io.netty.channel.EventLoop;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applies what this member commits as leader on the event loop that learns of it, at the end of its turn, and tells the sessions: JRaft's thread for that would have to be woken for each
 * commit, and takes the processor from a loop that is about to learn of the next one. Only entries are applied here that are short, change rows alone and follow what is applied; all
 * others, and what they leave behind, are JRaft's, which learns a little later what was committed and finds it done.
 *
 * <p>JRaft 1.4.1 tells its own caller when something is committed, and has no place for another listener: it is put there, and a JRaft without that place fails each start.
 */
final class LoopApplier {
    /** Longer runs are applied beside the loops. */
    private static final int RUN_MAX = 32;
    private static final int ENTRY_BYTES_MAX = 4 << 10;
    private static final long TELL_MICROS = 2000;

    /** An entry at its place in the log, where it may not stay: a leader that is deposed may lose it. */
    record Appended(long index, long term, byte[] payload, Submission submission, EventLoop loop) {}

    private final LongConsumer tell;
    private final LongUnaryOperator termAt;
    private final EntryApplier applier;
    /** In the order of the log. */
    private final Queue<Appended> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong committed = new AtomicLong();
    /** A loop looks, or will at the end of its turn, and looks again for what is committed meanwhile. */
    private final AtomicBoolean coming = new AtomicBoolean();
    /** JRaft's caller will be told. */
    private final AtomicBoolean telling = new AtomicBoolean();

    /**
     * For a member that says what is {@link #committed}.
     *
     * @param tell   tells JRaft's caller what is committed
     * @param termAt of the entry at a position of the log; 0 where there is none
     */
    LoopApplier(LongConsumer tell, LongUnaryOperator termAt, EntryApplier applier) {
        this.tell = tell;
        this.termAt = termAt;
        this.applier = applier;
    }

    /** From now on, for a node that runs. */
    static LoopApplier of(NodeImpl node, EntryApplier applier) {
        try {
            var inNode = MethodHandles.privateLookupIn(NodeImpl.class, MethodHandles.lookup());
            var inBox = MethodHandles.privateLookupIn(BallotBox.class, MethodHandles.lookup());
            var box = (BallotBox) inNode.findVarHandle(NodeImpl.class, "ballotBox", BallotBox.class).get(node);
            var log = (LogManager) inNode.findVarHandle(NodeImpl.class, "logManager", LogManager.class).get(node);
            var waiter = inBox.findVarHandle(BallotBox.class, "waiter", FSMCaller.class);
            var caller = (FSMCaller) waiter.get(box);
            var own = new LoopApplier(caller::onCommitted, log::getTerm, applier);
            waiter.setVolatile(box, new Listener(own, caller));
            return own;
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What votes are counted for. Of JRaft's own caller only what it is asked there. */
    private static final class Listener extends FSMCallerImpl {
        private final LoopApplier own;
        private final FSMCaller caller;

        Listener(LoopApplier own, FSMCaller caller) {
            this.own = own;
            this.caller = caller;
        }

        @Override
        public boolean onCommitted(long index) {
            own.committed(index);
            return true;
        }

        @Override
        public boolean hasAvailableCapacity(int required) {
            return caller.hasAvailableCapacity(required);
        }
    }

    /**
     * In the order of the log, by one thread at a time; the entry may be committed by now.
     *
     * @param loop of the session that submitted it; null when it was no loop's
     */
    void appended(long index, long term, byte[] payload, Submission submission, @Nullable EventLoop loop) {
        if (loop != null && payload.length <= ENTRY_BYTES_MAX && submission.isQuick()) waiting.add(new Appended(index, term, payload, submission, loop));
    }

    /** Under locks of JRaft's, from any thread. */
    void committed(long index) {
        committed.accumulateAndGet(index, Math::max);
        Appended first = waiting.peek();
        if (first == null || applier.leaderTerm() == 0) {
            tell.accept(index);
            return;
        }
        EventLoop loop = PeerRpcFactory.currentLoop();
        look(loop == null ? first.loop : loop);
    }

    private void look(EventLoop loop) {
        if (!coming.compareAndSet(false, true)) return;
        try {
            loop.execute(() -> apply(loop));
        } catch (RejectedExecutionException stopping) {
            coming.set(false);
            tell.accept(committed.get());
        }
    }

    private void apply(EventLoop loop) {
        long to = committed.get();
        try {
            applier.applyHere(after -> run(after, to));
            if (applier.applied() >= to) tellLater(loop);
            else tell.accept(to);
        } finally {
            coming.set(false);
        }
        if (committed.get() > to) look(loop);
    }

    /** What may be applied behind a position: an entry that is committed in this term is the log's at that place. */
    private List<Appended> run(long after, long to) {
        List<Appended> run = new ArrayList<>();
        long next = after + 1;
        while (run.size() < RUN_MAX) {
            Appended first = waiting.peek();
            if (first == null || first.index > to) break;
            if (first.index >= next) {
                if (first.index > next || termAt.applyAsLong(next) != first.term) break;
                run.add(first);
                next++;
            }
            waiting.poll();
        }
        return run;
    }

    private void tellLater(EventLoop loop) {
        if (!telling.compareAndSet(false, true)) return;
        try {
            loop.schedule(this::tell, TELL_MICROS, TimeUnit.MICROSECONDS);
        } catch (RejectedExecutionException stopping) {
            tell();
        }
    }

    private void tell() {
        telling.set(false);
        tell.accept(committed.get());
    }
}
