package io.craton.storage.txn;

import org.jspecify.annotations.Nullable;

/**
 * Who holds locks: one session, in its present transaction. Its lists are changed by the session's thread; {@code waiting} is read by other sessions' deadlock
 * checks.
 */
public final class LockOwner {
    final int processId;
    /** Named in deadlock reports. */
    volatile long transactionId;
    volatile LockTable.@Nullable Waiter waiting;
    /** Locks of the transaction in order of acquisition: entries and modes. */
    private LockTable.@Nullable Entry[] entries = new LockTable.Entry[8];
    private byte[] modes = new byte[8];
    private int count;

    public LockOwner(int processId) {
        this.processId = processId;
    }

    void add(LockTable.Entry entry, int mode) {
        if (count == modes.length) {
            entries = java.util.Arrays.copyOf(entries, count * 2);
            modes = java.util.Arrays.copyOf(modes, count * 2);
        }
        entries[count] = entry;
        modes[count++] = (byte) mode;
    }

    int count() {
        return count;
    }

    /** Releases everything acquired since {@code mark}, newest first. */
    void releaseTo(int mark) {
        while (count > mark) {
            LockTable.Entry entry = java.util.Objects.requireNonNull(entries[--count]);
            entries[count] = null;
            entry.table().release(this, entry, modes[count], false);
        }
        if (mark == 0 && modes.length > 1024) {
            entries = new LockTable.Entry[8];
            modes = new byte[8];
        }
    }
}
