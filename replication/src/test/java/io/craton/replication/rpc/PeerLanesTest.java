package io.craton.replication.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.EnumOutter;
import com.alipay.sofa.jraft.entity.RaftOutter;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.ByteString;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds a group together waits for nobody: neither for a follower's disk, nor for a member that stands still. */
@Timeout(90)
class PeerLanesTest {
    /** Follows as JRaft's does, on one thread of its own; entries take until the latch opens. */
    private record SlowFollower(ExecutorService executor, CountDownLatch disk) implements RpcProcessor<AppendEntriesRequest> {
        @Override
        public void handleRequest(RpcContext context, AppendEntriesRequest request) {
            try {
                if (request.hasData()) disk.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            context.sendResponse(AppendEntriesResponse.newBuilder().setTerm(request.getTerm()).setSuccess(true).build());
        }

        @Override
        public String interest() {
            return AppendEntriesRequest.class.getName();
        }

        @Override
        public ExecutorSelector executorSelector() {
            return (_, _) -> executor;
        }
    }

    private static AppendEntriesRequest request(long term, int bytes) {
        var request = AppendEntriesRequest.newBuilder().setGroupId("g").setServerId("a").setPeerId("b").setTerm(term).setPrevLogTerm(0).setPrevLogIndex(0).setCommittedIndex(0);
        if (bytes > 0) request.setData(ByteString.copyFrom(new byte[bytes]));
        return request.build();
    }

    private static CompletableFuture<Object> send(RpcClient client, int port, AppendEntriesRequest request) throws Exception {
        return send(client, port, request, 20_000);
    }

    private static CompletableFuture<Object> send(RpcClient client, int port, AppendEntriesRequest request, int timeoutMillis) throws Exception {
        var answer = new CompletableFuture<Object>();
        client.invokeAsync(new Endpoint("127.0.0.1", port), request, null, (result, cause) -> {
            if (cause == null) answer.complete(result);
            else answer.completeExceptionally(cause);
        }, timeoutMillis);
        return answer;
    }

    @Test
    void heartbeatsOvertakeEntries() throws Exception {
        var security = PeerSecurity.ofSecret("both know it");
        var disk = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            PeerServer server = PeerRpcFactory.raftServer(new InetSocketAddress("127.0.0.1", 0), security, Channel::close);
            server.registerProcessor(new SlowFollower(executor, disk));
            assertThat(server.init(null)).isTrue();
            RpcClient client = new PeerRpcFactory().createRpcClient(null);
            client.init(new PeerOptions(security));
            try {
                CompletableFuture<Object> first = send(client, server.boundPort(), request(1, 8 << 20));
                CompletableFuture<Object> second = send(client, server.boundPort(), request(2, 8 << 20));
                var answer = (AppendEntriesResponse) send(client, server.boundPort(), request(3, 0)).get(10, TimeUnit.SECONDS);
                assertThat(answer.getTerm()).isEqualTo(3);
                assertThat(first).isNotDone();
                assertThat(second).isNotDone();
                disk.countDown();
                assertThat(((AppendEntriesResponse) second.get(10, TimeUnit.SECONDS)).getTerm()).isEqualTo(2);
                assertThat(first).isDone();
            } finally {
                disk.countDown();
                client.shutdown();
                server.shutdown();
            }
        }
    }

    private static AppendEntriesRequest entry(long term) {
        return request(term, 0).toBuilder().addEntries(RaftOutter.EntryMeta.newBuilder().setTerm(term).setType(EnumOutter.EntryType.ENTRY_TYPE_NO_OP)).build();
    }

