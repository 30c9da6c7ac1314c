package io.craton.storage.log;

import io.craton.storage.io.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        private final FrameChain chain;
        private long end = SegmentHeader.BYTES;

        private Arrival(Missing missing, SegmentHeader header, SegmentHeader next) throws IOException {
            this.missing = missing;
            this.next = next;
            segment = new Segment(header, SegmentName.sealed(header.number()), missing.last(), SegmentHeader.BYTES);
            chain = new FrameChain(header);
            file = log.folder().createArriving();
            file.write(header.encode(), 0);
        }

        public Missing missing() {
            return missing;
        }

        /** The entry that is wanted next; one behind the segment's last when all are there. */
        public long wanted() {
            return chain.expected();
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
            while (chain.expected() <= missing.last() && at < frames.length) {
                defect = chain.defectAt(buffer, at);
                if (defect != null) break;
                segment.note(chain.expected(), end + at);
                at += chain.take(buffer, at);
            }
            file.write(buffer.slice(0, at), end);
            end += at;
            if (defect == null && chain.expected() > missing.last()) defect = defectOfEnd();
            if (defect != null) throw new LogDamagedException(segment.name(), end, defect);
        }

        private @Nullable String defectOfEnd() {
            if (!chain.tip().equals(next.anchor())) return "the entries behind it do not continue its hash chain";
            return chain.term() == next.previousTerm() ? null : "its last entry is of term " + chain.term() + ", not " + next.previousTerm();
        }

        /** The segment is whole: makes it durable and the log's. */
        public void finish() throws IOException {
            if (chain.expected() <= missing.last() || defectOfEnd() != null) throw new IllegalStateException("segment " + segment.name() + " is not whole");
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
