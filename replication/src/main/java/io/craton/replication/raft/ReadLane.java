package io.craton.replication.raft;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.google.protobuf.Int64Value;
import com.google.protobuf.UInt64Value;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of {@link ReadRounds}, one behind the other, for those who ask from one event loop, or for all who ask from elsewhere. What a loop asks goes out and comes back on that loop, so
 * that no thread is woken on the way but the other member's.
 */
final class ReadLane {
    private static final int CALL_MILLIS = 1000;
    /** After so long without a majority the other voters are asked too. */
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long GATHER_MICROS = 100;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Who waits for the position of a round. */
    interface IndexBarrier {
        /** @param begun {@link System#nanoTime} before the question was asked */
        void reached(long index, long begun);

        void failed(String why);
    }

    /** What all lanes of a member know. */
    record Member(int group, NodeImpl node, PeerId self, EntryApplier applier, RaftVote vote, Supplier<Members> members) {}

    private record Waiting(IndexBarrier barrier, long deadline) {}

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
            // JRaft may not know yet what event loops have applied, and told
            index = term > 0 ? Math.max(member.node.getLastCommittedIndex(), member.applier.applied()) : -1;
        }

        private boolean majority(List<PeerId> voters) {
            int count = 0;
            for (PeerId voter : voters) {
                if (voter.equals(member.self) || confirmed.contains(voter)) count++;
            }
            return voters.isEmpty() || count > voters.size() / 2;
        }
    }

    private final Member member;
    private final RpcClient client;
    private final @Nullable EventLoop loop;
    private final ReentrantLock lock = new ReentrantLock();
    private List<Waiting> next = new ArrayList<>();
    private volatile @Nullable Round round;
    /** A round will begin when the loop has read what has arrived by now: all of that can be part of it. */
    private volatile boolean coming;
    private boolean closed;
    /** How many asked in the last round or while it was on its way: they are likely to ask again soon, and one question costs both members as much for all of them as for one. */
    private int expected;
    /** The voter that answered last is asked first: it is likely to be fast. */
    private @Nullable PeerId quick;
    private final List<Round> finished = new ArrayList<>();

    /**
     * A lane in which nobody waits.
     *
     * @param client its own; on the loop, where there is one
     * @param loop   that those who ask run on
     */
    ReadLane(Member member, RpcClient client, @Nullable EventLoop loop) {
        this.member = member;
        this.client = client;
        this.loop = loop;
    }

    boolean isAsking() {
        return round != null || coming;
    }

    /** Calls back when a round has ended that began after this call, from any thread, maybe this one. */
    void await(IndexBarrier barrier, long deadline) {
        boolean tooLate;
        lock.lock();
        try {
            tooLate = closed;
            if (!tooLate) {
                next.add(new Waiting(barrier, deadline));
                if (coming && loop != null && next.size() == expected) loop.execute(this::beginComing);
                if (round != null || coming) return;
                beginSoon();
            }
        } finally {
            lock.unlock();
        }
        if (tooLate) barrier.failed(ReadRounds.STOPS);
        else deliver();
    }

    /** Under the lock: on a loop at the end of its turn, or a little later when more are expected; elsewhere now. */
    private void beginSoon() {
        if (loop == null) {
            begin();
        } else {
            coming = true;
            if (next.size() >= expected) loop.execute(this::beginComing);
            else loop.schedule(this::beginComing, GATHER_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    private void beginComing() {
        lock.lock();
        try {
            if (!coming) return;
            coming = false;
            if (closed || round != null || next.isEmpty()) return;
            begin();
        } finally {
            lock.unlock();
        }
        deliver();
    }

    /** Under the lock; there is no round, and somebody waits. */
    private void begin() {
        long term = member.applier.leaderTerm();
        List<Waiting> all = next;
        next = new ArrayList<>();
        Round fresh = new Round(all, term, member.members.get());
        round = fresh;
        if (term == 0) {
            askLeader(fresh);
        } else if (member.vote.promised() > term) {
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
        if (voter.equals(member.self) || of.unasked.contains(voter)) return;
        if (voter.equals(quick)) of.unasked.addFirst(voter);
        else of.unasked.addLast(voter);
    }

    private void askVoter(Round of, PeerId voter) {
        call(voter, ReadQuestions.term(member.group), (answer, failure) -> answeredTerm(of, voter, answer instanceof UInt64Value term ? term.getValue() : -1));
    }

    private void askLeader(Round of) {
        PeerId leader = member.node.getLeaderId();
        if (leader == null || leader.isEmpty() || leader.equals(member.self)) {
            of.retryAt = System.nanoTime() + RETRY_NANOS;
            return;
        }
        of.retryAt = 0;
        call(leader, ReadQuestions.position(member.group), (answer, failure) -> answeredIndex(of, answer instanceof Int64Value index ? index.getValue() : -1));
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
        if (of.term != member.applier.leaderTerm() || !of.majority(of.members.voters()) || !of.majority(of.members.oldVoters())) return;
        done(of);
    }

    /** Under the lock. */
    private void done(Round of) {
        finished.add(of);
        round = null;
        expected = of.waiting.size() + next.size();
        if (!next.isEmpty()) beginSoon();
    }

    /** Tells those whose rounds have ended, outside the lock. */
    void deliver() {
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

    // ---- what time does ------------------------------------------------------------------------------------------

    /** Asks again, asks others, gives up. True when there is a round. */
    boolean look(long now) {
        List<Waiting> late = new ArrayList<>();
        lock.lock();
        try {
            Round of = round;
            if (of == null) return false;
            if (of.term != member.applier.leaderTerm() || of.retryAt != 0 && now - of.retryAt > 0) again(of, now, late);
            else if (of.term > 0 && now - of.begun > SLOW_NANOS) {
                while (!of.unasked.isEmpty()) askVoter(of, of.unasked.removeFirst());
                if (of.retryAt == 0) of.retryAt = of.begun + TimeUnit.MILLISECONDS.toNanos(CALL_MILLIS);
            }
        } finally {
            lock.unlock();
        }
        for (Waiting each : late) each.barrier.failed(member.applier.leaderTerm() > 0 ? "no majority of the cluster answers" : "the cluster has no leader that answers");
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
    void close() {
        List<Waiting> all = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            all.addAll(next);
            if (round != null) all.addAll(round.waiting);
            for (Round each : finished) all.addAll(each.waiting);
            next.clear();
            finished.clear();
            round = null;
        } finally {
            lock.unlock();
        }
        for (Waiting each : all) each.barrier.failed(ReadRounds.STOPS);
        client.shutdown();
    }
}
