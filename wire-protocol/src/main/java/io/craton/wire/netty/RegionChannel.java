package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.session.SessionFactory.Elsewhere;
import io.craton.core.type.ByteWriter;
import io.craton.wire.message.StartupPacket;
import io.craton.wire.tls.TlsContexts;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens a connection to where another region's clients connect: TLS first, where this node knows who signs that region's certificates; in the clear only for clients who came so themselves. Then the
 * pipeline is what {@link Use} makes of it. Owned by the event loop.
 */
final class RegionChannel extends ChannelInboundHandlerAdapter {
    private static final int CONNECT_MILLIS = 5_000;

    /** What the connection is for. */
    interface Use {
        /** Bytes can be written; a handler of this takes the place of the one that opened it. */
        void connected(Channel remote);

        void failed(PgError why);
    }

    private final ServerParts parts;
    private final Elsewhere place;
    private final boolean encrypted;
    private final Use use;
    private final @Nullable SslContext context;
    private final String host;
    private boolean done;

    private RegionChannel(ServerParts parts, Elsewhere place, boolean encrypted, Use use) {
        this.parts = parts;
        this.place = place;
        this.encrypted = encrypted;
        this.use = use;
        TlsContexts own = parts.tls;
        context = own == null ? null : own.client();
        host = host(place);
    }

    private static String host(Elsewhere place) {
        String address = String.valueOf(place.carryTo());
        return address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    }

    /**
     * Begins. {@code use} is called on the loop, once.
     *
     * @param encrypted the client came by TLS
     */
    static void open(ServerParts parts, Elsewhere place, boolean encrypted, EventLoop loop, Use use) {
        RegionChannel opening = new RegionChannel(parts, place, encrypted, use);
        if (encrypted && opening.context == null) {
            use.failed(opening.refusal("its certificates cannot be checked: security.tls_ca is not set here"));
            return;
        }
        String address = String.valueOf(place.carryTo());
        // names are looked up where that may take its time
        Thread.startVirtualThread(() -> {
            InetSocketAddress there = new InetSocketAddress(opening.host, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
            loop.execute(() -> opening.connect(there, loop));
        });
    }

    private void connect(InetSocketAddress there, EventLoop loop) {
        if (there.isUnresolved()) {
            fail("the name " + host + " is not known here");
            return;
        }
        ChannelFuture connecting = new Bootstrap().group(loop).channel(parts.socketKind)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ServerParts.WATER_MARKS)
                .handler(this).connect(there);
        connecting.addListener(result -> {
            if (!result.isSuccess()) fail("it does not answer at " + place.carryTo());
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext connection) {
        if (context == null) {
            ready(connection);
            return;
        }
        connection.writeAndFlush(Unpooled.buffer(8).writeInt(8).writeInt(StartupPacket.SSL_REQUEST));
    }

    @Override
    public void channelRead(ChannelHandlerContext connection, Object message) {
        ByteBuf in = (ByteBuf) message;
        int answer = in.isReadable() ? in.readByte() : 0;
        boolean more = in.isReadable();
        in.release();
        SslContext client = context;
        if (more || client == null || answer != 'S' && answer != 'N') {
            fail("it does not speak PostgreSQL's protocol at " + place.carryTo());
            connection.close();
        } else if (answer == 'S') {
            connection.pipeline().addFirst(client.newHandler(connection.alloc(), host, -1));
        } else if (encrypted) {
            fail("it has no TLS at " + place.carryTo());
            connection.close();
        } else {
            ready(connection);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext connection, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) return;
        if (handshake.isSuccess()) {
            ready(connection);
            return;
        }
        fail("its certificate is not taken: " + handshake.cause().getMessage());
        connection.close();
    }

    private void ready(ChannelHandlerContext connection) {
        if (done) return;
        done = true;
        use.connected(connection.channel());
        connection.pipeline().remove(this);
    }

    private void fail(String why) {
        if (done) return;
        done = true;
        use.failed(refusal(why));
    }

    private PgError refusal(String why) {
        return place.refusal().withSeverity(Severity.FATAL).withDetail("The session cannot be carried there: " + why + ".");
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        fail("it does not answer at " + place.carryTo());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext connection, Throwable cause) {
        // A handshake that failed has been told of.
        fail(cause.getMessage() == null ? cause.toString() : cause.getMessage());
        connection.close();
    }

    /** A client's start-up packet, without what this node has settled with the client. */
    static ByteBuf startUp(Map<String, String> parameters) {
        ByteWriter out = new ByteWriter(256);
        out.putInt(0);
        out.putInt(StartupPacket.PROTOCOL_3);
        parameters.forEach((name, value) -> {
            out.putUtf8(name);
            out.putByte(0);
            out.putUtf8(value);
            out.putByte(0);
        });
        out.putByte(0);
        byte[] bytes = out.toByteArray();
        return Unpooled.wrappedBuffer(bytes).setInt(0, bytes.length);
    }

    /** Has the statement cancelled of a session there; {@code done} runs when that has been done, or cannot be. */
    static void cancel(ServerParts parts, Elsewhere place, boolean encrypted, EventLoop loop, int processId, int secret, Runnable done) {
        open(parts, place, encrypted, loop, new Use() {
            @Override
            public void connected(Channel remote) {
                remote.closeFuture().addListener(_ -> done.run());
                remote.writeAndFlush(Unpooled.buffer(16).writeInt(16).writeInt(StartupPacket.CANCEL_REQUEST).writeInt(processId).writeInt(secret));
            }

            @Override
            public void failed(PgError why) {
                done.run();
            }
        });
    }
}
