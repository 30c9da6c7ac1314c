package io.craton.storage.txn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks of one tenant and one {@link LockSpace}, keyed by 64 bits: a hash for rows and unique keys (two that collide share a lock, which costs a needless wait at
 * worst). Waiters queue in order; they park, or come back for the lock when they are called. A waiter that closes a cycle is the deadlock's victim, at once.
 *
 * <ul>
 *   <li>Entries live in stripes; a stripe's lock guards its map and its entries' holds and queues.
 *   <li>{@code graph} is held while a waiter is queued and the graph of waits searched; stripe locks are taken inside of it, never around it.
 * </ul>
 */
final class LockTable {
    private static final int STRIPES = 64;
    private static final long POLL_NANOS = 5_000_000;

    enum Result {
        /** Held now and not before by this transaction in this mode. */
        ACQUIRED,
        /** Was held already. */
        HELD,
        /** Somebody else has it, and the caller did not want to wait. */
        BUSY
    }

    enum Scope {
        TRANSACTION, SESSION
    }

    /** Modes held by one owner: for the transaction, and how often for the session. */
    private static class Hold {
        @Nullable LockOwner owner;
        int transactionModes;
        int sessionModes;
        int @Nullable [] sessionCounts;

        Hold(@Nullable LockOwner owner) {
            this.owner = owner;
        }

        int modes() {
            return transactionModes | sessionModes;
        }
    }

    static final class Waiter {
        final LockOwner owner;
        final Entry entry;
        final int mode;
        final Scope scope;
        /** Who is told when it is granted: a thread that parks, or whoever calls the owner back; under the stripe's lock. */
        @Nullable Thread thread;
        @Nullable Runnable call;
        /** Micros since 2000. */
        final long since;
        volatile boolean granted;

        Waiter(LockOwner owner, Entry entry, int mode, Scope scope, long since) {
            this.owner = owner;
            this.entry = entry;
            this.mode = mode;
            this.scope = scope;
            this.since = since;
        }

        private boolean isFor(LockTable table, long key, int mode, Scope scope) {
            return entry.table == table && entry.key == key && this.mode == mode && this.scope == scope;
        }

        private void wake() {
            if (thread != null) LockSupport.unpark(thread);
            else if (call != null) call.run();
        }
    }

    /** A lock that somebody holds or waits for. It is its own first hold, for most have no other. */
    static final class Entry extends Hold {
        private final LockTable table;
        private final long key;
        private final Object target;
        private @Nullable List<Hold> others;
        private @Nullable ArrayDeque<Waiter> waiters;

        Entry(LockTable table, long key, Object target) {
            super(null);
            this.table = table;
            this.key = key;
            this.target = target;
        }

        LockTable table() {
            return table;
        }

        long key() {
            return key;
        }

        Object target() {
            return target;
        }

        private @Nullable Hold hold(LockOwner wanted) {
            if (owner == wanted) return this;
            if (others == null) return null;
            for (int i = 0; i < others.size(); i++) {
                if (others.get(i).owner == wanted) return others.get(i);
            }
            return null;
        }

        private Hold newHold(LockOwner newcomer) {
            if (owner == null) {
                owner = newcomer;
                return this;
            }
            Hold hold = new Hold(newcomer);
            if (others == null) others = new ArrayList<>(2);
            others.add(hold);
            return hold;
        }

        private void drop(Hold hold) {
            if (hold != this) {
                java.util.Objects.requireNonNull(others).remove(hold);
                return;
            }
            owner = null;
            sessionCounts = null;
        }

        private boolean held() {
            return owner != null || others != null && !others.isEmpty();
        }

        /** Whether somebody but this owner holds a mode in conflict. */
        private boolean conflicts(LockSpace space, LockOwner but, int mode) {
            if (owner != null && owner != but && space.conflicts(mode, modes())) return true;
            if (others == null) return false;
            for (int i = 0; i < others.size(); i++) {
                Hold hold = others.get(i);
                if (hold.owner != but && space.conflicts(mode, hold.modes())) return true;
            }
            return false;
        }

        private void conflicting(LockSpace space, LockOwner but, int mode, List<LockOwner> into) {
            if (owner != null && owner != but && space.conflicts(mode, modes())) into.add(owner);
            if (others == null) return;
            for (Hold hold : others) if (hold.owner != but && space.conflicts(mode, hold.modes())) into.add(java.util.Objects.requireNonNull(hold.owner));
        }
    }

