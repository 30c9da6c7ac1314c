package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import io.craton.storage.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the folder of a log into its one proper state: numbered segments whole, a truncation that had begun finished, a torn tail cut.
 * Anything that was durable and is not as it was written stops it with {@link LogDamagedException}.
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    /** The recovered log: {@code segments} with the current one last, {@code scan} what the current one holds. */
    record Recovered(List<Segment> segments, BlockFile current, SegmentScan.Result scan, @Nullable LogBase base) {}

    private final LogFolder folder;
    private final LogState state;
    private final LogOptions options;

    LogRecovery(LogFolder folder, LogState state, LogOptions options) {
        this.folder = folder;
        this.state = state;
        this.options = options;
    }

    Recovered run() throws IOException {
        FileStore store = folder.store();
        folder.deleteUnfinished();
        folder.deleteArriving();
        List<Segment> segments = new ArrayList<>(folder.numberedSegments());
        long keep = state.truncation();
        if (!store.exists(SegmentName.CURRENT)) findCurrent(segments, keep >= 0);
        if (keep >= 0) dropSegmentsAbove(segments, keep);
        SegmentHeader header = folder.header(SegmentName.CURRENT);
        LogBase base = base(segments.isEmpty() ? header : segments.getFirst().header());
        folder.requireNoGap(segments, header, base);
        if (!segments.isEmpty()) folder.follow(segments.getLast(), header, SegmentName.CURRENT);
        var current = new Segment(header, SegmentName.CURRENT, header.firstIndex() - 1, SegmentHeader.BYTES);
        checkNumbered(segments, header);
        BlockFile file = store.open(SegmentName.CURRENT);
        SegmentScan.Result scan;
        try {
            if (keep >= 0) finishTruncation(file, current, keep);
            scan = new SegmentScan(file, current, SegmentScan.Depth.HASHES).run(_ -> {});
            endAt(file, scan);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        current.extend(scan.lastIndex(), scan.end());
        segments.add(current);
        return new Recovered(segments, file, scan, base);
    }

    /** What is written of a base counts when the log has begun there, and as long as its beginning is not there. */
    private @Nullable LogBase base(SegmentHeader first) throws IOException {
        LogBase base = folder.base();
        if (base == null || first.number() != 0) return base;
        folder.deleteBase();
        return null;
    }

    /** No segment is current: a fresh folder, or a crash between two renames. */
    private void findCurrent(List<Segment> segments, boolean truncating) throws IOException {
        if (truncating && !segments.isEmpty() && SegmentName.isFull(segments.getLast().name())) {
            folder.fullBecomesCurrent(segments.removeLast());
            return;
        }
        if (segments.isEmpty()) {
            if (state.watermark() > 0) {
                throw new IOException("no log segment in " + folder.store().describe() + ", but entries up to " + state.watermark()
                        + " were committed here");
            }
            if (!folder.hasNext()) {
                folder.allocateUnfinished(options.segmentBytes());
                folder.unfinishedBecomesNext();
            }
            folder.prepareNext(new SegmentHeader(0, 1, 0, 0, ChainHash.GENESIS)).close();
        } else if (!folder.nextIsReadyAs(LogFolder.nextNumber(segments))) {
            throw new IOException("log segment " + SegmentName.CURRENT + " is missing in " + folder.store().describe());
        }
        folder.nextBecomesCurrent();
    }

    private void dropSegmentsAbove(List<Segment> segments, long keep) throws IOException {
        while (!segments.isEmpty() && folder.header(SegmentName.CURRENT).firstIndex() > keep + 1) {
            folder.deleteCurrent();
            folder.fullBecomesCurrent(segments.removeLast());
        }
    }

    private void finishTruncation(BlockFile file, Segment current, long keep) throws IOException {
        var reader = new FrameReader(file, sizeOf(file));
        long offset = SegmentHeader.BYTES;
        for (long index = current.firstIndex(); index <= keep; index++) {
            if (reader.look(offset) != FrameReader.Found.FRAME || Frame.index(reader.window(), reader.at()) != index) {
                throw new LogDamagedException(SegmentName.CURRENT, offset, "entry " + index + " is not as it was written");
            }
            offset += Frame.paddedBytes(Frame.length(reader.window(), reader.at()));
        }
        LogFolder.zero(file, offset, file.size());
        state.endTruncation();
    }

    private static LongSupplier sizeOf(BlockFile file) throws IOException {
        long size = file.size();
        return () -> size;
    }

    /** Full segments are checked wholly, sealed ones from the newest back as far as the options say. */
    private void checkNumbered(List<Segment> segments, SegmentHeader current) throws IOException {
        long budget = options.openCheckBytes();
        SegmentHeader next = current;
        for (Segment segment : segments.reversed()) {
            boolean sealed = SegmentName.isSealed(segment.name());
            if (sealed && budget <= 0) return;
            try (BlockFile file = folder.store().open(segment.name())) {
                if (sealed) budget -= file.size();
                checkWhole(file, segment, next, sealed ? SegmentScan.Depth.CHECKSUMS : SegmentScan.Depth.HASHES, _ -> {}, null);
            }
            next = segment.header();
        }
    }

    /** A numbered segment ends cleanly, exactly where the next one continues. */
    static SegmentScan.Result checkWhole(BlockFile file, Segment segment, SegmentHeader next, SegmentScan.Depth depth,
            LongConsumer progress, @Nullable Consumer<LogRecord> visitor) throws IOException {
        SegmentScan.Result scan = new SegmentScan(file, segment, depth).run(progress, visitor);
        String defect = switch (scan.ending()) {
            case SegmentScan.Ending.Clean() -> null;
            case SegmentScan.Ending.Torn(String what) -> what;
            case SegmentScan.Ending.Damaged(String what) -> what;
        };
        if (defect == null && scan.lastIndex() + 1 != next.firstIndex()) {
            defect = "it ends with entry " + scan.lastIndex() + ", the next segment starts with " + next.firstIndex();
        }
        if (defect == null && !scan.tip().equals(next.anchor())) defect = "the next segment does not continue its hash chain";
        if (defect != null) throw new LogDamagedException(segment.name(), scan.end(), defect);
        segment.extend(scan.lastIndex(), scan.end());
        return scan;
    }

    private void endAt(BlockFile file, SegmentScan.Result scan) throws IOException {
        switch (scan.ending()) {
            case SegmentScan.Ending.Clean() -> {}
            case SegmentScan.Ending.Damaged(String what) -> throw new LogDamagedException(SegmentName.CURRENT, scan.end(), what);
            case SegmentScan.Ending.Torn(String what) -> {
                if (scan.lastIndex() < state.watermark()) {
                    throw new LogDamagedException(SegmentName.CURRENT, scan.end(), what + ", and entries up to " + state.watermark()
                            + " were committed");
                }
                LOG.warn("log: torn tail cut at offset {} of {} after entry {}: {}", scan.end(), SegmentName.CURRENT, scan.lastIndex(), what);
                LogFolder.zero(file, scan.end(), file.size());
            }
        }
        if (scan.lastIndex() < state.watermark()) {
            throw new LogDamagedException(SegmentName.CURRENT, scan.end(), "the log ends with entry " + scan.lastIndex()
                    + ", but entries up to " + state.watermark() + " were committed");
        }
        file.sync();
    }
}
