package io.craton.wire.netty;

import io.craton.core.session.Leadership.Leader;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.CarryPreamble;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;

/** Opens channels to the leader and says what they are for. */
final class CarriedChannel {
    private static final int CONNECT_MILLIS = 1000;

    private CarriedChannel() {}

    /** The future of the connection; {@code handler} sees what the leader answers. */
    static ChannelFuture connect(ServerParts parts, Leader leader, EventLoop loop, ChannelInboundHandlerAdapter handler) {
        Bootstrap bootstrap = new Bootstrap().group(loop).channel(parts.socketKind)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ServerParts.WATER_MARKS);
        return parts.carrier.connect(leader, bootstrap, handler);
    }

    static void send(ChannelFuture connected, CarryPreamble preamble) {
        ByteWriter out = new ByteWriter(512);
        CarryPreamble.encode(out, preamble);
        connected.channel().writeAndFlush(Unpooled.wrappedBuffer(out.array(), 0, out.size()));
    }

    /** Asks the leader to cancel a statement; {@code done} runs when it has, or when it cannot be asked. */
    static void cancel(ServerParts parts, Leader leader, EventLoop loop, int processId, int secret, Runnable done) {
        ChannelFuture connecting = connect(parts, leader, loop, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelInactive(ChannelHandlerContext context) {
                done.run();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                context.close();
            }
        });
        connecting.addListener(result -> {
            if (result.isSuccess()) send(connecting, new CarryPreamble.Cancel(processId, secret));
            else done.run();
        });
    }
}
