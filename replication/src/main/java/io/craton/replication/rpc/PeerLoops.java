package io.craton.replication.rpc;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One I/O thread carries the few connections of a group; of the kind that the client port uses too, so that a connection can move there. */
final class PeerLoops {
    private static final boolean EPOLL = Epoll.isAvailable();
    /** A connection over which the other's kernel has confirmed nothing for so long is given up; TCP alone would try again ever more rarely, and still wait when the link is whole again. */
    private static final int UNACKNOWLEDGED_MILLIS = 2500;

    private PeerLoops() {}

    static EventLoopGroup one(String name) {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** The event loop that the caller runs on, if connections to members can be on it; else null. */
    static @Nullable EventLoop current() {
        return ThreadExecutorMap.currentExecutor() instanceof IoEventLoop loop && loop.isIoType(EPOLL ? EpollIoHandler.class : NioIoHandler.class) ? loop : null;
    }

    static Class<? extends ServerChannel> listening() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    static Class<? extends SocketChannel> calling() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** For connections between members, which are made again at once. */
    static <B extends AbstractBootstrap<B, ?>> B impatient(B bootstrap) {
        return EPOLL ? bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS) : bootstrap;
    }

    static void stop(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
