package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.SessionFactory.Elsewhere;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.BackendScanner;
import io.craton.wire.codec.CarryFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In the place of a session whose database is in another region: bytes go there and come back, and nothing of them stays here. The client proves itself to that region, not to this node, by SCRAM; what
 * it says for that is of no use to who passes it on. A region that asks for no proof would trust this node's address, which says nothing about the client: such a session ends. Two things are
 * changed on the way: a binding to the channel is not offered, for there are two, and the cancel key is this node's. Owned by the event loop.
 */
final class RegionRelay extends ChannelInboundHandlerAdapter implements Cancellable, RegionChannel.Use {
    private static final Logger LOG = LoggerFactory.getLogger(RegionRelay.class);
    private static final int HEADER = 5;
    /** Of one message before the session is open. */
    private static final int OPENING_BYTES_MAX = 64 << 10;
    private static final int OK = 0;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;
    private static final String BINDING = "-PLUS";

    private enum Phase { CONNECTING, OPENING, OPEN, ENDED }

    private final ServerParts parts;
    private final CancelRegistry.Key key;
    private final Channel client;
    private final EventLoop loop;
    private final Elsewhere place;
    private final boolean encrypted;
    private final Map<String, String> parameters;
    /** From the client, before there is somebody to have them. */
    private final Cumulation waiting = new Cumulation();
    private final Cumulation answers = new Cumulation();
    private final BackendScanner scanner = new BackendScanner();
    private Phase phase = Phase.CONNECTING;
    private @Nullable Channel remote;
    private boolean proved;
    private int remoteProcess;
    private int remoteSecret;
    private @Nullable Future<?> timeout;

    /** @param encrypted the client came by TLS */
    RegionRelay(ServerParts parts, CancelRegistry.Key key, Channel client, Elsewhere place, boolean encrypted, Map<String, String> parameters) {
        this.parts = parts;
        this.key = key;
        this.client = client;
        this.loop = client.eventLoop();
        this.place = place;
        this.encrypted = encrypted;
        this.parameters = parameters;
    }

    void begin(@Nullable ByteBuf early, long millisLeft) {
        if (early != null) waiting.add(early, client.alloc());
        client.config().setAutoRead(false);
        timeout = loop.schedule(() -> end(PgError.of(Severity.FATAL, SqlState.QUERY_CANCELED, "canceling authentication due to timeout")), millisLeft, TimeUnit.MILLISECONDS);
        RegionChannel.open(parts, place, encrypted, loop, this);
    }

    @Override
    public void failed(PgError why) {
        end(why);
    }

    @Override
    public void connected(Channel to) {
        if (phase == Phase.ENDED) {
            to.close();
            return;
        }
        phase = Phase.OPENING;
        remote = to;
        to.pipeline().addLast("answers", new Answers());
        to.write(RegionChannel.startUp(parameters));
        ByteBuf early = waiting.take();
        to.writeAndFlush(early == null ? Unpooled.EMPTY_BUFFER : early);
        client.config().setAutoRead(true);
    }

