package io.craton.storage.txn;

/**
 * A transaction that must not wait ({@link Transaction.Waiting#NEVER}) would have to: for a lock, a disk read or the log. Nothing was changed by the call that
 * throws it. It carries no stack trace and is not an error: the caller repeats the statement on a thread that may wait.
 */
public final class WouldBlockException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    public static final WouldBlockException INSTANCE = new WouldBlockException();

    private WouldBlockException() {
        super("would block", null, false, false);
    }
}
