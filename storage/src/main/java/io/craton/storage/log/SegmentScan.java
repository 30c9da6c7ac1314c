package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment from front to back and follows the chain. It stops at the first thing that is not the next entry, and then says
 * which of three it is: the clean end (only zeros follow), a torn tail (nothing from here on can have been acknowledged), or damage.
 *
 * <p>Every append is synced before the next one starts, and each frame says how many frames before it were not yet synced. So an intact frame
 * further on, written when the missing one was already durable, proves damage; without such a witness the tail was never acknowledged.
 */
final class SegmentScan {
    private static final int PIECE_BYTES = 16 << 10;

    /** How much to check: checksums and the links alone, or every hash computed again. */
    enum Depth { CHECKSUMS, HASHES }

    /** What ended the scan. */
    sealed interface Ending {
        record Clean() implements Ending {}

        record Torn(String what) implements Ending {}

        record Damaged(String what) implements Ending {}
    }

    /** What was read: {@code end} is where the last good entry ends, and where {@code ending} was found. */
    record Result(long lastIndex, long lastTerm, long lastConfiguration, ChainHash tip, long end, Ending ending) {}

    private final BlockFile file;
    private final Segment segment;
    private final long size;
    private final FrameReader reader;
    private final @Nullable MessageDigest digest;
    private final byte[] scratch = new byte[ChainHash.BYTES];

    SegmentScan(BlockFile file, Segment segment, Depth depth) throws IOException {
        this.file = file;
        this.segment = segment;
        this.size = file.size();
        this.reader = new FrameReader(file, () -> size);
        this.digest = depth == Depth.HASHES ? ChainHash.digest() : null;
    }

    /** @param progress told of the bytes read, now and then */
    Result run(LongConsumer progress) throws IOException {
        return run(progress, null);
    }

    /** @param visitor is given each good entry, checked and in order */
    Result run(LongConsumer progress, @Nullable Consumer<LogRecord> visitor) throws IOException {
        SegmentHeader header = segment.header();
        long expected = header.firstIndex();
        long term = header.previousTerm();
        long configuration = header.lastConfiguration();
        byte[] tip = header.anchor().toBytes();
        long offset = SegmentHeader.BYTES;
        long reported = 0;
        while (true) {
            String defect = defectAt(offset, expected, term, tip);
            if (defect != null) {
                Ending ending = defect.isEmpty() ? endingOfSilence(offset, expected) : endingOf(offset, expected, defect);
                progress.accept(offset - reported);
                return new Result(expected - 1, term, configuration, ChainHash.of(tip), offset, ending);
            }
            ByteBuffer window = reader.window();
            int at = reader.at();
            segment.note(expected, offset);
            Frame.hash(window, at, tip);
            if (visitor != null) visitor.accept(Frame.record(window, at));
            term = Frame.term(window, at);
            if (Frame.type(window, at) == EntryType.CONFIGURATION) configuration = expected;
            offset += Frame.paddedBytes(Frame.length(window, at));
            expected++;
            if (offset - reported >= 4 << 20) {
                progress.accept(offset - reported);
                reported = offset;
            }
        }
    }

    /** Null when the next entry is there; empty when there is nothing; else what is wrong. */
    private @Nullable String defectAt(long offset, long expected, long term, byte[] tip) throws IOException {
        return switch (reader.look(offset)) {
            case END -> "";
            case DAMAGED -> "the checksum of entry " + expected + " does not match";
            case FRAME -> defectOf(expected, term, tip);
        };
    }

    private @Nullable String defectOf(long expected, long term, byte[] tip) {
        ByteBuffer window = reader.window();
        int at = reader.at();
        long found = Frame.index(window, at);
        if (found != expected) return "entry " + expected + " expected, entry " + found + " found";
        if (Frame.term(window, at) < term) return "the term of entry " + expected + " is lower than the one before it";
        if (!Frame.follows(window, at, tip)) return "entry " + expected + " does not continue the hash chain";
        if (digest != null && !Frame.hashHolds(window, at, digest, scratch)) return "the hash of entry " + expected + " does not match";
        return null;
    }

    private Ending endingOfSilence(long offset, long expected) throws IOException {
        return firstNonZero(offset) < 0 ? new Ending.Clean() : endingOf(offset, expected, "entry " + expected + " is missing but bytes follow");
    }

    private Ending endingOf(long offset, long expected, String defect) throws IOException {
        long witness = witnessAfter(offset, expected);
        return witness < 0 ? new Ending.Torn(defect)
                : new Ending.Damaged(defect + ", and entry " + witness + " was written after it was durable");
    }

    /** Offset of the first byte from {@code offset} on that is not zero, or -1. In pieces, so that the comparison is soon compiled: a start has most of a segment to look at. */
    private long firstNonZero(long offset) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(1 << 20, size - offset));
        ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
        for (long at = offset; at < size; ) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), size - at));
            int read = file.read(chunk, at);
            if (read == 0) return -1;
            for (int piece = 0; piece < read; piece += PIECE_BYTES) {
                chunk.limit(Math.min(piece + PIECE_BYTES, read)).position(piece);
                int differs = chunk.mismatch(zeros.limit(chunk.remaining()));
                if (differs >= 0) return at + piece + differs;
            }
            at += read;
        }
        return -1;
    }

    /** An intact frame behind {@code offset} that was written when {@code expected} was already durable, or -1. */
    private long witnessAfter(long offset, long expected) throws IOException {
        var crc = new CRC32C();
        for (long at = offset + Frame.ALIGNMENT; at + Frame.HEADER_BYTES <= size; at += Frame.ALIGNMENT) {
            int place = reader.require(at, Frame.HEADER_BYTES);
            if (place < 0) return -1;
            int length = Frame.length(reader.window(), place);
            if (!Frame.plausibleLength(length)) continue;
            long index = Frame.index(reader.window(), place);
            long durableBefore = index - Integer.toUnsignedLong(Frame.unsynced(reader.window(), place));
            if (index <= expected || index - expected > size || durableBefore <= expected) continue;
            place = reader.require(at, length);
            if (place >= 0 && Frame.intact(reader.window(), place, crc)) return index;
        }
        return -1;
    }
}