    // ---- from the client -----------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel to = remote;
        if (phase == Phase.ENDED) ((ByteBuf) message).release();
        else if (to == null) waiting.add((ByteBuf) message, client.alloc());
        else to.write(message, to.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Channel to = remote;
        if (to != null) to.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Channel from = remote;
        if (from != null) from.config().setAutoRead(client.isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        finish();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a client's connection is lost: {}", cause.toString());
        context.close();
    }

    // ---- from the other region -----------------------------------------------------------------------------------

    private final class Answers extends ChannelInboundHandlerAdapter implements BackendScanner.Found {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (phase == Phase.ENDED) {
                ((ByteBuf) message).release();
                return;
            }
            answers.add((ByteBuf) message, context.alloc());
            try {
                while (phase == Phase.OPENING && opening()) continue;
                ByteBuf in = answers.bytes();
                if (phase == Phase.OPEN && in != null) scanner.scan(in, this);
            } catch (IllegalArgumentException strange) {
                end(refused(SqlState.PROTOCOL_VIOLATION, "what answers there does not speak PostgreSQL's protocol"));
            }
            answers.trim();
        }

        @Override
        public void pass(ByteBuf in, int length) {
            client.write(in.readRetainedSlice(length), client.voidPromise());
        }

        @Override
        public void ready(char status) {}

        @Override
        public void frame(CarryFrame kind, ByteBuf body) {
            throw new IllegalArgumentException("a frame between nodes of one cluster");
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            client.config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(phase == Phase.OPEN && scanner.atBoundary() ? refused(SqlState.ADMIN_SHUTDOWN, "the connection to the region of the database was lost") : null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("the connection to another region is lost: {}", cause.toString());
            context.close();
        }
    }

    /** Takes one message before the session is open; false when it is not whole yet. */
    private boolean opening() {
        ByteBuf in = answers.bytes();
        if (in == null || in.readableBytes() < HEADER) return false;
        int at = in.readerIndex();
        int tag = in.getByte(at);
        int length = in.getInt(at + 1);
        if (length < 4 || length > OPENING_BYTES_MAX) throw new IllegalArgumentException("a message of " + length + " bytes");
        if (in.readableBytes() <= length) return false;
        switch (tag) {
            case 'R' -> {
                return authentication(in, length);
            }
            case 'K' -> {
                remoteProcess = in.getInt(at + HEADER);
                remoteSecret = in.getInt(at + HEADER + 4);
                in.skipBytes(1 + length);
                ByteWriter out = new ByteWriter(16);
                BackendEncoder.backendKeyData(out, key.processId(), key.secret());
                client.write(Unpooled.wrappedBuffer(out.toByteArray()), client.voidPromise());
            }
            case 'Z' -> {
                phase = Phase.OPEN; // the scanner passes it
                stopTimeout();
            }
            case 'E' -> {
                client.write(in.readRetainedSlice(1 + length), client.voidPromise());
                end(null);
            }
            default -> client.write(in.readRetainedSlice(1 + length), client.voidPromise());
        }
        return true;
    }

    private boolean authentication(ByteBuf in, int length) {
        int request = length < 8 ? -1 : in.getInt(in.readerIndex() + HEADER);
        switch (request) {
            case OK -> {
                if (!proved) {
                    return refuse("That region asked for no password: it trusts this node's address, which says nothing about who connects.", "Name this node's address in region.carriers there.");
                }
            }
            case SASL -> {
                ByteBuf list = in.readSlice(1 + length).skipBytes(HEADER + 4);
                ByteWriter out = new ByteWriter(64);
                BackendEncoder.authenticationSasl(out, unbound(list));
                client.write(Unpooled.wrappedBuffer(out.toByteArray()), client.voidPromise());
                return true;
            }
            case SASL_CONTINUE -> { }
            case SASL_FINAL -> proved = true;
            default -> {
                return refuse("That region asks for a password in another way than SCRAM.", null);
            }
        }
        client.write(in.readRetainedSlice(1 + length), client.voidPromise());
        return true;
    }

    private boolean refuse(String detail, @Nullable String hint) {
        end(refused(SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "the session cannot be carried to the region of its database").withDetail(detail).withHint(hint));
        return false;
    }

    private static PgError refused(SqlState state, String message) {
        return PgError.of(Severity.FATAL, state, message);
    }

    /** Mechanisms that do not bind to the channel: this node's ends at the client and there are two. */
    private static List<String> unbound(ByteBuf list) {
        List<String> mechanisms = new ArrayList<>();
        while (list.isReadable()) {
            int end = list.bytesBefore((byte) 0);
            if (end <= 0) break;
            String name = list.readCharSequence(end, StandardCharsets.US_ASCII).toString();
            list.skipBytes(1);
            if (!name.endsWith(BINDING)) mechanisms.add(name);
        }
        return mechanisms;
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    @Override
    public void cancelStatement(Runnable done) {
        loop.execute(() -> {
            if (phase == Phase.OPEN) RegionChannel.cancel(parts, place, encrypted, loop, remoteProcess, remoteSecret, done);
            else done.run();
        });
    }

    /** Any thread: the node stops. */
    void shutDown(PgError fatal) {
        loop.execute(() -> end(phase != Phase.OPEN || scanner.atBoundary() ? fatal : null));
    }

    /** Ends the client's connection, with a word if there is one. */
    private void end(@Nullable PgError fatal) {
        if (phase == Phase.ENDED) return;
        if (fatal != null) parts.tell(client, fatal);
        finish();
        client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void finish() {
        if (phase == Phase.ENDED) return;
        phase = Phase.ENDED;
        stopTimeout();
        waiting.release();
        answers.release();
        Channel to = remote;
        // What the client asked for before it left is still done.
        if (to != null) to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        parts.registry.release(key, this);
        parts.leave();
        parts.observer.sessionClosed();
    }

    private void stopTimeout() {
        if (timeout != null) timeout.cancel(false);
        timeout = null;
    }
}
