package io.craton.wire.flow;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.Severity;
import io.craton.core.error.SqlState;
import io.craton.core.session.LeaderNeededException;
import io.craton.core.session.RowDescription;
import io.craton.core.session.SqlSession;
import io.craton.core.session.SqlSession.Mode;
import io.craton.core.session.SqlSession.Progress;
import io.craton.core.session.StatementDescription;
import io.craton.core.session.TransactionStatus;
import io.craton.wire.WireObserver;
import io.craton.wire.WireObserver.Effect;
import io.craton.wire.WireObserver.Outcome;
import io.craton.wire.WireObserver.Protocol;
import io.craton.wire.auth.RequestLimit;
import io.craton.wire.codec.BackendEncoder;
import io.craton.wire.message.FrontendMessage;
import io.craton.wire.message.FrontendMessage.Bind;
import io.craton.wire.message.FrontendMessage.ClosePortal;
import io.craton.wire.message.FrontendMessage.CloseStatement;
import io.craton.wire.message.FrontendMessage.CopyData;
import io.craton.wire.message.FrontendMessage.CopyDone;
import io.craton.wire.message.FrontendMessage.CopyFail;
import io.craton.wire.message.FrontendMessage.DescribePortal;
import io.craton.wire.message.FrontendMessage.DescribeStatement;
import io.craton.wire.message.FrontendMessage.Execute;
import io.craton.wire.message.FrontendMessage.Flush;
import io.craton.wire.message.FrontendMessage.FunctionCall;
import io.craton.wire.message.FrontendMessage.Malformed;
import io.craton.wire.message.FrontendMessage.Parse;
import io.craton.wire.message.FrontendMessage.Query;
import io.craton.wire.message.FrontendMessage.Sync;
import io.craton.wire.message.FrontendMessage.Terminate;
import io.craton.wire.message.MessageTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns messages into calls of the session and their outcomes into answers. One message at a time, by one thread at a time; which
 * thread is the connection's choice. This is the fence behind which no exception of a statement gets out.
 */
public final class StatementFlow {
    private static final Logger LOG = LoggerFactory.getLogger(StatementFlow.class);

    private final SqlSession session;
    private final Answers answers;
    private final WireObserver observer;
    private final Reports reports;
    private final RequestLimit limit;
    /** A request is under way: its first message has come, and ReadyForQuery has not gone. */
    private boolean batchOpen;
    private Protocol protocol = Protocol.SIMPLE;
    private Outcome outcome = Outcome.OK;
    private long begunNanos;
    private ConnectionFlow state = ConnectionFlow.READY;
    private @Nullable FrontendMessage pending;
    private volatile @Nullable PgError terminating;

    public StatementFlow(SqlSession session, Answers answers, WireObserver observer, Reports reports, RequestLimit limit) {
        this.session = session;
        this.answers = answers;
        this.observer = observer;
        this.reports = reports;
        this.limit = limit;
    }

    /** Is there nothing under way, so that everything that comes next could as well be run elsewhere? */
    public boolean atRest() {
        return state == ConnectionFlow.READY && !batchOpen && session.transactionStatus() == TransactionStatus.IDLE;
    }

    /** Has the session ended, so that nothing is to be read any more? */
    public boolean ended() {
        return state == ConnectionFlow.ENDED;
    }

    /** The next error that is reported becomes this one and ends the session. Any thread. */
    public void terminating(PgError fatal) {
        terminating = fatal;
    }

    /** Ends the session with this error. */
    public void end(PgError fatal) {
        if (ended()) return;
        state = ConnectionFlow.ENDED;
        observer.errorSent(fatal);
        answers.error(fatal);
    }

    /** The batch of the extended protocol that a lost node was running has failed so. */
    public void failedBatch(PgError error) {
        begin(MessageTag.EXECUTE);
        failed(MessageTag.EXECUTE, error);
    }

    /**
     * Runs one message. {@link Progress#NEEDS_THREAD}: nothing has happened, run the same message again with {@link Mode#BLOCKING}; {@link Progress#NEEDS_READS}: run it again
     * when the session has confirmed its reads; {@link Progress#NEEDS_LOCK}: when it has its lock.
     * {@link Progress#PENDING}: {@link #resumed} is called before anything else. {@link Progress#NEEDS_LEADER}: so too, with an error, or nothing is called any more.
     */
    public Progress run(FrontendMessage message, Mode mode) {
        MessageTag tag = message.tag();
        if (message instanceof Malformed bad && bad.error().severity() == Severity.FATAL) {
            end(bad.error());
            return Progress.DONE;
        }
        switch (state.actionFor(tag)) {
            case DISCARD -> {
                if (ConnectionFlow.endsWithReadyForQuery(tag)) reports.unanswered(answers.buffer());
                return Progress.DONE;
            }
            case END -> {
                state = ConnectionFlow.ENDED;
                return Progress.DONE;
            }
            case RUN -> { }
        }
        ConnectionFlow before = state;
        state = state.running(tag);
        if (!batchOpen && tag != MessageTag.FLUSH) {
            begin(tag);
            PgError tooMany = limit.more();
            // What is in a transaction block goes on: else a COMMIT might be refused.
            if (tooMany != null && tag != MessageTag.SYNC && session.transactionStatus() == TransactionStatus.IDLE) {
                failed(tag, tooMany);
                return Progress.DONE;
            }
        }
        try {
            Progress progress = call(message, mode);
            switch (progress) {
                case DONE -> succeeded(message);
                case NEEDS_THREAD, NEEDS_READS, NEEDS_LOCK -> state = before;
                case PENDING, NEEDS_LEADER -> pending = message;
            }
            return progress;
        } catch (LeaderNeededException elsewhere) {
            pending = message;
            return Progress.NEEDS_LEADER;
        } catch (Throwable failure) {
            failed(tag, errorOf(failure));
            return Progress.DONE;
        }
    }

