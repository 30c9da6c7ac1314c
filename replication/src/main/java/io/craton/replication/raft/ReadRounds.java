package io.craton.replication.raft;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.google.protobuf.Int64Value;
import com.google.protobuf.UInt64Value;
import io.craton.replication.rpc.PeerOptions;
import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.storage.log.CommitLog.Barrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Read index without waiting threads. Whoever asks while a round is under way gets the next one; so there is one question at a time on its way, however many wait.
 *
 * <p>On the leader a round asks voters for their term. A member that still knows no higher term than the leader's has not voted in one; when a majority has said so
 * after the round began, nobody else can have been elected before it began, so everything committed by then is known here: it only has to be applied. No clock is part of
 * this, and no pause of any process can make it wrong. One voter more than needed is not asked unless the others are slow.
 *
 * <p>On a follower a round asks the leader, whose answer is the position to wait for.
 */
final class ReadRounds implements AutoCloseable {
    private static final int CALL_MILLIS = 1000;
    /** After so long without a majority the other voters are asked too. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** One question, for all who asked before it. State is guarded by {@code lock}. */
    private final class Round {
        private final List<Waiting> waiting;
        private final long begun = System.nanoTime();
        /** Of the leader's; 0 for a question to the leader. */
        private final long term;
        private final Members members;
        private final List<PeerId> unasked = new ArrayList<>();
        private final List<PeerId> confirmed = new ArrayList<>();
        private long index;
        private long retryAt;

        Round(List<Waiting> waiting, long term, Members members) {
            this.waiting = waiting;
            this.term = term;
            this.members = members;
            index = term > 0 ? node.getLastCommittedIndex() : -1;
        }

        private boolean majority(List<PeerId> voters) {
            int count = 0;
            for (PeerId voter : voters) {
                if (voter.equals(self) || confirmed.contains(voter)) count++;
            }
            return voters.isEmpty() || count > voters.size() / 2;
        }
    }

    /** Somebody who waits; {@code index} is the position that must be applied, as soon as that is known. */
    private record Waiting(IndexBarrier barrier, long deadline) {}

    /** {@link Barrier} of a round whose position is asked for by another member, or waited for here. */
    private interface IndexBarrier {
        void reached(long index, long begun);

        void failed(String why);
    }

    private record Applying(long index, long begun, Barrier barrier) {}

    private final int group;
    private final NodeImpl node;
    private final PeerId self;
    private final EntryApplier applier;
    private final RaftVote vote;
    private final Supplier<Members> members;
    private final RpcClient client;
    private final long patienceNanos;
    private final Thread ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private List<Waiting> next = new ArrayList<>();
    private volatile @Nullable Round round;
    private List<Applying> applying = new ArrayList<>();
    private volatile boolean applyingAny;
    private volatile boolean idle = true;
    private volatile boolean closed;
    /** The voter that answered last is asked first: it is likely to be fast. */
    private @Nullable PeerId quick;
    private final List<Round> finished = new ArrayList<>();

    ReadRounds(int group, NodeImpl node, PeerId self, EntryApplier applier, RaftVote vote, Supplier<Members> members, PeerSecurity security, Duration electionTimeout) {
        this.group = group;
        this.node = node;
        this.self = self;
        this.applier = applier;
        this.vote = vote;
        this.members = members;
        client = new PeerRpcFactory().createRpcClient(null);
        NodeOptions options = new PeerOptions(security);
        options.setRpcConnectTimeoutMs(CALL_MILLIS);
        client.init(options);
        patienceNanos = 10 * electionTimeout.toNanos();
        ticker = Thread.ofVirtual().name("read-rounds").start(this::tick);
    }

    /** Calls back when everything committed before this call is applied here; from any thread, maybe this one. */
    void await(Barrier barrier) {
        await(new IndexBarrier() {
            @Override
            public void reached(long index, long begun) {
                whenApplied(new Applying(index, begun, barrier));
            }

            @Override
            public void failed(String why) {
                barrier.failed(why);
            }
        });
    }

