package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of a log; quick when they are asked for in order. Every entry is checked by its checksum. One thread; beside the appender
 * and other cursors.
 */
public final class LogCursor implements AutoCloseable {
    private final EventLog log;
    private @Nullable Segment segment;
    private @Nullable BlockFile file;
    private @Nullable FrameReader reader;
    private long truncations = -1;
    private long nextIndex;
    private long nextOffset;

    LogCursor(EventLog log) {
        this.log = log;
    }

    /** The entry at this index, or null if the log does not have it. */
    public @Nullable LogRecord read(long index) throws IOException {
        while (true) {
            long seen = log.truncations();
            try {
                LogRecord record = find(index, seen);
                if (seen == log.truncations()) return record;
            } catch (LogDamagedException e) {
                if (seen == log.truncations()) throw e;
            }
        }
    }

    private @Nullable LogRecord find(long index, long truncationsNow) throws IOException {
        if (truncationsNow != truncations) {
            close();
            truncations = truncationsNow;
        }
        if (index > log.lastIndex()) return null;
        if (segment == null || !segment.contains(index)) {
            Segment found = log.segmentOf(index);
            if (found == null) return null;
            open(found);
        }
        Segment here = segment;
        FrameReader frames = reader;
        if (here == null || frames == null) throw new IllegalStateException("no segment is open");
        long offset = index == nextIndex ? nextOffset : here.offsetOf(index, frames);
        if (frames.look(offset) != FrameReader.Found.FRAME || Frame.index(frames.window(), frames.at()) != index) {
            throw new LogDamagedException(here.name(), offset, "entry " + index + " is not as it was written");
        }
        LogRecord record = Frame.record(frames.window(), frames.at());
        nextIndex = index + 1;
        nextOffset = offset + Frame.paddedBytes(Frame.length(frames.window(), frames.at()));
        return record;
    }

    private void open(Segment found) throws IOException {
        close();
        BlockFile opened = log.openForReading(found);
        long size = opened.size();
        file = opened;
        segment = found;
        // A numbered segment that was not scanned has no known end: its file's is enough, for it no longer changes.
        reader = new FrameReader(opened, () -> found.end() > SegmentHeader.BYTES ? found.end() : size);
        nextIndex = -1;
    }

    @Override
    public void close() throws IOException {
        if (file != null) file.close();
        file = null;
        segment = null;
        reader = null;
        nextIndex = -1;
    }
}
