package io.craton.storage.txn;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.entry.EntryKind;
import io.craton.storage.entry.EntryReader;
import io.craton.storage.entry.EntrySealer;
import io.craton.storage.entry.EntryWriter;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.LogArchive;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The log as one tenant may look at it: its own entries and those that concern every tenant, and which position the log had at a time. Any thread; what {@link #entries} gives belongs to one. */
public final class TenantLog {
    private final LogArchive archive;
    private final EntrySealer sealer;
    private final int tenant;
    private final long newest;

    /** @param newest position of the newest entry that counts */
    TenantLog(LogArchive archive, EntrySealer sealer, int tenant, long newest) {
        this.archive = archive;
        this.sealer = sealer;
        this.tenant = tenant;
        this.newest = newest;
    }

    /**
     * An entry.
     *
     * @param role who committed; null for what belongs to no session
     * @param tag of the statements that changed definitions; null when there were none
     * @param changes how many objects of the catalog it changes
     */
    public record Entry(long position, long term, long timestampMicros, long transaction, EntryKind kind, @Nullable String role, @Nullable String tag,
            int changes, int bytes, ChainHash hash) {}

    /** The tenant's entries from one position to another, both included, in order. Close it. */
    public Entries entries(long from, long to) {
        return new Entries(Math.max(from, archive.positionFirst()), Math.min(to, newest));
    }

    /** One thread. */
    public final class Entries implements Iterator<Entry>, AutoCloseable {
        private final LogArchive.Reader reader = archive.open();
        private final long to;
        private long position;
        private @Nullable Entry next;

        private Entries(long from, long to) {
            this.position = from;
            this.to = to;
        }

        @Override
        public boolean hasNext() {
            while (next == null && position <= to) {
                LogArchive.Entry entry = reader.read(position++);
                if (entry == null || entry.payload() == null || entry.tenant() != tenant && !EntryHeader.recovers(entry.payload())) continue;
                next = described(entry, entry.payload());
            }
            if (next == null) close();
            return next != null;
        }

        @Override
        public Entry next() {
            Entry found = hasNext() ? next : null;
            if (found == null) throw new NoSuchElementException();
            next = null;
            return found;
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private Entry described(LogArchive.Entry entry, byte[] payload) {
        EntryReader read = new EntryReader(sealer.isKey(payload, entry.position()) ? payload : sealer.open(payload, entry.position()));
        EntryHeader header = read.header();
        EntryWriter.Origin origin = read.origin();
        return new Entry(entry.position(), entry.term(), header.timestampMicros(), header.transaction(), header.kind(),
                origin == null || origin.role().isEmpty() ? null : origin.role(), origin == null || origin.tag().isEmpty() ? null : origin.tag(),
                read.changes().size(), entry.storedBytes(), entry.hash());
    }

    /**
     * Position of the newest entry, of any tenant, that was committed at or before a time, by halving the log: a few dozen entries are read, however long it is.
     *
     * @return 0 when the time is before the first entry
     */
    public long positionAt(long micros) {
        long first = archive.positionFirst();
        try (LogArchive.Reader reader = archive.open()) {
            LogArchive.Entry oldest = stamped(reader, first, newest);
            if (oldest == null || time(oldest) > micros) {
                if (first <= 1) return 0;
                throw PgError.error(SqlState.SNAPSHOT_TOO_OLD, "the log of that time is not on this node yet")
                        .withDetail("It begins with position " + first + ".").withHint("Earlier entries are on their way from other nodes.").exception();
            }
            long below = oldest.position();
            long above = newest + 1;
            while (above - below > 1) {
                long middle = (below + above) >>> 1;
                LogArchive.Entry entry = stamped(reader, middle, above - 1);
                if (entry == null) above = middle;
                else if (time(entry) <= micros) below = entry.position();
                else above = middle;
            }
            return below;
        }
    }

    /** The first entry with a time in a range. */
    private static LogArchive.@Nullable Entry stamped(LogArchive.Reader reader, long from, long to) {
        for (long position = from; position <= to; position++) {
            LogArchive.Entry entry = reader.read(position);
            if (entry != null && entry.payload() != null && time(entry) != 0) return entry;
        }
        return null;
    }

    private static long time(LogArchive.Entry entry) {
        return EntryHeader.read(java.util.Objects.requireNonNull(entry.payload())).timestampMicros();
    }
}
