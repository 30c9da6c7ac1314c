package io.craton.server.backup;

import io.craton.storage.log.ChainHash;
import io.craton.storage.log.LogSource;
import java.io.IOException;

/** One log on its way into an archive: how much of it is there, and what it ends with. One thread. */
final class LogStream implements AutoCloseable {
    private final SourceFolder source;
    private final LogSource log;
    private final Archive archive;
    private final boolean once;
    /** Last entries of the archive's whole segments, and of all of it, with their hashes. */
    private long whole;
    private long last;
    private ChainHash wholeTip;
    private ChainHash lastTip;

    /** @param once whatever the archive has must be in the log by now; else the log may be about to get there */
    LogStream(SourceFolder source, Archive archive, boolean once) throws IOException {
        this.source = source;
        this.archive = archive;
        this.once = once;
        whole = archive.lastWhole();
        last = archive.last();
        wholeTip = archive.hashOf(whole);
        lastTip = last == whole ? wholeTip : archive.hashOf(last);
        log = new LogSource(source.log());
    }

    /** Position of the newest entry in the archive. */
    long last() {
        return last;
    }

    /** Is told of each piece. */
    interface Copied {
        void piece(long bytes) throws IOException;
    }

    /** Copies all that is known to be committed, and once for all, what the log has by now; whether there was anything new. */
    boolean copy(Copied told) throws IOException {
        long committed = once ? source.committedByNow(log) : source.committed(log);
        if (committed < last && once) throw Said.failure("the log in " + source.log().describe() + " ends with entry " + committed + ", " + archive.describe() + " has entries up to " + last);
        boolean some = committed > last;
        while (committed > last) {
            long end = log.segmentEnd(whole + 1);
            boolean full = end >= 0 && end <= committed;
            boolean merge = full || archive.crowded();
            LogSource.Stretch stretch = log.read(merge ? whole + 1 : last + 1, full ? end : committed, Archive.BYTES_MAX);
            requireContinues(stretch, merge ? wholeTip : lastTip);
            // A current segment of more than a whole one's bytes is cut.
            boolean segment = full || stretch.first() == whole + 1 && stretch.last() < committed;
            archive.add(stretch, segment);
            if (segment) {
                whole = stretch.last();
                wholeTip = stretch.tip();
            }
            if (stretch.last() >= last) {
                last = stretch.last();
                lastTip = stretch.tip();
            }
            told.piece(stretch.segment().remaining());
        }
        return some;
    }

    private void requireContinues(LogSource.Stretch stretch, ChainHash tip) {
        if (stretch.previous().equals(tip)) return;
        throw Said.failure("the log in " + source.log().describe() + " does not continue what " + archive.describe() + " holds: entry " + (stretch.first() - 1)
                + " is another one there; choose another destination");
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
