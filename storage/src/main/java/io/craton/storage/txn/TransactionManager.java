package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.HighestIds;
import io.craton.storage.columnar.ColumnCache;
import io.craton.storage.projection.ScratchStore;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.projection.TenantState;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the transactions of one tenant share: projection, lock tables, sequences, numbers. Any thread. */
public final class TransactionManager {
    final TenantProjection projection;
    final ScratchStore scratch;
    final ColumnCache columnCache;
    final CommitPipeline pipeline;
    /** Number of the group that the tenant belongs to. */
    final int group;
    /** Null where there is one group. */
    final @Nullable ClusterChanges cluster;
    final LockTable rowLocks;
    final RelationLocks tableLocks;
    final LockTable objectLocks;
    final LockTable advisoryLocks;
    final SnapshotExports exports = new SnapshotExports();
    final Sequences sequences;
    final RecentCommits recent = new RecentCommits();
    final PastSource past;
    final int databaseOid;
    final TransactionLimits limits;
    final AccessStatistics statistics;
    /** Transactions that have given up row locks. */
    final CopyOnWriteArrayList<LargeWrites> large = new CopyOnWriteArrayList<>();
    private final AtomicInteger oids;
    private final AtomicLong transactionIds = new AtomicLong();
    private final AtomicLong storageIds = new AtomicLong();

    /** @param oids oids given out, in all tenants: roles and databases share them */
    public TransactionManager(TenantProjection projection, ScratchStore scratch, ColumnCache columnCache, CommitPipeline pipeline,
            int group, @Nullable ClusterChanges cluster, PastSource past, int databaseOid, AtomicInteger oids, TransactionLimits limits, AccessStatistics statistics) {
        this.past = past;
        this.projection = projection;
        this.scratch = scratch;
        this.columnCache = columnCache;
        this.pipeline = pipeline;
        this.group = group;
        this.cluster = cluster;
        this.databaseOid = databaseOid;
        this.oids = oids;
        this.limits = limits;
        this.statistics = statistics;
        DeadlockDetector deadlocks = new DeadlockDetector(statistics.deadlocks);
        rowLocks = new LockTable(LockSpace.ROW, deadlocks);
        tableLocks = new RelationLocks(deadlocks);
        objectLocks = new LockTable(LockSpace.TABLE, deadlocks);
        advisoryLocks = new LockTable(LockSpace.ADVISORY, deadlocks);
        sequences = new Sequences(new LoggedSequences(projection, pipeline));
        transactionIds.set(projection.lastTransaction() + 1_000);
        for (CatalogObject object : projection.state().schema().catalog().allObjects()) seen(object);
        seen(projection.highestIds());
    }

    /** A committed object: its oid and storage are never given out again. */
    public void seen(CatalogObject object) {
        seen(HighestIds.NONE.with(object));
    }

    private void seen(HighestIds ids) {
        oids.accumulateAndGet(ids.oid() + 1, Math::max);
        storageIds.accumulateAndGet(ids.storage() + 1, Math::max);
    }

    /** An applied entry had this transaction id. */
    public void seenTransaction(long id) {
        transactionIds.accumulateAndGet(id + 1, Math::max);
    }

    /** Must {@link #readBarrier} be waited for before a snapshot that has everything committed before it? */
    public boolean readsNeedBarrier() {
        return pipeline.readsNeedBarrier();
    }

    public void readBarrier() {
        pipeline.readBarrier();
    }

    /** As {@link #readBarrier}, whoever leads. */
    public void followerBarrier() {
        pipeline.followerBarrier();
    }

    /** As {@link #followerBarrier}, without waiting: calls back from any thread, maybe this one. */
    public void confirmReads(Consumer<@Nullable PgException> done) {
        pipeline.confirmReads(done);
    }

    /** How old the newest snapshot that could be taken here now may be, at most. */
    public long ageNanos() {
        return pipeline.ageNanos();
    }

    /** What anybody was told to be committed can be read from here on. */
    void settle() {
        if (!pipeline.settled()) throw new PgException(SqlState.CANNOT_CONNECT_NOW, "this node has failed and is about to stop");
    }

    public boolean leads() {
        return pipeline.term() > 0;
    }

    /** A clock for time-outs. */
    long nanos() {
        return pipeline.nanos();
    }

    /** Of the newest entry that is applied here, this tenant's or another's. */
    long newestPosition() {
        return Math.max(pipeline.appliedPosition(), projection.state().position());
    }

    /** What a snapshot at a position sees. */
    TenantState stateAt(long position) {
        if (position < 0) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "position " + position + " is in front of the log")
                    .withHint("Positions begin with 1; the newest is " + newestPosition() + ".").exception();
        }
        if (position > newestPosition()) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "position " + position + " is in the future")
                    .withHint("The newest position is " + newestPosition() + ".").exception();
        }
        return projection.schemas().at(position);
    }

    /** Position of the newest entry that was committed so long ago; 0 when there is none. */
    public long positionBefore(long micros) {
        return log().positionAt(pipeline.nowMicros() - micros);
    }

    TenantLog log() {
        return new TenantLog(pipeline.archive(), pipeline.sealer(), projection.tenant(), newestPosition());
    }

    int newOid() {
        return oids.getAndIncrement();
    }

    long newStorageId() {
        return storageIds.getAndIncrement();
    }

    long newTransactionId() {
        return transactionIds.getAndIncrement();
    }

    long[] runningIds() {
        long next = transactionIds.get();
        long[] ids = tableLocks.transactionIds();
        long[] all = Arrays.copyOf(ids, ids.length + 1);
        all[ids.length] = next;
        Arrays.sort(all);
        return Arrays.copyOf(all, Arrays.binarySearch(all, next) + 1);
    }

    public Transaction begin(LockOwner owner, TemporarySpace temporary, IsolationLevel isolation, AccessMode mode) {
        settle(); // the session's own last one may still hold its locks
        return new LocalTransaction(this, owner, temporary, isolation, mode);
    }

    /** Who holds the locks of a new session, until {@link #endSession}. */
    public LockOwner newOwner(int processId) {
        LockOwner owner = new LockOwner(processId);
        statistics.sessions.increment();
        tableLocks.enter(owner);
        return owner;
    }

    /** All locks that sessions have or wait for now. */
    public List<LockReport> locks() {
        return new LockReports(databaseOid).of(rowLocks, tableLocks, advisoryLocks);
    }

    /** Processes that keep this one waiting: holders, and those who wait in front of it. */
    public List<Integer> blockers(int processId) {
        return tableLocks.blockers(processId);
    }

    public AccessStatistics statistics() {
        return statistics;
    }

    public int databaseOid() {
        return databaseOid;
    }

    public TemporarySpace newSpace() {
        return new TemporarySpace(this);
    }

    /** Would {@link #giveBackSequences} write something? */
    public boolean holdsSequenceValues() {
        return sequences.holdsValues();
    }

    /** Before a clean stop, when there are no sessions any more, and before the tenant is closed: sequences go on without gaps. Waits for the commit. */
    public void giveBackSequences() {
        sequences.giveBack();
    }

    /** Does the session hold advisory locks that outlive its transactions? The session's thread. */
    public boolean holdsSessionLocks(LockOwner owner) {
        return owner.tookSessionLock && (owner.tookSessionLock = advisoryLocks.holdsSession(owner));
    }

    /** Releases the session's advisory locks and drops what it has of its own. */
    public void endSession(LockOwner owner, TemporarySpace temporary) {
        pipeline.settled();
        advisoryLocks.releaseSession(owner);
        tableLocks.leave(owner);
        temporary.close();
    }
}
