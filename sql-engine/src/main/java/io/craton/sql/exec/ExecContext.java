package io.craton.sql.exec;

import io.craton.core.error.PgError;
import io.craton.core.type.FormatContext;
import io.craton.sql.session.SessionView;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.Transaction;

/** What a running statement carries: transaction, settings, cancellation, memory budget. One statement, one thread at a time. */
public interface ExecContext {
    Transaction transaction();

    default Catalog catalog() {
        return transaction().catalog();
    }

    /** Settings on which text forms depend. */
    FormatContext format();

    /** The session: settings, user, search path, sequences' currval, notices. */
    SessionView session();

    /** Value of $n (0-based), a datum. */
    @org.jspecify.annotations.Nullable Object parameter(int index);

    /** Start of the statement, micros since 2000-01-01 UTC: statement_timestamp(). */
    long statementMicros();

    /** Throws 57014 when the statement was cancelled or ran out of time. Cheap; call once a batch or every thousand iterations. */
    void checkInterrupts();

    /** Charges bytes to the statement's memory budget; false when over it: spill, or fail with 53200. Negative gives back. */
    boolean charge(long bytes);

    void notice(PgError notice);

    /** Checks that wait for the end of the transaction. */
    ConstraintQueue constraints();

    /** Folder for spill files of this statement; null: spilling is impossible, going over budget is 53200. */
    default java.nio.file.@org.jspecify.annotations.Nullable Path spillFolder() {
        return null;
    }
}