    @Test
    void aFewEntriesAreTakenAtOnceButNotInFrontOfWhatCameBefore() throws Exception {
        var security = PeerSecurity.ofSecret("both know it");
        var disk = new CountDownLatch(1);
        var behind = new LinkedBlockingQueue<Runnable>();
        try (ExecutorService executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, behind, work -> new Thread(work, "followers"))) {
            PeerServer server = PeerRpcFactory.raftServer(new InetSocketAddress("127.0.0.1", 0), security, Channel::close);
            var follower = new SlowFollower(executor, disk);
            var seen = new ConcurrentLinkedQueue<String>();
            server.registerProcessor(new RpcProcessor<AppendEntriesRequest>() {
                @Override
                public void handleRequest(RpcContext context, AppendEntriesRequest request) {
                    follower.handleRequest(context, request);
                    seen.add(request.getTerm() + (Thread.currentThread().getName().equals("followers") ? " by the follower's thread" : " at once"));
                }

                @Override
                public String interest() {
                    return follower.interest();
                }

                @Override
                public ExecutorSelector executorSelector() {
                    return follower.executorSelector();
                }
            });
            assertThat(server.init(null)).isTrue();
            RpcClient client = new PeerRpcFactory().createRpcClient(null);
            client.init(new PeerOptions(security));
            try {
                send(client, server.boundPort(), entry(1)).get(10, TimeUnit.SECONDS);
                send(client, server.boundPort(), request(2, 8 << 20));
                CompletableFuture<Object> third = send(client, server.boundPort(), entry(3));
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (behind.isEmpty() && System.nanoTime() < end) Thread.onSpinWait();
                disk.countDown();
                third.get(10, TimeUnit.SECONDS);
                executor.submit(() -> { }).get(10, TimeUnit.SECONDS);
                send(client, server.boundPort(), entry(4)).get(10, TimeUnit.SECONDS);
                while (seen.size() < 4 && System.nanoTime() < end) Thread.onSpinWait();
                assertThat(seen).containsExactly("1 at once", "2 by the follower's thread", "3 by the follower's thread", "4 at once");
            } finally {
                disk.countDown();
                client.shutdown();
                server.shutdown();
            }
        }
    }

    /** The loop's second message goes over a connection of its own, which the first had it make; behind entries that are under way goes whatever comes from elsewhere. */
    @Test
    void entriesFromAnEventLoopAreAnsweredThereAndNothingOvertakesThem() throws Exception {
        var security = PeerSecurity.ofSecret("both know it");
        var disk = new CountDownLatch(1);
        var seen = new ConcurrentLinkedQueue<Long>();
        EventLoopGroup loops = PeerLoops.one("a loop of sessions");
        try (ExecutorService answering = Executors.newSingleThreadExecutor()) {
            var follower = new SlowFollower(answering, disk);
            PeerServer server = PeerRpcFactory.raftServer(new InetSocketAddress("127.0.0.1", 0), security, Channel::close);
            server.registerProcessor(new RpcProcessor<AppendEntriesRequest>() {
                @Override
                public void handleRequest(RpcContext context, AppendEntriesRequest request) {
                    if (request.hasData()) seen.add(request.getTerm());
                    answering.execute(() -> follower.handleRequest(context, request));
                }

                @Override
                public String interest() {
                    return follower.interest();
                }
            });
            assertThat(server.init(null)).isTrue();
            RpcClient client = new PeerRpcFactory().createRpcClient(null);
            client.init(new PeerOptions(security));
            try {
                String answered = "";
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (!answered.startsWith("a loop of sessions") && System.nanoTime() < end) { // its connection is being made
                    answered = fromLoop(loops, client, server.boundPort(), entry(1)).get(10, TimeUnit.SECONDS);
                }
                assertThat(answered).startsWith("a loop of sessions");
                CompletableFuture<String> first = fromLoop(loops, client, server.boundPort(), slowEntry(2));
                CompletableFuture<String> ours = thread(client, server.boundPort(), slowEntry(3));
                CompletableFuture<String> second = fromLoop(loops, client, server.boundPort(), slowEntry(4));
                disk.countDown();
                assertThat(List.of(first.get(10, TimeUnit.SECONDS), ours.get(10, TimeUnit.SECONDS), second.get(10, TimeUnit.SECONDS))).allMatch(thread -> thread.startsWith("a loop of sessions"));
                assertThat(seen).containsExactly(2L, 3L, 4L);
                assertThat(thread(client, server.boundPort(), entry(5)).get(10, TimeUnit.SECONDS)).startsWith("raft-client");
            } finally {
                disk.countDown();
                client.shutdown();
                server.shutdown();
                PeerLoops.stop(loops);
            }
        }
    }

    private static AppendEntriesRequest slowEntry(long term) {
        return entry(term).toBuilder().setData(ByteString.copyFrom(new byte[1])).build();
    }

    /** The name of the thread that took the answer in. */
    private static CompletableFuture<String> fromLoop(EventLoopGroup loops, RpcClient client, int port, AppendEntriesRequest request) throws Exception {
        return loops.next().submit(() -> thread(client, port, request)).get(10, TimeUnit.SECONDS);
    }

    private static CompletableFuture<String> thread(RpcClient client, int port, AppendEntriesRequest request) throws Exception {
        var answer = new CompletableFuture<String>();
        client.invokeAsync(new Endpoint("127.0.0.1", port), request, null, (_, cause) -> {
            if (cause == null) answer.complete(Thread.currentThread().getName());
            else answer.completeExceptionally(cause);
        }, 20_000);
        return answer;
    }

    /** JRaft asks with its group's lock in hand. Whoever waits for the member here waits for a minute. */
    @Test
    void aMemberThatStandsStillIsNotWaitedFor() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            RpcClient client = new PeerRpcFactory().createRpcClient(null);
            var options = new PeerOptions(PeerSecurity.ofSecret("both know it"));
            options.setRpcConnectTimeoutMs(60_000);
            options.setRpcDefaultTimeout(60_000);
            client.init(options);
            try {
                long began = System.nanoTime();
                assertThat(client.checkConnection(new Endpoint("127.0.0.1", silent.getLocalPort()))).isTrue();
                CompletableFuture<Object> answer = send(client, silent.getLocalPort(), request(1, 0), 50);
                assertThat(answer).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class).withCauseInstanceOf(InvokeTimeoutException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            } finally {
                client.shutdown();
            }
        }
    }
}
