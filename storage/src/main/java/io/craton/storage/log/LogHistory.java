package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a log that began at a {@link LogBase} lacks of the entries in front of it, and how they come in: segment by segment, the newest first, each checked
 * frame by frame and against the hash that the segment behind it starts from. So whatever is there reaches back from the log's tip without a gap. One thread.
 */
public final class LogHistory {
    /** The newest segment that is missing: entries {@code first} to {@code last}. */
    public record Missing(long number, long first, long last) {}

    private final EventLog log;

    LogHistory(EventLog log) {
        this.log = log;
    }

    /** Null when the log begins with the first entry there ever was. */
    public @Nullable Missing newest() {
        LogBase base = log.base();
        if (base == null) return null;
        int number = Math.toIntExact(log.firstSegment().header().number() - 1);
        return new Missing(number, base.segments().get(number).firstIndex(), log.firstIndex() - 1);
    }

    public boolean whole() {
        return log.base() == null;
    }

    /** How many frames these bytes begin, by their lengths, unchecked. */
    public static int count(byte[] frames) {
        ByteBuffer buffer = ByteBuffer.wrap(frames);
        int count = 0;
        for (int at = 0; at + Frame.HEADER_BYTES <= frames.length && Frame.plausibleLength(Frame.length(buffer, at)); count++) at += Frame.paddedBytes(Frame.length(buffer, at));
        return count;
    }

    /** Begins to receive the newest missing segment; close it, finished or not. */
    public Arrival begin() throws IOException {
        LogBase base = log.base();
        Missing missing = newest();
        if (base == null || missing == null) throw new IllegalStateException("nothing is missing");
        return new Arrival(missing, base.segments().get((int) missing.number()), log.firstSegment().header());
    }

    /** One segment on its way in. */
    public final class Arrival implements AutoCloseable {
        private final Missing missing;
        private final Segment segment;
        private final SegmentHeader next;
        private final BlockFile file;
        private final MessageDigest digest = ChainHash.digest();
        private final CRC32C crc = new CRC32C();
        private final byte[] tip;
        private final byte[] scratch = new byte[ChainHash.BYTES];
        private long expected;
        private long term;
        private long end = SegmentHeader.BYTES;

        private Arrival(Missing missing, SegmentHeader header, SegmentHeader next) throws IOException {
            this.missing = missing;
            this.next = next;
            segment = new Segment(header, SegmentName.sealed(header.number()), missing.last(), SegmentHeader.BYTES);
            expected = missing.first();
            term = header.previousTerm();
            tip = header.anchor().toBytes();
            file = log.folder().createArriving();
            file.write(header.encode(), 0);
        }

        public Missing missing() {
            return missing;
        }

        /** The entry that is wanted next; one behind the segment's last when all are there. */
        public long wanted() {
            return expected;
        }

        /**
         * Takes frames as {@link LogCursor#frames} gives them, the wanted entry's first; what is behind the segment's last entry is left.
         *
         * @throws LogDamagedException at the first one that is not what it should be; what was good in front of it is kept
         */
        public void take(byte[] frames) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(frames);
            int at = 0;
            String defect = null;
            while (expected <= missing.last() && at < frames.length) {
                defect = defectAt(buffer, at);
                if (defect != null) break;
                segment.note(expected, end + at);
                Frame.hash(buffer, at, tip);
                term = Frame.term(buffer, at);
                at += Frame.paddedBytes(Frame.length(buffer, at));
                expected++;
            }
            file.write(buffer.slice(0, at), end);
            end += at;
            if (defect == null && expected > missing.last()) defect = defectOfEnd();
            if (defect != null) throw new LogDamagedException(segment.name(), end, defect);
        }

        private @Nullable String defectAt(ByteBuffer buffer, int at) {
            if (buffer.limit() - at < Frame.HEADER_BYTES) return "the frame of entry " + expected + " is cut off";
            int length = Frame.length(buffer, at);
            if (!Frame.plausibleLength(length) || Frame.paddedBytes(length) > buffer.limit() - at) return "the frame of entry " + expected + " is cut off";
            if (!Frame.intact(buffer, at, crc)) return "the checksum of entry " + expected + " does not match";
            if (Frame.index(buffer, at) != expected) return "entry " + expected + " expected, entry " + Frame.index(buffer, at) + " found";
            if (Frame.term(buffer, at) < term) return "the term of entry " + expected + " is lower than the one before it";
            if (!Frame.follows(buffer, at, tip)) return "entry " + expected + " does not continue the hash chain";
            if (!Frame.hashHolds(buffer, at, digest, scratch)) return "the hash of entry " + expected + " does not match";
            for (int i = length; i < Frame.paddedBytes(length); i++) if (buffer.get(at + i) != 0) return "the padding of entry " + expected + " is not zero";
            return null;
        }

        private @Nullable String defectOfEnd() {
            if (!ChainHash.of(tip).equals(next.anchor())) return "the entries behind it do not continue its hash chain";
            return term == next.previousTerm() ? null : "its last entry is of term " + term + ", not " + next.previousTerm();
        }

        /** The segment is whole: makes it durable and the log's. */
        public void finish() throws IOException {
            if (expected <= missing.last() || defectOfEnd() != null) throw new IllegalStateException("segment " + segment.name() + " is not whole");
            file.sync();
            file.close();
            segment.extend(missing.last(), end);
            log.prepend(segment);
        }

        @Override
        public void close() throws IOException {
            file.close();
            log.folder().deleteArriving();
        }
    }
}
