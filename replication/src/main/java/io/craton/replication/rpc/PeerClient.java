package io.craton.replication.rpc;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.RequestVoteRequest;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls to other members, made when first needed, over two connections to each: what keeps a leader a leader does not stand in line behind megabytes of entries, nor
 * its answer behind their disk. Event loops that have entries to send have connections of their own besides ({@link AppendRoad}). A group of one never starts its I/O thread.
 */
final class PeerClient implements RpcClient {
    private final Map<Endpoint, PeerConnection> connections = new HashMap<>();
    private final Map<Endpoint, AppendRoad> roads = new HashMap<>();
    /** For heartbeats and votes. */
    private final Map<Endpoint, PeerConnection> urgent = new HashMap<>();
    private @Nullable EventLoopGroup loops;
    private final boolean ownsLoops;
    private @Nullable ReplicatorGroup replicators;
    private PeerSecurity security = PeerSecurity.none();
    private int connectTimeoutMillis = 1000;
    private boolean stopped;

    /** With an I/O thread of its own. */
    PeerClient() {
        ownsLoops = true;
    }

    /** On somebody else's I/O thread. */
    PeerClient(EventLoop loop) {
        loops = loop;
        ownsLoops = false;
    }

    /** What it learns is not put behind the sending of entries, which has the thread that JRaft names. */
    private record Hurrying(InvokeCallback callback) implements InvokeCallback {
        @Override
        public void complete(@Nullable Object result, @Nullable Throwable cause) {
            callback.complete(result, cause);
        }

        @Override
        public Executor executor() {
            return Thread::startVirtualThread;
        }
    }

    /**
     * An answer that entries are on a member's disk is taken in by the I/O thread that read it: another thread would have to be woken, on the way to each commit. Anything else may lead to
     * elections, and has JRaft's thread.
     */
    private record Prompt(InvokeCallback callback) implements InvokeCallback {
        @Override
        public void complete(@Nullable Object result, @Nullable Throwable cause) {
            if (result instanceof AppendEntriesResponse answer && answer.getSuccess()) callback.complete(answer, cause);
            else callback.executor().execute(() -> callback.complete(result, cause));
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }
    }

    /** Says that entries are no longer on their way before anybody hears what became of them, and may send more. */
    private record Counted(InvokeCallback callback, Runnable ended) implements InvokeCallback {
        @Override
        public void complete(@Nullable Object result, @Nullable Throwable cause) {
            callback.complete(result, cause);
        }

        @Override
        public Executor executor() {
            Executor next = callback.executor();
            return work -> {
                ended.run();
                if (next == null) work.run();
                else next.execute(work);
            };
        }
    }

    /**
     * JRaft begins to send to a member and only then says that it waits for it to have caught up, both under its group's lock. An answer in between is heard by nobody, and
     * the change of members that waits for it hangs until something is written: so answers to probes are taken in behind that lock.
     */
    private record Probing(InvokeCallback callback, String group, String self) implements InvokeCallback {
        @Override
        public void complete(@Nullable Object result, @Nullable Throwable cause) {
            PeerId member = PeerId.parsePeer(self);
            Node node = member == null ? null : NodeManager.getInstance().get(group, member);
            if (node != null) node.isLeader();
            callback.complete(result, cause);
        }

        @Override
        public Executor executor() {
            return callback.executor();
        }
    }

    @Override
    public synchronized boolean init(RpcOptions options) {
        connectTimeoutMillis = options.getRpcConnectTimeoutMs();
        if (options instanceof PeerOptions own) security = own.security();
        return true;
    }

    @Override
    public void shutdown() {
        EventLoopGroup stopping;
        synchronized (this) {
            stopped = true;
            connections.values().forEach(PeerConnection::close);
            connections.clear();
            urgent.values().forEach(PeerConnection::close);
            urgent.clear();
            roads.values().forEach(AppendRoad::close);
            roads.clear();
            stopping = loops;
            loops = null;
        }
        if (stopping != null && ownsLoops) PeerLoops.stop(stopping);
    }

    /**
     * JRaft asks this with its group's lock in hand, before votes and before it first sends to a member; where the answer is no it waits there, up to a second, for a member
     * that may be stopped or cut off, and the whole group waits with it. So a connection is made when there is none, and takes calls at once.
     */
    @Override
    public boolean checkConnection(Endpoint endpoint) {
        return checkConnection(endpoint, true);
    }

