package io.craton.replication.raft;

import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RpcClient;
import io.craton.replication.rpc.PeerOptions;
import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.storage.log.CommitLog.Barrier;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Read index without waiting threads. Whoever asks while a round is under way gets the next one; so there is one question at a time on its way, however many wait, from each event loop whose
 * sessions ask, and one from all other threads ({@link ReadLane}).
 *
 * <p>On the leader a round asks voters for their term. A member that still knows no higher term than the leader's has not voted in one; when a majority has said so
 * after the round began, nobody else can have been elected before it began, so everything committed by then is known here: it only has to be applied. No clock is part of
 * this, and no pause of any process can make it wrong. One voter more than needed is not asked unless the others are slow.
 *
 * <p>On a follower a round asks the leader, whose answer is the position to wait for.
 */
final class ReadRounds implements AutoCloseable {
    static final String STOPS = "the node stops";
    private static final int CONNECT_MILLIS = 1000;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private record Applying(long index, long begun, Barrier barrier) {}

    private final ReadLane.Member member;
    private final EntryApplier applier;
    private final PeerSecurity security;
    private final long patienceNanos;
    private final Thread ticker;
    /** For threads that are no event loop. */
    private final ReadLane common;
    private final Map<EventLoop, ReadLane> lanes = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private List<Applying> applying = new ArrayList<>();
    private volatile boolean applyingAny;
    private volatile boolean idle = true;
    private volatile boolean closed;

    ReadRounds(ReadLane.Member member, PeerSecurity security, Duration electionTimeout) {
        this.member = member;
        this.applier = member.applier();
        this.security = security;
        common = new ReadLane(member, started(new PeerRpcFactory().createRpcClient(null)), null);
        patienceNanos = 10 * electionTimeout.toNanos();
        ticker = Thread.ofVirtual().name("read-rounds").start(this::tick);
    }

    private RpcClient started(RpcClient client) {
        NodeOptions options = new PeerOptions(security);
        options.setRpcConnectTimeoutMs(CONNECT_MILLIS);
        client.init(options);
        return client;
    }

    /** Of the thread that asks. */
    private ReadLane lane() {
        EventLoop loop = PeerRpcFactory.currentLoop();
        if (loop == null) return common;
        ReadLane own = lanes.get(loop);
        if (own != null) return own;
        lock.lock();
        try {
            if (closed) return common;
            return lanes.computeIfAbsent(loop, on -> new ReadLane(member, started(PeerRpcFactory.clientOn(on)), on));
        } finally {
            lock.unlock();
        }
    }

    /** Calls back when everything committed before this call is applied here; from any thread, maybe this one. */
    void await(Barrier barrier) {
        await(new ReadLane.IndexBarrier() {
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
        await(new ReadLane.IndexBarrier() {
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

    private void await(ReadLane.IndexBarrier barrier) {
        lane().await(barrier, System.nanoTime() + patienceNanos);
        if (idle) wake();
    }

    private void wake() {
        idle = false;
        LockSupport.unpark(ticker);
    }

    // ---- waiting for what is applied -----------------------------------------------------------------------------

    private long applied() {
        long own = applier.applied();
        try {
            return Math.max(own, member.node().getLastAppliedLogIndex());
        } catch (IllegalStateException e) {
            return own; // the member has failed, and whoever waits is told soon
        }
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
                waiting.barrier.failed(STOPS);
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
            if (look(common, now) | applyingAny) busy = now;
            for (ReadLane lane : lanes.values()) if (look(lane, now)) busy = now;
            appliedMore(); // raft's own entries are applied without a word
            if (now - busy > IDLE_NANOS) {
                idle = true;
                if (!applyingAny && !common.isAsking() && lanes.values().stream().noneMatch(ReadLane::isAsking)) LockSupport.park();
                busy = System.nanoTime();
            } else {
                LockSupport.parkNanos(TICK_NANOS);
            }
        }
    }

    private static boolean look(ReadLane lane, long now) {
        boolean asks = lane.look(now);
        lane.deliver();
        return asks;
    }

    /** Whoever waits is told; nobody may wait any more. */
    @Override
    public void close() {
        List<Applying> also;
        lock.lock();
        try {
            closed = true;
            also = applying;
            applying = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        common.close();
        lanes.values().forEach(ReadLane::close);
        for (Applying each : also) each.barrier.failed(STOPS);
        LockSupport.unpark(ticker);
    }
}
