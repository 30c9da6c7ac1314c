package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.LeaderNeededException;
import io.craton.core.session.SqlSession.Mode;
import io.craton.sql.settings.SessionSettings;
import io.craton.storage.engine.TenantSession;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * What craton.read_mode says: may this session's reads run on this node, where another leads, and how new must be what they see?
 *
 * <ul>
 * <li>leader: they do not run here.
 * <li>follower: each message of the client first asks the leader for the newest position, and waits until that is applied here: linearizable.
 * <li>stale: at once, if what is applied here was everything at most craton.max_staleness ago; else as follower.
 * </ul>
 *
 * Transactions begun so are read-only. What turns out to want more, outside a block, is asked again at the leader ({@link LeaderNeededException}); inside a block,
 * which the client has declared read-only, it is an error. The session's thread.
 */
final class LocalReads {
    private enum ReadMode { LEADER, FOLLOWER, STALE }

    /** A session at the leader goes home when it has only read for so many messages. */
    private static final int READS_BEFORE_HOME = 4;

    private final SessionSettings settings;
    private final TenantSession store;
    private long revision = -1;
    private ReadMode mode = ReadMode.LEADER;
    private long staleNanos;
    /** The open transaction reads here, and is read-only for that reason alone. */
    private boolean forced;
    private boolean reading;
    /** What is applied here is new enough for the message that is being worked on. */
    private volatile boolean confirmed;
    /** Why what is newest is not known. */
    private volatile @Nullable PgException unconfirmed;
    private @Nullable PgException deferred;
    private int readsInARow = READS_BEFORE_HOME;

    LocalReads(SessionSettings settings, TenantSession store) {
        this.settings = settings;
        this.store = store;
    }

    private ReadMode mode() {
        if (revision != settings.revision()) {
            mode = switch (settings.get("craton.read_mode")) {
                case "follower" -> ReadMode.FOLLOWER;
                case "stale" -> ReadMode.STALE;
                default -> ReadMode.LEADER;
            };
            staleNanos = settings.integer("craton.max_staleness") * 1_000_000L;
            revision = settings.revision();
        }
        return mode;
    }

    /** Does the session ask for reads where its client is? */
    boolean wanted() {
        return mode() != ReadMode.LEADER;
    }

    /** Begins a storage transaction. */
    Transaction begin(IsolationLevel isolation, boolean readOnly) {
        reading = wanted() && !store.leads();
        forced = reading && !readOnly;
        return store.begin(isolation, readOnly || reading ? AccessMode.READ_ONLY : AccessMode.READ_WRITE);
    }

    /** Does this transaction read where another node leads? */
    boolean here(@Nullable Transaction open) {
        return open == null ? wanted() && !store.leads() : reading && !open.led();
    }

    boolean inBlock(TransactionControl transactions) {
        return transactions.inBlock() && here(transactions.current());
    }

    /**
     * Before a message is looked at: waits until what is applied here is new enough for it. False when it may not wait and must.
     */
    boolean ready(TransactionControl transactions, Mode wait) {
        if (mode() == ReadMode.LEADER || confirmed()) return true;
        Transaction open = transactions.current();
        if (!here(open) || transactions.isOver() || open != null && !open.takesSnapshot()) return true;
        if (mode == ReadMode.FOLLOWER || store.ageNanos() > staleNanos) {
            if (wait == Mode.INLINE) return false;
            store.awaitFollowerReads();
        }
        confirmed = true;
        return true;
    }

    /** Whether all that was committed before the message came is applied here; throws when that cannot be known. */
    boolean confirmed() {
        PgException failure = unconfirmed;
        if (failure == null) return confirmed;
        unconfirmed = null;
        throw failure;
    }

    /** What the statement failed with; the client is told when what is newest is known, as it may not be so any more. */
    void failsWhenConfirmed(PgException failure) {
        deferred = failure;
    }

    /** Finds it out without waiting. */
    void confirm(Runnable done) {
        PgException later = deferred;
        deferred = null;
        store.confirmReads(now -> {
            PgException failure = now != null ? now : later;
            unconfirmed = failure;
            confirmed = failure == null;
            done.run();
        });
    }

    /** The statement that the message asked for has run: the next must be confirmed anew. */
    void ran() {
        confirmed = false;
    }

    /** The client has its answer, and no block is open. */
    void atRest() {
        confirmed = false;
        if (readsInARow < READS_BEFORE_HOME) readsInARow++;
    }

    /** Something is done that only the leader can do: goes there, or fails in a block that reads here. */
    void requireLeader(TransactionControl transactions, String what) {
        readsInARow = 0;
        if (!here(transactions.current())) return;
        if (!transactions.inBlock()) throw new LeaderNeededException(what);
        throw PgError.error(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot execute " + what + " in a transaction that reads on a follower")
                .withHint("Set craton.read_mode to leader before the transaction.").exception();
    }

    /** The open transaction has written. */
    void wrote() {
        readsInARow = 0;
    }

    /** The error of a message, or, when nothing but this node kept it from writing, that it is for the leader. */
    RuntimeException orLeader(TransactionControl transactions, PgException failure) {
        boolean writes = forced && failure.state() == SqlState.READ_ONLY_SQL_TRANSACTION && !transactions.inBlock() && transactions.current() != null;
        return writes ? new LeaderNeededException("a write") : failure;
    }

    /** Has it only read for long enough to be served better at the node of its client? */
    boolean goesHome() {
        return wanted() && readsInARow >= READS_BEFORE_HOME;
    }
}
