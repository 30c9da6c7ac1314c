package io.craton.storage.txn;

import io.craton.storage.projection.TenantProjection;

/** A tenant's past beyond what its projection keeps. Any thread. */
public interface PastSource {
    /**
     * A projection that has everything up to a position, made from the log where none is there; give it back by {@link #release}. Takes as long as reading that much of
     * the log does; {@code interrupts} are looked at meanwhile.
     */
    TenantProjection acquire(long position, Runnable interrupts);

    /** As often as acquired. */
    void release();

    /** Drops now what the projection is no longer to keep; answers how many entries that were. */
    long trim(Runnable interrupts);
}
