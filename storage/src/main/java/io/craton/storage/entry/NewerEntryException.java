package io.craton.storage.entry;

import io.craton.storage.catalog.SystemTables;

/** An entry of the log is of a kind or format that this version does not know: a newer one wrote it. Nothing may go on behind it. */
public final class NewerEntryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NewerEntryException(String what) {
        super("the log has an entry that this version of Craton does not know (" + what + "): a newer one wrote it; start that one");
    }

    /** Why a tenant's rows have no table: a newer version may have system tables that this one does not know, and a table of the tenant's own is never missing in a log that is in order. */
    public static RuntimeException noTable(int tenant, long storage) {
        if (SystemTables.areRows(storage)) return new NewerEntryException("rows of a system table with storage " + storage);
        return new IllegalStateException("tenant " + tenant + ": no table has storage " + storage);
    }
}
