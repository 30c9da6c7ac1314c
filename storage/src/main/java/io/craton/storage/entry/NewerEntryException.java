package io.craton.storage.entry;

/** An entry of the log is of a kind or format that this version does not know: a newer one wrote it. Nothing may go on behind it. */
public final class NewerEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NewerEntryException(String what) {
        super("the log has an entry that this version of Craton does not know (" + what + "): a newer one wrote it; start that one");
    }
}
