package io.craton.replication.raft;

import com.alipay.sofa.jraft.entity.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries of the log in memory, bounded in number and bytes. JRaft lets go of an entry when it is applied, which is before the slowest member has got it, and
 * asks for the term of the last one with every heartbeat: none of that is worth a walk through a segment. Any thread.
 */
final class RecentEntries {
    private static final int ENTRIES_MAX = 4096;
    private static final long BYTES_MAX = 8L << 20;

    private final @Nullable LogEntry[] ring = new LogEntry[ENTRIES_MAX];
    /** The entries from {@code first} to {@code last} are there. */
    private long first = 1;
    private long last;
    private long bytes;

    /** The next entry of the log; if it is another one, what was there is forgotten. */
    synchronized void add(LogEntry entry) {
        long index = entry.getId().getIndex();
        if (index != last + 1) {
            clear();
            first = index;
        }
        last = index;
        ring[slot(index)] = entry;
        bytes += length(entry);
        // The last one stays, however long it is.
        while (first < last && (bytes > BYTES_MAX || last - first >= ENTRIES_MAX - 1)) remove(first++);
    }

    synchronized @Nullable LogEntry find(long index) {
        return index < first || index > last ? null : ring[slot(index)];
    }

    /** Entries behind this one are no longer in the log. */
    synchronized void truncate(long lastKept) {
        while (last > lastKept && last >= first) remove(last--);
        if (last < first) {
            first = lastKept + 1;
            last = lastKept;
        }
    }

    private void clear() {
        while (first <= last) remove(first++);
    }

    private void remove(long index) {
        LogEntry gone = ring[slot(index)];
        ring[slot(index)] = null;
        if (gone != null) bytes -= length(gone);
    }

    private static int slot(long index) {
        return (int) (index % ENTRIES_MAX);
    }

    private static int length(LogEntry entry) {
        return entry.getData() == null ? 0 : entry.getData().remaining();
    }
}
