package io.craton.storage.txn;

/** How a wait for a lock may end before the lock is free. One wait at a time. */
interface Waits {
    /** Micros since 2000. */
    long nowMicros();

    /** Whether the thread itself waits; else the owner has its place in the queue, and comes back for the lock. */
    boolean parks();

    /** The wait begins. */
    void begin();

    /** Throws when it is time to give up: 57014, 55P03. Called every few milliseconds. */
    void check();
}