    /** The message that was pending has ended. */
    public void resumed(@Nullable PgException failure) {
        FrontendMessage message = pending;
        if (message == null) throw new IllegalStateException("nothing is pending");
        pending = null;
        if (failure == null) succeeded(message);
        else failed(message.tag(), failure.error());
    }

    private void begin(MessageTag first) {
        batchOpen = true;
        protocol = first == MessageTag.QUERY ? Protocol.SIMPLE : Protocol.EXTENDED;
        outcome = Outcome.OK;
        observer.requestBegun();
        begunNanos = System.nanoTime();
    }

    private void endRequest() {
        if (!batchOpen) return;
        batchOpen = false;
        long nanos = System.nanoTime() - begunNanos;
        Effect effect = answers.takeEffect();
        observer.requestEnded(protocol, effect, outcome, nanos);
        if (effect == Effect.WRITE) session.writeEnded(nanos);
        else session.requestEnded(nanos);
    }

    /** The session is closed; a request may be under way. */
    public void closed() {
        outcome = Outcome.ERROR;
        endRequest();
    }

    private Progress call(FrontendMessage message, Mode mode) {
        return switch (message) {
            case Bind bind -> session.bind(bind.portal(), bind.statement(), bind.parameters(), bind.resultFormats(), mode);
            case Execute execute -> session.execute(execute.portal(), Math.max(execute.maxRows(), 0), answers, mode);
            case Sync sync -> session.sync(answers, mode);
            case Query query -> session.simpleQuery(query.sql(), answers, mode);
            case Parse parse -> session.parse(parse.statement(), parse.sql(), parse.parameterTypes(), mode);
            case DescribeStatement describe -> {
                StatementDescription description = session.describeStatement(describe.statement());
                BackendEncoder.parameterDescription(answers.buffer(), description.parameterTypes());
                rows(description.rows());
                yield Progress.DONE;
            }
            case DescribePortal describe -> {
                rows(session.describePortal(describe.portal()));
                yield Progress.DONE;
            }
            case CloseStatement close -> {
                session.closeStatement(close.statement());
                yield Progress.DONE;
            }
            case ClosePortal close -> {
                session.closePortal(close.portal());
                yield Progress.DONE;
            }
            case Flush flush -> Progress.DONE;
            case FunctionCall call -> session.functionCall(call.function(), call.arguments(), call.resultFormat(), new FunctionResult(answers), mode);
            case Malformed malformed -> throw malformed.error().exception();
            case CopyData data -> throw new IllegalStateException("discarded before");
            case CopyDone done -> throw new IllegalStateException("discarded before");
            case CopyFail fail -> throw new IllegalStateException("discarded before");
            case Terminate terminate -> throw new IllegalStateException("handled before");
        };
    }

    private void rows(@Nullable RowDescription columns) {
        if (columns == null) BackendEncoder.noData(answers.buffer());
        else answers.rowDescription(columns);
    }

    private void succeeded(FrontendMessage message) {
        switch (message.tag()) {
            case PARSE -> BackendEncoder.parseComplete(answers.buffer());
            case BIND -> BackendEncoder.bindComplete(answers.buffer());
            case CLOSE -> BackendEncoder.closeComplete(answers.buffer());
            case FLUSH -> answers.wantFlush();
            case QUERY, SYNC, FUNCTION_CALL -> readyForQuery();
            case DESCRIBE, EXECUTE, TERMINATE, COPY_DATA, COPY_DONE, COPY_FAIL -> { }
        }
    }

    private void readyForQuery() {
        PgError fatal = terminating;
        if (fatal != null) {
            end(fatal);
            return;
        }
        session.deliverNotifications(answers);
        for (int i = answers.takeSyncsPassedOver(); i > 0; i--) reports.unanswered(answers.buffer());
        reports.beforeReady(answers.buffer());
        endRequest();
        BackendEncoder.readyForQuery(answers.buffer(), session.transactionStatus());
        answers.wantFlush();
    }

    private void failed(MessageTag tag, PgError error) {
        outcome = Outcome.ERROR;
        PgError fatal = terminating;
        PgError reported = fatal != null ? fatal : error;
        try {
            session.failed(reported);
        } catch (RuntimeException broken) {
            LOG.error("session could not take back a failed statement", broken);
            reported = PgError.of(Severity.FATAL, SqlState.INTERNAL_ERROR, "the session could not recover from an error: "
                    + error.message());
        }
        if (reported.severity() != Severity.ERROR) {
            end(reported);
            return;
        }
        observer.errorSent(reported);
        answers.error(reported);
        if (answers.synchronizationLost()) {
            end(PgError.of(Severity.FATAL, SqlState.PROTOCOL_VIOLATION,
                    "terminating connection because protocol synchronization was lost"));
            return;
        }
        state = state.failed(tag);
        if (ConnectionFlow.endsWithReadyForQuery(tag)) readyForQuery();
    }

    private static PgError errorOf(Throwable failure) {
        PgException told = PgException.of(failure);
        if (told.state() == SqlState.INTERNAL_ERROR) LOG.error("internal error in a statement", told);
        else if (failure instanceof OutOfMemoryError) LOG.error("out of memory in a statement", failure);
        return told.error();
    }
}
