package io.craton.core.memory;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What one tenant's {@link MemoryLease leases} hold together. With half of the limit gone, what can go to disk is told to: tables of hashes double when they are full, so that
 * all of them may come to the limit in one step. When the limit itself is passed, who wants more gets 53200. The step that passes it is still given: who took it may have something to put on disk.
 */
public final class MemoryAccount {
    private final int tenant;
    private final Supplier<MemoryTerms> terms;
    private final MemoryPool pool;
    private final AtomicLong used = new AtomicLong();

    /** @param pool the node's */
    public MemoryAccount(int tenant, Supplier<MemoryTerms> terms, MemoryPool pool) {
        this.tenant = tenant;
        this.terms = terms;
        this.pool = pool;
    }

    /** Bytes. */
    public long used() {
        return used.get();
    }

    /** Bytes; 0 for no limit. */
    public long limit() {
        return terms.get().limit(tenant);
    }

    /** False when little is left. 53200, and nothing taken, when the limit was passed before. */
    boolean take(long bytes) {
        boolean room = pool.take(bytes);
        long limit = limit();
        long after = used.addAndGet(bytes);
        if (limit == 0) return room;
        if (after - bytes > limit) {
            give(bytes);
            throw exceeded(after - bytes, limit);
        }
        return room && after <= limit / 2;
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
        pool.give(bytes);
    }

    /** 53200 when the limit is passed. */
    void insist() {
        long limit = limit();
        long now = used.get();
        if (limit > 0 && now > limit) throw exceeded(now, limit);
        pool.insist();
    }

    public MemoryPool pool() {
        return pool;
    }

    private PgException exceeded(long held, long limit) {
        return PgError.error(SqlState.OUT_OF_MEMORY, "out of memory in database \"" + terms.get().database(tenant) + "\"")
                .withDetail("Its statements hold " + (held >> 10) + " kB together, and may hold " + (limit >> 10) + " kB.")
                .withHint("Run fewer or smaller ones at a time, or raise max_memory_per_tenant in the configuration file, section [limits], or what ALTER DATABASE .. SET "
                        + "craton.tenant_memory says in its place.").exception();
    }
}
