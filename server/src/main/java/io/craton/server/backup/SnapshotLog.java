package io.craton.server.backup;

import io.craton.server.config.StartException;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.entry.EntryHeader;
import io.craton.storage.log.ChainHash;
import io.craton.storage.log.EntryType;
import io.craton.storage.log.LogBuilder;
import io.craton.storage.log.LogSource;
import java.io.IOException;
import java.util.Locale;
import java.util.function.LongConsumer;

/** One raft group's log on its way into a snapshot: whole up to a position, or up to a time. */
final class SnapshotLog {
    private final SourceFolder from;
    private final int group;
    private long segments;

    SnapshotLog(SourceFolder from, int group) {
        this.from = from;
        this.group = group;
    }

    /** What was written: all up to this entry, which has this hash. */
    record End(long position, ChainHash head) {}

    /**
     * Writes it in stretches, each entry checked by checksum, hash and link.
     *
     * @param committed up to where it may go
     * @param micros    what was committed behind this time is left out
     * @throws StartException when the log changed meanwhile
     */
    End write(LogSource log, long committed, long micros, SnapshotOutput output, Workers workers, LongConsumer progress) throws IOException {
        if (micros == Long.MAX_VALUE) return writeAll(committed, output, workers, progress);
        LogBuilder written = LogBuilder.checking();
        while (written.next() <= committed && !written.ended()) {
            long at = written.next();
            LogSource.Stretch stretch = log.read(at, committed, Archive.BYTES_MAX);
            if (!stretch.previous().equals(written.tip())) throw changed();
            written.take(from.log().describe(), stretch.segment().duplicate(), stretch.last(), (_, type, payload) -> type == EntryType.DATA && EntryHeader.timestampMicros(payload) > micros);
            if (written.next() == at) break;
            if (written.ended()) stretch = log.read(at, written.next() - 1, Archive.BYTES_MAX);
            put(new SnapshotOutput.InMemory(stretch, output), progress);
        }
        return new End(written.next() - 1, written.tip());
    }

    /** The same where no entry has to be looked into: segments are read and checked beside each other. */
    private End writeAll(long committed, SnapshotOutput output, Workers workers, LongConsumer progress) throws IOException {
        End[] end = {new End(0, ChainHash.GENESIS)};
        try (SegmentsAhead ahead = new SegmentsAhead(from.log(), committed, workers, output)) {
            ahead.each(stretch -> {
                LogSource.Extent extent = stretch.extent();
                if (extent.first() != end[0].position + 1 || !extent.previous().equals(end[0].head)) throw changed();
                put(stretch, progress);
                end[0] = new End(extent.last(), extent.tip());
            });
        }
        return end[0];
    }

    private StartException changed() {
        return Said.failure("the log in " + from.log().describe() + " changed while it was read");
    }

    private void put(SnapshotOutput.Stretch stretch, LongConsumer progress) throws IOException {
        LogSource.Extent extent = stretch.extent();
        stretch.put(name(extent.first(), extent.last()), segments++);
        progress.accept(extent.bytes());
    }

    private String name(long first, long last) {
        return String.format(Locale.ROOT, "%s%s%020d-%020d.segment", Snapshot.LOG, group == 0 ? "" : GroupFolder.name(group) + "/", first, last);
    }

    /** When an entry that is committed was; the beginning of time where it has none. */
    static long micros(LogSource log, long position) throws IOException {
        long[] found = {Long.MIN_VALUE};
        LogSource.Stretch stretch = log.read(position, position, Archive.BYTES_MAX);
        LogBuilder.checkingFrom("", stretch.segment().duplicate()).take("", stretch.segment().duplicate(), position, (_, type, payload) -> {
            if (type == EntryType.DATA) found[0] = EntryHeader.timestampMicros(payload);
            return false;
        });
        return found[0];
    }
}
