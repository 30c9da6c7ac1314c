package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.session.SqlSession;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.CarryFrame;
import io.craton.wire.codec.CarryPreamble;
import io.craton.wire.message.StartupPacket.CancelRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's end of a channel that another node opened for a client, before the session: reads the preamble, opens the session, and is
 * replaced by its {@link SessionHandler}. Runs on one of the wire's own loops, whoever moves the channel's bytes.
 */
final class CarriedOpening extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(CarriedOpening.class);
    private static final int PREAMBLE_SECONDS = 10;

    private final ServerParts parts;
    private final Channel channel;
    private final EventLoop loop;
    private final Cumulation cumulation = new Cumulation();
    private @Nullable Future<?> timeout;
    private boolean decided;

    CarriedOpening(ServerParts parts, Channel channel, EventLoop loop) {
        this.parts = parts;
        this.channel = channel;
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Runnable close = context::close;
        timeout = loop.schedule(close, PREAMBLE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        cumulation.add((ByteBuf) message, channel.alloc());
        ByteBuf in = cumulation.bytes();
        if (decided || in == null) return;
        try {
            CarryPreamble preamble = CarryPreamble.decode(in);
            if (preamble != null) begin(preamble);
        } catch (PgException bad) {
            LOG.warn("connection of a peer refused: {}", bad.getMessage());
            decided = true;
            channel.close();
        }
    }

    private void begin(CarryPreamble preamble) {
        decided = true;
        if (timeout != null) timeout.cancel(false);
        switch (preamble) {
            case CarryPreamble.Cancel cancel -> {
                Runnable close = channel::close;
                if (!parts.registry.cancel(new CancelRequest(cancel.processId(), cancel.secret()), close)) close.run();
            }
            case CarryPreamble.Session session -> open(session);
        }
    }

    private void open(CarryPreamble.Session preamble) {
        Seat seat = new Seat(parts, preamble.startUp(), new CancelRegistry.Key(preamble.processId(), preamble.secret()), Seat.Kind.CARRIED);
        if (!seat.leads()) {
            ByteWriter out = new ByteWriter(16);
            SessionHandler.notLeading(out, 0);
            last(out);
            return;
        }
        parts.carriedOpens();
        Thread.startVirtualThread(() -> {
            SqlSession session;
            try {
                session = parts.open(seat.startUp(), preamble.opening(), preamble.state());
            } catch (Throwable failure) {
                PgError error = OpeningHandler.errorOf(failure);
                loop.execute(() -> {
                    parts.carriedEnded();
                    refuse(error);
                });
                return;
            }
            loop.execute(() -> opened(session, seat, preamble.opening()));
        });
    }

    private void refuse(PgError error) {
        ByteWriter out = new ByteWriter(256);
        BackendEncoder.error(out, error.withSeverity(Severity.FATAL));
        CarryFrame.ENDED.write(out);
        last(out);
    }

    private void last(ByteWriter out) {
        cumulation.release();
        channel.writeAndFlush(Unpooled.wrappedBuffer(out.toByteArray())).addListener(ChannelFutureListener.CLOSE);
    }

    private void opened(SqlSession session, Seat seat, CarryPreamble.Opening opening) {
        SessionHandler handler = new SessionHandler(parts, session, seat, channel, loop);
        if (!channel.isActive()) {
            handler.closeSession();
            return;
        }
        seat.taken(handler);
        ByteBuf early = cumulation.take();
        channel.pipeline().replace(this, "session", handler);
        handler.begin(opening, early);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (timeout != null) timeout.cancel(false);
        cumulation.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection of a peer lost: {}", cause.toString());
        context.close();
    }
}
