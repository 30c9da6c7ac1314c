package io.craton.replication.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;

/** Opens connections that carry one client's session to another member. */
public record PeerDialer(PeerSecurity security, int connectTimeoutMillis) {
    /**
     * Connects on this event loop, which must be of the kind that client ports use. The future succeeds when both ends have proved who they are; by then the
     * handler is in the pipeline and gets all that comes.
     */
    public Future<Channel> dial(String host, int port, EventLoop loop, ChannelHandler handler) {
        Promise<Channel> ready = loop.newPromise();
        new Bootstrap().group(loop).channel(PeerLoops.calling())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        SslContext tls = security.calling();
                        if (tls != null) opened.pipeline().addLast(tls.newHandler(opened.alloc(), host, port));
                        opened.pipeline().addLast(PeerGreeting.caller(security, PeerGreeting.SESSION, () -> {
                            opened.pipeline().addLast(handler);
                            ready.trySuccess(opened);
                        }));
                        opened.closeFuture().addListener(closed -> ready.tryFailure(new ConnectException(host + ":" + port + " closed the connection")));
                    }
                }).connect(host, port).addListener(done -> {
                    if (!done.isSuccess()) ready.tryFailure(done.cause());
                });
        return ready;
    }
}
