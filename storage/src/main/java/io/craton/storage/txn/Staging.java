package io.craton.storage.txn;

/** How far this node is with working out the chunks of large transactions; the transaction's own thread waits, so that the applier need not. */
public interface Staging {
    /** Waits until at most so many bytes of the transaction's applied chunks are not worked out. */
    void await(long transaction, long bytesLeft);

    /** Waits until what is applied of it is worked out, and makes durable what is in front of it: most of what {@link #prepareEnd} would have to do. */
    void settle(long transaction);

    /** Waits until all of it is worked out, and makes durable what is in front of its end, so that the end takes a moment only. */
    void prepareEnd(long transaction);
}
