package io.craton.storage.engine;

import io.craton.core.error.PgException;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.txn.AccessMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client's place in a tenant: it begins transactions, one at a time, and holds session advisory locks and temporary tables. */
public interface TenantSession extends AutoCloseable {
    int tenantNumber();

    /** The newest committed catalog with the session's temporary objects. */
    Catalog catalog();

    Transaction begin(IsolationLevel isolation, AccessMode mode);

    /** Oid of the session's temporary schema; 0 when it has none. What is made in it is the session's own: nobody else sees it, and it is not logged. */
    int temporarySchema();

    /** As {@link #temporarySchema}, made when there is none. It stays until the session ends, whatever becomes of the transaction. */
    int makeTemporarySchema(String name, int roleOid);

    /** Kind of the lock that the session waits for now, as PostgreSQL names the event; null when it waits for none. Any thread. */
    @Nullable String lockWait();

    /** Advisory locks that outlive transactions. The session's thread, between statements. */
    boolean holdsSessionLocks();

    /** Objects in the temporary schema, committed ones. */
    boolean hasTemporaryObjects();

    /** Must {@link #awaitReads} be called before the next snapshot? Then it may wait. */
    boolean readsWait();

    /** Waits until a snapshot taken next has everything that was committed before this call; throws when this node does not lead. */
    void awaitReads();

    /** Does this node lead? Where it does not, transactions can only read. */
    boolean leads();

    /** As {@link #awaitReads}, but whoever leads: it asks that node. */
    void awaitFollowerReads();

    /** As {@link #awaitFollowerReads}, without waiting: calls back from any thread, maybe this one, with null or what went wrong. */
    void confirmReads(Consumer<@Nullable PgException> done);

    /** How old a snapshot taken now may be: everything committed before so many nanoseconds is in it. */
    long ageNanos();

    /** Releases session locks and drops temporary tables. No transaction may be open. */
    @Override
    void close();
}
