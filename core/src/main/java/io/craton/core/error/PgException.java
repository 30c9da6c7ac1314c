package io.craton.core.error;

import java.io.UncheckedIOException;

/**
 * The only exception that carries a {@link PgError}. It has no stack trace of its own unless it has a cause: errors of
 * users are expected, frequent and cheap.
 */
public final class PgException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PgError error;

    public PgException(PgError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    public PgException(PgError error, Throwable cause) {
        super(error.message(), cause, false, true);
        this.error = error;
    }

    public PgException(SqlState state, String message) {
        this(PgError.error(state, message));
    }

    /** An honest "not supported": SQLSTATE 0A000 with the feature's name. */
    public static PgException notSupported(String feature) {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED, feature + " is not supported");
    }

    /** What a client is told of any failure: itself, or an error of the server with the failure as its cause. */
    public static PgException of(Throwable failure) {
        return switch (failure) {
            case PgException known -> known;
            case Reportable known -> new PgException(known.report(), failure);
            case StackOverflowError deep -> new PgException(PgError.error(SqlState.STATEMENT_TOO_COMPLEX, "stack depth limit exceeded"), deep);
            case OutOfMemoryError full -> new PgException(PgError.error(SqlState.OUT_OF_MEMORY, "out of memory"), full);
            case UncheckedIOException disk -> new PgException(PgError.error(isFull(disk) ? SqlState.DISK_FULL : SqlState.IO_ERROR,
                    "could not write or read a file: " + disk.getCause().getMessage()), disk);
            default -> new PgException(PgError.error(SqlState.INTERNAL_ERROR, "internal error: " + failure), failure);
        };
    }

    /** The operating system says it in words alone. */
    private static boolean isFull(UncheckedIOException failure) {
        String message = failure.getCause().getMessage();
        return message != null && message.endsWith("No space left on device");
    }

    public PgError error() {
        return error;
    }

    public SqlState state() {
        return error.state();
    }

    /** The same error at this 1-based character position, unless it already has one. */
    public PgException at(int position) {
        return error.position() != 0 || position <= 0 ? this : new PgException(error.withPosition(position));
    }
}
