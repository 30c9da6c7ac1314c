package io.craton.storage.log;

import java.io.IOException;

/** The log takes no more entries: a write or sync failed earlier, and what reached the disk is unknown. Only a restart heals it. */
public final class LogFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    public LogFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
