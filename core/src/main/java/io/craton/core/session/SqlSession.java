package io.craton.core.session;

import java.util.Collection;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One client's session, as the protocol sees it. Calls come one at a time, in the order of the client's messages, but from
 * different threads: an event loop ({@link Mode#INLINE}) or the session's virtual thread ({@link Mode#BLOCKING}).
 * Only {@link #cancel} and {@link #close} may come from elsewhere at any time. Every method throws
 * {@link io.craton.core.error.PgException} for errors of the statement; the caller reports it, calls {@link #failed}, and in the extended
 * protocol skips to Sync.
 */
public interface SqlSession extends AutoCloseable {

    /** May this call wait for locks, disks, commits or a slow client? */
    enum Mode {
        /** No: it answers {@link Progress#NEEDS_THREAD} instead, before any effect; the caller repeats the call with BLOCKING. */
        INLINE,
        BLOCKING
    }

    enum Progress {
        DONE,
        /** Nothing has happened; repeat the same call with {@link Mode#BLOCKING}. */
        NEEDS_THREAD,
        /** Only with INLINE. Nothing has happened; repeat the same call with {@link Mode#INLINE} when {@link #confirmReads} has called back. */
        NEEDS_READS,
        /**
         * Only with INLINE. Nothing has happened but that the session queues for a lock; repeat the same call with {@link Mode#INLINE} when {@link #whenLocked} has
         * called back, or with {@link Mode#BLOCKING} after a moment, for cancellation and time-outs are heeded only there.
         */
        NEEDS_LOCK,
        /**
         * Only with INLINE: the rest of the call goes on elsewhere (a commit on its way to disk); the sink is written to and
         * {@code resume} given to {@link #onResume} runs when it has ended, with the error if it failed. No other call comes before that.
         */
        PENDING,
        /** Never answered by a session, which throws {@link LeaderNeededException} instead. */
        NEEDS_LEADER
    }

    /** Called once for each {@link Progress#PENDING}, from any thread. */
    interface Resume {
        void resumed(io.craton.core.error.@Nullable PgException failure);
    }

    void onResume(Resume resume);

    /**
     * Until it is said otherwise: the event loop may wait for a commit of this session, though for no lock and no other disk read, because nobody else needs it now. That
     * spares a lone client the wake-ups of other threads.
     *
     * @param loop runs on the event loop what can wait until the commit is answered; null: the loop may not wait
     */
    default void lingers(@Nullable Executor loop) {}

    /** Called once, before any statement: the way back to the client for what no statement of this session causes. */
    default void attach(ClientLink link) {}

    /** Writes the notifications that wait, if the transaction state allows it; called between statements, must not wait. */
    default void deliverNotifications(ResultSink sink) {}

    TransactionStatus transactionStatus();

    /**
     * A simple Query message: any number of statements in one implicit transaction. Writes everything but the final
     * ReadyForQuery to the sink. An error leaves the session as PostgreSQL would.
     */
    Progress simpleQuery(String sql, ResultSink sink, Mode mode);

    /** Parse. {@code parameterTypes} may be shorter than the parameters; 0 means "infer". The empty name is the unnamed statement. */
    Progress parse(String statement, String sql, int[] parameterTypes, Mode mode);

    /** Bind. Values are in wire form; {@code resultFormats} may be empty (all text), of one element (all the same), or one for each column. */
    Progress bind(String portal, String statement, BoundParameters parameters, short[] resultFormats, Mode mode);

    /** Describe of a statement: parameter types and columns (null columns: no rows). */
    StatementDescription describeStatement(String statement);

    /** Describe of a portal: its columns with their formats, or null when it returns no rows. */
    @Nullable RowDescription describePortal(String portal);

    /** Execute. {@code maxRows} 0 means all. Does not write RowDescription. */
    Progress execute(String portal, int maxRows, ResultSink sink, Mode mode);

    void closeStatement(String statement);

    void closePortal(String portal);

    /**
     * FunctionCall: calls the function with this oid, in a transaction of its own when no block is open. The sink gets one row of one column, the result.
     *
     * @param resultFormat 0 text, 1 binary
     */
    Progress functionCall(int function, BoundParameters arguments, short resultFormat, ResultSink sink, Mode mode);

    /** Sync: ends the implicit transaction (which may commit; an error is thrown as ever). */
    Progress sync(ResultSink sink, Mode mode);

    /** An error was reported to the client: the transaction block becomes failed, an implicit transaction is rolled back. */
    void failed(io.craton.core.error.PgError error);

    /** Any thread: nobody reads what this session answers any more. What runs ends as by {@link #cancel}, and nothing begins; {@link #close} follows. */
    default void vanished() {
        cancel();
    }

    /** Parameters to report at start-up (server_version, client_encoding, ...), name to value. */
    java.util.Map<String, String> reportedParameters();

    /** Asks the running statement to stop with 57014. Any thread, any time. */
    void cancel();

    /** A request was answered so long after its first message; nothing else runs now. */
    default void requestEnded(long nanos) {}

    /** As {@link #requestEnded}, of a request in which a statement wrote or a transaction committed. */
    default void writeEnded(long nanos) {
        requestEnded(nanos);
    }

    /** Milliseconds that the session may idle in its present transaction state before the wire ends it with 25P03 or 57P05; 0 for ever. */
    long idleTimeoutMillis();

    /** Changes whenever {@link #state} of the part would give other bytes. Asked for with each ReadyForQuery of a session that may move. */
    long stateVersion(SessionState.Part part);

    /** What another node needs to go on with the session, as it would be if its transaction rolled back now; not while a statement runs. */
    byte[] state(SessionState.Part part);

    /** Names of prepared statements that end transactions (COMMIT, ROLLBACK). */
    Collection<String> transactionEnds();

    /** What the session holds that no other node can give it, for an error's text; null when it may go on elsewhere. */
    @Nullable String boundBy();

    /** The transaction block is lost with the node or the term that ran it: its next statement fails with this error. Begins a block when there is none. */
    void doomBlock(io.craton.core.error.PgError error);

    /** After {@link Progress#NEEDS_READS}: finds out what the newest state is, without waiting; {@code done} runs on any thread, maybe within this call. */
    default void confirmReads(Runnable done) {
        done.run();
    }

    /** After {@link Progress#NEEDS_LOCK}: has this called, on any thread, when the session has the lock; false when there is nothing to wait for. */
    default boolean whenLocked(Runnable call) {
        return false;
    }

    /** Does the session ask that this node, where another leads, runs what only reads? */
    default boolean readsHere() {
        return false;
    }

    /** Would it be better off at the node of its client, which does not lead? Asked at the leader when nothing is under way. */
    default boolean goesHome() {
        return false;
    }

    /** Is a transaction block open that only reads, and needs no leader? */
    default boolean inFollowersBlock() {
        return false;
    }

    /** Everything since the session was at rest is asked again elsewhere: takes back what it has changed here. */
    default void leaveBatch() {}

    /** Waits until everything that was committed by now, anywhere, is visible here, whoever leads; may throw. */
    default void catchUp() {}

    /** This node leads, or another does: what the session says of itself changes. */
    default void standby(boolean standby) {}

    /** Ends the session: rolls back, drops temporary objects, releases advisory locks. Idempotent. */
    @Override
    void close();
}
