package io.craton.wire;

import io.craton.core.session.Leadership;
import io.craton.core.session.SessionFactory;
import io.craton.wire.auth.AccessRules;
import io.craton.wire.netty.Cluster;
import io.craton.wire.netty.PgServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A node that leads, and one that carries all its sessions there. */
final class RelayPair implements AutoCloseable {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final PgServer leader;
    final PgServer follower;

    private record Fixed(Leader leader) implements Leadership {
        @Override
        public void onChange(Runnable listener) {}
    }

    RelayPair(SessionFactory sessions) throws IOException {
        this(sessions, config(), AccessRules.trustLoopback());
    }

    /** @param config of the follower, as are the rules */
    RelayPair(SessionFactory sessions, WireConfig config, AccessRules rules) throws IOException {
        Leadership.Leader here = new Leadership.Leader(1, "", 0, 1, true);
        leader = server(sessions, config(), AccessRules.trustLoopback(), new Cluster(1, new Fixed(here), (to, bootstrap, handler) -> {
            throw new IllegalStateException("the leader carries nothing");
        }));
        leader.start();
        Channel port = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class).childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                leader.adopt(channel);
            }
        }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
        InetSocketAddress address = (InetSocketAddress) port.localAddress();
        Leadership.Leader there = new Leadership.Leader(1, address.getHostString(), address.getPort(), 1, false);
        follower = server(sessions, config, rules, new Cluster(2, new Fixed(there),
                (to, bootstrap, handler) -> bootstrap.handler(handler).connect(to.host(), to.port())));
        follower.start();
    }

    private static WireConfig config() {
        return WireConfig.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static PgServer server(SessionFactory sessions, WireConfig config, AccessRules rules, Cluster cluster) {
        return new PgServer(config, sessions, rules,
                request -> HttpResponder.Response.of(200, "text/plain", new byte[0]), WireObserver.NONE, cluster);
    }

    @Override
    public void close() {
        follower.close();
        leader.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
