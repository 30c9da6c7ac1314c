package io.craton.migrations;

import org.jspecify.annotations.Nullable;

/** Something a person has to repair: a file, the history, or the database. The message says where. */
public final class MigrationException extends Exception {
    private static final long serialVersionUID = 1;

    private final int exitStatus;

    public MigrationException(String message) {
        this(message, null);
    }

    public MigrationException(String message, @Nullable Throwable cause) {
        super(message, cause);
        exitStatus = Main.WRONG;
    }

    private MigrationException(String message, int exitStatus) {
        super(message);
        this.exitStatus = exitStatus;
    }

    /** What options say together, or one of them by itself, cannot be meant. */
    static MigrationException usage(String message) {
        return new MigrationException(message, Main.USAGE);
    }

    int exitStatus() {
        return exitStatus;
    }
}
