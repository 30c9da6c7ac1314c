package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.FormatContext;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.HighestIds;
import io.craton.storage.columnar.ColumnCache;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.projection.Creation;
import io.craton.storage.projection.ScratchStore;
import io.craton.storage.projection.Stays;
import io.craton.storage.projection.TenantProjection;
import io.craton.storage.projection.TenantState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the transactions of one tenant share: projection, lock tables, sequences, numbers. Any thread. */
public final class TransactionManager {
    private static final int MOVE_SECONDS_MAX = 10;
    private static final int HOMES_KEPT = 8;
    final TenantProjection projection;
    final ScratchStore scratch;
    final ColumnCache columnCache;
    private volatile Home home;
    private final IntFunction<CommitPipeline> pipelines;
    /** Held for reading by who submits an entry, for writing while the tenant goes to another group. Not used where there is one group. */
    private final ReentrantReadWriteLock leaving = new ReentrantReadWriteLock();
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
    private final Supplier<Creation> made;
    /** In positions of the tenant, once that is known for good. */
    private volatile @Nullable Creation creation;
    final int databaseOid;
    final TransactionLimits limits;
    final AccessStatistics statistics;
    /** Transactions that have given up row locks. */
    final CopyOnWriteArrayList<LargeWrites> large = new CopyOnWriteArrayList<>();
    private final AtomicInteger oids;
    private final AtomicLong transactionIds = new AtomicLong();
    private final AtomicLong storageIds = new AtomicLong();

    /**
     * @param pipelines of each group
     * @param made      the entry of the first group's log that made the database
     * @param oids      oids given out, in all tenants: roles and databases share them
     */
    public TransactionManager(TenantProjection projection, ScratchStore scratch, ColumnCache columnCache, IntFunction<CommitPipeline> pipelines,
            @Nullable ClusterChanges cluster, PastSource past, Supplier<Creation> made, int databaseOid, AtomicInteger oids, TransactionLimits limits, AccessStatistics statistics) {
        this.past = past;
        this.made = made;
        this.projection = projection;
        this.scratch = scratch;
        this.columnCache = columnCache;
        this.pipelines = pipelines;
        Stays stays = projection.stays();
        home = Home.first(stays.group(), pipelines.apply(stays.group()), stays.shift(), stays.left().size());
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
        sequences = new Sequences(new LoggedSequences(this));
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
        return home.pipeline().readsNeedBarrier();
    }

    public void readBarrier() {
        home.pipeline().readBarrier();
    }

    /** As {@link #readBarrier}, whoever leads. */
    public void followerBarrier() {
        home.pipeline().followerBarrier();
    }

    /** As {@link #followerBarrier}, without waiting: calls back from any thread, maybe this one. */
    public void confirmReads(Consumer<@Nullable PgException> done) {
        home.pipeline().confirmReads(done);
    }

    /** How old the newest snapshot that could be taken here now may be, at most. */
    public long ageNanos() {
        return home.pipeline().ageNanos();
    }

    /** What anybody was told to be committed can be read from here on. */
    void settle() {
        if (!home.pipeline().settled()) throw new PgException(SqlState.CANNOT_CONNECT_NOW, "this node has failed and is about to stop");
    }

    public boolean leads() {
        return home.pipeline().term() > 0;
    }

    /** A clock for time-outs. */
    long nanos() {
        return home.pipeline().nanos();
    }

