package io.craton.storage.txn;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who holds locks: one session, in its present transaction. Its lists are changed by the session's thread; {@code waiting} is read by other sessions' deadlock
 * checks.
 *
 * <ul>
 *   <li>{@code entries} and {@code modes} are the locks of the transaction in order of acquisition. A null entry stands for the next of the notes.
 *   <li>{@code noteLock} guards the notes: weak locks of tables that are not in the lock table, or, with an entry, that somebody moved there.
 * </ul>
 */
public final class LockOwner {
    final int processId;
    /** It has taken an advisory lock for the session, and may hold it still. */
    boolean tookSessionLock;
    /** Of the open transaction; 0 none. */
    volatile long transactionId;
    volatile LockTable.@Nullable Waiter waiting;
    private LockTable.@Nullable Entry[] entries = new LockTable.Entry[8];
    private byte[] modes = new byte[8];
    private int count;

    private final ReentrantLock noteLock = new ReentrantLock();
    private int[] notedOids = new int[4];
    private byte[] notedModes = new byte[4];
    private LockTable.@Nullable Entry[] movedTo = new LockTable.Entry[4];
    private int notes;

    public LockOwner(int processId) {
        this.processId = processId;
    }

    void add(LockTable.@Nullable Entry entry, int mode) {
        if (count == modes.length) {
            entries = Arrays.copyOf(entries, count * 2);
            modes = Arrays.copyOf(modes, count * 2);
        }
        entries[count] = entry;
        modes[count++] = (byte) mode;
    }

    /** Kind of the lock that it waits for; null when it waits for none. Any thread. */
    public @Nullable String waitEvent() {
        LockTable.Waiter waiter = waiting;
        if (waiter == null) return null;
        return switch (waiter.entry.table().space()) {
            case ROW -> "transactionid";
            case TABLE -> "relation";
            case ADVISORY -> "advisory";
        };
    }

    int count() {
        return count;
    }

    /** Releases locks of one table acquired since {@code mark} whose keys are in the set; marks above it are no longer of use. */
    void releaseSince(int mark, LockTable table, LongSet keys) {
        int kept = mark;
        for (int i = mark; i < count; i++) {
            LockTable.Entry entry = entries[i];
            if (entry != null && entry.table() == table && keys.contains(entry.key())) {
                table.release(this, entry, modes[i], false);
            } else {
                entries[kept] = entry;
                modes[kept++] = modes[i];
            }
        }
        java.util.Arrays.fill(entries, kept, count, null);
        count = kept;
    }

    /** Releases everything acquired since {@code mark}, newest first. */
    void releaseTo(int mark) {
        LockTable.Waiter queued = waiting;
        if (queued != null) LockTable.leave(queued);
        while (count > mark) {
            LockTable.Entry entry = entries[--count];
            entries[count] = null;
            if (entry == null) entry = takeNote();
            if (entry != null) entry.table().release(this, entry, modes[count], false);
        }
        if (mark == 0 && modes.length > 1024) {
            entries = new LockTable.Entry[8];
            modes = new byte[8];
        }
    }

    // ---- notes -----------------------------------------------------------------------------------------------------

    /** Notes a weak lock of a table, or finds it noted; false when {@code strong} counts somebody in its part. */
    boolean note(int oid, int mode, AtomicIntegerArray strong, int part) {
        noteLock.lock();
        try {
            for (int i = notes - 1; i >= 0; i--) if (notedOids[i] == oid && notedModes[i] == mode) return true;
            if (strong.get(part) != 0) return false;
            if (notes == notedOids.length) {
                notedOids = Arrays.copyOf(notedOids, notes * 2);
                notedModes = Arrays.copyOf(notedModes, notes * 2);
                movedTo = Arrays.copyOf(movedTo, notes * 2);
            }
            notedOids[notes] = oid;
            notedModes[notes] = (byte) mode;
            movedTo[notes++] = null;
        } finally {
            noteLock.unlock();
        }
        add(null, mode);
        return true;
    }

    /** Moves what is noted of a table to the lock table. Any thread. */
    void moveNotes(int oid, LockTable table, Object target) {
        noteLock.lock();
        try {
            for (int i = 0; i < notes; i++) {
                if (notedOids[i] == oid && movedTo[i] == null) movedTo[i] = table.adopt(this, oid, notedModes[i], target);
            }
        } finally {
            noteLock.unlock();
        }
    }

    /** Is told of tables and modes. */
    interface Noted {
        void noted(int oid, int mode);
    }

    /** Weak locks that are in no lock table. Any thread. */
    void notes(Noted out) {
        noteLock.lock();
        try {
            for (int i = 0; i < notes; i++) if (movedTo[i] == null) out.noted(notedOids[i], notedModes[i]);
        } finally {
            noteLock.unlock();
        }
    }

    /** Forgets the newest note; answers where it had been moved to. */
    private LockTable.@Nullable Entry takeNote() {
        noteLock.lock();
        try {
            LockTable.Entry moved = movedTo[--notes];
            movedTo[notes] = null;
            return moved;
        } finally {
            noteLock.unlock();
        }
    }
}
