package io.craton.storage.entry;

import org.jspecify.annotations.Nullable;

/** What an entry holds compressed is not what was written, though its hash is that of the chain. Nothing may go on behind it. */
public final class DamagedEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedEntryException(String what, @Nullable Throwable cause) {
        super(what, cause);
    }

    DamagedEntryException at(long position) {
        return new DamagedEntryException("the entry at position " + position + " is damaged: what is compressed in it cannot be read: " + getMessage(), getCause());
    }
}
