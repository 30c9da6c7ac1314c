package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.Leadership.Leader;
import io.craton.core.session.SessionFactory.StartUp.Place;
import io.craton.core.session.SessionState;
import io.craton.core.session.SqlSession;
import io.craton.wire.codec.BackendScanner;
import io.craton.wire.codec.CarryFrame;
import io.craton.wire.codec.CarryPreamble;
import io.craton.wire.codec.CarryPreamble.Opening;
import io.craton.wire.codec.FrontendScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client whose session runs at the leader, while this node does not lead: frames pass through in both directions, and the state of the
 * session stays behind, so that it can go on at another leader.
 *
 * <ul>
 * <li>SEEKING: there is no leader, or none that answers. The client's bytes wait.
 * <li>OPENING: the session is being opened, at the leader or here.
 * <li>OPEN: bytes pass, each side only as fast as the other takes them.
 * </ul>
 *
 * When the leader is lost, what the client can be told depends on what it had asked for ({@link FrontendScanner}): nothing at all for a
 * session at rest, an error for a transaction that cannot have committed, the end of the connection for one that may have. Owned by the event loop;
 * both channels are on it.
 */
final class RelayHandler extends ChannelInboundHandlerAdapter implements Cancellable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayHandler.class);
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long RETRY_MILLIS = 50;
    private static final long RETRY_MILLIS_MAX = 1_000;
    private static final long OPENING_MILLIS = 5_000;
    /**
     * How long a leader that has been replaced may take to end what it runs: one that lives knows at once, and one that stands still never will. Counted from the last word
     * of either side: whoever had to wait for another leader has waited for the old one too.
     */
    private static final long DEPOSED_MILLIS = 400;
    private static final long DEPOSED_MILLIS_LEAST = 100;
    /** Where no leader is known for so long, an answer that does not come will not come: this node is cut off, or a majority is gone. */
    private static final long LEADERLESS_MILLIS = 3_000;
    private static final int WAITING_BYTES_MAX = 64 * 1024;

    private enum Phase { SEEKING, OPENING, OPEN, ENDED }

    private final ServerParts parts;
    private final Seat seat;
    private final Channel client;
    private final EventLoop loop;
    private final long patienceMillis;
    private final Cumulation waiting = new Cumulation();
    private final FrontendScanner asked;
    private Phase phase = Phase.SEEKING;
    private Opening opening;
    private SessionState state;
    private @Nullable String bound;
    /** The session may go on here, though this node does not lead: it said so with its last answer. */
    private boolean goesHome;
    /** Transaction status that the client was told last. */
    private char status = 'I';
    private @Nullable Link link;
    private @Nullable Future<?> retry;
    private long retryMillis = RETRY_MILLIS;
    private @Nullable Future<?> patience;
    private @Nullable Future<?> grace;
    private @Nullable Future<?> leaderless;

    /**
     * For a client that has just been let in.
     *
     * @param patienceMillis how long it waits for its first leader, at most
     */
    RelayHandler(ServerParts parts, Seat seat, Channel client, long patienceMillis) {
        this(parts, seat, client, null, List.of(), patienceMillis);
    }

    /** For a session that was open here. */
    RelayHandler(ServerParts parts, Seat seat, Channel client, SqlSession left) {
        this(parts, seat, client, SessionState.of(left), left.transactionEnds(), PATIENCE_MILLIS);
    }

    private RelayHandler(ServerParts parts, Seat seat, Channel client, @Nullable SessionState state, Collection<String> endingStatements, long patienceMillis) {
        this.parts = parts;
        this.seat = seat;
        this.client = client;
        this.loop = client.eventLoop();
        this.asked = new FrontendScanner(endingStatements);
        this.opening = state == null ? Opening.NEW : Opening.MOVED;
        this.state = state == null ? SessionState.fresh() : state;
        this.patienceMillis = Math.min(patienceMillis, PATIENCE_MILLIS);
    }

    /** Begins; with bytes of the client that have come already. */
    void begin(@Nullable ByteBuf early) {
        if (early != null) waiting.add(early, client.alloc());
        waiting.trim();
        if (opening == Opening.NEW || waiting.readable() > 0) beginPatience();
        seek();
    }

    // ---- finding a leader ----------------------------------------------------------------------------------------

    private void seek() {
        if (phase != Phase.SEEKING) return;
        if (retry != null) retry.cancel(false);
        retry = null;
        Leader leader = seat.leader();
        if (leader == null) return; // leadershipChanged comes here again
        phase = Phase.OPENING;
        if (leader.here()) openHere();
        else openAt(leader);
    }

    /** At once when there is another leader than the one that was lost; else after a while, which grows. */
    private void seekAfter(Leader lost) {
        if (phase == Phase.ENDED) return;
        phase = Phase.SEEKING;
        Leader leader = seat.leader();
        if (leader != null && leader.nodeId() != lost.nodeId()) seek();
        else seekLater();
    }

    private void seekLater() {
        if (phase == Phase.ENDED) return;
        phase = Phase.SEEKING;
        if (retry != null) return;
        retry = loop.schedule(this::seekAgain, retryMillis, TimeUnit.MILLISECONDS);
        retryMillis = Math.min(2 * retryMillis, RETRY_MILLIS_MAX);
    }

    private void seekAgain() {
        retry = null;
        seek();
    }

    private void beginPatience() {
        if (patience == null) patience = loop.schedule(this::noLeader, opening == Opening.NEW ? patienceMillis : PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endPatience() {
        if (patience != null) patience.cancel(false);
        patience = null;
    }

    private void noLeader() {
        end(PgError.of(Severity.FATAL, SqlState.CANNOT_CONNECT_NOW, "the cluster has no leader at present"));
    }

    private void openAt(Leader leader) {
        Link fresh = new Link(leader);
        link = fresh;
        ChannelFuture connecting;
        try {
            connecting = CarriedChannel.connect(parts, leader, loop, fresh);
        } catch (RuntimeException refused) {
            LOG.warn("cannot carry sessions to node {}: {}", leader.nodeId(), refused.toString());
            link = null;
            seekLater();
            return;
        }
        connecting.addListener(done -> {
            if (loop.inEventLoop()) connected(fresh, connecting);
            else loop.execute(() -> connected(fresh, connecting));
        });
    }

    private void connected(Link fresh, ChannelFuture connecting) {
        if (link != fresh) {
            connecting.channel().close();
            return;
        }
        if (!connecting.isSuccess()) {
            link = null;
            seekLater();
            return;
        }
        CarriedChannel.send(connecting, new CarryPreamble.Session(seat.startUp(), seat.key().secret(), opening, state));
        loop.schedule(() -> {
            if (link == fresh && phase == Phase.OPENING) fresh.close();
        }, OPENING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void opened(Link at) {
        phase = Phase.OPEN;
        retryMillis = RETRY_MILLIS;
        endPatience();
        asked.restart();
        client.config().setAutoRead(at.channel().isWritable());
        at.channel().config().setAutoRead(client.isWritable());
        forward();
        at.channel().flush();
        leadershipChanged(); // it may have changed again meanwhile
    }

    // ---- here ----------------------------------------------------------------------------------------------------

    private void openHere() {
        Opening how = opening;
        SessionState with = state;
        Thread.startVirtualThread(() -> {
            SqlSession session;
            try {
                session = parts.open(seat.startUp().at(Place.PRIMARY), how, with);
            } catch (Throwable failure) {
                PgError error = OpeningHandler.errorOf(failure);
                loop.execute(() -> end(error));
                return;
            }
            loop.execute(() -> openedHere(session, how));
        });
    }

    /** The session asks for reads on this node, and nothing is under way. */
    private void goHome(Link from) {
        if (!from.answered.atBoundary() || waiting.readable() > 0 || bound != null || opening != Opening.MOVED) return;
        drop(from);
        phase = Phase.OPENING;
        SessionState with = state;
        Thread.startVirtualThread(() -> {
            SqlSession session = null;
            try {
                session = parts.open(seat.startUp().at(Place.STANDBY), Opening.MOVED, with);
                session.catchUp(); // so that it finds here what it has seen at the leader
            } catch (Throwable failure) {
                LOG.info("a session that would read here stays at the leader: {}", failure.toString());
                if (session != null) session.close();
                loop.execute(this::stayAway);
                return;
            }
            SqlSession opened = session;
            loop.execute(() -> openedHere(opened, Opening.MOVED));
        });
    }

    private void stayAway() {
        if (phase == Phase.ENDED) return;
        phase = Phase.SEEKING;
        if (waiting.readable() > 0) beginPatience();
        seek();
    }

    private void openedHere(SqlSession session, Opening how) {
        if (phase == Phase.ENDED) {
            Thread.startVirtualThread(session::close);
            return;
        }
        SessionHandler handler = new SessionHandler(parts, session, seat, client, loop);
        phase = Phase.ENDED;
        stopTimers();
        seat.taken(handler);
        ByteBuf early = waiting.take();
        client.pipeline().replace(this, "session", handler);
        client.config().setAutoRead(true);
        handler.begin(how, early);
    }

    // ---- from the client -----------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (phase == Phase.ENDED) {
            bytes.release();
            return;
        }
        waiting.add(bytes, client.alloc());
        if (phase == Phase.OPEN) {
            forward();
            return;
        }
        beginPatience();
        if (waiting.readable() > WAITING_BYTES_MAX) client.config().setAutoRead(false);
    }

    private void forward() {
        Link to = link;
        ByteBuf in = waiting.bytes();
        if (to == null || in == null) return;
        int length = asked.scan(in, to.forwarded);
        if (length > 0) {
            to.forwarded += length;
            to.lastWordNanos = System.nanoTime();
            to.repeatable.add(in, length);
            ByteBuf out;
            if (length == in.readableBytes()) out = Objects.requireNonNull(waiting.take());
            else out = in.readRetainedSlice(length);
            to.channel().write(out, to.channel().voidPromise());
        }
        waiting.trim();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Link to = link;
        if (phase == Phase.OPEN && to != null) to.channel().flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Link from = link;
        if (phase == Phase.OPEN && from != null) from.channel().config().setAutoRead(client.isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        finish();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) LOG.debug("connection lost: {}", cause.toString());
        else LOG.error("connection failed", cause);
        context.close();
    }

    @Override
    public void cancelStatement(Runnable done) {
        loop.execute(() -> {
            Link at = link;
            if (phase == Phase.OPEN && at != null) {
                CarriedChannel.cancel(parts, at.leader, loop, seat.key().processId(), seat.key().secret(), done);
            } else {
                done.run();
            }
        });
    }

    // ---- from the leader -----------------------------------------------------------------------------------------

    /** The connection to the leader's node, from the attempt to its end. */
    private final class Link extends ChannelInboundHandlerAdapter implements BackendScanner.Found {
        private final Leader leader;
        private final BackendScanner answered = new BackendScanner();
        private final Cumulation rest = new Cumulation();
        private final Repeatable repeatable = new Repeatable();
        private @Nullable Channel channel;
        /** Bytes of the client's that were sent. */
        private long forwarded;
        private long lastWordNanos = System.nanoTime();
        private boolean ended;
        private boolean homeTold;

        Link(Leader leader) {
            this.leader = leader;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            channel = context.channel();
        }

        private Channel channel() {
            return Objects.requireNonNull(channel);
        }

        private void close() {
            if (channel != null) channel.close();
        }

        private long silentMillis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastWordNanos);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (link != this) {
                bytes.release();
                return;
            }
            lastWordNanos = System.nanoTime();
            rest.add(bytes, client.alloc());
            ByteBuf in = rest.bytes();
            if (in != null) answered.scan(in, this);
            rest.trim();
        }

        @Override
        public void pass(ByteBuf in, int length) {
            if (link != this) {
                in.skipBytes(length);
                return;
            }
            client.write(in.readRetainedSlice(length), client.voidPromise());
        }

        @Override
        public void ready(char now) {
            if (link != this) return;
            goesHome = homeTold;
            homeTold = false;
            status = now;
            opening = switch (now) {
                case 'I' -> Opening.MOVED;
                case 'E' -> Opening.MOVED_IN_FAILED_BLOCK;
                default -> Opening.MOVED_IN_BLOCK;
            };
            answered();
        }

        private void answered() {
            long end = asked.answered();
            if (end >= 0) repeatable.answered(end);
        }

        @Override
        public void frame(CarryFrame kind, ByteBuf body) {
            if (link != this) return;
            switch (kind) {
                case OPENED -> RelayHandler.this.opened(this);
                case NOT_LEADING -> handedBack(this, body.readLong());
                case UNANSWERED -> answered();
                case ENDED -> ended = true;
                case STATE -> {
                    int part = body.readUnsignedByte();
                    byte[] bytes = new byte[body.readableBytes()];
                    body.readBytes(bytes);
                    state = state.with(part, bytes);
                }
                case HOME -> homeTold = true;
                case BOUND -> bound = body.isReadable() ? body.toString(StandardCharsets.UTF_8) : null;
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.flush();
            if (link != this || phase != Phase.OPEN || !asked.atRest()) return;
            if (grace != null) leaveDeposed(this);
            else if (goesHome) goHome(this);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (link == this && phase == Phase.OPEN) client.config().setAutoRead(channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            rest.release();
            if (link != this) return;
            link = null;
            client.flush();
            lost(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) LOG.warn("connection to node {} failed: {}", leader.nodeId(), cause.toString());
            context.close();
        }
    }

    // ---- when the leader changes ---------------------------------------------------------------------------------

    /** Loop: another node leads, or none, or this one. */
    void leadershipChanged() {
        if (phase == Phase.SEEKING) {
            seek();
            return;
        }
        Link at = link;
        Leader leader = seat.leader();
        if (at == null) return;
        if (leader == null) {
            if (phase == Phase.OPEN && leaderless == null) watchLeaderless(at);
            return;
        }
        if (phase == Phase.OPENING) {
            if (leader.nodeId() == at.leader.nodeId()) return;
            drop(at);
            phase = Phase.SEEKING;
            seek();
            return;
        }
        if (leader.nodeId() == at.leader.nodeId() && !leader.here()) {
            stopGrace();
        } else if (asked.atRest() && opening != Opening.NEW) {
            leaveDeposed(at);
        } else if (grace == null) {
            // It tells of what is under way itself, if it still can.
            grace = loop.schedule(() -> {
                if (link == at) at.close();
            }, Math.max(DEPOSED_MILLIS_LEAST, DEPOSED_MILLIS - at.silentMillis()), TimeUnit.MILLISECONDS);
        }
    }

    /** Nothing may hang: who waits for an answer of a leader that nobody here hears of is told that it was lost. */
    private void watchLeaderless(Link at) {
        leaderless = loop.schedule(() -> {
            leaderless = null;
            if (link != at || phase != Phase.OPEN || seat.leader() != null) return;
            if (asked.atRest() || at.silentMillis() < LEADERLESS_MILLIS) watchLeaderless(at);
            else at.close();
        }, LEADERLESS_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void leaveDeposed(Link at) {
        if (!at.answered.atBoundary()) return;
        stopGrace();
        if (bound != null) {
            end(bound(bound));
            return;
        }
        drop(at);
        phase = Phase.SEEKING;
        seek();
    }

    /** The node does not lead (any more): it took so many of the bytes, and no session is there now. */
    private void handedBack(Link from, long taken) {
        boolean wasOpen = phase == Phase.OPEN;
        drop(from);
        stopGrace();
        if (wasOpen) {
            byte[] again = from.repeatable.from(taken);
            if (bound != null) {
                end(bound(bound));
                return;
            }
            if (again == null) {
                end(PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection because the leader changed")
                        .withDetail("What the client sent last was too long to be sent again; none of it was done."));
                return;
            }
            repeat(again);
        }
        seekAfter(from.leader);
    }

    /** Puts what the lost node did not take in front of what waits. */
    private void repeat(byte[] again) {
        ByteBuf behind = waiting.take();
        if (again.length > 0) waiting.add(Unpooled.wrappedBuffer(again), client.alloc());
        if (behind != null) waiting.add(behind, client.alloc());
        if (waiting.readable() > 0) beginPatience();
        client.config().setAutoRead(true);
        asked.restart();
    }

    /** The connection to the leader broke. */
    private void lost(Link from) {
        stopGrace();
        if (phase == Phase.OPENING && !from.ended) {
            seekAfter(from.leader);
        } else if (phase == Phase.OPEN && !from.ended && !asked.leaving() && opening != Opening.NEW) {
            goOnWithout(from);
        } else if (phase != Phase.ENDED) {
            client.flush();
            end(null);
        }
    }

    private void goOnWithout(Link from) {
        if (!from.answered.atBoundary()) {
            LOG.info("a client's connection is closed in the middle of an answer: node {} was lost", from.leader.nodeId());
            end(null);
        } else if (asked.mayHaveCommitted(status)) {
            end(PgError.of(Severity.FATAL, SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
                            "the connection to the leader was lost while a transaction may have been committing")
                    .withHint("It is not known whether the transaction was committed."));
        } else if (bound != null) {
            end(bound(bound));
        } else {
            byte[] again = from.repeatable.from(from.repeatable.start());
            if (again == null || status == 'I' && again.length > 0 && from.answered.sinceReady()) {
                end(PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection because the leader was lost")
                        .withDetail("The transaction was rolled back."));
                return;
            }
            // Answers of the batch have reached the client: it cannot begin again.
            boolean begun = again.length > 0 && FrontendScanner.inBatch(again[0]) && from.answered.sinceReady();
            if (status != 'I' && begun) opening = Opening.MOVED_IN_BATCH;
            repeat(again);
            seekAfter(from.leader);
        }
    }

    /** A session holds something that is on its node alone. */
    static PgError bound(String what) {
        return PgError.of(Severity.FATAL, SqlState.ADMIN_SHUTDOWN, "terminating connection because the leader changed")
                .withDetail("The session cannot go on at another node: it holds " + what + ".");
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    private void drop(Link from) {
        link = null;
        stopGrace();
        from.close();
    }

    private void stopGrace() {
        if (grace != null) grace.cancel(false);
        grace = null;
    }

    private void stopTimers() {
        endPatience();
        stopGrace();
        if (leaderless != null) leaderless.cancel(false);
        if (retry != null) retry.cancel(false);
    }

    /** Any thread: the node stops. */
    void shutDown(PgError fatal) {
        loop.execute(() -> {
            Link at = link;
            if (phase == Phase.OPEN && at != null && !at.answered.atBoundary()) end(null);
            else end(fatal);
        });
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
        stopTimers();
        waiting.release();
        Link at = link;
        link = null;
        // What the client asked for before it left is still done: the leader sees the bytes before the end.
        if (at != null && at.channel != null) at.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        seat.vacate(this);
    }
}
