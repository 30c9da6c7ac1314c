package io.craton.migrations;

/** Something a person has to repair: a file, the history, or the database. The message says where. */
public final class MigrationException extends Exception {
    private static final long serialVersionUID = 1;

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
