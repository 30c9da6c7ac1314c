package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.session.TransactionStatus;
import io.craton.sql.largeobject.Descriptors;
import io.craton.sql.session.TransactionBlock.Effect;
import io.craton.sql.session.TransactionBlock.Event;
import io.craton.sql.settings.SessionSettings;
import io.craton.sql.syntax.SessionStatement.TransactionMode;
import io.craton.storage.txn.IsolationLevel;
import io.craton.storage.txn.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The session's transaction: its block's state, the open {@link Transaction}, savepoints, and what must happen to settings and portals when it
 * ends. Runs the effects that {@link TransactionBlock} names. One session's thread.
 */
final class TransactionControl {
    /** Called when a transaction has ended; {@code committed} tells how. */
    interface Ended {
        void ended(boolean committed);
    }

    /** Work inside the transaction right before it commits. */
    interface BeforeCommit {
        /** Whether there is any. */
        boolean isNeeded();

        void run(Transaction transaction);
    }

    /** Begins storage transactions. */
    interface Beginner {
        Transaction begin(IsolationLevel isolation, boolean readOnly);
    }

    /** A state of the transaction and of all that goes back with it. */
    record Mark(Transaction.Savepoint savepoint, int settings, DeferredConstraints.Mark constraints, int listening, long largeObjects) {}

    private record NamedSavepoint(String name, Mark mark) {}

    private final SessionSettings settings;
    private final DeferredConstraints constraints;
    private final Listener listener;
    private final Descriptors largeObjects;
    private final Beginner beginner;
    private final BeforeCommit beforeCommit;
    private final Runnable settingsWentBack;
    private final Ended ended;
    /** Why the block cannot go on: what it did so far is lost. */
    private @Nullable PgError doomed;
    private TransactionBlock block = TransactionBlock.IDLE;
    private @Nullable Transaction transaction;
    private final List<NamedSavepoint> savepoints = new ArrayList<>();
    private boolean queriesRun;
    private boolean rolledBackAlready;
    private long modesRevision = -1;
    private IsolationLevel isolation = IsolationLevel.READ_COMMITTED;
    private boolean readOnly;

    TransactionControl(SessionSettings settings, DeferredConstraints constraints, Listener listener, Descriptors largeObjects, Beginner beginner, BeforeCommit beforeCommit, Runnable settingsWentBack, Ended ended) {
        this.settings = settings;
        this.constraints = constraints;
        this.listener = listener;
        this.largeObjects = largeObjects;
        this.beginner = beginner;
        this.beforeCommit = beforeCommit;
        this.settingsWentBack = settingsWentBack;
        this.ended = ended;
    }

    /** What the block did is undone now, and its next statement fails with this error. Begins a block when there is none. */
    void doom(PgError error) {
        if (isOver()) return;
        if (block != TransactionBlock.OPEN) step(Event.BEGIN);
        doomed = error;
        java.util.Objects.requireNonNull(transaction).rollback();
        rolledBackAlready = true;
        savepoints.clear();
        settings.rollback();
        settingsWentBack.run();
    }

    /** Is the block good for nothing but its end? */
    boolean isOver() {
        return block == TransactionBlock.FAILED || doomed != null && block == TransactionBlock.OPEN;
    }

    /** What a statement gets in a block that {@link #isOver}. */
    PgException refusal() {
        return block == TransactionBlock.FAILED || doomed == null ? inFailedBlock() : doomed.exception();
    }

    TransactionStatus status() {
        return block.status();
    }

    TransactionBlock block() {
        return block;
    }

    boolean inBlock() {
        return block == TransactionBlock.OPEN || block == TransactionBlock.FAILED;
    }

    @Nullable Transaction current() {
        return transaction;
    }

    /** The transaction for a statement; begins an implicit one when there is none. 25P02 in a failed block. */
    Transaction forStatement() {
        if (isOver()) throw refusal();
        step(Event.STATEMENT);
        return java.util.Objects.requireNonNull(transaction);
    }

    /** A statement that takes a snapshot ran: SET TRANSACTION ISOLATION LEVEL is too late now. */
    void queryRan() {
        queriesRun = true;
    }