    private static final class Stripe {
        final ReentrantLock lock = new ReentrantLock();
        final LockEntries entries = new LockEntries();
    }

    /** Hears of modes that transactions begin and cease to hold; called under the stripe's lock. */
    interface Listener {
        void granted(long key, int mode);

        void released(long key, int mode);

        Listener NONE = new Listener() {
            @Override
            public void granted(long key, int mode) {}

            @Override
            public void released(long key, int mode) {}
        };
    }

    private final LockSpace space;
    private final DeadlockDetector graph;
    private final Listener listener;
    private final Stripe[] stripes = new Stripe[STRIPES];

    LockTable(LockSpace space, DeadlockDetector graph) {
        this(space, graph, Listener.NONE);
    }

    LockTable(LockSpace space, DeadlockDetector graph, Listener listener) {
        this.space = space;
        this.graph = graph;
        this.listener = listener;
        for (int i = 0; i < STRIPES; i++) stripes[i] = new Stripe();
    }

    LockSpace space() {
        return space;
    }

    private Stripe stripe(long key) {
        return stripes[(int) (key * 0x9E3779B97F4A7C15L >>> 58)];
    }

    /**
     * Takes a lock. An owner that has a place in a queue gives it up, unless this is what it queues for.
     *
     * @param target names the thing in reports
     * @param waits how to wait; null: not at all
     * @return BUSY also where the owner has been queued without parking: it asks again when {@link #whenGranted} says so
     */
    Result acquire(LockOwner owner, long key, int mode, Scope scope, Object target, @Nullable Waits waits) {
        Waiter queued = owner.waiting;
        if (queued != null) {
            if (queued.isFor(this, key, mode, scope)) return resume(queued, waits);
            leave(queued);
        }
        Stripe stripe = stripe(key);
        Entry entry;
        stripe.lock.lock();
        try {
            entry = stripe.entries.get(key);
            if (entry == null) {
                entry = new Entry(this, key, target);
                stripe.entries.add(entry);
            }
            Hold hold = entry.hold(owner);
            if (hold != null && scope == Scope.TRANSACTION && (hold.transactionModes & 1 << mode) != 0) return Result.HELD;
            if (free(entry, owner, mode, hold != null)) {
                grant(entry, owner, mode, scope);
                return Result.ACQUIRED;
            }
            if (waits == null) return Result.BUSY;
        } finally {
            stripe.lock.unlock();
        }
        Waiter waiter = queue(owner, entry, mode, scope, waits.nowMicros());
        if (waiter == null) return Result.ACQUIRED;
        waits.begin();
        if (!waits.parks()) return Result.BUSY;
        await(waiter, waits);
        return Result.ACQUIRED;
    }

    /** The owner is back for what it queues for. */
    private Result resume(Waiter waiter, @Nullable Waits waits) {
        if (waiter.granted) {
            finish(waiter);
            return Result.ACQUIRED;
        }
        if (waits == null || !waits.parks()) return Result.BUSY;
        await(waiter, waits);
        return Result.ACQUIRED;
    }

