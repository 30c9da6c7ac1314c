package io.craton.replication.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;

/** Opens connections that carry one client's session to another member. */
public record PeerDialer(PeerSecurity security, int connectTimeoutMillis) {
    /**
     * Connects with this bootstrap's event loop and kind of channel. The future succeeds when both ends have proved who they are; by then the handler stands last in
     * the pipeline and gets all that comes.
     */
    public ChannelFuture dial(String host, int port, Bootstrap bootstrap, ChannelHandler handler) {
        var greeted = new CompletableFuture<Void>();
        // That there is no connection, and why, is told by the future.
        var ending = new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                context.close();
            }
        };
        ChannelFuture connecting = bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis).handler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel opened) {
                SslHandler tls = security.calling(opened.alloc(), host, port);
                if (tls != null) opened.pipeline().addLast(tls);
                opened.pipeline().addLast(PeerGreeting.caller(security, PeerGreeting.SESSION, () -> {
                    opened.pipeline().replace(ending, "session", handler);
                    greeted.complete(null);
                }), ending);
            }
        }).connect(host, port);
        Channel channel = connecting.channel();
        ChannelPromise ready = channel.newPromise();
        connecting.addListener(done -> {
            if (!done.isSuccess()) ready.tryFailure(done.cause());
        });
        channel.closeFuture().addListener(closed -> ready.tryFailure(new ConnectException(host + ":" + port + " closed the connection")));
        greeted.thenRun(ready::trySuccess);
        return ready;
    }
}
