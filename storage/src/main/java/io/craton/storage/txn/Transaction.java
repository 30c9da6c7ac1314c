package io.craton.storage.txn;

import io.craton.core.audit.AuditRecord;
import io.craton.core.error.PgException;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.entry.SchemaRecord;
import io.craton.storage.projection.Creation;
import io.craton.storage.projection.OnlineIndex;
import io.craton.storage.projection.RowVersion;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of one tenant. Used by one thread at a time. Reads see the statement's snapshot and the transaction's own writes
 * of earlier commands. Errors are PgExceptions: 40001, 40P01, 55P03, 57014, 25006, 53xxx.
 */
public interface Transaction extends RowReads {
    /** Also txid_current(); unique in the tenant, rising. */
    long id();

    /** Of the tenant. */
    AccessStatistics statistics();

    /** ANALYZE has looked at a table. */
    void analyzed(TableDef table);

    /** As {@link #id}, for somebody who asks: from now on the transaction has one that others may ask for. */
    long assignId();

    /** Whether the id was given to anybody, or something was written under it. */
    boolean hasAssignedId();

    /** Ids of the tenant's transactions at work, this one's included, in rising order; and behind them the next id to be given out. */
    long[] runningIds();

    IsolationLevel isolation();

    boolean readOnly();

    /** From now on writes fail with 25006 (SET TRANSACTION READ ONLY in mid-transaction). */
    void becomeReadOnly();

    /** Start of the transaction, micros since 2000-01-01 UTC: now(). */
    long startMicros();

    /** Committed catalog (at the snapshot) with the transaction's own changes. */
    Catalog catalog();

    /** Adds a schema change to the write set. Takes effect for this transaction at once. */
    void change(CatalogChange change);

    /** A statement begins that may change roles or databases, by what {@link #catalog} says of them now. 40001 when that is not the newest any more. */
    void readsCluster();

    /** A new oid for a catalog object of this tenant. */
    int newOid();

    /** A new storage id for rows of a table or index. */
    long newStorageId();

    /** Whether the table's rows are all this transaction's: it made the table or emptied it. */
    boolean startedEmpty(TableDef table);

    /** Begins a statement: READ COMMITTED takes a new snapshot, the others take theirs at the first call. Returns the command number. */
    int beginStatement();

    /** Will the next {@link #beginStatement} take a snapshot? */
    boolean takesSnapshot();

    /** Nobody else changes the definition of this object until the transaction ends; look at the catalog again, the wait may have been for its change. */
    void lockDefinition(int oid);

    /** Shows the snapshot to other transactions until this one ends, and names it. */
    String exportSnapshot();

    /** Goes on with a snapshot that another transaction shows (repeatable read only); false when nobody shows one of this name. */
    boolean importSnapshot(String id);

    /** The next command of the same statement's snapshot: what was written so far becomes visible (CommandCounterIncrement). */
    int nextCommand();

    /** What reads see: a snapshot, and which of the transaction's own commands. */
    interface View {}

    View view();

    /**
     * Reads and writes go on under this view, which {@link #view} gave: a query that was interrupted by others (the statements of a function that it calls, a
     * cursor between two fetches) goes on as it began. New commands are later than all others still.
     */
    void view(View view);

    /** May calls wait? NEVER: they throw {@link WouldBlockException} instead, before any effect of the call but a place in a queue. */
    enum Waiting {
        ALLOWED, NEVER
    }

    void waiting(Waiting waiting);

    /** A call that might not wait has queued for a lock: it has it, or keeps its place, when it is made again. Any other way to go on gives the place up. */
    boolean isQueued();

    /** The call that queued is not made again, as there is nothing to lock. {@code keeps}: a lock that has been granted is kept all the same. */
    void leaveQueue(boolean keeps);

    /** Has this called, on any thread, when the lock is granted that {@link #isQueued} tells of; false when there is nothing to wait for. */
    boolean whenGranted(Runnable call);

    /** Position of the current snapshot. */
    long snapshotPosition();

    /** Interface for cancellation and time-outs of waits: polled while waiting. May throw 57014. */
    interface Interrupts {
        void check();

        /** Lock wait bound, nanoseconds; 0 for none. */
        long lockTimeoutNanos();
    }

    void interrupts(Interrupts interrupts);

    // ---- reading -------------------------------------------------------------------------------------------------

    byte[] NOT_CACHED = new byte[0];

    /**
     * Rows as they were at a position of the log, whatever this transaction's snapshot is; 22023 when the log has not come there or there was no database yet, 72000 when that is no longer known.
     * The tables given to it are those of {@link #catalogAt}.
     */
    RowReads at(long position);

    /** The definitions of that moment, with the rights of now. Errors as {@link #at}. */
    Catalog catalogAt(long position);

