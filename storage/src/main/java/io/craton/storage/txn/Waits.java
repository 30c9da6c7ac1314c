package io.craton.storage.txn;

/** How a wait for a lock may end before the lock is free. One wait at a time. */
interface Waits {
    /** Micros since 2000. */
    long nowMicros();

    /** The wait begins. */
    void begin();

    /** Throws when it is time to give up: 57014, 55P03. Called every few milliseconds. */
    void check();
}
