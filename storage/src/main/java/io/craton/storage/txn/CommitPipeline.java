package io.craton.storage.txn;

import io.craton.core.audit.AuditRecord;
import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.encryption.EncryptionException;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntrySealer;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.log.CommitLog;
import io.craton.storage.log.LogArchive;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a group's entries into its log: validation and submission are one step under {@code order}, so commit timestamps rise with positions and a
 * serializable transaction is checked against everything in front of it. Any thread.
 */
public final class CommitPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(CommitPipeline.class);
    private static final long EPOCH_SECONDS = 946_684_800L;

    private final InstantSource clock;
    private final EntrySealer sealer;
    private final ReentrantLock order = new ReentrantLock();
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable CommitLog log;
    private volatile @Nullable LogArchive archive;
    /** Null where there is one group. */
    private volatile @Nullable ClusterChanges keysBy;
    private long lastTimestamp;
    /** Of the newest entry whose effects can be read. */
    private volatile long appliedPosition;

    public CommitPipeline(InstantSource clock, EntrySealer sealer) {
        this.clock = clock;
        this.sealer = sealer;
    }

    EntrySealer sealer() {
        return sealer;
    }

    /** Where there are several groups: all data keys come by the first one's log, so that a tenant has them in whichever group it is. */
    public void bringKeysBy(ClusterChanges changes) {
        keysBy = changes;
    }

    /** Makes the keys that entries of a tenant need, where this node leads; what fails here fails again when they are needed. */
    public void prepare(int tenant) {
        long term = sealer.ready(tenant) ? 0 : term();
        if (term == 0) return;
        PgException failure = makeKeys(tenant, term);
        if (failure != null) LOG.warn("no data key was made for tenant {}: {}", tenant, failure.getMessage());
    }

    /** The system tenant's first: what changes there may come in an entry of any other. Waits until they are applied here. */
    private @Nullable PgException makeKeys(int tenant, long term) {
        making.lock();
        try {
            for (int each : new int[] {0, tenant}) {
                if (sealer.ready(each)) continue;
                PgException failure = makeKey(each, term);
                if (failure != null) return failure;
            }
            return null;
        } finally {
            making.unlock();
        }
    }

    /** New data keys for what these tenants write from now on; older ones go on reading. Waits until they are applied here. */
    public void newKeys(Collection<Integer> tenants) {
        for (int tenant : tenants) refuse(makeKey(tenant, bringing()));
    }

    /** Wraps data keys anew that the newest master key has not wrapped; answers how many. */
    public int wrapKeysAgain() {
        long term = bringing();
        List<byte[]> entries;
        try {
            entries = sealer.wrapAgain();
        } catch (EncryptionException e) {
            throw new PgException(PgError.error(SqlState.SYSTEM_ERROR, "could not wrap the data keys: " + e.getMessage()), e);
        }
        for (byte[] entry : entries) refuse(bring(entry, term));
        return entries.size();
    }

    /** The term in which this node brings keys; with several groups that is asked where they are brought. */
    private long bringing() {
        long term = term();
        if (term == 0 && keysBy == null) throw notLeader("it does not lead");
        return term;
    }

    private static void refuse(@Nullable PgException failure) {
        if (failure != null) throw failure;
    }

    private @Nullable PgException makeKey(int tenant, long term) {
        byte[] entry;
        try {
            entry = sealer.newKey(tenant);
        } catch (EncryptionException e) {
            return new PgException(PgError.error(SqlState.SYSTEM_ERROR, "could not make a data key: " + e.getMessage()), e);
        }
        return bring(entry, term);
    }

    /** An entry with a key: it is seen here when this returns null. */
    private @Nullable PgException bring(byte[] entry, long term) {
        ClusterChanges several = keysBy;
        if (several != null) return several.bringKey(entry);
        Ending ending = new Ending();
        handKey(entry, term, ending);
        return ending.await();
    }

    /** It is not sealed, for others need it before they can open anything. */
    void handKey(byte[] entry, long term, Consumer<@Nullable PgException> done) {
        hand(entry, term, () -> {}, null, (_, error) -> done.accept(error));
    }

    public void attach(CommitLog commitLog) {
        log = commitLog;
    }

    public void attach(LogArchive entries) {
        archive = entries;
    }

    /** The log's entries; 0A000 where nobody keeps them. */
    public LogArchive archive() {
        LogArchive attached = archive;
        if (attached == null) throw PgException.notSupported("looking back into the log");
        return attached;
    }

    /** Whether somebody keeps the log's entries. */
    public boolean hasArchive() {
        return archive != null;
    }

    /** Everything up to here can be read. The applier. */
    public void applied(long position) {
        appliedPosition = position;
    }

    long appliedPosition() {
        return appliedPosition;
    }

    /** The term in which this node leads; 0 when it does not, or has no log. */
    public long term() {
        CommitLog current = log;
        return current == null ? 0 : current.leaderTerm();
    }

    /** Whether what is read here is the newest only behind {@link #readBarrier}. */
    boolean readsNeedBarrier() {
        CommitLog current = log;
        return current != null && current.readsNeedBarrier();
    }

    /** Waits until everything committed before this call is applied here; 40001 when this node does not lead. */
    void readBarrier() {
        CommitLog current = log;
        if (current == null) return;
        if (current.leaderTerm() == 0) throw new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "this node does not lead its cluster at present");
        await(current);
    }

    private static void await(CommitLog log) {
        var ending = new Ending();
        log.readBarrier(new CommitLog.Barrier() {
            @Override
            public void reached() {
                ending.accept(null);
            }

            @Override
            public void failed(String why) {
                ending.accept(notConfirmed(why));
            }
        });
        PgException failure = ending.await();
        if (failure != null) throw failure;
    }

    private static PgException notConfirmed(String why) {
        return new PgException(SqlState.CANNOT_CONNECT_NOW, "cannot confirm the newest state of the database: " + why);
    }

    /** What anybody was told to be committed can be read, and holds no locks, from here on; false when this node has failed. */
    boolean settled() {
        CommitLog current = log;
        return current == null || current.settle();
    }

    /** As {@link #readBarrier}, for reads that may run where another node leads. */
    public void followerBarrier() {
        CommitLog current = log;
        if (current != null) await(current);
    }

    /** As {@link #followerBarrier}, without waiting: calls back from any thread, with null or what went wrong. */
    void confirmReads(Consumer<@Nullable PgException> done) {
        CommitLog current = log;
        if (current == null) {
            done.accept(null);
            return;
        }
        current.readBarrier(new CommitLog.Barrier() {
            @Override
            public void reached() {
                done.accept(null);
            }

            @Override
            public void failed(String why) {
                done.accept(notConfirmed(why));
            }
        });
    }

    /** Nanoseconds since everything that was committed was known to be applied here. */
    long ageNanos() {
        CommitLog current = log;
        return current == null ? 0 : System.nanoTime() - current.freshNanos();
    }

    /** For a tenant that is opened the first time: it counts from now on. */
    public AccessStatistics newStatistics() {
        return new AccessStatistics(nowMicros());
    }

    /** Micros since 2000-01-01 UTC. */
    long nowMicros() {
        Instant now = clock.instant();
        return (now.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + now.getNano() / 1_000;
    }

    /** A clock for time-outs. */
    long nanos() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    /** An applied entry had this timestamp: later ones are above it, whoever leads. */
    public void seenTimestamp(long micros) {
        order.lock();
        try {
            lastTimestamp = Math.max(lastTimestamp, micros);
        } finally {
            order.unlock();
        }
    }

    /** How a submitted entry ended: the position at which it is committed and applied, or what went wrong. */
    interface Outcome {
        /** Any thread may apply it, an event loop too. */
        default boolean isQuick() {
            return false;
        }

        /** A majority has it on its disks. */
        default void replicated() {}

        /** It will end well, and who waits for that may be told now. */
        default void durable() {}

        void ended(long position, @Nullable PgException error);
    }

    /**
     * Hands an entry to the log behind {@code validation}, which throws to refuse it.
     *
     * @param lingers where the thread may wait for the disk, as nobody else needs it: runs what is left to do once the answer has gone; the entry may have ended when this
     *                returns
     */
    void submit(byte[] payload, long term, Runnable validation, @Nullable Executor lingers, Outcome done) {
        int tenant = EntryHeader.tenant(payload);
        if (!sealer.ready(tenant) && term != 0) {
            PgException failure = makeKeys(tenant, term);
            if (failure != null) {
                done.ended(0, failure);
                return;
            }
        }
        hand(term == 0 ? payload : sealer.seal(payload), term, validation, lingers, done);
    }

    private void hand(byte[] payload, long term, Runnable validation, @Nullable Executor lingers, Outcome done) {
        CommitLog current = log;
        if (current == null || term == 0) {
            done.ended(0, notLeader("it has no log"));
            return;
        }
        boolean works = false;
        order.lock();
        try {
            validation.run();
            lastTimestamp = Math.max(lastTimestamp + 1, nowMicros());
            EntryHeader.setTimestamp(payload, lastTimestamp);
            CommitLog.Completion completion = new CommitLog.Completion() {
                @Override
                public boolean isQuick() {
                    return done.isQuick();
                }

                @Override
                public void replicated() {
                    done.replicated();
                }

                @Override
                public void durable(long position) {
                    done.durable();
                }

                @Override
                public void committed(long position) {
                    done.ended(position, null);
                }

                @Override
                public void rejected(String reason) {
                    done.ended(0, notLeader(reason));
                }

                @Override
                public void noSpace(String reason) {
                    done.ended(0, PgError.error(SqlState.DISK_FULL, "could not write to the log: " + reason)
                            .withHint("Free disk space; writing goes on by itself when there is room.").exception());
                }

                @Override
                public void unknown(String reason) {
                    done.ended(0, new PgException(SqlState.TRANSACTION_RESOLUTION_UNKNOWN,
                            "the outcome of the transaction is unknown: " + reason));
                }
            };
            if (lingers != null) works = current.submitWorking(payload, term, completion);
            else current.submit(payload, term, completion);
        } finally {
            order.unlock();
        }
        if (works) current.work(java.util.Objects.requireNonNull(lingers));
    }

    /** Hands records that belong to no transaction to the log, in an entry of the system tenant; {@code done} gets null, or why they are not in it. Does not wait. */
    public void audit(int systemTenant, List<AuditRecord> records, Consumer<@Nullable PgException> done) {
        submitOf(systemTenant, new EntryWriter(64 + 256 * records.size()).beginCommit(systemTenant, 0, 0, new EntryWriter.Origin(0, "", "AUDIT", null), List.of(), records, List.of())
                .finish(), done);
    }

    /** Writes down that this node goes on without its cluster; {@code done} as in {@link #audit}. Does not wait. */
    public void recovered(int systemTenant, AuditRecord what, Consumer<@Nullable PgException> done) {
        submitOf(systemTenant, EntryWriter.recovery(systemTenant, what), done);
    }

    private void submitOf(int systemTenant, byte[] payload, Consumer<@Nullable PgException> done) {
        Runnable submission = () -> submit(payload, term(), () -> {}, null, (_, error) -> done.accept(error));
        if (sealer.ready(systemTenant)) submission.run();
        else Thread.startVirtualThread(submission);
    }

    private static PgException notLeader(String reason) {
        return new PgException(SqlState.T_R_SERIALIZATION_FAILURE, "could not commit on this node: " + reason);
    }

    /** Waits for one end of an entry. */
    static final class Ending implements Consumer<@Nullable PgException> {
        private final Thread thread = Thread.currentThread();
        private volatile boolean done;
        private @Nullable PgException error;

        @Override
        public void accept(@Nullable PgException value) {
            error = value;
            done = true;
            LockSupport.unpark(thread);
        }

        /** Waits for the end, whatever happens: the outcome must be known before anything else is done. */
        @Nullable PgException await() {
            boolean interrupted = false;
            while (!done) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) Thread.currentThread().interrupt();
            return error;
        }
    }
}
