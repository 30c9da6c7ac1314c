package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import java.io.ByteArrayOutputStream;
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

    /** The hash of the entry that was read last. */
    ChainHash lastHash() {
        FrameReader here = reader;
        if (here == null) throw new IllegalStateException("nothing was read");
        return Frame.hash(here.window(), here.at());
    }

    /**
     * Frames as they are stored, checked by their checksums, one behind the other from this entry on: at least one, and no more than {@code bytesMax} if that is
     * enough for one. Nothing when the log does not have the entry.
     */
    public byte[] frames(long from, int bytesMax) throws IOException {
        var frames = new ByteArrayOutputStream(bytesMax + (64 << 10));
        for (long index = from; frames.size() < bytesMax; index++) {
            LogRecord record = read(index);
            FrameReader here = reader;
            if (record == null || here == null) break;
            int bytes = Frame.paddedBytes(Frame.HEADER_BYTES + record.payload().remaining());
            if (frames.size() > 0 && frames.size() + bytes > bytesMax) break;
            frames.write(here.window().array(), here.at(), bytes);
        }
        return frames.toByteArray();
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