    /** Answers another member's question with the newest committed position, -1 when this one cannot know it. */
    void answerIndex(LongConsumer answer) {
        if (applier.leaderTerm() == 0) {
            answer.accept(-1);
            return;
        }
        await(new IndexBarrier() {
            @Override
            public void reached(long index, long begun) {
                answer.accept(index);
            }

            @Override
            public void failed(String why) {
                answer.accept(-1);
            }
        });
    }

    private void await(IndexBarrier barrier) {
        Waiting waiting = new Waiting(barrier, System.nanoTime() + patienceNanos);
        lock.lock();
        try {
            if (!closed) {
                next.add(waiting);
                if (round != null) return;
                begin();
            }
        } finally {
            lock.unlock();
        }
        if (closed) barrier.failed("the node stops");
        else if (idle) wake();
        deliver();
    }

    private void wake() {
        idle = false;
        LockSupport.unpark(ticker);
    }

    // ---- rounds --------------------------------------------------------------------------------------------------

    /** Under the lock; there is no round, and somebody waits. */
    private void begin() {
        long term = applier.leaderTerm();
        List<Waiting> all = next;
        next = new ArrayList<>();
        Round fresh = new Round(all, term, members.get());
        round = fresh;
        if (term == 0) {
            askLeader(fresh);
        } else if (vote.promised() > term) {
            fresh.retryAt = fresh.begun + RETRY_NANOS; // deposed, and about to learn it
        } else {
            for (PeerId voter : fresh.members.voters()) unasked(fresh, voter);
            for (PeerId voter : fresh.members.oldVoters()) unasked(fresh, voter);
            // Most of the time one answer is missing to a majority of three.
            int missing = fresh.members.oldVoters().isEmpty() ? fresh.members.voters().size() / 2 : fresh.unasked.size();
            for (int i = 0; i < missing && !fresh.unasked.isEmpty(); i++) askVoter(fresh, fresh.unasked.removeFirst());
            settle(fresh);
        }
    }

    private void unasked(Round of, PeerId voter) {
        if (voter.equals(self) || of.unasked.contains(voter)) return;
        if (voter.equals(quick)) of.unasked.addFirst(voter);
        else of.unasked.addLast(voter);
    }

    private void askVoter(Round of, PeerId voter) {
        call(voter, ReadQuestions.term(group), (answer, failure) -> answeredTerm(of, voter, answer instanceof UInt64Value term ? term.getValue() : -1));
    }

    private void askLeader(Round of) {
        PeerId leader = node.getLeaderId();
        if (leader == null || leader.isEmpty() || leader.equals(self)) {
            of.retryAt = System.nanoTime() + RETRY_NANOS;
            return;
        }
        of.retryAt = 0;
        call(leader, ReadQuestions.position(group), (answer, failure) -> answeredIndex(of, answer instanceof Int64Value index ? index.getValue() : -1));
    }

