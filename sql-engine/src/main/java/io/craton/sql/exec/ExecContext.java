package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.type.FormatContext;
import io.craton.sql.function.RoutineCalls;
import io.craton.sql.session.SessionView;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.Transaction;

/** What a running statement carries: transaction, settings, cancellation, memory budget. One statement, one thread at a time. */
public interface ExecContext {
    Transaction transaction();

    /** What was read so far may go to the client: see {@link Transaction#requireSettled}. */
    default void requireSettled() {
        transaction().requireSettled();
    }

    /** What reads see now: see {@link Transaction#view()}. */
    default Transaction.View view() {
        return transaction().view();
    }

    default void view(Transaction.View view) {
        transaction().view(view);
    }

    default Catalog catalog() {
        return transaction().catalog();
    }

    /** Settings on which text forms depend. */
    FormatContext format();

    /** The session: settings, user, search path, sequences' currval, notices. */
    SessionView session();

    /** Whether letters beyond ASCII have no case and are in no class in this database: its LC_CTYPE is "C" or "POSIX". */
    boolean asciiLetters();

    /** Value of $n (0-based), a datum. */
    @org.jspecify.annotations.Nullable Object parameter(int index);

    /** Start of the statement, micros since 2000-01-01 UTC: statement_timestamp(). */
    long statementMicros();

    /** Throws 57014 when the statement was cancelled or ran out of time. Cheap; call once a batch or every thousand iterations. */
    void checkInterrupts();

    /**
     * Charges bytes to the statement's memory budget; false when over it, or when the tenant's statements together have little left: spill, or fail with 53200. Negative
     * gives back. 53200 when the tenant has nothing left.
     */
    boolean charge(long bytes);

    /** The context of the statement that all this belongs to. */
    default ExecContext root() {
        return this;
    }

    /** Throws 53200 when the statement is so far over its budget, or its tenant over its limit, that what cannot be spilled must not grow either. */
    default void insist() {}

    /** Charges what cannot be spilled; negative gives back. 53200 as {@link #insist}. */
    default void retain(long bytes) {
        if (!charge(bytes) && bytes > 0) insist();
    }

    void notice(PgError notice);

    /** Checks that wait for the end of the transaction. */
    ConstraintQueue constraints();

    /** Functions that users wrote; where there is no session there are none. */
    default RoutineCalls routines() {
        throw PgException.notSupported("a call of a user's function here");
    }

    /** Queries of the session that are at work; null where there is no session. */
    default @org.jspecify.annotations.Nullable RunningQueries running() {
        return null;
    }

    /** Rows of the statement whose trigger is at work, by the trigger's name for them; null when it has no such. */
    default @org.jspecify.annotations.Nullable TransitionTable transitionTable(String name) {
        return null;
    }

    /** What the routines that are at work are doing, innermost first, a line each: the context of errors and notices. Empty outside routines. */
    default String callStack() {
        return "";
    }

    /** Threads that may help; null: there are none. */
    default @org.jspecify.annotations.Nullable WorkerPool workers() {
        return null;
    }

    /** How many of them may help one part of the statement. */
    default int helpers() {
        return 0;
    }

    /** Bytes of table data that a scan must have for several threads to make it. */
    default long parallelBytesMin() {
        return Long.MAX_VALUE;
    }

    /** Folder for spill files of this statement; null: spilling is impossible, going over budget is 53200. */
    default io.craton.storage.io.@org.jspecify.annotations.Nullable TemporaryFolder spillFolder() {
        return null;
    }
}
