package io.craton.storage.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a segment: where it stands in the chain.
 *
 * <pre>
 *   0  magic               8    "CRATLOG" and a zero
 *   8  version             u32  1
 *  12  crc32c              u32  of bytes 0..12 and 16..128
 *  16  segment number      u64
 *  24  first index         u64
 *  32  previous term       u64  term of the entry before the first
 *  40  last configuration  u64  index of the newest configuration entry before the first, 0 for none
 *  48  anchor              32   hash of the entry before the first
 *  80  zero                48
 * </pre>
 */
record SegmentHeader(long number, long firstIndex, long previousTerm, long lastConfiguration, ChainHash anchor) {
    static final int BYTES = 128;
    static final int VERSION = 1;
    private static final long MAGIC = 0x4352_4154_4c4f_4700L;
    private static final int CRC_OFFSET = 12;

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(number).putLong(firstIndex).putLong(previousTerm).putLong(lastConfiguration);
        anchor.write(bytes, 48);
        bytes.putInt(CRC_OFFSET, crc(bytes.array()));
        return bytes.clear();
    }

    /** Null when these bytes are not a header as it was written. */
    static @Nullable SegmentHeader decode(ByteBuffer bytes) {
        if (bytes.remaining() < BYTES || bytes.getLong(0) != MAGIC) return null;
        byte[] header = new byte[BYTES];
        bytes.get(0, header);
        if (bytes.getInt(CRC_OFFSET) != crc(header)) return null;
        return new SegmentHeader(bytes.getLong(16), bytes.getLong(24), bytes.getLong(32), bytes.getLong(40), ChainHash.read(bytes, 48));
    }

    /** Whether an intact header was written by a version that this one does not know. */
    static int version(ByteBuffer bytes) {
        return bytes.getInt(8);
    }

    private static int crc(byte[] header) {
        var crc = new CRC32C();
        crc.update(header, 0, CRC_OFFSET);
        crc.update(header, CRC_OFFSET + 4, BYTES - CRC_OFFSET - 4);
        return (int) crc.getValue();
    }
}
