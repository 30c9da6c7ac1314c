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
import io.craton.storage.projection.Creation;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The log as one tenant may look at it: its own entries and those that concern every tenant, and which position the log had at a time. Any thread; what {@link #entries} gives belongs to one. */
public final class TenantLog {
    private final List<Stretch> stretches;
    private final EntrySealer sealer;
    private final int tenant;
    private final Creation creation;

    /** No position: there was no database at a time. */
    public static final long NOT_YET = -1;

    /**
     * @param stretches in order, one at least
     * @param creation  the entry of the first group's log that made the database
     */
    TenantLog(List<Stretch> stretches, EntrySealer sealer, int tenant, Creation creation) {
        this.stretches = List.copyOf(stretches);
        this.sealer = sealer;
        this.tenant = tenant;
        this.creation = creation;
    }

    /**
     * The tenant's time in one log.
     *
     * @param shift  from the log's positions to the tenant's
     * @param behind it begins behind this position of the tenant
     * @param last   and this is its last
     */
    record Stretch(LogArchive archive, long shift, long behind, long last) {}

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
        return new Entries(from, Math.min(to, stretches.getLast().last));
    }

    /** One thread. */
    public final class Entries implements Iterator<Entry>, AutoCloseable {
        private final long to;
        private int stretch = -1;
        private LogArchive.@Nullable Reader reader;
        private long position;
        /** The last of the stretch that counts. */
        private long last;
        private @Nullable Entry next;

        private Entries(long from, long to) {
            this.position = from;
            this.to = to;
            last = from - 1;
        }

        /** False at the end. */
        private boolean nextStretch() {
            close();
            while (++stretch < stretches.size()) {
                Stretch now = stretches.get(stretch);
                position = Math.max(Math.max(position, now.behind + 1), now.archive.positionFirst() + now.shift);
                last = Math.min(to, now.last);
                if (position > last) continue;
                reader = now.archive.open();
                return true;
            }
            return false;
        }

        @Override
        public boolean hasNext() {
            while (next == null) {
                if (position > last || reader == null) {
                    if (!nextStretch()) break;
                    continue;
                }
                long shift = stretches.get(stretch).shift;
                LogArchive.Entry entry = reader.read(position++ - shift);
                if (entry == null || entry.payload() == null || entry.tenant() != tenant && !EntryHeader.recovers(entry.payload())) continue;
                next = described(entry, entry.payload(), shift);
            }
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
            if (reader != null) reader.close();
            reader = null;
        }
    }

    private Entry described(LogArchive.Entry entry, byte[] payload, long shift) {
        EntryReader read = new EntryReader(sealer.isKey(payload, entry.position()) ? payload : sealer.open(payload, entry.position()));
        EntryHeader header = read.header();
        EntryWriter.Origin origin = read.origin();
        return new Entry(entry.position() + shift, entry.term(), header.timestampMicros(), header.transaction(), header.kind(),
                origin == null || origin.role().isEmpty() ? null : origin.role(), origin == null || origin.tag().isEmpty() ? null : origin.tag(),
                read.changes().size(), entry.storedBytes(), entry.hash());
    }

    /**
     * Position of the newest entry, of any tenant, that was committed at or before a time, by halving the log: a few dozen entries are read, however long it is.
     *
     * @return {@link #NOT_YET} when the time is before the database's creation, or before the log's first entry where the database has been there since
     */
    public long positionAt(long micros) {
        if (micros < creation.timestampMicros()) return NOT_YET;
        int at = stretches.size() - 1;
        while (at > 0 && timeOfLast(stretches.get(at - 1)) > micros) at--;
        Stretch stretch = stretches.get(at);
        LogArchive archive = stretch.archive;
        long newest = stretch.last - stretch.shift;
        if (at == 0) {
            long found = halved(micros, archive, archive.positionFirst(), newest, false);
            return found == 0 && beganMicros() > micros ? NOT_YET : found;
        }
        long found = halved(micros, archive, Math.max(archive.positionFirst(), stretch.behind + 1 - stretch.shift), newest, true);
        return found == 0 ? stretch.behind : found + stretch.shift;
    }

    /** When the database was made; where it has been there from the log's beginning on, when the first entry was committed, and the oldest time where there is none. */
    public long beganMicros() {
        if (!creation.equals(Creation.NONE)) return creation.timestampMicros();
        Stretch first = stretches.getFirst();
        try (LogArchive.Reader reader = first.archive.open()) {
            LogArchive.Entry oldest = stamped(reader, first.archive.positionFirst(), first.last - first.shift);
            return oldest == null ? Long.MIN_VALUE : time(oldest);
        }
    }

    /** Position that the first of the logs had reached by a time; 0 where there was nothing in it, or that is not on this node yet. */
    long firstReached(long micros) {
        Stretch first = stretches.getFirst();
        if (first.archive.positionFirst() > 1) return 0;
        return halved(micros, first.archive, 1, first.last - first.shift, false);
    }

    /** Whether the first of the logs has entries behind a position. */
    boolean firstWentOn(long position) {
        Stretch first = stretches.getFirst();
        return first.archive.positionFirst() <= 1 && position < first.last - first.shift;
    }

    /** Of the entry that moved the tenant away from there; the oldest time where that is not on this node yet. */
    private static long timeOfLast(Stretch stretch) {
        try (LogArchive.Reader reader = stretch.archive.open()) {
            LogArchive.Entry entry = reader.read(stretch.last - stretch.shift);
            return entry == null || entry.payload() == null ? Long.MIN_VALUE : time(entry);
        }
    }

    /** @param earlier whether there is something in front of the range */
    private static long halved(long micros, LogArchive archive, long first, long newest, boolean earlier) {
        try (LogArchive.Reader reader = archive.open()) {
            LogArchive.Entry oldest = stamped(reader, first, newest);
            if (oldest == null || time(oldest) > micros) {
                if (first <= 1 || earlier) return 0;
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
