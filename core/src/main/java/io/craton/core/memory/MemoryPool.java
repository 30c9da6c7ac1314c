package io.craton.core.memory;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the {@link MemoryAccount accounts} of a node's tenants hold of its heap together; its limit is there always, and works as theirs do. Accounts are estimates: when the heap
 * is at its end all the same, {@link #pressed} statements that are to blame end at their next look. Any thread.
 */
public final class MemoryPool {
    /** With the heap at its end, who holds such a part of what all hold is to blame. */
    private static final int PART = 8;
    /** And, when all hold little, whoever runs for so long: it has what nobody counts. Collections alone may make others that slow. */
    private static final long LONG_MICROS = 20_000_000;

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private volatile boolean pressed;

    /** @param limit bytes; 0 for none */
    public MemoryPool(long limit) {
        this.limit = limit;
    }

    public static MemoryPool unlimited() {
        return new MemoryPool(0);
    }

    /** Bytes. */
    public long used() {
        return used.get();
    }

    /** Bytes; 0 for none. */
    public long limit() {
        return limit;
    }

    boolean take(long bytes) {
        long after = used.addAndGet(bytes);
        if (limit == 0) return true;
        if (after - bytes > limit) {
            used.addAndGet(-bytes);
            throw exceeded(after - bytes);
        }
        return after <= limit / 2;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    void insist() {
        long now = used.get();
        if (limit > 0 && now > limit) throw exceeded(now);
    }

    /** Whether the heap is at its end: from true on until false. */
    public void pressed(boolean now) {
        pressed = now;
    }

    public boolean pressed() {
        return pressed;
    }

    /**
     * With the heap at its end, 53200 for a statement that is to blame for it.
     *
     * @param held      bytes that it holds
     * @param ranMicros since it began
     */
    public void look(long held, long ranMicros) {
        if (held > MemoryLease.FREE && held >= used.get() / PART || ranMicros > LONG_MICROS) {
            throw PgError.error(SqlState.OUT_OF_MEMORY, "out of memory").withDetail("The server's memory is used up.").exception();
        }
    }

    private PgException exceeded(long held) {
        return PgError.error(SqlState.OUT_OF_MEMORY, "out of memory")
                .withDetail("The statements of all databases hold " + (held >> 10) + " kB together, and may hold " + (limit >> 10) + " kB of the server's memory.")
                .withHint("Run fewer or smaller ones at a time, or give the server more memory.").exception();
    }
}
