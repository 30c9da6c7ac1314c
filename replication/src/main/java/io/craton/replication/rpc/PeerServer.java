package io.craton.replication.rpc;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequestHeader;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.ConnectionClosedEventListener;
import com.google.protobuf.Message;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other members reach. A request is decoded on the I/O thread, its executor is chosen there too, in order of arrival, and everything
 * else happens on that executor. A few entries at a time, of a group that is up to date, are appended by the I/O thread itself: that puts them into the queue of the log's thread.
 */
public final class PeerServer implements RpcServer {
    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int FRAME_BYTES_MAX = 256 << 20;

    private final InetSocketAddress listen;
    private final PeerSecurity security;
    private final Consumer<Channel> carried;
    private final Map<String, RpcProcessor<Message>> processors = new ConcurrentHashMap<>();
    private final List<ConnectionClosedEventListener> closedListeners = new CopyOnWriteArrayList<>();
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile Predicate<Set<String>> memberHosts = _ -> true;
    private @Nullable EventLoopGroup loops;
    private volatile @Nullable Channel listening;

    PeerServer(InetSocketAddress listen, PeerSecurity security, Consumer<Channel> carried) {
        this.listen = listen;
        this.security = security;
        this.carried = carried;
    }

    @Override
    public void registerConnectionClosedEventListener(ConnectionClosedEventListener listener) {
        closedListeners.add(listener);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void registerProcessor(RpcProcessor<?> processor) {
        processors.put(processor.interest(), (RpcProcessor<Message>) processor);
    }

    /** Binds the port; false if that is not possible. */
    @Override
    public synchronized boolean init(@Nullable Void options) {
        EventLoopGroup fresh = PeerLoops.one("raft-server");
        loops = fresh;
        var binding = new ServerBootstrap().group(fresh).channel(PeerLoops.listening())
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                        SslHandler tls = security.accepting(channel.alloc());
                        if (tls != null) channel.pipeline().addLast(tls);
                        channel.pipeline().addLast(PeerGreeting.answerer(security, hello -> greeted(channel, hello)), new Ending());
                    }
                }).bind(listen).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            LOG.error("raft: cannot listen on {}: {}", listen, binding.cause().getMessage());
            return false;
        }
        listening = binding.channel();
        return true;
    }

    @Override
    public void shutdown() {
        EventLoopGroup stopping;
        synchronized (this) {
            Channel channel = listening;
            if (channel != null) channel.close().awaitUninterruptibly();
            listening = null;
            stopping = loops;
            loops = null;
        }
        accepted.close().awaitUninterruptibly();
        if (stopping != null) PeerLoops.stop(stopping);
        requests.shutdown();
        try {
            if (!requests.awaitTermination(2, TimeUnit.SECONDS)) LOG.warn("raft: a request is still being answered after the port was closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int boundPort() {
        Channel channel = listening;
        return channel == null ? listen.getPort() : ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public boolean isStarted() {
        return listening != null;
    }

    private void greeted(Channel channel, long hello) {
        requireMember(channel);
        if (hello == PeerGreeting.MESSAGES) {
            channel.pipeline().addLast(new PeerFrame.Decoder(FRAME_BYTES_MAX), new Requests(channel));
            return;
        }
        accepted.remove(channel);
        channel.pipeline().remove(Ending.class);
        carried.accept(channel);
    }

    /** Without a secret the certificate alone says who may come: it must name a host where a member is. */
    private void requireMember(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null || !security.secret().isEmpty()) return;
        Set<String> named;
        try {
            named = PeerTls.hosts(tls.engine().getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            throw new CorruptedFrameException("it shows no certificate", e);
        }
        if (!memberHosts.test(named)) throw new CorruptedFrameException("its certificate names " + named + ", and no member is there");
    }

    /** Whether one of these hosts, in lower case, is a member's; where no secret is shared, nobody else is let in. */
    public void memberHosts(Predicate<Set<String>> among) {
        memberHosts = among;
    }

    /** Says why a connection ended before it was for anything. */
    private final class Ending extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
            if (context.channel().remoteAddress() instanceof InetSocketAddress from && PeerTroubles.isNews(cause)) {
                security.troubles().turnedAway(from.getAddress().getHostAddress(), PeerTls.words(cause));
            }
        }
    }

    private final class Requests extends SimpleChannelInboundHandler<PeerFrame> {
        private final AcceptedConnection connection;
        /** Requests with entries that are not on this thread and have not been dealt with. */
        private final AtomicInteger elsewhere = new AtomicInteger();

        Requests(Channel channel) {
            connection = new AcceptedConnection(channel);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, PeerFrame frame) {
            String type = frame.message().getClass().getName();
            RpcProcessor<Message> processor = processors.get(type);
            AcceptedConnection from = connection;
            if (processor == null) {
                LOG.warn("raft: {} from {} is not served here", type, context.channel().remoteAddress());
                context.close();
                return;
            }
            var call = new IncomingCall(from, frame.call());
            if (frame.message() instanceof AppendEntriesRequest append && !PeerMessages.isHeartbeat(append)) {
                append(processor, type, append, call);
                return;
            }
            Executor executor = processor.executor();
            if (frame.message() instanceof AppendEntriesRequest || executor == null) executor = requests; // heartbeats: not behind the entries that are being appended
            executor.execute(() -> processor.handleRequest(call, frame.message()));
        }

        /** In order: here, when there is little and nothing in front of it, else on the thread that JRaft has for it. */
        private void append(RpcProcessor<Message> processor, String type, AppendEntriesRequest request, IncomingCall call) {
            if (PeerMessages.isShort(request) && elsewhere.get() == 0) {
                processor.handleRequest(call, request);
                return;
            }
            Executor executor = executorOf(processor, type, request);
            elsewhere.incrementAndGet();
            try {
                executor.execute(() -> {
                    try {
                        processor.handleRequest(call, request);
                    } finally {
                        elsewhere.decrementAndGet();
                    }
                });
            } catch (RuntimeException e) {
                elsewhere.decrementAndGet();
                throw e;
            }
        }

        private Executor executorOf(RpcProcessor<Message> processor, String type, AppendEntriesRequest append) {
            RpcProcessor.ExecutorSelector selector = processor.executorSelector();
            Executor executor = selector == null ? processor.executor() : selector.select(type, AppendEntriesRequestHeader.newBuilder().setGroupId(append.getGroupId())
                    .setPeerId(append.getPeerId()).setServerId(append.getServerId()).build());
            return executor == null ? requests : executor;
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            AcceptedConnection closed = connection;
            for (ConnectionClosedEventListener listener : closedListeners) {
                requests.execute(() -> listener.onClosed(closed.remoteAddress(), closed));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            PeerTroubles.exhausted(cause);
            if (!PeerTroubles.isNews(cause)) LOG.debug("raft: connection from {} closed: {}", context.channel().remoteAddress(), cause.toString());
            else LOG.warn("raft: connection from {} closed: {}", context.channel().remoteAddress(), cause.toString());
            context.close();
        }
    }

    /** The same object for all requests of a connection and for its end: JRaft keeps what it knows of the peer in it. */
    private static final class AcceptedConnection implements Connection {
        private final Channel channel;
        private final String remoteAddress;
        private final Map<String, Object> attributes = new ConcurrentHashMap<>();

        AcceptedConnection(Channel channel) {
            this.channel = channel;
            this.remoteAddress = String.valueOf(channel.remoteAddress());
        }

        String remoteAddress() {
            return remoteAddress;
        }

        @Override
        public @Nullable Object getAttribute(String key) {
            return attributes.get(key);
        }

        @Override
        public void setAttribute(String key, Object value) {
            attributes.put(key, value);
        }

        @Override
        public @Nullable Object setAttributeIfAbsent(String key, Object value) {
            return attributes.putIfAbsent(key, value);
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    private record IncomingCall(AcceptedConnection from, long call) implements RpcContext {
        @Override
        public void sendResponse(Object response) {
            from.channel.writeAndFlush(PeerFrame.encode(from.channel.alloc(), call, (Message) response), from.channel.voidPromise());
        }

        @Override
        public Connection getConnection() {
            return from;
        }

        @Override
        public String getRemoteAddress() {
            return from.remoteAddress();
        }
    }
}
