package io.craton.server.backup;

import io.craton.server.config.StartException;
import io.craton.storage.engine.GroupFolder;
import io.craton.storage.entry.EntryHeader;
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

    SnapshotLog(SourceFolder from, int group) {
        this.from = from;
        this.group = group;
    }

    /**
     * Writes it in stretches, each entry checked by checksum, hash and link.
     *
     * @param committed up to where it may go
     * @param micros    what was committed behind this time is left out
     * @return the log as far as it was written: what it ends with
     * @throws StartException when the log changed meanwhile
     */
    LogBuilder write(LogSource log, long committed, long micros, Tar.Writer tar, LongConsumer progress) throws IOException {
        LogBuilder written = LogBuilder.checking();
        while (written.next() <= committed && !written.ended()) {
            long at = written.next();
            LogSource.Stretch stretch = log.read(at, committed, Archive.BYTES_MAX);
            if (!stretch.previous().equals(written.tip())) throw Said.failure("the log in " + from.log().describe() + " changed while it was read");
            written.take(from.log().describe(), stretch.segment().duplicate(), stretch.last(), (_, type, payload) -> type == EntryType.DATA && EntryHeader.timestampMicros(payload) > micros);
            if (written.next() == at) break;
            if (written.ended()) stretch = log.read(at, written.next() - 1, Archive.BYTES_MAX);
            tar.file(name(stretch.first(), stretch.last()), stretch.segment().array(), stretch.segment().remaining());
            progress.accept(stretch.segment().remaining());
        }
        return written;
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