    private void call(PeerId to, Object question, InvokeCallback answered) {
        try {
            client.invokeAsync(to.getEndpoint(), question, answered, CALL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RemotingException e) {
            // The ticker asks again.
        }
    }

    private void answeredTerm(Round of, PeerId voter, long term) {
        lock.lock();
        try {
            if (round != of) return;
            if (term < 0) {
                of.retryAt = System.nanoTime() + RETRY_NANOS;
                if (!of.unasked.isEmpty()) askVoter(of, of.unasked.removeFirst());
                return;
            }
            if (term > of.term) return; // others will say so too, and the group stops leading
            of.confirmed.add(voter);
            quick = voter;
            settle(of);
        } finally {
            lock.unlock();
        }
        deliver();
    }

    private void answeredIndex(Round of, long index) {
        lock.lock();
        try {
            if (round != of) return;
            if (index < 0) {
                of.retryAt = System.nanoTime() + RETRY_NANOS;
                return;
            }
            of.index = index;
            done(of);
        } finally {
            lock.unlock();
        }
        deliver();
    }

    /** Under the lock. */
    private void settle(Round of) {
        if (of.term != applier.leaderTerm() || !of.majority(of.members.voters()) || !of.majority(of.members.oldVoters())) return;
        done(of);
    }

    /** Under the lock. */
    private void done(Round of) {
        finished.add(of);
        if (next.isEmpty()) round = null;
        else begin(); // never without a round in between: the ticker would go to sleep
    }

    /** Tells those whose rounds have ended, outside the lock. */
    private void deliver() {
        while (true) {
            Round of;
            lock.lock();
            try {
                if (finished.isEmpty()) return;
                of = finished.removeFirst();
            } finally {
                lock.unlock();
            }
            for (Waiting waiting : of.waiting) waiting.barrier.reached(of.index, of.begun);
        }
    }

    // ---- waiting for what is applied -----------------------------------------------------------------------------

    private long applied() {
        return Math.max(applier.applied(), node.getLastAppliedLogIndex());
    }

    private void whenApplied(Applying waiting) {
        if (applied() < waiting.index) {
            boolean tooLate;
            lock.lock();
            try {
                tooLate = closed;
                if (!tooLate) {
                    applying.add(waiting);
                    applyingAny = true;
                }
            } finally {
                lock.unlock();
            }
            if (tooLate) {
                waiting.barrier.failed("the node stops");
                return;
            }
            if (idle) wake();
            applier.hurry();
            appliedMore();
            return;
        }
        applier.fresh(waiting.begun);
        waiting.barrier.reached();
    }

    boolean anyWaitsForApplying() {
        return applyingAny;
    }

    /** More may have been applied: called by whoever applies, often. */
    void appliedMore() {
        if (!applyingAny) return;
        List<Applying> ready = new ArrayList<>();
        lock.lock();
        try {
            long applied = applied();
            List<Applying> rest = new ArrayList<>();
            for (Applying each : applying) (each.index <= applied ? ready : rest).add(each);
            applying = rest;
            applyingAny = !rest.isEmpty();
        } finally {
            lock.unlock();
        }
        for (Applying each : ready) {
            applier.fresh(each.begun);
            each.barrier.reached();
        }
    }

    // ---- what time does ------------------------------------------------------------------------------------------

    private void tick() {
        long busy = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            if (look(now)) busy = now;
            appliedMore(); // raft's own entries are applied without a word
            deliver();
            if (now - busy > IDLE_NANOS) {
                idle = true;
                if (round == null && !applyingAny) LockSupport.park();
                busy = System.nanoTime();
            } else {
                LockSupport.parkNanos(SLOW_NANOS);
            }
        }
    }

    /** Asks again, asks others, gives up. True when there is a round. */
    private boolean look(long now) {
        List<Waiting> late = new ArrayList<>();
        lock.lock();
        try {
            Round of = round;
            if (of == null) return applyingAny;
            if (of.term != applier.leaderTerm() || of.retryAt != 0 && now - of.retryAt > 0) again(of, now, late);
            else if (of.term > 0 && now - of.begun > SLOW_NANOS) {
                while (!of.unasked.isEmpty()) askVoter(of, of.unasked.removeFirst());
                if (of.retryAt == 0) of.retryAt = of.begun + TimeUnit.MILLISECONDS.toNanos(CALL_MILLIS);
            }
        } finally {
            lock.unlock();
        }
        for (Waiting each : late) each.barrier.failed(applier.leaderTerm() > 0 ? "no majority of the cluster answers" : "the cluster has no leader that answers");
        return true;
    }

    /** A new round for those who waited for this one, but for the late. */
    private void again(Round of, long now, List<Waiting> late) {
        round = null;
        List<Waiting> behind = next;
        next = new ArrayList<>();
        for (Waiting each : of.waiting) (now - each.deadline > 0 ? late : next).add(each);
        for (Waiting each : behind) (now - each.deadline > 0 ? late : next).add(each);
        if (!next.isEmpty()) begin();
    }

    /** Whoever waits is told; nobody may wait any more. */
    @Override
    public void close() {
        List<Waiting> all = new ArrayList<>();
        List<Applying> also;
        lock.lock();
        try {
            closed = true;
            all.addAll(next);
            if (round != null) all.addAll(round.waiting);
            for (Round each : finished) all.addAll(each.waiting);
            next.clear();
            finished.clear();
            round = null;
            also = applying;
            applying = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        for (Waiting each : all) each.barrier.failed("the node stops");
        for (Applying each : also) each.barrier.failed("the node stops");
        LockSupport.unpark(ticker);
        client.shutdown();
    }
}