    /** Committed images that the row with this key had in the table's storage, or with no key those of all its rows; in no order, whatever the snapshot sees. */
    void versions(TableDef table, byte @Nullable [] key, Consumer<RowVersion> visitor);

    /**
     * From now on everything is as it was at a position, catalog included, and nothing can be written. Before the first statement only; errors as {@link #at}.
     */
    void becomePast(long position);

    /** From now on statements fail with this: the moment that they should see cannot be shown. */
    void refuse(PgException reason);

    /** Whether it sees a moment that the session chose, see {@link #becomePast}. */
    boolean isPast();

    /** Drops what the tenant's projection on this node is to keep no longer, by its retention; answers how many entries that were. */
    long trimPast();

    /** The tenant's log, up to the newest position. */
    TenantLog log();

    /** Changes of definitions behind the one position up to the other, in order, as far as this transaction's snapshot sees them. */
    void schemaChanges(long behind, long to, BiConsumer<Long, SchemaRecord> visitor);

    /** Hash of the committed definitions that the snapshot sees. */
    byte[] schemaHash();

    /** The tenant's own objects at its birth. */
    List<CatalogChange> birth();

    /** When the database was made, and the first position that {@link #at} can be asked for. */
    Creation creation();

    /** Of the newest entry that is applied here: what {@link #at} can be asked for. */
    long newestPosition();

    /** Exact number of rows committed at the newest position, kept by the applier. */
    long rowCount(TableDef table);

    // ---- writing -------------------------------------------------------------------------------------------------

    /** How a write ended. */
    sealed interface WriteOutcome {
        /** @param doubts values that another row has too, under constraints that are checked later */
        record Written(byte[] key, List<Doubt> doubts) implements WriteOutcome {}

        /** A committed or own row stands in the way under this unique index (after waiting for others). Nothing was written. */
        record Conflict(IndexDef index, byte[] existingKey) implements WriteOutcome {}
    }

    /** Values under the unique index of a deferrable constraint that more than one row had when one of them was written. */
    record Doubt(IndexDef index, byte[] parts) {}

    /** Keys of rows, committed or own, that have these values now; two at most. What others may write stays away: the values are locked. */
    List<byte[]> holders(TableDef table, Doubt doubt);

    /** Inserts a row. {@code values} has one datum for each entry of {@code table.columns()}, hidden ones included. */
    WriteOutcome insert(TableDef table, Object[] values);

    /**
     * As {@link #insert}, into a table without a key: the row keeps the key that it has in the storage which it is copied from. Rows that are there under it are replaced
     * unseen, so the storage is this transaction's own.
     */
    WriteOutcome insertCopy(TableDef table, byte[] key, Object[] values);

    /** What stands in the way of such a row under one of these indexes (by their oids), whatever does under others; null when nothing does. */
    WriteOutcome.@Nullable Conflict conflict(TableDef table, Object[] values, Collection<Integer> indexes);

    /** Replaces a row that the caller has locked with {@link #lock}. The key may change. */
    WriteOutcome update(TableDef table, byte[] key, Object[] values);

    /** Deletes a row that the caller has locked. */
    void delete(TableDef table, byte[] key);

    /** Gives the table a new, empty storage: TRUNCATE. */
    TableDef truncate(TableDef table);

    // ---- locks ---------------------------------------------------------------------------------------------------

    /** How a row lock request ended. Deadlocks, time-outs and NOWAIT are exceptions. */
    sealed interface LockOutcome {
        /** Locked; the row as it was read by the snapshot is still the newest. */
        record Locked() implements LockOutcome {}

        /**
         * Locked, but somebody changed the row after the snapshot. READ COMMITTED only: re-check the newest version; null means
         * deleted (nothing is locked then).
         */
        record Changed(byte @Nullable [] newestRow) implements LockOutcome {}

        /**
         * This very command has already changed the row: leave it alone, as PostgreSQL does. {@code within}: not the command itself, but one that began
         * while it ran (a trigger's, a function's).
         */
        record ChangedByCommand(boolean within) implements LockOutcome {}

        /** SKIP LOCKED and somebody holds it. */
        record Skipped() implements LockOutcome {}
    }

    LockOutcome lock(TableDef table, byte[] key, RowLockMode mode, WaitPolicy wait);

    /** A row that stands in the way of an insertion is let be: 40001 when that is more than this transaction's snapshot knows. */
    void requireVisible(TableDef table, byte[] key);

    /** Waits for a table lock, held to the end of the transaction. Modes by PostgreSQL's numbers 1 (ACCESS SHARE) to 8 (ACCESS EXCLUSIVE). */
    boolean lockTable(int tableOid, int mode, WaitPolicy wait);

    /**
     * As {@link #lockTable}, giving up after so long: whoever comes meanwhile waits behind this one no longer than that. 55P03 when with what was waited before the
     * session's own limit is reached.
     */
    boolean lockTableWithin(int tableOid, int mode, long nanos, long waitedNanos);

