package io.craton.server.config;

/** A start that failed for a reason that the operator can mend; the message is the one line to print. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit status of a wrong command line or configuration. */
    public static final int USAGE = 2;

    /** Exit status of any other failure. */
    public static final int FAILURE = 1;

    private final int exitStatus;

    public StartException(int exitStatus, String message) {
        super(message);
        this.exitStatus = exitStatus;
    }

    public int exitStatus() {
        return exitStatus;
    }
}
