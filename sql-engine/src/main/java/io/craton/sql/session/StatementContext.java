package io.craton.sql.session;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.memory.MemoryLease;
import io.craton.core.memory.MemoryPool;
import io.craton.core.type.FormatContext;
import io.craton.sql.exec.ConstraintQueue;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.RunningQueries;
import io.craton.sql.exec.WorkerPool;
import io.craton.sql.function.CollationTable;
import io.craton.sql.function.RoutineCalls;
import io.craton.storage.txn.Transaction;
import io.craton.storage.io.TemporaryFolder;
import org.jspecify.annotations.Nullable;

/**
 * What one running statement carries. {@link #cancel} may come from any thread, all else from the statement's own (workers of parallel operators
 * call {@link #checkInterrupts} and {@link #charge} too).
 */
final class StatementContext implements ExecContext, Transaction.Interrupts {
    /** What cannot go to disk may take so many times the budget. */
    private static final long HARD_FACTOR = 8;
    private static final long HARD_BYTES_MIN = 64L << 20;

    private final Session session;
    private final Transaction transaction;
    private final @Nullable Object[] parameters;
    private final long statementMicros;
    private final long lockTimeoutNanos;
    private final long memoryMax;
    private final int helpers;
    /** Null until it is asked for. */
    private volatile @Nullable Boolean asciiLetters;
    private final java.util.concurrent.atomic.AtomicLong memoryUsed = new java.util.concurrent.atomic.AtomicLong();
    /** Of the tenant's memory; null as long as the statement needs little. */
    private volatile @Nullable MemoryLease lease;

    StatementContext(Session session, Transaction transaction, @Nullable Object[] parameters) {
        this.session = session;
        this.transaction = transaction;
        this.parameters = parameters;
        this.statementMicros = session.statementMicros();
        this.lockTimeoutNanos = session.lockTimeoutNanos();
        this.memoryMax = session.statementMemory();
        this.helpers = session.settings.parallelWorkers();
    }

    @Override
    public Transaction transaction() {
        return transaction;
    }

    @Override
    public RunningQueries running() {
        return session.queries;
    }

    @Override
    public FormatContext format() {
        return session.format();
    }

    @Override
    public SessionView session() {
        return session.view();
    }

    @Override
    public boolean asciiLetters() {
        Boolean known = asciiLetters;
        if (known == null) asciiLetters = known = CollationTable.isC(session.settings.find("lc_ctype"));
        return known;
    }

    @Override
    public @Nullable Object parameter(int index) {
        return parameters[index];
    }

    @Override
    public long statementMicros() {
        return statementMicros;
    }

    @Override
    public void checkInterrupts() {
        if (session.cancelRequested()) {
            throw new PgException(SqlState.QUERY_CANCELED, "canceling statement due to user request");
        }
        long deadlineNanos = session.deadlineNanos();
        if (deadlineNanos != 0 && System.nanoTime() - deadlineNanos > 0) {
            throw new PgException(SqlState.QUERY_CANCELED, "canceling statement due to statement timeout");
        }
        MemoryPool pool = session.memory.account().pool();
        if (pool.pressed()) look(pool);
        if (session.terminated()) {
            throw PgError.of(io.craton.core.error.Severity.FATAL, SqlState.ADMIN_SHUTDOWN,
                    "terminating connection due to administrator command").exception();
        }
    }

    /** With the heap at its end. */
    private void look(MemoryPool pool) {
        pool.look(memoryUsed.get(), session.engine.nowMicros() - statementMicros);
    }

    @Override
    public void check() {
        checkInterrupts();
    }

    @Override
    public long lockTimeoutNanos() {
        return lockTimeoutNanos;
    }

    @Override
    public boolean charge(long bytes) {
        long used = memoryUsed.addAndGet(bytes);
        MemoryLease held = lease;
        if (held == null && used > MemoryLease.FREE) held = session.memory.open(this);
        if (held == null) return used <= memoryMax;
        if (bytes > 0) return held.follow() && used <= memoryMax;
        held.ease();
        return used <= memoryMax;
    }

    @Nullable MemoryLease lease() {
        return lease;
    }

    /** Null: it holds nothing, until it needs much again. */
    void lease(@Nullable MemoryLease opened) {
        lease = opened;
    }

    long memoryUsed() {
        return memoryUsed.get();
    }

    @Override
    public RoutineCalls routines() {
        return session.routines();
    }

    @Override
    public void insist() {
        if (memoryUsed.get() > Math.max(HARD_BYTES_MIN, memoryMax * HARD_FACTOR)) throw outOfMemory();
        MemoryLease held = lease;
        if (held != null) held.insist();
    }

    @Override
    public @Nullable WorkerPool workers() {
        return helpers == 0 ? null : session.engine.workers();
    }

    @Override
    public long parallelBytesMin() {
        return session.settings.parallelScanBytes();
    }

    @Override
    public int helpers() {
        return helpers;
    }

    @Override
    public @Nullable TemporaryFolder spillFolder() {
        return session.spillFolder();
    }

    @Override
    public void notice(PgError notice) {
        session.notice(notice);
    }

    @Override
    public ConstraintQueue constraints() {
        return session.constraints;
    }

    static PgException outOfMemory() {
        return PgError.error(SqlState.OUT_OF_MEMORY, "out of memory")
                .withDetail("The statement needs more than craton.statement_memory.")
                .withHint("Raise it, for the session, the role or the database.").exception();
    }
}
