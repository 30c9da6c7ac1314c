package io.craton.sql.exec;

/** A transaction's deferred checks, in the order of the changes that left them behind. The session's thread. */
public interface ConstraintQueue {
    /** Whether a deferrable constraint waits for the end of the transaction now. */
    boolean isDeferred(int constraintOid, boolean initiallyDeferred);

    /** Keeps a check until the transaction commits or SET CONSTRAINTS asks for it. */
    void defer(DeferredCheck check);

    /** Whether checks of this table wait: it may not be altered meanwhile. */
    boolean waitsFor(int tableOid);
}
