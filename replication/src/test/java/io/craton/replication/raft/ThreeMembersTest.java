package io.craton.replication.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.craton.replication.rpc.PeerRpcFactory;
import io.craton.replication.rpc.PeerSecurity;
import io.craton.replication.rpc.PeerServer;
import io.craton.storage.io.FileStore;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members over our transport: elect, replicate, lose the leader, go on, take it back. */
@Timeout(180)
class ThreeMembersTest {
    private static final LogOptions SMALL = LogOptions.DEFAULT.withSegmentBytes(64 << 10);

    @TempDir Path folder;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private final class Member implements AutoCloseable {
        private final EventLog log;
        private final RaftGroup group;
        private volatile @Nullable RaftGroup started;
        private final PeerServer server;
        private final RecordingConsumer consumer = new RecordingConsumer(0);

        Member(List<String> addresses, int number) throws Exception {
            FileStore files = RealFiles.at(folder.resolve("member" + number));
            log = EventLog.open(files.folder("log"), SMALL, failure::set);
            String address = addresses.get(number);
            server = PeerRpcFactory.raftServer(new InetSocketAddress("127.0.0.1", Integer.parseInt(address.substring(address.indexOf(':') + 1))),
                    PeerSecurity.ofSecret("three know it"), Channel::close);
            ReadQuestions.answering(_ -> started).forEach(server::registerProcessor);
            assertThat(server.init(null)).isTrue();
            group = RaftGroup.start(new RaftGroupConfig("three", 0, address, addresses, files.folder("meta"), RaftTimings.of(Duration.ofMillis(300)),
                    PeerSecurity.ofSecret("three know it"), false, _ -> 1), log, consumer, failure::set);
            started = group;
        }

        CommitLog commitLog() {
            return group.commitLog();
        }

        @Override
        public void close() throws Exception {
            group.close();
            server.shutdown();
            log.close();
        }
    }

    private static List<String> freeAddresses(int count) throws Exception {
        List<ServerSocket> sockets = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            addresses.add("127.0.0.1:" + sockets.getLast().getLocalPort());
        }
        for (ServerSocket socket : sockets) socket.close();
        return addresses;
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("waited in vain: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Member leaderOf(List<Member> members) {
        await("a leader", () -> members.stream().anyMatch(member -> member.commitLog().leaderTerm() > 0));
        return members.stream().filter(member -> member.commitLog().leaderTerm() > 0).findFirst().orElseThrow();
    }

