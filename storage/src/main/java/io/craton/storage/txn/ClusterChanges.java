package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntryWriter;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How roles and databases are changed where there are several groups. They are in the first group's log alone, so a transaction in a database of another group sends
 * them there, to its leader, as an entry of the system tenant; it may change nothing else. No lock reaches from one group into another. Instead a change says at which
 * position of the first group's log its maker knew roles and databases, and is refused when they have changed since. Any thread.
 */
public final class ClusterChanges {
    /** The way to the first group's leader, where that is another node. */
    public interface Sender {
        /**
         * Waits until the entry is committed.
         *
         * @param base position at which its maker knew the cluster
         * @return null, or what went wrong
         */
        @Nullable PgException send(byte[] payload, long base);
    }

    private final CommitPipeline first;
    /** Guards all that follows. */
    private final ReentrantLock lock = new ReentrantLock();
    private long newest;
    private long newestForeign;
    private int underWay;
    private int foreignUnderWay;

    private volatile @Nullable Sender sender;
    private volatile BooleanSupplier allTakeAudits = () -> true;

    public ClusterChanges(CommitPipeline first) {
        this.first = first;
    }

    public void sendBy(Sender way) {
        sender = way;
    }

    /** When all nodes read entries with another group's audit records. */
    public void tellAuditsWhen(BooleanSupplier condition) {
        allTakeAudits = condition;
    }

    public boolean takeAudits() {
        return allTakeAudits.getAsBoolean();
    }

    /** Brings audit records of another group's entries into the first one's log. Waits; null, or what went wrong. */
    public @Nullable PgException tellAudits(byte[] entry) {
        return commit(entry, 0);
    }

    /** Changes roles or databases by no session's transaction. Waits; null, or what went wrong. */
    public @Nullable PgException change(List<CatalogChange> changes, long base) {
        return commit(new EntryWriter(256).beginCommit(0, 0, 0, new EntryWriter.Origin(0, "", "", null), changes, List.of(), List.of()).finish(), base);
    }

    /** Everything in the first group's log up to here is seen by who looks from now on. */
    public long base() {
        return first.appliedPosition();
    }

    /** Roles or databases changed at this position; {@code foreign}: by a transaction of another group. The first group's applier, before anybody learns that it was committed. */
    public void applied(long position, boolean foreign) {
        lock.lock();
        try {
            newest = position;
            if (foreign) newestForeign = position;
        } finally {
            lock.unlock();
        }
    }

    /** In the order of submission: throws when somebody has changed roles or databases that the change rests on. Those of the first group have locks among themselves. */
    void begin(long base, boolean foreign) {
        lock.lock();
        try {
            if (foreign ? underWay > 0 || newest > base : foreignUnderWay > 0 || newestForeign > base) throw changedMeanwhile();
            underWay++;
            if (foreign) foreignUnderWay++;
        } finally {
            lock.unlock();
        }
    }

    void end(boolean foreign) {
        lock.lock();
        try {
            underWay--;
            if (foreign) foreignUnderWay--;
        } finally {
            lock.unlock();
        }
    }

    static PgException changedMeanwhile() {
        return PgError.error(SqlState.T_R_SERIALIZATION_FAILURE, "could not serialize access due to concurrent changes of roles or databases")
                .withHint("The transaction might succeed if retried.").exception();
    }

    /** On the first group's leader: an entry of the system tenant that a transaction of another group made. Does not wait. */
    private void submit(byte[] payload, long base, Consumer<@Nullable PgException> done) {
        if (EntryHeader.isKey(payload)) {
            first.handKey(payload, first.term(), done);
            return;
        }
        if (EntryHeader.tellsAudits(payload)) { // it rests on no roles and databases
            first.submit(payload, first.term(), () -> { }, null, (_, error) -> done.accept(error));
            return;
        }
        boolean[] begun = new boolean[1];
        try {
            first.submit(payload, first.term(), () -> {
                begin(base, true);
                begun[0] = true;
            }, null, (_, error) -> {
                if (begun[0]) end(true);
                done.accept(error);
            });
        } catch (PgException refused) {
            done.accept(refused);
        }
    }

    /** What another node sends to the first group's leader. Waits until it is committed; null, or what went wrong. */
    public @Nullable PgException take(byte[] payload, long base) {
        CommitPipeline.Ending ending = new CommitPipeline.Ending();
        submit(payload, base, ending);
        return ending.await();
    }

    /** Waits until the entry is committed, wherever the first group's leader is, and can be seen here. Null, or what went wrong. */
    @Nullable PgException commit(byte[] payload, long base) {
        Sender elsewhere = sender;
        if (first.term() > 0 || elsewhere == null) return take(payload, base);
        PgException failure = elsewhere.send(payload, base);
        if (failure == null) awaitHere();
        return failure;
    }

    /** An entry with a data key of any tenant. Waits until it is committed and seen here; null, or what went wrong. */
    @Nullable PgException bringKey(byte[] entry) {
        Sender elsewhere = sender;
        if (first.term() > 0 || elsewhere == null) return take(entry, 0);
        PgException failure = elsewhere.send(entry, 0);
        if (failure != null) {
            // one key too many does no harm: nothing that was to be sealed by it is in a log
            boolean unknown = failure.state() == SqlState.TRANSACTION_RESOLUTION_UNKNOWN;
            return unknown ? new PgException(SqlState.CANNOT_CONNECT_NOW, "could not make a data key: the leader of the first raft group does not answer") : failure;
        }
        try {
            first.followerBarrier();
            return null;
        } catch (PgException notYet) {
            return notYet;
        }
    }

    /** What was committed will be seen here; when it cannot be waited for, a little later. */
    private void awaitHere() {
        try {
            first.followerBarrier();
        } catch (PgException later) {
            // The change is made all the same.
        }
    }
}
