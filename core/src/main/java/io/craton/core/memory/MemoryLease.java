package io.craton.core.memory;

import java.util.function.LongSupplier;

/**
 * What one statement, transaction or cursor holds of its tenant's memory. It follows what its owner needs in steps, so that most changes touch nothing that others use, and
 * what needs no more than {@link #FREE} holds nothing at all. Any thread.
 */
public final class MemoryLease implements AutoCloseable {
    /** So much is not counted. */
    public static final long FREE = 64 << 10;
    private static final long STEP = 64 << 10;
    /** So much more than is needed may be held before some of it is given back. */
    private static final long SLACK = 4 * STEP;

    private final MemoryAccount account;
    private final LongSupplier needed;
    /** Changes under the lease's own lock. */
    private volatile long held;
    private boolean closed;

    /** @param needed bytes that the owner needs now */
    public MemoryLease(MemoryAccount account, LongSupplier needed) {
        this.account = account;
        this.needed = needed;
    }

    /** Takes or gives back what the owner's need has changed by. False when the tenant has little left: what can go to disk should. 53200 when it has nothing left. */
    public boolean follow() {
        long need = needed.getAsLong();
        long has = held;
        if (has == 0 ? need <= FREE : need <= has && has - need <= SLACK) return true;
        return settle();
    }

    private synchronized boolean settle() {
        if (closed) return true;
        long wanted = wanted();
        if (wanted <= held) {
            give(wanted);
            return true;
        }
        boolean room = account.take(wanted - held);
        held = wanted;
        return room;
    }

    private long wanted() {
        long need = needed.getAsLong();
        return need <= FREE ? 0 : (need + STEP - 1) / STEP * STEP;
    }

    private void give(long left) {
        account.give(held - left);
        held = left;
    }

    /** As {@link #follow} when the owner's need has become less: takes nothing, even where a step was refused before. */
    public void ease() {
        if (held - needed.getAsLong() > SLACK || held > 0 && needed.getAsLong() <= FREE) shrink();
    }

    private synchronized void shrink() {
        long wanted = wanted();
        if (wanted < held) give(wanted);
    }

    /** 53200 when the tenant has passed its limit. */
    public void insist() {
        account.insist();
    }

    /** Bytes. */
    public long held() {
        return held;
    }

    /** Gives everything back; it holds nothing from here on. */
    @Override
    public synchronized void close() {
        closed = true;
        give(0);
    }
}
