package io.craton.storage.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a log goes on from another node's: the last entry that it takes as given, and how the segments up to there are cut. While the entries in front are
 * still to come, it lies beside the segments as {@code history.base}.
 *
 * <pre>
 *   0  magic          8    "CRATBAS" and a zero
 *   8  version        u32  1
 *  12  crc32c         u32  of bytes 16 to the end
 *  16  position       u64  the last entry taken as given
 *  24  term           u64  its term
 *  32  hash           32   its hash
 *  64  configuration  u64  index of the newest configuration entry up to there
 *  72  its term       u64
 *  80  its length     u32  of its payload
 *  84  segments       u32  how many segments the entries up to there are cut into
 *  88  payload, then the header of each segment, 128 bytes
 * </pre>
 *
 * @param configuration the newest configuration entry up to the position
 * @param segments      headers of the segments that hold the entries up to the position, the last of them perhaps further ones
 */
public record LogBase(long position, long term, ChainHash hash, LogRecord configuration, List<SegmentHeader> segments) {
    private static final int HEADER_BYTES = 88;
    private static final int VERSION = 1;
    private static final int CHECKED_FROM = 16;
    private static final long MAGIC = 0x4352_4154_4241_5300L;

    public LogBase {
        segments = List.copyOf(segments);
    }

    /** The first segment of the log's own. */
    SegmentHeader continuation() {
        return new SegmentHeader(segments.size(), position + 1, term, configuration.index(), hash);
    }

    /** Also what one node sends another. */
    public byte[] encode() {
        ByteBuffer payload = configuration.payload().duplicate();
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + payload.remaining() + segments.size() * SegmentHeader.BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(position).putLong(term).put(hash.toBytes());
        bytes.putLong(configuration.index()).putLong(configuration.term()).putInt(payload.remaining()).putInt(segments.size()).put(payload);
        for (SegmentHeader segment : segments) bytes.put(segment.encode());
        bytes.putInt(12, checksum(bytes.array()));
        return bytes.array();
    }

    private static int checksum(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) crc.getValue();
    }

    /** Refuses what is not whole, or does not begin where a chain begins. */
    public static LogBase decode(byte[] from) throws IOException {
        LogBase base = decodeIntact(from);
        if (base == null || base.segments.isEmpty()) throw new IOException("the description of a log's beginning is not as it was written");
        SegmentHeader first = base.segments.getFirst();
        if (first.number() != 0 || first.firstIndex() != 1 || !first.anchor().equals(ChainHash.GENESIS)) throw new IOException("a log's first segment is missing in the description of its beginning");
        for (int i = 1; i < base.segments.size(); i++) {
            SegmentHeader segment = base.segments.get(i);
            if (segment.number() != i || segment.firstIndex() <= base.segments.get(i - 1).firstIndex()) throw new IOException("the segments in the description of a log's beginning are not in order");
        }
        if (base.segments.getLast().firstIndex() > base.position) throw new IOException("the segments in the description of a log's beginning go beyond it");
        return base;
    }

    private static @Nullable LogBase decodeIntact(byte[] from) {
        if (from.length < HEADER_BYTES) return null;
        ByteBuffer bytes = ByteBuffer.wrap(from);
        if (bytes.getLong() != MAGIC || bytes.getInt() != VERSION || bytes.getInt() != checksum(from)) return null;
        long position = bytes.getLong();
        long term = bytes.getLong();
        byte[] hash = new byte[ChainHash.BYTES];
        bytes.get(hash);
        long index = bytes.getLong();
        long configurationTerm = bytes.getLong();
        int length = bytes.getInt();
        int count = bytes.getInt();
        if (length < 0 || count < 0 || bytes.remaining() != length + (long) count * SegmentHeader.BYTES || index <= 0 || index > position) return null;
        byte[] payload = new byte[length];
        bytes.get(payload);
        List<SegmentHeader> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SegmentHeader segment = SegmentHeader.decode(bytes.slice(bytes.position(), SegmentHeader.BYTES));
            if (segment == null) return null;
            segments.add(segment);
            bytes.position(bytes.position() + SegmentHeader.BYTES);
        }
        return new LogBase(position, term, ChainHash.of(hash), new LogRecord(index, configurationTerm, EntryType.CONFIGURATION, 0, ByteBuffer.wrap(payload)), segments);
    }
}