    /** Never waits. */
    @Override
    public synchronized boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
        if (!createIfAbsent && !connections.containsKey(endpoint)) return false;
        PeerConnection connection = connection(connections, endpoint);
        return connection != null && connection.takesMore();
    }

    private synchronized @Nullable PeerConnection connection(Map<Endpoint, PeerConnection> among, Endpoint endpoint) {
        if (stopped) return null;
        PeerConnection connection = among.get(endpoint);
        if (connection == null || connection.ended()) {
            if (loops == null) loops = PeerLoops.one("raft-client");
            connection = open(endpoint, loops);
            among.put(endpoint, connection);
        }
        return connection;
    }

    private PeerConnection open(Endpoint endpoint, EventLoopGroup on) {
        return new PeerConnection(on, security, host(endpoint), endpoint.getPort(), connectTimeoutMillis, () -> connected(endpoint));
    }

    /** For a message with entries, which is under way from here on. */
    private synchronized @Nullable PeerConnection appending(Endpoint endpoint, @Nullable EventLoop loop) {
        if (stopped) return null;
        PeerConnection own = roads.computeIfAbsent(endpoint, _ -> new AppendRoad()).next(loop, on -> open(endpoint, on));
        return own == null ? connection(connections, endpoint) : own;
    }

    private synchronized void appended(Endpoint endpoint) {
        AppendRoad road = roads.get(endpoint);
        if (road != null) road.ended();
    }

    /** What stands in front of the host names the member, not its place. */
    private static String host(Endpoint endpoint) {
        return endpoint.getIp().substring(endpoint.getIp().indexOf('@') + 1).replace('+', ':');
    }

    private void connected(Endpoint endpoint) {
        ReplicatorGroup group;
        synchronized (this) {
            group = replicators;
        }
        if (group != null) group.checkReplicator(new PeerId(endpoint, 0), true);
    }

    @Override
    public synchronized void closeConnection(Endpoint endpoint) {
        PeerConnection connection = connections.remove(endpoint);
        if (connection != null) connection.close();
        connection = urgent.remove(endpoint);
        if (connection != null) connection.close();
        AppendRoad road = roads.get(endpoint);
        if (road != null) road.close();
    }

    @Override
    public synchronized void registerConnectEventListener(ReplicatorGroup group) {
        replicators = group;
    }

    @Override
    public Object invokeSync(Endpoint endpoint, Object request, @Nullable InvokeContext context, long timeoutMillis)
            throws InterruptedException, RemotingException {
        var answer = new CompletableFuture<Object>();
        invokeAsync(endpoint, request, context, (result, cause) -> {
            if (cause == null) answer.complete(result);
            else answer.completeExceptionally(cause);
        }, timeoutMillis);
        try {
            return answer.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new InvokeTimeoutException("no answer from " + endpoint + " within " + timeoutMillis + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RemotingException known ? known : new RemotingException(e.getCause());
        }
    }

    @Override
    public void invokeAsync(Endpoint endpoint, Object request, @Nullable InvokeContext context, InvokeCallback callback, long timeoutMillis)
            throws RemotingException {
        AppendEntriesRequest append = request instanceof AppendEntriesRequest some ? some : null;
        boolean hurries = request instanceof RequestVoteRequest || append != null && PeerMessages.isHeartbeat(append);
        if (append != null && !hurries) {
            append(endpoint, append, callback, timeoutMillis);
            return;
        }
        PeerConnection connection = connection(hurries ? urgent : connections, endpoint);
        if (connection == null) throw closed();
        connection.call((Message) request, hurries ? new Hurrying(callback) : callback, timeoutMillis);
    }

    private void append(Endpoint endpoint, AppendEntriesRequest request, InvokeCallback callback, long timeoutMillis) throws RemotingException {
        boolean few = PeerMessages.isShort(request);
        PeerConnection connection = appending(endpoint, few ? PeerLoops.current() : null);
        if (connection == null) throw closed();
        InvokeCallback taken = callback;
        if (few) taken = new Prompt(callback);
        else if (request.getEntriesCount() == 0) taken = new Probing(callback, request.getGroupId(), request.getServerId());
        connection.call(request, new Counted(taken, () -> appended(endpoint)), timeoutMillis);
    }

    private static RemotingException closed() {
        return new RemotingException("the transport is closed");
    }
}
