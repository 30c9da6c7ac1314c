package io.craton.wire.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Moves a channel from the cluster port's loop to one of the wire's, so that no message of a carried session changes threads: holds what comes while it has no loop,
 * and lets it go to the handler that follows.
 */
final class CarriedArrival extends ChannelInboundHandlerAdapter {
    private final Queue<Object> held = new ArrayDeque<>();

    private CarriedArrival() {}

    /** Called on the loop that the channel is to leave. The handler is made on the other. */
    static void move(Channel channel, EventLoop to, Supplier<ChannelHandler> handler) {
        var arrival = new CarriedArrival();
        channel.pipeline().addLast("arrival", arrival);
        channel.config().setAutoRead(false);
        channel.deregister().addListener(left -> to.register(channel).addListener(arrived -> {
            if (arrived.isSuccess() && channel.isActive()) arrival.handOver(channel, handler.get());
            else channel.close();
        }));
    }

    private void handOver(Channel channel, ChannelHandler handler) {
        ChannelHandlerContext here = channel.pipeline().context(this);
        channel.pipeline().addLast("session", handler);
        for (Object message = held.poll(); message != null; message = held.poll()) here.fireChannelRead(message);
        channel.pipeline().remove(this);
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        held.add(message);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        for (Object message = held.poll(); message != null; message = held.poll()) io.netty.util.ReferenceCountUtil.release(message);
    }
}
