package io.craton.server;

import io.craton.core.session.Leadership;
import io.craton.replication.raft.LoneGroup;
import io.craton.replication.raft.LoneGroupConfig;
import io.craton.sql.session.SqlEngine;
import io.craton.storage.engine.StorageConfig;
import io.craton.storage.engine.StorageEngine;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.io.RealFiles;
import io.craton.storage.log.EventLog;
import io.craton.storage.log.LogOptions;
import io.craton.storage.log.SyncMode;
import io.craton.wire.HttpResponder;
import io.craton.wire.WireConfig;
import io.craton.wire.WireObserver;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.netty.Cluster;
import io.craton.wire.netty.PgServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Three wires over one engine, as if its log were replicated: who leads is the test's choice, and so is which connections between the
 * nodes break. Everything but the election and the data's way between nodes is real.
 */
final class CarryingNodes implements AutoCloseable {
    private interface Part {
        void close() throws Exception;
    }

    private final Path root;
    private final Deque<Part> parts = new ArrayDeque<>();
    private final List<Node> nodes = new ArrayList<>();
    private final EventLoopGroup clusterLoops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private long term = 1;
    private volatile Leadership.@Nullable Leader leader;

    /** One wire with its cluster port. */
    final class Node implements Leadership {
        final int id;
        private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
        private final ChannelGroup carried = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        private volatile boolean deaf;
        private final AtomicLong bytesUntilCut = new AtomicLong(Long.MAX_VALUE);
        private final Channel clusterPort;
        final PgServer wire;

        Node(int id, SqlEngine engine) throws IOException {
            this.id = id;
            wire = new PgServer(WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), engine, AccessRules.trustLoopback(),
                    request -> HttpResponder.Response.of(404, "text/plain", new byte[0]), WireObserver.NONE,
                    new Cluster(id, this, (to, bootstrap, handler) -> bootstrap.handler(handler).connect(to.host(), to.port())));
            clusterPort = new ServerBootstrap().group(clusterLoops).channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true).childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            carried.add(channel);
                            channel.pipeline().addLast(new Cutter());
                            wire.adopt(channel);
                        }
                    }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
            wire.start();
        }

        /** Breaks a connection when so many bytes have left for the relaying nodes. */
        private final class Cutter extends ChannelOutboundHandlerAdapter {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ByteBuf bytes = (ByteBuf) message;
                int length = bytes.readableBytes();
                long left = bytesUntilCut.addAndGet(-length);
                if (left >= 0) {
                    context.write(message, promise);
                    return;
                }
                bytesUntilCut.set(Long.MAX_VALUE);
                context.writeAndFlush(bytes.readSlice((int) Math.max(0, length + left)).retain()).addListener(done -> context.close());
                bytes.release();
            }
        }

        @Override
        public Leadership.@Nullable Leader leader() {
            Leader now = leader;
            return now == null || deaf ? null : new Leader(now.nodeId(), now.host(), now.port(), now.term(), now.nodeId() == id);
        }

        @Override
        public void onChange(Runnable listener) {
            listeners.add(listener);
        }

        int port() {
            return wire.address().getPort();
        }

        String url() {
            return "jdbc:postgresql://127.0.0.1:" + port() + "/postgres";
        }

        /** {@code options} are alternating names and values of the driver's properties. */
        Connection connect(String... options) throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", "postgres");
            for (int i = 0; i < options.length; i += 2) properties.setProperty(options[i], options[i + 1]);
            return DriverManager.getConnection(url(), properties);
        }

        /** Connections that other nodes have to this one for their clients. */
        int carriedHere() {
            return carried.size();
        }

        /** Hears of no leader, though there is one and connections to it hold. */
        void deaf(boolean now) {
            deaf = now;
            listeners.forEach(Runnable::run);
        }

        /** All of them break. */
        void cut() {
            carried.close().awaitUninterruptibly();
        }

        /** One of them breaks when so many bytes more have left here. */
        void cutAfter(long bytes) {
            bytesUntilCut.set(bytes);
        }

        private void close() {
            wire.close();
            clusterPort.close().awaitUninterruptibly();
            carried.close().awaitUninterruptibly();
        }
    }

    CarryingNodes() throws IOException, InterruptedException {
        root = Files.createTempDirectory("craton-carry");
        parts.push(() -> TestNode.deleteTree(root));
        for (String folder : List.of("log", "meta", "spill")) Files.createDirectories(root.resolve(folder));
        EventLog log = EventLog.open(RealFiles.at(root.resolve("log")), LogOptions.DEFAULT.withSyncMode(SyncMode.ASYNC), failure -> { });
        parts.push(log::close);
        StorageEngine storage = StorageEngine.open(StorageConfig.of(root));
        parts.push(storage::close);
        LoneGroup group = LoneGroup.start(LoneGroupConfig.of("127.0.0.1:7001", RealFiles.at(root.resolve("meta")), EntryHeader::tenant), log, storage.consumer(),
                failure -> { });
        parts.push(group::close);
        if (!group.awaitLeader(Duration.ofSeconds(20))) throw new IOException("no leader");
        storage.attach(group.commitLog());
        SqlEngine engine = new SqlEngine(storage, root.resolve("spill"));
        for (int id = 1; id <= 3; id++) nodes.add(new Node(id, engine));
        parts.push(() -> clusterLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly());
        for (Node node : nodes) parts.push(node::close);
        lead(1);
    }

    Node node(int id) {
        return nodes.get(id - 1);
    }

    /** This node leads from now on; 0: none does. */
    void lead(int id) {
        term++;
        leader = id == 0 ? null : new Leadership.Leader(id, "127.0.0.1", ((InetSocketAddress) node(id).clusterPort.localAddress()).getPort(), term, false);
        for (Node node : nodes) node.listeners.forEach(Runnable::run);
    }

    @Override
    public void close() throws Exception {
        while (!parts.isEmpty()) parts.pop().close();
    }
}