    /** 25001 when one ran. */
    void requireNoQuery(String message) {
        if (queriesRun) throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, message);
    }

    static PgException inFailedBlock() {
        return new PgException(SqlState.IN_FAILED_SQL_TRANSACTION,
                "current transaction is aborted, commands ignored until end of transaction block");
    }

    Effect begin(List<TransactionMode> modes) {
        if (isOver()) throw refusal();
        Effect effect = step(Event.BEGIN);
        if (effect != Effect.WARN_ALREADY_OPEN) savepoints.clear();
        apply(modes);
        return effect;
    }

    /** SET TRANSACTION and the modes of BEGIN. */
    void apply(List<TransactionMode> modes) {
        for (TransactionMode mode : modes) {
            switch (mode) {
                case READ_UNCOMMITTED -> isolation("read uncommitted");
                case READ_COMMITTED -> isolation("read committed");
                case REPEATABLE_READ -> isolation("repeatable read");
                case SERIALIZABLE -> isolation("serializable");
                case READ_ONLY -> readOnly(true);
                case READ_WRITE -> readOnly(false);
                case DEFERRABLE -> settings.set("transaction_deferrable", "on", true);
                case NOT_DEFERRABLE -> settings.set("transaction_deferrable", "off", true);
            }
        }
    }

    void isolation(String level) {
        if (settings.get("transaction_isolation").equals(level) && transaction != null
                && transaction.isolation() == isolationOf(level)) {
            return;
        }
        if (queriesRun) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, "SET TRANSACTION ISOLATION LEVEL must be called before any query");
        }
        if (!savepoints.isEmpty()) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION,
                    "SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction");
        }
        settings.set("transaction_isolation", level, true);
        restart();
    }

    void readOnly(boolean on) {
        if (transaction != null && transaction.readOnly() == on) return;
        if (!on && !savepoints.isEmpty() && transaction != null && transaction.readOnly()) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, "cannot set transaction read-write mode inside a read-only transaction");
        }
        if (!on && queriesRun && transaction != null && transaction.readOnly()) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, "transaction read-write mode must be set before any query");
        }
        settings.set("transaction_read_only", on ? "on" : "off", true);
        if (!queriesRun) restart();
        else if (transaction != null) transaction.becomeReadOnly();
    }

    /** The session is to see another moment. */
    void restartAtMoment() {
        if (queriesRun || !savepoints.isEmpty()) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, "craton.as_of must be set before any query of the transaction");
        }
        restart();
    }

    /** Nothing has been read or written yet: begin again with the modes as they are now. */
    private void restart() {
        if (transaction == null) return;
        transaction.rollback();
        transaction = beginStorage();
    }

    private Transaction beginStorage() {
        if (modesRevision != settings.revision()) {
            isolation = isolationOf(settings.get("transaction_isolation"));
            readOnly = settings.bool("transaction_read_only");
            modesRevision = settings.revision();
        }
        return beginner.begin(isolation, readOnly);
    }

    private static IsolationLevel isolationOf(String level) {
        return IsolationLevel.valueOf(level.toUpperCase(Locale.ROOT).replace(' ', '_'));
    }

    private Effect step(Event event) {
        TransactionBlock.Step step = block.on(event);
        if (step.effect() == Effect.START) {
            start();
        }
        block = step.next();
        return step.effect();
    }

    private void start() {
        queriesRun = false;
        rolledBackAlready = false;
        transaction = beginStorage();
    }

    /** COMMIT or the end of an implicit transaction; waits. */
    Effect commit(Event event) {
        abandonDoomed();
        TransactionBlock.Step step = block.on(event);
        switch (step.effect()) {
            case COMMIT, COMMIT_WARN_NOT_OPEN -> {
                Transaction ending = java.util.Objects.requireNonNull(transaction);
                if (beforeCommit.isNeeded()) runBeforeCommit(ending);
                block = step.next();
                try {
                    ending.commit();
                } catch (PgException e) {
                    finish(false);
                    throw e;
                }
                finish(true);
            }
            case ROLLBACK, ROLLBACK_WARN_NOT_OPEN -> {
                block = step.next();
                abandon();
            }
            default -> block = step.next();
        }
        return step.effect();
    }

    /** Throws when the block is doomed; it has then been rolled back. */
    private void abandonDoomed() {
        PgError error = doomed;
        if (error == null || block != TransactionBlock.OPEN) return;
        block = TransactionBlock.IDLE;
        abandon();
        throw error.exception();
    }

    private void runBeforeCommit(Transaction ending) {
        try {
            beforeCommit.run(ending);
        } catch (RuntimeException | Error e) {
            block = TransactionBlock.IDLE;
            abandon();
            throw e;
        }
    }

    boolean hasWorkBeforeCommit() {
        return beforeCommit.isNeeded();
    }

    /**
     * As {@link #commit} of an open or implicit transaction, without waiting; {@code done} runs, usually on another thread, when it has ended. With
     * {@code lingers} this thread may wait for the disk all the same.
     */
    void commitAsync(Event event, @Nullable Executor lingers, Consumer<@Nullable PgException> done) {
        abandonDoomed();
        if (beforeCommit.isNeeded()) {
            Thread.startVirtualThread(() -> {
                PgException failure = null;
                try {
                    commit(event);
                } catch (RuntimeException | Error e) {
                    failure = PgException.of(e);
                }
                done.accept(failure);
            });
            return;
        }
        Transaction ending = java.util.Objects.requireNonNull(transaction);
        block = TransactionBlock.IDLE;
        ending.commitAsync(lingers, failure -> {
            finish(failure == null);
            done.accept(failure);
        });
    }

    Effect rollback() {
        TransactionBlock.Step step = block.on(Event.ROLLBACK);
        block = step.next();
        if (step.effect() == Effect.ROLLBACK || step.effect() == Effect.ROLLBACK_WARN_NOT_OPEN) abandon();
        return step.effect();
    }

    /** A statement failed: undoes what PostgreSQL undoes at once. */
    void failed() {
        TransactionBlock before = block;
        TransactionBlock.Step step = block.on(Event.ERROR);
        block = step.next();
        if (step.effect() == Effect.ROLLBACK) {
            abandon();
        } else if (before == TransactionBlock.OPEN && transaction != null && !rolledBackAlready) {
            // Locks of the failed part are released now; what a savepoint protects stays.
            if (savepoints.isEmpty()) {
                transaction.rollback();
                rolledBackAlready = true;
                settings.rollback();
                settingsWentBack.run();
            } else {
                rollbackTo(savepoints.getLast().mark());
            }
        }
    }

    private void abandon() {
        if (transaction != null && !rolledBackAlready) transaction.rollback();
        finish(false);
    }

    private void finish(boolean committed) {
        transaction = null;
        savepoints.clear();
        constraints.clear();
        queriesRun = false;
        rolledBackAlready = false;
        doomed = null;
        if (committed) settings.commit();
        else settings.rollback();
        settingsWentBack.run();
        ended.ended(committed);
    }

    // ---- savepoints ----------------------------------------------------------------------------------------------

    /** Number of open savepoints. */
    int level() {
        return savepoints.size();
    }

    void requireBlock(String command) {
        if (!inBlock()) {
            throw new PgException(SqlState.NO_ACTIVE_SQL_TRANSACTION, command + " can only be used in transaction blocks");
        }
    }

    void savepoint(String name) {
        requireBlock("SAVEPOINT");
        Transaction open = forStatement();
        savepoints.add(new NamedSavepoint(name, mark(open)));
    }

    private Mark mark(Transaction open) {
        return new Mark(open.savepoint(), settings.mark(), constraints.mark(), listener.mark(), largeObjects.mark());
    }

    private void rollbackTo(Mark mark) {
        java.util.Objects.requireNonNull(transaction).rollbackTo(mark.savepoint());
        settings.rollbackTo(mark.settings());
        settingsWentBack.run();
        constraints.rollbackTo(mark.constraints());
        listener.rollbackTo(mark.listening());
        largeObjects.rollbackTo(mark.largeObjects());
    }

    /** Answers the number of savepoints that are left. */
    int release(String name) {
        requireBlock("RELEASE SAVEPOINT");
        Transaction open = forStatement();
        int at = find(name);
        open.release(savepoints.get(at).mark().savepoint());
        while (savepoints.size() > at) savepoints.removeLast();
        return at;
    }

    /** Answers the number of savepoints in front of this one. */
    int rollbackTo(String name) {
        requireBlock("ROLLBACK TO SAVEPOINT");
        if (doomed != null) throw doomed.exception();
        int at = find(name);
        while (savepoints.size() > at + 1) savepoints.removeLast();
        rollbackTo(savepoints.get(at).mark());
        block = TransactionBlock.OPEN;
        return at;
    }

    private int find(String name) {
        for (int i = savepoints.size() - 1; i >= 0; i--) {
            if (savepoints.get(i).name().equals(name)) return i;
        }
        throw new PgException(PgError.error(SqlState.S_E_INVALID_SPECIFICATION, "savepoint \"" + name + "\" does not exist"));
    }

    /** 25001 when a command that cannot run inside a transaction block is in one. */
    void preventInBlock(String command) {
        if (inBlock()) {
            throw new PgException(SqlState.ACTIVE_SQL_TRANSACTION, command + " cannot run inside a transaction block");
        }
    }
}