    /** Of the newest entry that is applied here, this tenant's or another's. */
    long newestPosition() {
        Home now = home;
        return Math.max(now.pipeline().appliedPosition() + now.shift(), projection.state().position());
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
        Creation begins = creation();
        if (position < begins.position()) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "position " + position + " is before the creation of the database")
                    .withDetail("It was created at position " + begins.position() + ", " + TypeCodecs.toText(PgTypes.TIMESTAMPTZ, begins.timestampMicros(), FormatContext.DEFAULT) + ".")
                    .exception();
        }
        return projection.schemas().at(position);
    }

    /** When the database was made, and the tenant's first position: of the entry that made it, or, made in another group than the first, what that one's log had reached by then. */
    Creation creation() {
        Creation known = creation;
        if (known != null) return known;
        Creation found = made.get();
        if (found.equals(Creation.NONE)) return found;
        TenantLog log = log();
        if (projection.stays().firstGroup() != 0) found = new Creation(log.firstReached(found.timestampMicros()), found.timestampMicros());
        if (projection.stays().firstGroup() == 0 || log.firstWentOn(found.position())) creation = found;
        return found;
    }

    /** Position of the newest entry that was committed so long ago; 0 when there is none. */
    public long positionBefore(long micros) {
        return Math.max(0, log().positionAt(nowMicros() - micros));
    }

    TenantLog log() {
        List<TenantLog.Stretch> stretches = new ArrayList<>(1);
        long behind = 0;
        Stays stays = projection.stays();
        for (Stays.Stay stay : stays.left()) {
            stretches.add(new TenantLog.Stretch(pipelines.apply(stay.group()).archive(), stay.shift(), behind, stay.last() + stay.shift()));
            behind = stay.last() + stay.shift();
        }
        CommitPipeline newest = pipelines.apply(stays.group());
        stretches.add(new TenantLog.Stretch(newest.archive(), stays.shift(), behind, Math.max(newestPosition(), behind)));
        return new TenantLog(stretches, newest.sealer(), projection.tenant(), made.get());
    }

    Home home() {
        return home;
    }

    long nowMicros() {
        return home.pipeline().nowMicros();
    }

    /** Whether who submits now may have to wait for a move to another group. */
    boolean isLeaving() {
        return cluster != null && leaving.isWriteLocked();
    }

    /**
     * Hands an entry of the tenant to the log of the group that it is in.
     *
     * @param begunIn  where its maker began
     * @param term     and the term there
     * @param moveable false when what the entry says depends on the group
     */
    void submit(byte[] payload, Home begunIn, long term, boolean moveable, Runnable validation, @Nullable Executor lingers, HomeOutcome done) {
        if (cluster == null) {
            begunIn.pipeline().submit(payload, term, validation, lingers, done.in(begunIn));
            return;
        }
        if (!enter()) {
            done.in(begunIn).ended(0, moving());
            return;
        }
        try {
            Home now = home;
            if (now != begunIn && !moveable) done.in(now).ended(0, moving());
            else now.pipeline().submit(payload, now.termFor(begunIn, term), validation, lingers, done.in(now));
        } finally {
            leaving.readLock().unlock();
        }
    }

    /** How an entry ended, once it is known where it goes. */
    interface HomeOutcome {
        CommitPipeline.Outcome in(Home home);
    }

    private boolean enter() {
        if (leaving.readLock().tryLock()) return true;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return leaving.readLock().tryLock(MOVE_SECONDS_MAX, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static PgException moving() {
        return PgError.error(SqlState.T_R_SERIALIZATION_FAILURE, "could not commit: the database moves to another raft group")
                .withHint("The transaction might succeed if retried.").exception();
    }

    /**
     * Moves the tenant: one entry in the log that it leaves decides it. Entries that are submitted meanwhile wait. This node must lead the group that it leaves.
     *
     * @param mover waits for its end; given what became of the entry
     */
    public void leaveFor(int group) {
        leaving.writeLock().lock();
        try {
            Home from = home;
            if (from.group() == group) return;
            long term = from.pipeline().term();
            if (term == 0) throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "this node does not lead the raft group of the database at present");
            CommitPipeline to = pipelines.apply(group);
            departure = new Departure(term, to.term());
            CommitPipeline.Ending ending = new CommitPipeline.Ending();
            byte[] entry = EntryWriter.move(projection.tenant(), group, to.appliedPosition());
            from.pipeline().submit(entry, term, () -> {}, null, (_, error) -> ending.accept(error));
            PgException failure = ending.await();
            if (failure != null) throw failure;
        } finally {
            departure = null;
            leaving.writeLock().unlock();
        }
    }

    /** Terms of this node in the group that a tenant leaves, and in the one that it goes to, when it left. */
    private record Departure(long from, long to) {}

    private volatile @Nullable Departure departure;

    /** The entry that moves the tenant is applied, and everything in front of it. The applier of the group that it leaves. */
    public void moved(Stays stays) {
        CommitPipeline pipeline = pipelines.apply(stays.group());
        pipeline.seenTimestamp(projection.timestampMicros());
        Departure own = departure;
        boolean kept = own != null && own.to != 0 && own.to == pipeline.term();
        int number = stays.left().size();
        home = kept ? new Home(stays.group(), pipeline, stays.shift(), number, home.shortened(HOMES_KEPT), own.from, own.to) : Home.first(stays.group(), pipeline, stays.shift(), number);
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
        home.pipeline().settled();
        advisoryLocks.releaseSession(owner);
        tableLocks.leave(owner);
        temporary.close();
    }
}