    /** Has the owner called, on any thread, when it has the lock that it queues for; false when it need not wait. */
    static boolean whenGranted(LockOwner owner, Runnable call) {
        Waiter waiter = owner.waiting;
        if (waiter == null) return false;
        Stripe stripe = waiter.entry.table.stripe(waiter.entry.key);
        stripe.lock.lock();
        try {
            if (waiter.granted) return false;
            waiter.call = call;
            return true;
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Gives up a place in a queue, and the lock, if that has been granted and is not to be kept. */
    static void leave(Waiter waiter, boolean keeps) {
        if (keeps && waiter.granted) waiter.entry.table.finish(waiter);
        else leave(waiter);
    }

    static void leave(Waiter waiter) {
        LockTable table = waiter.entry.table;
        if (!table.abandon(waiter)) return;
        waiter.owner.waiting = null;
        table.release(waiter.owner, waiter.entry, waiter.mode, waiter.scope == Scope.SESSION);
    }

    /** A mode that the owner has by other means, and that nothing here conflicts with, is held here from now on. Its owner releases it. */
    Entry adopt(LockOwner owner, long key, int mode, Object target) {
        Stripe stripe = stripe(key);
        stripe.lock.lock();
        try {
            Entry entry = stripe.entries.get(key);
            if (entry == null) {
                entry = new Entry(this, key, target);
                stripe.entries.add(entry);
            }
            Hold hold = entry.hold(owner);
            if (hold == null) hold = entry.newHold(owner);
            hold.transactionModes |= 1 << mode;
            return entry;
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Nobody else holds a mode in conflict, nor waits for one in front of a newcomer, where newcomers queue. */
    private boolean free(Entry entry, LockOwner owner, int mode, boolean holder) {
        if (entry.conflicts(space, owner, mode)) return false;
        if (!holder && entry.waiters != null && space.queues()) {
            for (Waiter waiter : entry.waiters) {
                if (space.conflicts(mode, 1 << waiter.mode)) return false;
            }
        }
        return true;
    }

    private void grant(Entry entry, LockOwner owner, int mode, Scope scope) {
        Hold hold = entry.hold(owner);
        if (hold == null) hold = entry.newHold(owner);
        if (scope == Scope.TRANSACTION) {
            if ((hold.transactionModes & 1 << mode) == 0) {
                hold.transactionModes |= 1 << mode;
                listener.granted(entry.key, mode);
            }
        } else {
            if (hold.sessionCounts == null) hold.sessionCounts = new int[9];
            hold.sessionCounts[mode]++;
            hold.sessionModes |= 1 << mode;
        }
        if (scope == Scope.TRANSACTION && owner.waiting == null) owner.add(entry, mode);
    }

    /** A place in the queue; null when the lock was granted after all. Throws when it would close a cycle. */
    private @Nullable Waiter queue(LockOwner owner, Entry entry, int mode, Scope scope, long since) {
        Waiter waiter = new Waiter(owner, entry, mode, scope, since);
        Stripe stripe = stripe(entry.key);
        graph.enter();
        try {
            stripe.lock.lock();
            try {
                Entry present = stripe.entries.get(entry.key);
                if (present != entry) {
                    if (present == null) {
                        stripe.entries.add(entry);
                    } else {
                        entry = present;
                        waiter = new Waiter(owner, entry, mode, scope, since);
                    }
                }
                if (free(entry, owner, mode, entry.hold(owner) != null)) {
                    grant(entry, owner, mode, scope);
                    return null;
                }
                if (entry.waiters == null) entry.waiters = new ArrayDeque<>(2);
                if (entry.hold(owner) != null) entry.waiters.addFirst(waiter);
                else entry.waiters.addLast(waiter);
                owner.waiting = waiter;
            } finally {
                stripe.lock.unlock();
            }
            RuntimeException deadlock = graph.check(waiter);
            if (deadlock != null && !abandon(waiter)) throw deadlock;
            return waiter;
        } finally {
            graph.leave();
        }
    }

    private void await(Waiter waiter, Waits waits) {
        Stripe stripe = stripe(waiter.entry.key);
        stripe.lock.lock();
        try {
            waiter.thread = Thread.currentThread();
        } finally {
            stripe.lock.unlock();
        }
        try {
            while (!waiter.granted) {
                LockSupport.parkNanos(this, POLL_NANOS);
                if (!waiter.granted) waits.check();
            }
        } catch (RuntimeException e) {
            leave(waiter);
            throw e;
        }
        finish(waiter);
    }

    private void finish(Waiter waiter) {
        waiter.owner.waiting = null;
        if (waiter.scope == Scope.TRANSACTION) waiter.owner.add(waiter.entry, waiter.mode);
    }

    /** Leaves the queue; true when the lock had been granted already, and is held. */
    private boolean abandon(Waiter waiter) {
        Stripe stripe = stripe(waiter.entry.key);
        stripe.lock.lock();
        try {
            if (waiter.granted) return true;
            java.util.Objects.requireNonNull(waiter.entry.waiters).remove(waiter);
            waiter.owner.waiting = null;
            wake(stripe, waiter.entry);
            return false;
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Gives up one mode; whoever can go on is woken. False when it was not held. */
    boolean release(LockOwner owner, Entry entry, int mode, boolean session) {
        Stripe stripe = stripe(entry.key);
        stripe.lock.lock();
        try {
            Hold hold = entry.hold(owner);
            if (hold == null) return false;
            if (session) {
                if (hold.sessionCounts == null || hold.sessionCounts[mode] == 0) return false;
                if (--hold.sessionCounts[mode] == 0) hold.sessionModes &= ~(1 << mode);
            } else {
                if ((hold.transactionModes & 1 << mode) != 0) listener.released(entry.key, mode);
                hold.transactionModes &= ~(1 << mode);
            }
            if (hold.modes() == 0) entry.drop(hold);
            wake(stripe, entry);
            return true;
        } finally {
            stripe.lock.unlock();
        }
    }

    private void wake(Stripe stripe, Entry entry) {
        ArrayDeque<Waiter> waiters = entry.waiters;
        if (waiters != null) {
            int ahead = 0;
            for (Iterator<Waiter> each = waiters.iterator(); each.hasNext();) {
                Waiter waiter = each.next();
                if (!holdersAllow(entry, waiter) || space.conflicts(waiter.mode, ahead)) {
                    if (space.queues()) ahead |= 1 << waiter.mode;
                    continue;
                }
                each.remove();
                grant(entry, waiter.owner, waiter.mode, waiter.scope);
                waiter.granted = true;
                waiter.wake();
            }
            if (waiters.isEmpty()) entry.waiters = null;
        }
        if (!entry.held() && entry.waiters == null) stripe.entries.remove(entry);
    }

    private boolean holdersAllow(Entry entry, Waiter waiter) {
        return !entry.conflicts(space, waiter.owner, waiter.mode);
    }

    /** Releases one hold of a session lock by its key; false when there is none. */
    boolean releaseSession(LockOwner owner, long key, int mode) {
        Stripe stripe = stripe(key);
        Entry entry;
        stripe.lock.lock();
        try {
            entry = stripe.entries.get(key);
        } finally {
            stripe.lock.unlock();
        }
        return entry != null && release(owner, entry, mode, true);
    }

    boolean holdsSession(LockOwner owner) {
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                for (Entry entry : stripe.entries.all()) {
                    Hold hold = entry.hold(owner);
                    if (hold != null && hold.sessionModes != 0) return true;
                }
            } finally {
                stripe.lock.unlock();
            }
        }
        return false;
    }

    /** Releases all session locks of an owner. */
    void releaseSession(LockOwner owner) {
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                for (Entry entry : stripe.entries.all()) {
                    Hold hold = entry.hold(owner);
                    if (hold == null || hold.sessionModes == 0) continue;
                    hold.sessionModes = 0;
                    hold.sessionCounts = null;
                    if (hold.modes() == 0) entry.drop(hold);
                    wake(stripe, entry);
                }
            } finally {
                stripe.lock.unlock();
            }
        }
    }

    /** Owners that keep this waiter waiting: holders in conflict, and waiters in front of it in conflict. */
    List<LockOwner> blockers(Waiter waiter) {
        Stripe stripe = stripe(waiter.entry.key);
        List<LockOwner> blockers = new ArrayList<>();
        stripe.lock.lock();
        try {
            if (waiter.granted) return blockers;
            waiter.entry.conflicting(space, waiter.owner, waiter.mode, blockers);
            if (waiter.entry.waiters != null && space.queues()) {
                for (Waiter ahead : waiter.entry.waiters) {
                    if (ahead == waiter) break;
                    if (space.conflicts(waiter.mode, 1 << ahead.mode)) blockers.add(ahead.owner);
                }
            }
        } finally {
            stripe.lock.unlock();
        }
        return blockers;
    }

    /** Is told of locks while their stripe is locked. */
    interface Visitor {
        void held(LockOwner owner, Object target, int mode);

        /** @param blocker one of those that it waits for */
        void waiting(Waiter waiter, LockOwner blocker);
    }

    /** All locks of now, each stripe at its own moment. */
    void visit(Visitor visitor) {
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                for (Entry entry : stripe.entries.all()) visit(entry, visitor);
            } finally {
                stripe.lock.unlock();
            }
        }
    }

    private void visit(Entry entry, Visitor visitor) {
        visit(entry, entry.target, visitor);
        if (entry.others != null) for (Hold hold : entry.others) visit(hold, entry.target, visitor);
        if (entry.waiters == null) return;
        for (Waiter waiter : entry.waiters) {
            List<LockOwner> blockers = blockers(waiter);
            if (!blockers.isEmpty()) visitor.waiting(waiter, blockers.getFirst());
        }
    }

    private static void visit(Hold hold, Object target, Visitor visitor) {
        if (hold.owner == null) return;
        for (int modes = hold.modes(); modes != 0; modes &= modes - 1) visitor.held(hold.owner, target, Integer.numberOfTrailingZeros(modes));
    }

    /** "ShareLock on transaction 7", "AccessExclusiveLock on relation 16384 of database 5". */
    String describe(Waiter waiter, LockOwner blocker) {
        Object target = space == LockSpace.ROW ? "transaction " + blocker.transactionId : waiter.entry.target;
        return space.modeName(waiter.mode) + " on " + target;
    }
}
