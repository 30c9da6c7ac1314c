package io.craton.replication.rpc;

import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.PingRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.AppendEntriesRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.RequestVoteRequestProcessor;
import com.alipay.sofa.jraft.rpc.impl.core.TimeoutNowRequestProcessor;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** JRaft's way to our transport; its priority keeps the one that JRaft brings from ever being loaded. */
@SPI(name = "craton", priority = 10)
public final class PeerRpcFactory implements RaftRpcFactory {
    @Override
    public void registerProtobufSerializer(String className, Object... args) {
        // Messages are decoded from the closed list in PeerMessages.
    }

    @Override
    public RpcClient createRpcClient(@Nullable ConfigHelper<RpcClient> helper) {
        return new PeerClient();
    }

    /** The event loop that the caller runs on, if a client can be on it; else null. */
    public static @Nullable EventLoop currentLoop() {
        return PeerLoops.current();
    }

    /** A client whose connections are on this loop, which outlives it or takes them along. */
    public static RpcClient clientOn(EventLoop loop) {
        return new PeerClient(loop);
    }

    @Override
    public RpcServer createRpcServer(Endpoint endpoint, @Nullable ConfigHelper<RpcServer> helper) {
        throw new UnsupportedOperationException("the port is opened by whoever runs the node");
    }

    /**
     * A server that takes what raft itself needs; {@code carried} gets the connections of sessions that other nodes bring, greeted; it adds its handler before it returns.
     */
    public static PeerServer raftServer(InetSocketAddress listen, PeerSecurity security, Consumer<Channel> carried) {
        var server = new PeerServer(listen, security, carried);
        var appendEntries = new AppendEntriesRequestProcessor(null);
        server.registerConnectionClosedEventListener(appendEntries);
        server.registerProcessor(appendEntries);
        server.registerProcessor(new RequestVoteRequestProcessor(null));
        server.registerProcessor(new TimeoutNowRequestProcessor(null));
        server.registerProcessor(new PingRequestProcessor(null));
        return server;
    }
}