    /** Commits through whoever leads; on a busy machine leadership may move, and what is unknown is sent again, so an entry can be there twice. */
    private static Member commit(List<Member> members, List<String> payloads) throws Exception {
        List<String> left = new ArrayList<>(payloads);
        while (true) {
            Member leader = leaderOf(members);
            long term = leader.commitLog().leaderTerm();
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (String payload : left) outcomes.add(Outcome.submit(leader.commitLog(), payload, term));
            List<String> again = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                if (!(outcomes.get(i).get(60, TimeUnit.SECONDS) instanceof Outcome.Committed)) again.add(left.get(i));
            }
            if (again.isEmpty()) return leader;
            left = again;
        }
    }

    private static List<String> payloads(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private static boolean hasAll(Member member, List<String> payloads) {
        return new HashSet<>(member.consumer.payloads()).containsAll(payloads);
    }

    @Test
    void commitsReachAllAndSurviveTheLossOfTheLeader() throws Exception {
        List<String> addresses = freeAddresses(3);
        List<Member> members = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) members.add(new Member(addresses, i));
            List<String> before = payloads("before ", 1000);
            Member first = commit(members, before);
            for (Member member : members) await("all entries", () -> hasAll(member, before));
            Member follower = members.get(members.getFirst() == first ? 1 : 0);
            assertThat(Outcome.submit(follower.commitLog(), "not the leader", 1).get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Rejected.class);

            int lost = members.indexOf(first);
            first.close();
            List<Member> rest = new ArrayList<>(members);
            rest.remove(first);
            List<String> after = payloads("after ", 200);
            Member second = commit(rest, after);
            Member other = rest.get(second == rest.get(0) ? 1 : 0);
            assertThat(Outcome.barrier(other.commitLog()).get(60, TimeUnit.SECONDS)).isNull();
            assertThat(hasAll(other, after)).isTrue();

            members.set(lost, new Member(addresses, lost));
            for (Member member : members) await("what it missed", () -> hasAll(member, after) && hasAll(member, before));
            for (Member member : members) {
                await("the same entries", () -> member.consumer.applied().equals(second.consumer.applied()));
                await("the same chain", () -> member.log.tip().equals(second.log.tip()));
            }
        } finally {
            for (Member member : members) member.close();
        }
        assertThat(failure.get()).isNull();
    }

    /** Sessions ask one after the other, from two event loops and from a thread that is none, on a leader and on a follower, while entries are committed and applied by event loops. */
    @Test
    void whoAsksFromAnEventLoopSeesWhatWasCommittedBefore() throws Exception {
        List<String> addresses = freeAddresses(3);
        List<Member> members = new ArrayList<>();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        try {
            for (int i = 0; i < 3; i++) members.add(new Member(addresses, i));
            Member leader = commit(members, payloads("first ", 10));
            Member follower = members.get(members.getFirst() == leader ? 1 : 0);
            var committed = new AtomicInteger(10);
            var isOver = new AtomicBoolean();
            List<Asker> askers = new ArrayList<>();
            for (Member asked : List.of(leader, follower)) {
                for (EventExecutor loop : loops) for (int i = 0; i < 4; i++) askers.add(new Asker(asked, loop, committed, isOver));
                askers.add(new Asker(asked, Thread::startVirtualThread, committed, isOver));
            }
            askers.forEach(Asker::ask);
            for (int n = 0; n < 40; n++) {
                EventExecutor loop = loops.next();
                for (String payload : payloads("more " + n + " ", 5)) {
                    CompletableFuture<Outcome> ended = CompletableFuture.supplyAsync(() -> Outcome.quickly(leader.commitLog(), payload, leader.commitLog().leaderTerm()), loop)
                            .thenCompose(outcome -> outcome);
                    if (!(ended.get(60, TimeUnit.SECONDS) instanceof Outcome.Committed)) commit(members, List.of(payload)); // leadership has moved
                    committed.incrementAndGet();
                }
            }
            isOver.set(true);
            for (Asker asker : askers) assertThat(asker.ended.get(60, TimeUnit.SECONDS)).as("answers").isPositive();
        } finally {
            for (Member member : members) member.close();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
        assertThat(failure.get()).isNull();
    }

    /** Asks again whenever it has an answer, or none as leadership moves; what was committed when it asked must be applied with the answer. */
    private record Asker(Member member, Executor thread, AtomicInteger committed, AtomicBoolean isOver, AtomicInteger answers, CompletableFuture<Integer> ended) {
        Asker(Member member, Executor thread, AtomicInteger committed, AtomicBoolean isOver) {
            this(member, thread, committed, isOver, new AtomicInteger(), new CompletableFuture<>());
        }

        void ask() {
            thread.execute(() -> {
                int before = committed.get();
                Outcome.barrier(member.commitLog()).whenComplete((failure, _) -> {
                    int seen = member.consumer.size();
                    if (failure != null) ask();
                    else if (seen < before) ended.completeExceptionally(new AssertionError("committed " + before + ", seen " + seen));
                    else if (answers.incrementAndGet() > 0 && isOver.get()) ended.complete(answers.get());
                    else ask();
                });
            });
        }
    }

    /** Sessions commit from two event loops and from threads that are none, until the leader stops in the middle: each hears of its last entry, and what is kept, and was applied, is in the order of submission. */
    @Test
    void entriesKeepTheOrderOfTheirSubmissionWhicheverThreadsSubmitThem() throws Exception {
        List<String> addresses = freeAddresses(3);
        List<Member> members = new ArrayList<>();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        try {
            for (int i = 0; i < 3; i++) members.add(new Member(addresses, i));
            Member leader = commit(members, List.of("first"));
            var order = new Order(leader, leader.commitLog().leaderTerm(), new ReentrantLock(), new AtomicInteger(), ConcurrentHashMap.newKeySet());
            List<Submitting> all = new ArrayList<>();
            for (EventExecutor loop : loops) for (int i = 0; i < 8; i++) all.add(new Submitting(order, loop, new CompletableFuture<>()));
            for (int i = 0; i < 4; i++) all.add(new Submitting(order, Thread::startVirtualThread, new CompletableFuture<>()));
            all.forEach(Submitting::submit);
            await("many entries", () -> order.committed.size() >= 3000);
            leader.close();
            members.remove(leader);
            for (Submitting each : all) assertThat(each.ended.get(60, TimeUnit.SECONDS)).isNotInstanceOf(Outcome.Committed.class);
            assertThat(leader.consumer.onLoops()).as("entries that event loops applied").isGreaterThan(100);
            assertThat(leader.consumer.elsewhere()).as("entries that JRaft's thread applied").isGreaterThan(100);
            Member survivor = commit(members, List.of("last"));
            List<Integer> kept = survivor.consumer.payloads().stream().filter(payload -> payload.startsWith("n")).map(payload -> Integer.parseInt(payload.substring(1))).toList();
            assertThat(kept).isSorted().containsAll(order.committed).doesNotHaveDuplicates();
            List<RecordingConsumer.Applied> here = leader.consumer.applied();
            assertThat(survivor.consumer.applied().subList(0, here.size())).as("what the leader applied, wherever it did").isEqualTo(here);
        } finally {
            for (Member member : members) member.close();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
        assertThat(failure.get()).isNull();
    }

    /** Numbers entries in the order in which they are submitted. */
    private record Order(Member leader, long term, ReentrantLock lock, AtomicInteger last, Set<Integer> committed) {
        CompletableFuture<Outcome> submit() {
            lock.lock();
            try {
                int number = last.incrementAndGet();
                String payload = "n" + number;
                // most may be applied by event loops; runs of others come between, now and then
                boolean quick = number % 100 < 70;
                return (quick ? Outcome.quickly(leader.commitLog(), payload, term) : Outcome.submit(leader.commitLog(), payload, term)).thenApply(outcome -> {
                    if (outcome instanceof Outcome.Committed) committed.add(number);
                    return outcome;
                });
            } finally {
                lock.unlock();
            }
        }
    }

    /** Submits the next entry when it has heard of the last; ends with the first that was not committed. */
    private record Submitting(Order order, Executor thread, CompletableFuture<Outcome> ended) {
        void submit() {
            thread.execute(() -> order.submit().thenAccept(outcome -> {
                if (outcome instanceof Outcome.Committed) submit();
                else ended.complete(outcome);
            }));
        }
    }

    /** Nothing else is written that would have the member heard of again. */
    @Test
    void membersComeAndGoWhileNothingIsWritten() throws Exception {
        List<String> addresses = freeAddresses(3);
        var stop = new AtomicBoolean();
        // who answers must now and then be quicker than who asks
        for (int i = 0; i < 4; i++) Thread.ofPlatform().daemon().start(() -> { while (!stop.get()) Thread.onSpinWait(); });
        try (Member first = new Member(addresses, 0); Member second = new Member(addresses, 1); Member third = new Member(addresses, 2)) {
            List<Member> members = List.of(first, second, third);
            Member leader = leaderOf(members);
            List<String> all = leader.group.status().voters();
            String goes = all.stream().filter(name -> !name.equals(leader.group.status().leader())).findFirst().orElseThrow();
            List<String> others = all.stream().filter(name -> !name.equals(goes)).toList();
            for (int round = 0; round < 200; round++) {
                change(members, others, "goes in round " + round);
                change(members, all, "comes in round " + round);
            }
        } finally {
            stop.set(true);
        }
    }

    /** By whoever leads, which may move on a busy machine: that ends a change, but none may stay without an end. */
    private static void change(List<Member> members, List<String> voters, String what) throws Exception {
        while (true) {
            Member leader = leaderOf(members);
            long term = leader.commitLog().leaderTerm();
            String refusal = leader.group.changeMembers(voters).get(60, TimeUnit.SECONDS);
            if (refusal == null) return;
            await(what + ": " + refusal, () -> leader.commitLog().leaderTerm() != term);
        }
    }
}
