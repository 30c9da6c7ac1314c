package io.craton.wire.netty;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.ClientLink;
import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.TransactionStatus;
import io.craton.core.type.ByteWriter;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.flow.Answers;
import io.craton.wire.flow.CopyInput;
import io.craton.wire.flow.Outlet;
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
import java.io.IOException;
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
 * All fields belong to the event loop; only {@code answers} and {@code flow} go with the work.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter implements Outlet, ClientLink, SqlSession.Resume {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);
    private static final int UNASKED_FLUSH_LENGTH = 8 * 1024;
    private static final int WAITING_BYTES_MAX = 128 * 1024;
    private static final int LAST_WORDS_SECONDS = 2;

    private enum Work { NONE, PENDING, THREAD }

    private final ServerParts parts;
    private final SqlSession session;
    private final CancelRegistry.Key key;
    private final Channel channel;
    private final LoopResources loop;
    private final Answers answers;
    private final StatementFlow flow;
    private final SendGate gate;
    private final IdleTimer idleTimer;
    private final Cumulation cumulation = new Cumulation();
    private @Nullable Inbox inbox;
    private @Nullable PgError terminateWith;
    private volatile Work work = Work.NONE;
    private boolean reading = true;
    private boolean unflushed;
    private boolean notificationsWait;
    /** The client has said goodbye while a statement runs: all it asked for before is still done, as in PostgreSQL. */
    private volatile boolean leaving;
    private boolean finished;
    private boolean sessionClosed;

    SessionHandler(ServerParts parts, SqlSession session, CancelRegistry.Key key, Channel channel) {
        this.parts = parts;
        this.session = session;
        this.key = key;
        this.channel = channel;
        loop = parts.of(channel.eventLoop());
        answers = new Answers(this, parts.descriptions);
        flow = new StatementFlow(session, answers, parts.observer);
        gate = new SendGate(channel);
        idleTimer = new IdleTimer(channel.eventLoop(), this::idleTooLong);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        session.onResume(this);
        session.attach(this);
    }

    /** Loop: tells the client that the session is open. */
    void greet() {
        lendBuffer();
        ByteWriter out = answers.buffer();
        BackendEncoder.authenticationOk(out);
        for (Map.Entry<String, String> each : session.reportedParameters().entrySet()) {
            answers.parameterStatus(each.getKey(), each.getValue());
        }
        BackendEncoder.backendKeyData(out, key.processId(), key.secret());
        BackendEncoder.readyForQuery(out, session.transactionStatus());
        answers.wantFlush();
        settle();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (finished) {
            bytes.release();
            return;
        }
        cumulation.add(bytes, channel.alloc());
        pump();
        cumulation.trim();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        settle();
    }

    /** Runs what has arrived, until nothing is left or the session is with somebody else. */
    private void pump() {
        while (work == Work.NONE && !flow.ended()) {
            if (!channel.isWritable() && channel.isActive() && !drained()) return;
            FrontendMessage message = nextMessage();
            if (message == null) break;
            idleTimer.stop();
            lendBuffer();
            switch (flow.run(message, Mode.INLINE)) {
                case DONE -> { }
                case PENDING -> {
                    work = Work.PENDING;
                    flush();
                }
                case NEEDS_THREAD -> startThread(message);
            }
        }
        if (work == Work.THREAD) feed();
        // With a thread at work feed() decides: a message longer than the bound must still arrive whole.
        if (work == Work.PENDING && cumulation.readable() > WAITING_BYTES_MAX) reading(false);
        if (work == Work.NONE && flow.ended()) finish();
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
            flush();
            takeBackBuffer();
        }
        if (cumulation.readable() == 0) idleTimer.start(session.idleTimeoutMillis());
    }

    private void lendBuffer() {
        if (!answers.hasBuffer()) answers.lend(loop.take());
    }

    private void takeBackBuffer() {
        if (answers.hasBuffer() && answers.buffer().size() == 0) loop.giveBack(answers.takeBack());
    }

    @Override
    public void send(ByteWriter out, Patience waits) {
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
        flush();
        Thread.startVirtualThread(() -> runOnThread(first, inbox));
    }

    private void runOnThread(FrontendMessage first, Inbox source) {
        try {
            answers.patience(Patience.WHILE_CLIENT_IS_SLOW);
            FrontendMessage message = first;
            while (message != null) {
                flow.run(message, Mode.BLOCKING);
                if (flow.ended()) break;
                message = source.poll();
                if (message != null && answers.flushWanted()) sendEarly();
            }
        } catch (PgException lost) {
            flow.end(lost.error());
        } catch (RuntimeException | Error broken) {
            LOG.error("session thread failed", broken);
            flow.end(PgError.of(Severity.FATAL, SqlState.INTERNAL_ERROR, "internal error: " + broken));
        } finally {
            answers.patience(Patience.NEVER);
            onLoop(this::workDone);
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
            FrontendMessage message = decode();
            if (message == null) {
                cumulation.trim();
                reading(true);
                return;
            }
            leaving |= message.tag() == MessageTag.TERMINATE;
            target.add(message);
        }
        reading(false);
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
        if (finished) closeSession();
        else goOn();
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
        settle();
    }

    private void reading(boolean on) {
        if (reading == on) return;
        reading = on;
        channel.config().setAutoRead(on);
    }

    /** Any thread: a CancelRequest with the right key. */
    void cancelStatement() {
        // On the loop: a statement that is just being handed to its thread must not miss it.
        onLoop(() -> {
            if (work != Work.NONE) session.cancel();
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
        if (answers.hasBuffer()) {
            answers.send();
            takeBackBuffer();
        }
        cumulation.release();
        ChannelFuture sent = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        sent.addListener(ChannelFutureListener.CLOSE);
        if (!sent.isDone()) {
            Runnable close = channel::close;
            channel.eventLoop().schedule(close, LAST_WORDS_SECONDS, TimeUnit.SECONDS);
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
        else session.cancel();
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
        if (answers.hasBuffer()) {
            answers.buffer().clear();
            takeBackBuffer();
        }
        Thread.startVirtualThread(() -> {
            try {
                session.close();
            } catch (RuntimeException broken) {
                LOG.error("session could not be closed", broken);
            } finally {
                parts.registry.release(key);
                parts.leave();
                parts.observer.sessionClosed();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) LOG.debug("connection lost: {}", cause.toString());
        else LOG.error("connection failed", cause);
        context.close();
    }

    private void onLoop(Runnable task) {
        channel.eventLoop().execute(task);
    }
}
