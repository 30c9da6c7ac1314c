package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.Leadership;
import io.craton.core.session.Leadership.Leader;
import io.craton.core.session.SessionFactory.Elsewhere;
import io.craton.core.session.SqlSession;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.CarryPreamble;
import io.craton.wire.codec.StartupDecoder;
import io.craton.wire.message.StartupPacket;
import io.craton.wire.message.StartupPacket.CancelRequest;
import io.craton.wire.message.StartupPacket.GssEncRequest;
import io.craton.wire.message.StartupPacket.SslRequest;
import io.craton.wire.message.StartupPacket.Startup;
import io.craton.wire.tls.TlsContexts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A connection before its session: the first byte decides between TLS, HTTP and PostgreSQL; then start-up, encryption requests,
 * authentication ({@link Login}) and the opening of the session on a virtual thread. Replaced by {@link SessionHandler} or
 * {@link HttpHandler}. Owned by the event loop.
 */
final class OpeningHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(OpeningHandler.class);
    private static final int TLS_HANDSHAKE_BYTE = 0x16;

    private enum Phase { FIRST_BYTE, STARTUP, LOCATING, LOGIN, OPENING, CLOSED }

    private final ServerParts parts;
    private final Channel channel;
    private final Cumulation cumulation = new Cumulation();
    private Phase phase = Phase.FIRST_BYTE;
    /** What the connection is encrypted with; null while it is plain. */
    private @Nullable TlsContexts tls;
    private boolean sslAnswered;
    private boolean gssAnswered;
    private boolean entered;
    private boolean sessionOnItsWay;
    private long begunNanos;
    private @Nullable Login login;
    private @Nullable Future<?> timeout;

    OpeningHandler(ServerParts parts, Channel channel) {
        this.parts = parts;
        this.channel = channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begunNanos = channel.eventLoop().ticker().nanoTime();
        timeout = channel.eventLoop().schedule(this::tooLate, parts.config.authenticationTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (phase == Phase.CLOSED) {
            ((ByteBuf) message).release();
            return;
        }
        cumulation.add((ByteBuf) message, channel.alloc());
        advance();
        cumulation.trim();
    }

    private void advance() {
        try {
            while (step()) { }
        } catch (PgException refused) {
            refuse(refused.error());
        }
    }

    /** Does what the bytes allow; true when there may be more to do. */
    private boolean step() {
        ByteBuf in = cumulation.bytes();
        if (in == null || !in.isReadable()) return false;
        return switch (phase) {
            case FIRST_BYTE -> firstByte(in.getUnsignedByte(in.readerIndex()));
            case STARTUP -> {
                StartupPacket packet = StartupDecoder.decode(in);
                yield packet != null && startup(packet);
            }
            case LOGIN -> login != null && login.read(in);
            case LOCATING, OPENING -> {
                if (in.readableBytes() > StartupDecoder.LENGTH_MAX) channel.config().setAutoRead(false);
                yield false;
            }
            case CLOSED -> false;
        };
    }

    private boolean firstByte(int first) {
        TlsContexts contexts = parts.tls;
        if (first == TLS_HANDSHAKE_BYTE && tls == null && contexts != null) {
            startTls(contexts);
            return false;
        }
        if (first >= 'A' && first <= 'Z') {
            becomeHttp();
            return false;
        }
        phase = Phase.STARTUP;
        return true;
    }

    private boolean startup(StartupPacket packet) {
        return switch (packet) {
            case SslRequest request -> {
                if (sslAnswered) throw unsupportedVersion(StartupPacket.SSL_REQUEST);
                sslAnswered = true;
                yield answerSsl();
            }
            case GssEncRequest request -> {
                if (gssAnswered) throw unsupportedVersion(StartupPacket.GSSENC_REQUEST);
                gssAnswered = true;
                answer('N');
                yield true;
            }
            case CancelRequest request -> {
                cancel(request);
                yield false;
            }
            case Startup startup -> {
                begin(startup);
                yield true;
            }
        };
    }

    private boolean answerSsl() {
        TlsContexts contexts = parts.tls;
        if (contexts == null || tls != null) {
            answer('N');
            return true;
        }
        if (cumulation.readable() > 0) {
            throw fatal(SqlState.PROTOCOL_VIOLATION, "received unencrypted data after SSL request").error()
                    .withDetail("This could be either a client-software bug or evidence of an attempted "
                            + "man-in-the-middle attack.").exception();
        }
        answer('S');
        startTls(contexts);
        return false;
    }

    private void startTls(TlsContexts contexts) {
        tls = contexts;
        sslAnswered = true;
        phase = Phase.FIRST_BYTE;
        ByteBuf early = cumulation.take();
        SslHandler handler = contexts.server().newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(parts.config.authenticationTimeout().toMillis());
        channel.pipeline().addFirst(handler);
        if (early != null && early.isReadable()) channel.pipeline().fireChannelRead(early);
        else if (early != null) early.release();
    }

    private void becomeHttp() {
        stopTimeout();
        phase = Phase.CLOSED;
        ByteBuf early = cumulation.take();
        HttpHandler.install(channel.pipeline(), parts, tls != null);
        channel.pipeline().remove(this);
        if (early == null) return;
        // Behind TLS they are decrypted already.
        ChannelHandlerContext decryption = channel.pipeline().context(SslHandler.class);
        if (decryption != null) decryption.fireChannelRead(early);
        else channel.pipeline().fireChannelRead(early);
    }

    private void begin(Startup startup) {
        if (startup.needsNegotiation()) {
            ByteWriter out = new ByteWriter(64);
            BackendEncoder.negotiateProtocolVersion(out, 0, startup.extensions());
            write(out);
        }
        phase = Phase.LOGIN;
        login = new Login(parts, channel, tls, startup, new Login.Next() {
            @Override
            public void write(ByteWriter out) {
                OpeningHandler.this.write(out);
            }

            @Override
            public void refuse(PgError error) {
                OpeningHandler.this.refuse(error);
            }

            @Override
            public void accepted(Login accepted) {
                open(accepted);
            }
        });
        if (!parts.enter()) {
            throw PgError.of(Severity.FATAL, SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already")
                    .withHint("End some that nobody needs, or raise max_connections in the configuration file, section [limits].").exception();
        }
        entered = true;
        if (parts.sessions.mayBeElsewhere(login.database())) locate(login);
        else login.begin();
    }

    /** A database that is not here may be in another region: then nobody needs to log in, and nobody could, for its roles are there too. */
    private void locate(Login asking) {
        phase = Phase.LOCATING;
        Thread.startVirtualThread(() -> {
            Elsewhere found;
            try {
                found = parts.sessions.elsewhere(asking.database());
            } catch (RuntimeException e) {
                found = new Elsewhere(errorOf(e), null);
            }
            Elsewhere elsewhere = found;
            channel.eventLoop().execute(() -> located(asking, elsewhere));
        });
    }

    private void located(Login asking, @Nullable Elsewhere elsewhere) {
        if (phase != Phase.LOCATING) return;
        phase = Phase.LOGIN;
        if (elsewhere != null && elsewhere.carryTo() != null) {
            carry(asking, elsewhere);
            return;
        }
        if (elsewhere != null) {
            refuse(elsewhere.refusal());
            return;
        }
        try {
            asking.begin();
        } catch (PgException refused) {
            refuse(refused.error());
            return;
        }
        channel.config().setAutoRead(true);
        advance();
        cumulation.trim();
    }

    /** Closes when the statement has been cancelled: a client that waits for the end may then send the next. */
    private void cancel(CancelRequest request) {
        phase = Phase.CLOSED;
        Runnable close = channel::close;
        if (parts.registry.cancel(request, close)) return;
        // Which group the session belongs to is not known: it runs at one of the leaders.
        Map<Integer, Leader> leaders = new HashMap<>();
        for (Leadership group : parts.cluster.groups()) {
            Leader leader = group.leader();
            if (leader != null && !leader.here()) leaders.put(leader.nodeId(), leader);
        }
        if (leaders.isEmpty()) close.run();
        AtomicInteger unanswered = new AtomicInteger(leaders.size());
        for (Leader leader : leaders.values()) {
            CarriedChannel.cancel(parts, leader, channel.eventLoop(), request.processId(), request.secret(), () -> {
                if (unanswered.decrementAndGet() == 0) close.run();
            });
        }
    }

    private void open(Login accepted) {
        phase = Phase.OPENING;
        CancelRegistry.Key key = parts.registry.reserve();
        Seat seat = new Seat(parts, accepted.startUp(key.processId()), key, Seat.Kind.HOME);
        if (!seat.leads()) {
            relay(seat);
            return;
        }
        sessionOnItsWay = true;
        Thread.startVirtualThread(() -> {
            SqlSession session;
            try {
                session = parts.sessions.open(seat.startUp());
            } catch (Throwable failure) {
                PgError error = errorOf(failure);
                channel.eventLoop().execute(() -> notOpened(error, key));
                return;
            }
            channel.eventLoop().execute(() -> opened(session, seat));
        });
    }

    /** This node does not lead: the session is opened where the leader is. */
    private void relay(Seat seat) {
        entered = false; // the relay gives the place back
        parts.observer.sessionOpened();
        stopTimeout();
        phase = Phase.CLOSED;
        long left = parts.config.authenticationTimeout().toNanos() - (channel.eventLoop().ticker().nanoTime() - begunNanos);
        RelayHandler relay = new RelayHandler(parts, seat, channel, TimeUnit.NANOSECONDS.toMillis(left));
        seat.taken(relay);
        ByteBuf early = cumulation.take();
        channel.pipeline().replace(this, "session", relay);
        relay.begin(early);
        channel.config().setAutoRead(true);
    }

    /** The database is in another region, where the client logs in and the session is. */
    private void carry(Login asking, Elsewhere elsewhere) {
        entered = false; // the relay gives the place back
        parts.observer.sessionOpened();
        stopTimeout();
        phase = Phase.CLOSED;
        tell(LOG.atDebug()).log("session is carried to {}", elsewhere.carryTo());
        long left = parts.config.authenticationTimeout().toNanos() - (channel.eventLoop().ticker().nanoTime() - begunNanos);
        CancelRegistry.Key key = parts.registry.reserve();
        RegionRelay relay = new RegionRelay(parts, key, channel, elsewhere, tls != null, asking.startUp(key.processId()).parameters());
        parts.registry.opened(key, relay);
        ByteBuf early = cumulation.take();
        channel.pipeline().replace(this, "session", relay);
        relay.begin(early, TimeUnit.NANOSECONDS.toMillis(left));
    }

    private void notOpened(PgError error, CancelRegistry.Key key) {
        sessionOnItsWay = false;
        parts.registry.release(key);
        tellRefusal(error);
        if (!channel.isActive()) leave();
    }

    private void opened(SqlSession session, Seat seat) {
        sessionOnItsWay = false;
        entered = false; // the session handler gives the place back
        parts.observer.sessionOpened();
        tell(LOG.atDebug()).log("connection authorized");
        SessionHandler handler = new SessionHandler(parts, session, seat, channel, channel.eventLoop());
        seat.taken(handler);
        if (phase == Phase.CLOSED || !channel.isActive()) {
            handler.closeSession();
            return;
        }
        stopTimeout();
        phase = Phase.CLOSED;
        ByteBuf early = cumulation.take();
        channel.pipeline().replace(this, "session", handler);
        handler.begin(CarryPreamble.Opening.NEW, early);
        channel.config().setAutoRead(true);
    }

    private void tooLate() {
        if (phase == Phase.LOCATING || phase == Phase.LOGIN || phase == Phase.OPENING) {
            refuse(PgError.of(Severity.FATAL, SqlState.QUERY_CANCELED, "canceling authentication due to timeout"));
        } else {
            close();
        }
    }

    /** Any thread: the server stops. */
    void shutDown(PgError fatal) {
        channel.eventLoop().execute(() -> {
            if (phase == Phase.LOGIN || phase == Phase.OPENING) refuse(fatal);
            else close();
        });
    }

    private void refuse(PgError error) {
        Login known = login;
        if (phase != Phase.CLOSED && known != null) {
            parts.observer.refused(known.user(), known.database(), channel.remoteAddress() instanceof InetSocketAddress remote ? remote : null, error);
        }
        tellRefusal(error);
    }

    private void tellRefusal(PgError error) {
        if (phase == Phase.CLOSED) return;
        parts.observer.errorSent(error);
        tell(LOG.atInfo()).addKeyValue("sqlstate", error.state().code).log("connection refused: {}", error.message());
        ByteWriter out = new ByteWriter(256);
        BackendEncoder.error(out, error.withSeverity(Severity.FATAL));
        phase = Phase.CLOSED;
        cumulation.release();
        channel.writeAndFlush(Unpooled.wrappedBuffer(out.toByteArray())).addListener(ChannelFutureListener.CLOSE);
    }

    private LoggingEventBuilder tell(LoggingEventBuilder line) {
        Login known = login;
        if (known != null) line = line.addKeyValue("user", known.user()).addKeyValue("database", known.database());
        return line.addKeyValue("client", String.valueOf(channel.remoteAddress())).addKeyValue("tls", tls != null);
    }

    private void close() {
        phase = Phase.CLOSED;
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        phase = Phase.CLOSED;
        stopTimeout();
        cumulation.release();
        if (!sessionOnItsWay) leave();
    }

    private void leave() {
        if (!entered) return;
        entered = false;
        parts.leave();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) LOG.debug("connection refused: {}", cause.toString());
        else LOG.error("connection failed while opening", cause);
        context.close();
    }

    private void stopTimeout() {
        if (timeout != null) timeout.cancel(false);
        timeout = null;
    }

    private void answer(char letter) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) letter}));
    }

    private void write(ByteWriter out) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(out.toByteArray()));
    }

    static PgError errorOf(Throwable failure) {
        if (failure instanceof PgException known) return known.error().withSeverity(Severity.FATAL);
        LOG.error("a session could not be opened", failure);
        return PgError.of(Severity.FATAL, SqlState.INTERNAL_ERROR, "internal error: " + failure);
    }

    static PgException fatal(SqlState state, String message) {
        return PgError.of(Severity.FATAL, state, message).exception();
    }

    private static PgException unsupportedVersion(int code) {
        return fatal(SqlState.FEATURE_NOT_SUPPORTED, "unsupported frontend protocol " + (code >>> 16) + "."
                + (code & 0xffff) + ": server supports 3.0 to 3.0");
    }
}
