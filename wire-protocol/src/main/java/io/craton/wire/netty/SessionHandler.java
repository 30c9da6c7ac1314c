package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.ClientLink;
import io.craton.core.session.Leadership.Leader;
import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.TransactionStatus;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.codec.CarryFrame;
import io.craton.wire.codec.CarryPreamble.Opening;
import io.craton.wire.flow.Answers;
import io.craton.wire.flow.CopyInput;
import io.craton.wire.flow.Outlet;
import io.craton.wire.flow.Reports;
import io.craton.wire.flow.StateReports;
import io.craton.wire.flow.StatementFlow;
import io.craton.wire.message.FrontendMessage;
import io.craton.wire.message.FrontendMessage.Malformed;
import io.craton.wire.message.MessageTag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open session on its socket: decides on which thread each message runs. {@link Work} says who has the session:
 *
 * <ul>
 * <li>NONE: the event loop. It runs messages as they arrive, inline, and answers a batch with one write.
 * <li>PENDING: a message that the loop began goes on elsewhere. Bytes wait in {@code cumulation}.
 * <li>THREAD: a virtual thread runs messages from {@code inbox} until it is empty.
 * </ul>
 *
 * The client is at the other end of the channel, or a node that relays it is ({@link Seat.Kind#CARRIED}); then the bytes of the channel may be
 * moved by another thread than the event loop that is meant here. When the node no longer leads, a session at rest goes to the node that does.
 *
 * <p>All fields belong to the event loop; only {@code answers} and {@code flow} go with the work.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter implements Outlet, ClientLink, SqlSession.Resume, Cancellable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);
    private static final int UNASKED_FLUSH_LENGTH = 8 * 1024;
    private static final int WAITING_BYTES_MAX = 128 * 1024;
    private static final int LAST_WORDS_SECONDS = 2;
    /** Waits for locks that take longer get a thread, which can be cancelled. */
    private static final int LOCK_WAIT_MILLIS = 5;

    private enum Work { NONE, PENDING, THREAD }

    private final ServerParts parts;
    private final SqlSession session;
    private final Seat seat;
    private final boolean carried;
    private final Channel channel;
    private final EventLoop eventLoop;
    private final LoopResources loop;
    private final Answers answers;
    private final StatementFlow flow;
    private final SendGate gate;
    private final IdleTimer idleTimer;
    private final Cumulation cumulation = new Cumulation();
    private @Nullable Inbox inbox;
    /** To be run again before anything else: it waits for its reads to be confirmed. */
    private @Nullable FrontendMessage repeated;
    private final Runnable readsConfirmed = () -> onLoop(this::workDone);
    private final Runnable lockGranted = () -> onLoop(this::lockGranted);
    /** Ends a wait for a lock that has no thread; null while there is none. */
    private @Nullable ScheduledFuture<?> lockTimer;
    private @Nullable PgError terminateWith;
    private volatile Work work = Work.NONE;
    private boolean reading = true;
    private boolean unflushed;
    private boolean notificationsWait;
    /** Nobody else has needed this loop for a while, so that it may wait for commits. */
    private boolean lingers;
    /** The client has said goodbye while a statement runs: all it asked for before is still done, as in PostgreSQL. */
    private volatile boolean leaving;
    private boolean finished;
    private boolean sessionClosed;
    /** Bytes of the client's that have arrived. */
    private long received;
    /** Of a session that reads here while another node leads: what the client sent since the session was at rest, to be asked again at the leader. */
    private @Nullable AskedHere asked;
    /** The thread has all that it gets before it is done. */
    private boolean batchHandedOver;
    /** Term in which this node led when no transaction was open last; 0: it did not lead. */
    private long term;

    /** @param eventLoop on which this handler runs */
    SessionHandler(ServerParts parts, SqlSession session, Seat seat, Channel channel, EventLoop eventLoop) {
        this.parts = parts;
        this.session = session;
        this.seat = seat;
        this.carried = seat.kind() == Seat.Kind.CARRIED;
        this.channel = channel;
        this.eventLoop = eventLoop;
        loop = parts.of(eventLoop);
        answers = new Answers(this, parts.descriptions);
        flow = new StatementFlow(session, answers, parts.observer, carried ? new StateReports(session) : Reports.NONE, seat.requestLimit());
        gate = new SendGate(channel);
        idleTimer = new IdleTimer(eventLoop, this::idleTooLong);
        term = termNow();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        session.onResume(this);
        session.attach(this);
    }

    /** Loop: the session is open; tells those who do not know. {@code early}: what the client has said before this handler was there. */
    void begin(Opening opening, @Nullable ByteBuf early) {
        lendBuffer();
        if (carried) CarryFrame.OPENED.write(answers.buffer());
        if (opening == Opening.NEW) greet(answers.buffer());
        // Since it was last told something else: it was carried, or is from now on.
        else answers.parameterStatus("in_hot_standby", carried || !seat.leads() ? "on" : "off");
        if (opening == Opening.MOVED_IN_BATCH) flow.failedBatch(ServerParts.BLOCK_LOST);
        answers.wantFlush();
        if (!carried && !seat.leads()) {
            answers.send();
            flush();
        }
        // Before anything else, as the session may go on elsewhere at once.
        if (early != null) take(early);
        settle();
    }

    private void greet(ByteWriter out) {
        BackendEncoder.authenticationOk(out);
        for (Map.Entry<String, String> each : session.reportedParameters().entrySet()) {
            answers.parameterStatus(each.getKey(), each.getValue());
        }
        BackendEncoder.backendKeyData(out, seat.key().processId(), seat.key().secret());
        BackendEncoder.readyForQuery(out, session.transactionStatus());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (finished) ((ByteBuf) message).release();
        else take((ByteBuf) message);
    }

    private void take(ByteBuf bytes) {
        received += bytes.readableBytes();
        if (asked != null) asked.add(bytes);
        linger(loop.isOwn(this));
        cumulation.add(bytes, channel.alloc());
        pump();
        cumulation.trim();
    }

    private void linger(boolean value) {
        if (value == lingers) return;
        lingers = value;
        session.lingers(value ? eventLoop : null);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        settle();
    }

    /** Runs what has arrived, until nothing is left or the session is with somebody else. */
    private void pump() {
        while (work == Work.NONE && !flow.ended()) {
            if (!channel.isWritable() && channel.isActive() && !drained()) return;
            if (gone()) return;
            FrontendMessage message = nextMessage();
            if (message == null) break;
            idleTimer.stop();
            lendBuffer();
            switch (flow.run(message, Mode.INLINE)) {
                case DONE -> atRest();
                case PENDING -> {
                    work = Work.PENDING;
                    flush();
                }
                case NEEDS_THREAD -> startThread(message);
                case NEEDS_READS -> {
                    work = Work.PENDING;
                    repeated = message;
                    flush();
                    session.confirmReads(readsConfirmed);
                }
                case NEEDS_LOCK -> {
                    work = Work.PENDING;
                    repeated = message;
                    flush();
                    awaitLock();
                }
                case NEEDS_LEADER -> {
                    if (askedElsewhere()) return;
                    flow.resumed(notHere());
                }
            }
        }
        if (work == Work.THREAD) feed();
        // With a thread at work feed() decides: a message longer than the bound must still arrive whole.
        if (work == Work.PENDING && cumulation.readable() > WAITING_BYTES_MAX) reading(false);
        if (work == Work.NONE && flow.ended()) finish();
    }

    private void awaitLock() {
        if (session.whenLocked(lockGranted)) lockTimer = eventLoop.schedule(this::lockTakesLong, LOCK_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        else work = Work.NONE;
    }

    /** Loop. */
    private void lockGranted() {
        ScheduledFuture<?> timer = lockTimer;
        if (timer == null) return;
        timer.cancel(false);
        lockTimer = null;
        workDone();
    }

    /** Loop: the message that waits for its lock goes on in a thread, from its place in the queue. */
    private void lockTakesLong() {
        lockTimer = null;
        FrontendMessage message = java.util.Objects.requireNonNull(repeated);
        repeated = null;
        if (finished) workDone();
        else startThread(message);
    }

    /** The client does not read its answers, so nothing more is read from it until it does. */
    private boolean drained() {
        answers.send();
        flush();
        boolean writable = channel.isWritable();
        reading(writable);
        return writable;
    }

    private @Nullable FrontendMessage nextMessage() {
        FrontendMessage again = repeated;
        if (again != null) {
            repeated = null;
            return again;
        }
        FrontendMessage left = inbox == null ? null : inbox.poll();
        return left != null ? left : decode();
    }

    private @Nullable FrontendMessage decode() {
        ByteBuf bytes = cumulation.bytes();
        if (bytes == null) return null;
        try {
            return loop.decoder.decode(bytes);
        } catch (PgException unreadable) {
            bytes.skipBytes(bytes.readableBytes());
            return new Malformed(MessageTag.TERMINATE, unreadable.error());
        }
    }

    /** End of a batch: one write for all its answers. */
    private void settle() {
        settle(false);
    }

    /** @param together behind what other sessions answer that the loop was given before: a client of theirs is woken once, and finds all of it */
    private void settle(boolean together) {
        if (work != Work.NONE || finished) return;
        PgError fatal = terminateWith;
        if (fatal != null) {
            lendBuffer();
            flow.end(fatal);
            finish();
            return;
        }
        if (notificationsWait) deliver();
        if (answers.hasBuffer()) {
            if (answers.flushWanted() || answers.buffer().size() > UNASKED_FLUSH_LENGTH) answers.send();
            if (together && unflushed) onLoop(this::flush);
            else flush();
            takeBackBuffer();
        }
        if (!gone() && cumulation.readable() == 0) idleTimer.start(session.idleTimeoutMillis());
    }

    /** Any thread: another node leads, or this one again, or none. */
    void leadershipChanged() {
        onLoop(this::settle);
    }

    // ---- reads where another node leads --------------------------------------------------------------------------

    /** Loop: a message has been answered. If the session is at rest, what comes next is where it would begin again elsewhere. */
    private void atRest() {
        if (asked == null && term != 0 || !flow.atRest()) return;
        if (carried || seat.leads() || !session.readsHere()) {
            asked = null;
            return;
        }
        if (asked == null) {
            asked = new AskedHere();
            if (cumulation.bytes() != null) asked.add(cumulation.bytes());
            received = cumulation.readable();
        }
        asked.atRest(received - cumulation.readable(), answers.hasBuffer() ? answers.buffer().size() : 0);
    }

    /** Loop: what was asked since the session was at rest is for the leader. False when part of it has been answered already. */
    private boolean askedElsewhere() {
        AskedHere all = asked;
        byte[] again = all == null ? null : all.again();
        if (all == null || again == null || session.boundBy() != null) return false;
        session.leaveBatch();
        if (inbox != null) inbox.clear();
        lendBuffer();
        answers.buffer().truncate(all.answeredBefore());
        cumulation.release();
        if (again.length > 0) cumulation.add(Unpooled.wrappedBuffer(again), channel.alloc());
        relay();
        return true;
    }

    private static PgException notHere() {
        return PgError.error(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot write where another node leads, as part of the batch has already been read here")
                .withHint("Send what writes behind a Sync of its own, or in a transaction block.").exception();
    }

    private long termNow() {
        Leader leader = seat.leader();
        return leader != null && leader.here() ? leader.term() : 0;
    }

    /**
     * A transaction block belongs to the term in which it began: in another it fails. A session at rest belongs to the node that leads: true when
     * it has gone there.
     */
    private boolean gone() {
        long now = termNow();
        if (now == term && (now != 0 || asked != null && session.readsHere())) return false;
        if (movedOn()) return true;
        if (session.transactionStatus() == TransactionStatus.IN_TRANSACTION) {
            if (!session.inFollowersBlock()) session.doomBlock(ServerParts.BLOCK_LOST);
        } else {
            boolean standby = now == 0;
            if (!carried && standby != (term == 0)) tellStandby(standby);
            term = now;
        }
        return false;
    }

    private void tellStandby(boolean standby) {
        session.standby(standby);
        lendBuffer();
        answers.parameterStatus("in_hot_standby", standby ? "on" : "off");
        answers.send();
        flush();
        takeBackBuffer();
    }

    /** This node no longer leads: a session at rest goes on elsewhere, or ends. False when it is not at rest. */
    private boolean movedOn() {
        if (work != Work.NONE || finished || repeated != null || terminateWith != null || seat.leads() || !flow.atRest() || inbox != null && !inbox.isEmpty()) return false;
        if (carried) {
            handBack();
            return true;
        }
        if (session.readsHere()) {
            if (asked == null) atRest();
            return false;
        }
        String bound = session.boundBy();
        if (bound != null) terminate(RelayHandler.bound(bound));
        else relay();
        return true;
    }

    /** The relaying node takes the session from here, with all bytes that were not looked at. */
    private void handBack() {
        lendBuffer();
        notLeading(answers.buffer(), received - cumulation.readable());
        finish();
    }

    static void notLeading(ByteWriter out, long taken) {
        CarryFrame.NOT_LEADING.write(out, ByteBuffer.allocate(8).putLong(taken).array());
    }

    /** From now on the session runs elsewhere, and its bytes pass through here. */
    private void relay() {
        lendBuffer();
        answers.send();
        takeBackBuffer();
        flush();
        finished = true;
        sessionClosed = true;
        idleTimer.stop();
        RelayHandler relay = new RelayHandler(parts, seat, channel, session);
        seat.taken(relay);
        ByteBuf early = cumulation.take();
        channel.pipeline().replace(this, "session", relay);
        reading(true);
        relay.begin(early);
        Thread.startVirtualThread(this::closeQuietly);
    }

    private void lendBuffer() {
        if (!answers.hasBuffer()) answers.lend(loop.take());
    }

    private void takeBackBuffer() {
        if (answers.hasBuffer() && answers.buffer().size() == 0) loop.giveBack(answers.takeBack());
    }

    @Override
    public void send(ByteWriter out, Patience waits) {
        if (asked != null) asked.sent(out.size());
        if (waits == Patience.WHILE_CLIENT_IS_SLOW) gate.pass();
        ByteBuf bytes = channel.alloc().directBuffer(out.size());
        bytes.writeBytes(out.array(), 0, out.size());
        out.clear();
        if (waits == Patience.WHILE_CLIENT_IS_SLOW) {
            channel.writeAndFlush(bytes, channel.voidPromise());
        } else {
            unflushed = true;
            channel.write(bytes, channel.voidPromise());
        }
    }

    private void flush() {
        if (!unflushed) return;
        unflushed = false;
        channel.flush();
    }

    @Override
    public CopyInput copyInput() {
        Inbox source = inbox;
        if (source == null) throw new IllegalStateException("COPY outside the session's thread");
        return new CopyInput(source::take);
    }

    private void startThread(FrontendMessage first) {
        if (inbox == null) inbox = new Inbox(() -> onLoop(this::feed));
        work = Work.THREAD;
        batchHandedOver = endsBatch(first);
        flush();
        Thread.startVirtualThread(() -> runOnThread(first, inbox));
    }

    private void runOnThread(FrontendMessage first, Inbox source) {
        boolean elsewhere = false;
        try {
            answers.patience(Patience.WHILE_CLIENT_IS_SLOW);
            FrontendMessage message = first;
            while (message != null) {
                if (flow.run(message, Mode.BLOCKING) == SqlSession.Progress.NEEDS_LEADER) {
                    elsewhere = true;
                    break;
                }
                if (flow.ended()) break;
                message = source.poll();
                if (message != null && answers.flushWanted() && asked == null) sendEarly();
            }
        } catch (PgException lost) {
            flow.end(lost.error());
        } catch (RuntimeException | Error broken) {
            LOG.error("session thread failed", broken);
            flow.end(PgError.of(Severity.FATAL, SqlState.INTERNAL_ERROR, "internal error: " + broken));
        } finally {
            answers.patience(Patience.NEVER);
            boolean moves = elsewhere;
            onLoop(() -> {
                if (moves) leaderNeeded();
                else workDone();
            });
        }
    }

    /** Loop: the thread's message is for the leader. */
    private void leaderNeeded() {
        work = Work.NONE;
        if (finished || !askedElsewhere()) {
            flow.resumed(notHere());
            workDone();
        }
    }

    /** Another message waits, and nobody knows how long it runs: its predecessors' answers go first. */
    private void sendEarly() {
        try {
            answers.send();
        } catch (PgException lost) {
            if (!leaving) throw lost;
        }
    }

    /** Loop: hands complete messages to the session's thread. */
    private void feed() {
        Inbox target = inbox;
        if (work != Work.THREAD || target == null) return;
        while (target.hasRoom()) {
            if (asked != null && batchHandedOver) { // it may have to begin again elsewhere from there
                reading(cumulation.readable() <= WAITING_BYTES_MAX);
                return;
            }
            FrontendMessage message = decode();
            if (message == null) {
                cumulation.trim();
                reading(true);
                return;
            }
            leaving |= message.tag() == MessageTag.TERMINATE;
            batchHandedOver = endsBatch(message);
            target.add(message);
        }
        reading(false);
    }

    private static boolean endsBatch(FrontendMessage message) {
        return message.tag() == MessageTag.QUERY || message.tag() == MessageTag.SYNC;
    }

    @Override
    public void resumed(@Nullable PgException failure) {
        onLoop(() -> {
            flow.resumed(failure);
            workDone();
        });
    }

    /** Loop: the session is back. */
    private void workDone() {
        work = Work.NONE;
        if (finished) {
            closeSession();
            return;
        }
        atRest();
        goOn();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        gate.signal();
        if (!reading && channel.isWritable()) onLoop(this::goOn); // not from here: this may be in the middle of a flush
    }

    private void goOn() {
        if (work != Work.NONE || finished) return;
        reading(true);
        pump();
        cumulation.trim();
        settle(true);
    }

    private void reading(boolean on) {
        if (reading == on) return;
        reading = on;
        channel.config().setAutoRead(on);
    }

    @Override
    public void cancelStatement(Runnable done) {
        // On the loop: a statement that is just being handed to its thread must not miss it.
        onLoop(() -> {
            if (work != Work.NONE) session.cancel();
            done.run();
        });
    }

    /** Any thread: the node stops. */
    void shutDown(PgError fatal) {
        onLoop(() -> {
            if (carried && work == Work.NONE && !finished && flow.atRest() && session.boundBy() == null) handBack();
            else terminate(fatal);
        });
    }

    @Override
    public void notificationsReady() {
        onLoop(() -> {
            notificationsWait = true;
            settle();
        });
    }

    private void deliver() {
        notificationsWait = false;
        lendBuffer();
        try {
            session.deliverNotifications(answers);
        } catch (RuntimeException broken) {
            LOG.error("notifications could not be delivered", broken);
        }
    }

    @Override
    public void terminate(PgError fatal) {
        onLoop(() -> {
            if (terminateWith != null || finished) return;
            terminateWith = fatal;
            if (work != Work.NONE) {
                flow.terminating(fatal);
                session.cancel();
                if (inbox != null) inbox.breakWith(fatal.exception());
                if (!channel.isWritable()) gate.close();
            }
            settle();
        });
    }

    private void idleTooLong() {
        if (work != Work.NONE || finished) return;
        boolean outside = session.transactionStatus() == TransactionStatus.IDLE;
        terminate(PgError.of(Severity.FATAL,
                outside ? SqlState.IDLE_SESSION_TIMEOUT : SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                "terminating connection due to " + (outside ? "idle-session timeout" : "idle-in-transaction timeout")));
    }

    /** Sends the last answers and closes. */
    private void finish() {
        if (finished) return;
        finished = true;
        idleTimer.stop();
        if (carried && flow.ended()) {
            lendBuffer();
            CarryFrame.ENDED.write(answers.buffer());
        }
        if (answers.hasBuffer()) {
            answers.send();
            takeBackBuffer();
        }
        cumulation.release();
        ChannelFuture sent = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        sent.addListener(ChannelFutureListener.CLOSE);
        if (!sent.isDone()) {
            Runnable close = channel::close;
            eventLoop.schedule(close, LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        }
        closeSession();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        idleTimer.stop();
        gate.close();
        if (inbox != null) {
            inbox.breakWith(new PgException(SqlState.CONNECTION_FAILURE,
                    "unexpected EOF on client connection with an open transaction"));
        }
        leaving |= work == Work.PENDING && endsWithTerminate();
        if (leaving && work != Work.NONE) return;
        finished = true;
        cumulation.release();
        if (work == Work.NONE) closeSession();
        else session.vanished();
    }

    private boolean endsWithTerminate() {
        ByteBuf bytes = cumulation.bytes();
        if (bytes == null || bytes.readableBytes() < 5) return false;
        int at = bytes.writerIndex() - 5;
        return bytes.getByte(at) == MessageTag.TERMINATE.tag && bytes.getInt(at + 1) == 4;
    }

    /** Loop: closes the session on a thread of its own and gives its place back. */
    void closeSession() {
        if (sessionClosed) return;
        sessionClosed = true;
        flow.closed();
        loop.forget(this);
        if (answers.hasBuffer()) {
            answers.buffer().clear();
            takeBackBuffer();
        }
        Thread.startVirtualThread(() -> {
            try {
                closeQuietly();
            } finally {
                seat.vacate(this);
            }
        });
    }

    private void closeQuietly() {
        try {
            session.close();
        } catch (RuntimeException broken) {
            LOG.error("session could not be closed", broken);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) LOG.debug("connection lost: {}", cause.toString());
        else LOG.error("connection failed", cause);
        context.close();
    }

    private void onLoop(Runnable task) {
        eventLoop.execute(task);
    }
}
