package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.Leadership;
import io.craton.core.session.SessionFactory;
import io.craton.wire.HttpResponder;
import io.craton.wire.WireConfig;
import io.craton.wire.WireObserver;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.tls.TlsContexts;
import io.craton.wire.tls.TlsSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The door of the wire: listens on one port for PostgreSQL, TLS and HTTP clients; the first byte decides. {@link #start}, then
 * {@link #close}, once each.
 */
public final class PgServer implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final WireConfig config;
    private final SessionFactory sessions;
    private final AccessRules rules;
    private final HttpResponder http;
    private final WireObserver observer;
    private final Cluster cluster;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile @Nullable ServerParts parts;
    private @Nullable EventLoopGroup loops;
    private @Nullable Channel listener;

    /** A node without peers. */
    public PgServer(WireConfig config, SessionFactory sessions, AccessRules rules, HttpResponder http, WireObserver observer) {
        this(config, sessions, rules, http, observer, Cluster.ALONE);
    }

    public PgServer(WireConfig config, SessionFactory sessions, AccessRules rules, HttpResponder http, WireObserver observer,
            Cluster cluster) {
        this.config = config;
        this.sessions = sessions;
        this.rules = rules;
        this.http = http;
        this.observer = observer;
        this.cluster = cluster;
    }

    /** Binds and accepts. Throws when the address cannot be bound or the TLS files cannot be read. */
    public void start() throws IOException {
        TlsSettings settings = config.tls();
        boolean epoll = Epoll.isAvailable();
        ServerParts shared = new ServerParts(config, sessions, rules, http, observer,
                settings == null ? null : TlsContexts.load(settings), cluster, epoll ? EpollSocketChannel.class : NioSocketChannel.class);
        parts = shared;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory(0, PoliteSelect::new) : NioIoHandler.newFactory();
        Class<? extends ServerChannel> kind = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        int threads = config.eventLoopThreads() > 0 ? config.eventLoopThreads() : Runtime.getRuntime().availableProcessors();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("wire"), io);
        loops = group;
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ServerParts.WATER_MARKS)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        channel.pipeline().addLast("session", new OpeningHandler(shared, channel));
                    }
                })
                .bind(config.bindAddress())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw (IOException) new BindException(bound.cause().getMessage()).initCause(bound.cause());
        }
        listener = bound.channel();
        for (Leadership each : cluster.groups()) each.onChange(this::leadershipChanged);
        if (cluster.groups().size() > 1) sessions.onMove(this::databaseMoved);
    }

    /**
     * Takes a channel that another node opened to this node's cluster port for a client of its own, authenticated as a member. The session's
     * bytes are the next that come; handlers that are still in the pipeline pass them on unchanged. Any thread.
     */
    public void adopt(Channel channel) {
        ServerParts shared = parts;
        EventLoopGroup group = loops;
        if (shared == null || group == null) {
            channel.close();
            return;
        }
        channels.add(channel);
        channel.config().setWriteBufferWaterMark(ServerParts.WATER_MARKS);
        // Statements run on the wire's loops: a loop of raft must not wait for them.
        EventLoop loop = group.next();
        if (shared.socketKind.isInstance(channel)) CarriedArrival.move(channel, loop, () -> new CarriedOpening(shared, channel, loop));
        else channel.pipeline().addLast(loop, "session", new CarriedOpening(shared, channel, loop));
    }

    /** Some database is in another raft group now. */
    private void databaseMoved() {
        ServerParts shared = parts;
        if (shared == null) return;
        shared.moves.incrementAndGet();
        leadershipChanged();
    }

    private void leadershipChanged() {
        for (Channel channel : channels) channel.eventLoop().execute(() -> {
            switch (channel.pipeline().get("session")) {
                case SessionHandler session -> session.leadershipChanged();
                case RelayHandler relay -> relay.leadershipChanged();
                case null, default -> { }
            }
        });
    }

    /** New connections use these certificates from now on; null turns TLS off. Throws, and changes nothing, when the files cannot be read. */
    public void reloadTls(@Nullable TlsSettings settings) throws IOException {
        ServerParts shared = parts;
        if (shared != null) shared.tls = settings == null ? null : TlsContexts.load(settings);
    }

    /** Where it listens, the true port included; after {@link #start}. */
    public InetSocketAddress address() {
        if (listener == null) throw new IllegalStateException("not started");
        return (InetSocketAddress) listener.localAddress();
    }

    /** Clients that take a place: open sessions and logins under way. */
    public int sessionsOpen() {
        ServerParts shared = parts;
        return shared == null ? 0 : shared.placesTaken();
    }

    /** Sessions that run here for clients of other nodes. */
    public int sessionsCarried() {
        ServerParts shared = parts;
        return shared == null ? 0 : shared.carried();
    }

    /** Stops accepting, ends all sessions with 57P01 and waits for them. Idempotent. */
    @Override
    public void close() {
        ServerParts shared = parts;
        EventLoopGroup group = loops;
        if (shared == null || group == null) return;
        loops = null;
        if (listener != null) listener.close().awaitUninterruptibly();
        PgError goodbye = PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN,
                "terminating connection due to administrator command");
        for (Channel channel : channels) {
            switch (channel.pipeline().last()) {
                case SessionHandler session -> session.shutDown(goodbye);
                case RelayHandler relay -> relay.shutDown(goodbye);
                case RegionRelay relay -> relay.shutDown(goodbye);
                case OpeningHandler opening -> opening.shutDown(goodbye);
                case null, default -> channel.close();
            }
        }
        long millis = config.shutdownTimeout().toMillis();
        channels.newCloseFuture().awaitUninterruptibly(millis);
        channels.close().awaitUninterruptibly(millis);
        shared.awaitEmpty(millis);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(millis);
    }
}
