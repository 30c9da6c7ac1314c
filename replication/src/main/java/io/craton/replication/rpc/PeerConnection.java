package io.craton.replication.rpc;

import com.alipay.sofa.jraft.error.ConnectionFailureException;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.google.protobuf.Message;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our end of the one connection to another member, from the attempt to its end; it is not used again. Frames leave in the order of the calls: what is
 * called while the connection is under way waits. State belongs to the I/O thread; callbacks run on the executor they name, never
 * within the call.
 */
final class PeerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
    /** JRaft takes a connection that does not {@link #takesMore take more} for a broken one and waits; so it does while a few of the longest messages are on their way. */
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(8 << 20, 32 << 20);
    private static final int FRAME_BYTES_MAX = 256 << 20;

    private record Call(InvokeCallback callback, @Nullable Future<?> timeout) {}

    private final String host;
    private final int port;
    /** Set before its I/O thread calls anything here. */
    private volatile Channel channel;
    private final PeerTroubles troubles;
    private final Runnable onConnected;
    private final Map<Long, Call> calls = new HashMap<>();
    /** Frames of calls that were made before it was there, in order. */
    private final Map<Long, ByteBuf> waiting = new LinkedHashMap<>();
    private long lastCall;
    private volatile boolean connected;
    private volatile boolean ended;
    private volatile boolean closing;

    PeerConnection(EventLoopGroup loops, PeerSecurity security, String host, int port, int connectTimeoutMillis, Runnable onConnected) {
        this.host = host;
        this.port = port;
        this.troubles = security.troubles();
        this.onConnected = onConnected;
        var connecting = PeerLoops.impatient(new Bootstrap()).group(loops).channel(PeerLoops.calling())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        channel = opened;
                        SslHandler tls = security.calling(opened.alloc(), host, port);
                        if (tls != null) opened.pipeline().addLast(tls);
                        opened.pipeline().addLast(PeerGreeting.caller(security, PeerGreeting.MESSAGES, PeerConnection.this::start),
                                new PeerFrame.Decoder(FRAME_BYTES_MAX), new Answers());
                    }
                }).connect(host, port);
        this.channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) end("cannot connect to " + this + ": " + done.cause().getMessage());
        });
    }

    /** On its way, or there and able to take more without queueing it. */
    boolean takesMore() {
        return !ended && (!connected || channel.isWritable());
    }

    boolean ended() {
        return ended;
    }

    /** There, and able to take more without queueing it. */
    boolean isReady() {
        return connected && !ended && channel.isWritable();
    }

    /** Any thread. The request is encoded before this returns, and on its way when this is the I/O thread. */
    void call(Message request, InvokeCallback callback, long timeoutMillis) {
        ByteBuf frame = PeerFrame.encode(channel.alloc(), 0, request);
        EventLoop loop = channel.eventLoop();
        if (loop.inEventLoop()) send(frame, callback, timeoutMillis);
        else loop.execute(() -> send(frame, callback, timeoutMillis));
    }

    private void send(ByteBuf frame, InvokeCallback callback, long timeoutMillis) {
        if (ended) {
            frame.release();
            channel.eventLoop().execute(() -> complete(callback, null, new ConnectionFailureException("no connection to " + this)));
            return;
        }
        long call = ++lastCall;
        PeerFrame.number(frame, call);
        Future<?> timeout = timeoutMillis <= 0 ? null : channel.eventLoop().schedule(
                () -> finish(call, null, new InvokeTimeoutException("no answer from " + this + " within " + timeoutMillis + " ms")),
                timeoutMillis, TimeUnit.MILLISECONDS);
        calls.put(call, new Call(callback, timeout));
        if (connected) channel.writeAndFlush(frame, channel.voidPromise());
        else waiting.put(call, frame);
    }

    private void start() {
        connected = true;
        troubles.connected(toString());
        for (ByteBuf frame : waiting.values()) channel.write(frame, channel.voidPromise());
        waiting.clear();
        channel.flush();
        Thread.ofVirtual().name("raft-connected").start(onConnected);
    }

    private void end(String reason) {
        ended = true;
        for (Long call : calls.keySet().toArray(Long[]::new)) finish(call, null, new ConnectionFailureException(reason));
    }

    private void finish(long call, @Nullable Message answer, @Nullable Throwable cause) {
        Call waiter = calls.remove(call);
        if (waiter == null) return;
        ByteBuf unsent = waiting.remove(call);
        if (unsent != null) unsent.release();
        if (waiter.timeout() != null) waiter.timeout().cancel(false);
        complete(waiter.callback(), answer, cause);
    }

    private static void complete(InvokeCallback callback, @Nullable Message answer, @Nullable Throwable cause) {
        Executor executor = callback.executor();
        if (executor == null) callback.complete(answer, cause);
        else executor.execute(() -> callback.complete(answer, cause));
    }

    void close() {
        closing = true;
        channel.close();
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    private final class Answers extends SimpleChannelInboundHandler<PeerFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, PeerFrame frame) {
            finish(frame.call(), frame.message(), null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end("the connection to " + PeerConnection.this + " was lost");
        }

        /** That a connection breaks is no news: whether the other is there, others tell. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            PeerTroubles.exhausted(cause);
            if (PeerTroubles.isNews(cause) && !closing) troubles.refused(PeerConnection.this.toString(), PeerTls.words(cause));
            else LOG.debug("raft: connection to {} closed: {}", PeerConnection.this, cause.toString());
            context.close();
        }
    }
}