    /** Keeps a lock that this transaction has, of a mode below 5, over its end; until {@link #unlockTableOfSession}. */
    void keepTableLock(int tableOid, int mode);

    void unlockTableOfSession(int tableOid, int mode);

    /**
     * Listens for rows of a table that others change, so that it can be copied meanwhile. A snapshot taken next has all changes of which it does not tell. The transaction
     * holds a lock that keeps the table's definition as it is.
     */
    ChangedRows follow(TableDef table);

    /** Logs what was written so far, where that is much, so that little is left to be done at the end. */
    void writeAhead();

    /** The index with this storage while it is made beside the applier; null when it is not. */
    @Nullable OnlineIndex online(IndexDef index);

    /**
     * Whether rows of a table have the same key under a unique index that is to be made of them: of those that have the lowest such key the second one in the order of the table, or null. These
     * are the newest rows, whatever the snapshot is, with all that this transaction has written; it holds a lock that keeps others from writing to the table.
     *
     * @param memory takes so many bytes, from any thread: false when there is little left; negative gives back. May throw
     */
    byte @Nullable [] duplicate(TableDef table, IndexDef index, LongPredicate memory);

    /**
     * Whether the definition of a table, its indexes and constraints included, is the newest one still; asked when a lock of the table is held, so that the answer lasts.
     * When it is not, the statement is to be analysed again behind {@link #beginStatement}; where that keeps an older snapshot, this throws 40001.
     */
    boolean definitionHolds(TableDef table);

    /** Did it begin where this node led? Else it only reads, and its locks keep nobody from changing a definition: see {@link #requireSettled}. */
    boolean led();

    /**
     * Of a transaction that reads where another node leads: throws 40001 when a table that it has locked has been changed, dropped or emptied since its snapshot, as what was
     * read of it may be incomplete. To be called when rows have been read, before the client is told that they are all.
     */
    void requireSettled();

    /** Takes an advisory lock; false when NO_WAIT or SKIP_LOCKED and it is held. Transaction ones are released at the end, session ones with the session. */
    boolean advisoryLock(AdvisoryKey key, boolean shared, AdvisoryScope scope, WaitPolicy wait);

    /** Releases one hold of a session lock; false when there is none. */
    boolean advisoryUnlock(AdvisoryKey key, boolean shared);

    void advisoryUnlockAll();

    /** One bigint, or two ints in {@code high} and {@code low}. */
    record AdvisoryKey(int high, int low, boolean twoKeys) {
        public static AdvisoryKey of(long key) {
            return new AdvisoryKey((int) (key >> 32), (int) key, false);
        }

        public static AdvisoryKey of(int key1, int key2) {
            return new AdvisoryKey(key1, key2, true);
        }
    }

    enum AdvisoryScope {
        SESSION, TRANSACTION
    }

    // ---- sequences -----------------------------------------------------------------------------------------------

    long nextValue(SequenceDef sequence);

    /** Sets the value; {@code called} as in setval. Not transactional. */
    void setValue(SequenceDef sequence, long value, boolean called);

    /** Last value given out and whether it was (pg_sequences, SELECT from a sequence). */
    record SequenceState(long lastValue, boolean called) {}

    SequenceState sequenceState(SequenceDef sequence);

    // ---- end -----------------------------------------------------------------------------------------------------

    /** A savepoint: everything after it can be undone, locks taken since are released. */
    interface Savepoint {}

    Savepoint savepoint();

    void rollbackTo(Savepoint savepoint);

    void release(Savepoint savepoint);

    boolean hasWrites();

    /** It has made, changed or dropped objects, so its catalog is its own. */
    boolean changesCatalog();

    /** NOTIFY payloads travel in the commit entry and are delivered when it is applied. */
    void notify(String channel, String payload);

    /** Facts about the statement for the log: role, command tag, statement text of DDL. */
    void describe(String role, String tag, @Nullable String ddlText);

    /** Who did something in this transaction: written down in its own entry, and not at all where it rolls back. */
    void audit(AuditRecord record);

    /** Takes the times of this transaction's way into the log. */
    void timed(CommitTimes times);

    /** Forgets what was written to one of the session's own tables, right before the commit: ON COMMIT DELETE ROWS. */
    void discardRows(TableDef table);

    /** Commits and waits. 40001 when validation fails; 08007 when the outcome is unknown. */
    void commit();

    /**
     * Commits without waiting: {@code done} runs once, from any thread, with the error or null.
     *
     * @param lingers null, or this thread may wait for the disk all the same, because nobody else needs it, and this runs what is left to do when the answer has gone;
     *                {@code done} may then run before this returns
     */
    void commitAsync(@Nullable Executor lingers, java.util.function.Consumer<io.craton.core.error.@Nullable PgException> done);

    /** Undoes everything; never fails. */
    void rollback();
}
