package io.craton.wire.netty;

import io.craton.wire.HttpResponder;
import io.craton.wire.WireObserver;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A port of plain HTTP besides the one for clients, with one thread of its own: for those who scrape metrics. Open from the start until {@link #close}. */
public final class HttpPort implements AutoCloseable {
    private final EventLoopGroup loop;
    private final Channel listener;

    private HttpPort(EventLoopGroup loop, Channel listener) {
        this.loop = loop;
        this.listener = listener;
    }

    public static HttpPort open(InetSocketAddress address, HttpResponder responder, WireObserver observer) throws BindException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
        ChannelFuture bound = new ServerBootstrap().group(loop).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        HttpHandler.install(channel.pipeline(), responder, observer, false, path -> true);
                    }
                })
                .bind(address).awaitUninterruptibly();
        if (bound.isSuccess()) return new HttpPort(loop, bound.channel());
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        throw new BindException(String.valueOf(bound.cause().getMessage()));
    }

    /** Where it listens, the true port included. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
