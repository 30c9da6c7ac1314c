package io.craton.storage.engine;

import java.io.IOException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/**
 * Makes durable what the open tenants have applied, and remembers from where each group's log must be replayed. Any thread.
 *
 * <ul>
 *   <li>{@code flushing} guards flushes, the recovery positions, and the ends of stores, which RocksDB must not be asked of afterwards.
 *   <li>A recovery position is never ahead of an entry that some tenant of the group has not flushed.
 * </ul>
 */
final class Durability {
    private final Collection<Tenant> open;
    private final IntPredicate exists;
    private final ReentrantLock flushing = new ReentrantLock();
    private final LongAdder checkpoints = new LongAdder();
    private boolean ended;

    /**
     * @param open the open tenants of each moment
     * @param exists whether there is a database with this tenant's number
     */
    Durability(Collection<Tenant> open, IntPredicate exists) {
        this.open = open;
        this.exists = exists;
    }

    /** The log is replayed from its beginning; tenants that have their projections skip what they have. To be remembered before missing ones are made. */
    void replayAll(GroupState group) {
        group.meta.set(0, new TreeSet<>());
    }

    /** Flushes every tenant that has something to flush; everything applied before is durable then. Answers where replay begins. */
    long checkpoint(GroupState group) {
        flushing.lock();
        try {
            long position = group.settled;
            for (Tenant tenant : open) {
                long dirty = tenant.dirtyPosition;
                if (tenant.group != group || dirty <= tenant.flushedPosition) continue;
                tenant.projection.flush();
                tenant.flushedPosition = dirty;
            }
            group.meta.set(position, withFolders(group));
            checkpoints.increment();
            return position;
        } finally {
            flushing.unlock();
        }
    }

    /** Open tenants of a group, and those that had a folder before and still exist. */
    private SortedSet<Integer> withFolders(GroupState group) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (Tenant tenant : open) if (tenant.group == group) numbers.add(tenant.number);
        for (int number : group.meta.tenants()) if (exists.test(number)) numbers.add(number);
        for (int number : group.wereOpen) if (exists.test(number)) numbers.add(number);
        group.wereOpen.clear();
        return numbers;
    }

    /** What is copied of the projections. */
    interface Copying {
        void run() throws IOException;
    }

    /** Copies what a checkpoint has just made durable, and answers its position. Nothing else is flushed meanwhile. */
    long copy(GroupState group, Copying copying) throws IOException {
        flushing.lock();
        try {
            long position = checkpoint(group);
            copying.run();
            return position;
        } finally {
            flushing.unlock();
        }
    }

    /** How many checkpoints there have been. */
    long checkpoints() {
        return checkpoints.sum();
    }

    /** The tenant was changed beside its runs, up to this position. Between two of them. */
    void mended(Tenant tenant, long position) {
        tenant.dirtyPosition = Math.max(tenant.dirtyPosition, position);
        flushing.lock();
        try {
            tenant.projection.flush();
        } finally {
            flushing.unlock();
        }
    }

    /** Its entries come from another group's log now. What it has is durable before the log that it leaves is behind it; that log's applier does it, between two runs. */
    void moved(Tenant tenant, GroupState to) {
        flushing.lock();
        try {
            tenant.projection.flush();
            tenant.dirtyPosition = 0;
            tenant.flushedPosition = 0;
            tenant.transactions.moved(tenant.projection.stays());
            tenant.group = to;
        } finally {
            flushing.unlock();
        }
    }

    /**
     * Closes a tenant with all it has made durable; not where somebody uses it, or its group holds the beginning of one of its transactions.
     *
     * @param forget runs before the end: whoever looks for the tenant then must not find it
     */
    void close(Tenant tenant, Runnable forget) {
        flushing.lock();
        try {
            if (ended || tenant.group.staged.holds(tenant.number) || !tenant.seal()) return;
            flushSealed(tenant);
            tenant.group.wereOpen.add(tenant.number);
            forget.run();
            tenant.close();
        } finally {
            flushing.unlock();
        }
    }

    /** Who wants a sealed tenant waits for it to go: where the disk does not let it, it stays. */
    private static void flushSealed(Tenant tenant) {
        boolean flushed = false;
        try {
            if (tenant.dirtyPosition > tenant.flushedPosition) tenant.projection.flush();
            flushed = true;
        } finally {
            if (!flushed) tenant.unseal();
        }
    }

    /** Runs this while nothing is flushed, and no store but by this comes to its end. */
    void undisturbed(Runnable work) {
        flushing.lock();
        try {
            work.run();
        } finally {
            flushing.unlock();
        }
    }

    /** The answer of this, while nothing is flushed and no store comes to its end; another one when all have. */
    <T> T undisturbed(Supplier<T> question, T afterEnd) {
        flushing.lock();
        try {
            return ended ? afterEnd : question.get();
        } finally {
            flushing.unlock();
        }
    }

    /** All stores come to their ends by this. */
    void end(Runnable closeAll) {
        flushing.lock();
        try {
            ended = true;
            closeAll.run();
        } finally {
            flushing.unlock();
        }
    }
}
