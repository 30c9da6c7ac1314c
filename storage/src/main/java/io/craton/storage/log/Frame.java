package io.craton.storage.log;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The layout of one entry on disk. All numbers big-endian; frames start at multiples of 8 and are padded with zeros.
 *
 * <pre>
 *   0  length         u32   of the frame without padding
 *   4  crc32c         u32   of the frame without these four bytes
 *   8  index          u64
 *  16  term           u64
 *  24  type           u8    {@link EntryType}
 *  25  zero           u24
 *  28  tenant         u32
 *  32  previous hash  32
 *  64  hash           32    SHA-256 of bytes 8..64 and the payload
 *  96  unsynced       u32   how many frames directly before this one were not known to be durable when it was written
 * 100  payload
 * </pre>
 *
 * {@code unsynced} is what tells a torn tail from a damaged middle: a frame can only have been written after everything more than that many
 * frames before it was durable. It differs between replicas and is therefore outside the hash.
 */
final class Frame {
    static final int HEADER_BYTES = 100;
    static final int ALIGNMENT = 8;
    static final int LENGTH_MAX = 1 << 30;
    private static final int CRC_OFFSET = 4;
    private static final int INDEX = 8;
    private static final int TERM = 16;
    private static final int TYPE = 24;
    private static final int TENANT = 28;
    private static final int PREVIOUS = 32;
    private static final int HASH = 64;
    private static final int UNSYNCED = 96;

    private Frame() {}

    static int paddedBytes(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static int paddedBytes(ByteBuffer payload) {
        return paddedBytes(HEADER_BYTES + payload.remaining());
    }

    /** Appends the frame at the buffer's position and answers its hash. The buffer has an array. */
    static ChainHash encode(LogRecord record, ChainHash previous, int unsynced, MessageDigest digest, CRC32C crc, ByteBuffer into) {
        int start = into.position();
        ByteBuffer payload = record.payload();
        int length = HEADER_BYTES + payload.remaining();
        into.putInt(length).putInt(0).putLong(record.index()).putLong(record.term());
        into.putInt(record.type().number() << 24).putInt(record.tenant());
        previous.write(into, start + PREVIOUS);
        into.position(start + HEADER_BYTES);
        into.put(payload.duplicate());
        byte[] array = into.array();
        int base = into.arrayOffset() + start;
        digest.update(array, base + INDEX, HASH - INDEX);
        digest.update(array, base + HEADER_BYTES, length - HEADER_BYTES);
        try {
            digest.digest(array, base + HASH, ChainHash.BYTES);
        } catch (DigestException e) {
            throw new AssertionError("the buffer has room", e);
        }
        into.putInt(start + UNSYNCED, unsynced);
        into.putInt(start + CRC_OFFSET, crc(array, base, length, crc));
        for (int padding = paddedBytes(length) - length; padding > 0; padding--) into.put((byte) 0);
        return ChainHash.read(into, start + HASH);
    }

    private static int crc(byte[] array, int base, int length, CRC32C crc) {
        crc.reset();
        crc.update(array, base, CRC_OFFSET);
        crc.update(array, base + INDEX, length - INDEX);
        return (int) crc.getValue();
    }

    static int length(ByteBuffer buffer, int at) {
        return buffer.getInt(at);
    }

    static boolean plausibleLength(int length) {
        return length >= HEADER_BYTES && length <= LENGTH_MAX;
    }

    /** Whether the frame at {@code at}, wholly inside the buffer, is as it was written. The buffer has an array. */
    static boolean intact(ByteBuffer buffer, int at, CRC32C crc) {
        int length = length(buffer, at);
        return buffer.getInt(at + CRC_OFFSET) == crc(buffer.array(), buffer.arrayOffset() + at, length, crc)
                && EntryType.of(buffer.get(at + TYPE)) != null && buffer.getLong(at + INDEX) > 0 && buffer.getLong(at + TERM) >= 0;
    }

    static long index(ByteBuffer buffer, int at) {
        return buffer.getLong(at + INDEX);
    }

    static long term(ByteBuffer buffer, int at) {
        return buffer.getLong(at + TERM);
    }

    static EntryType type(ByteBuffer buffer, int at) {
        EntryType type = EntryType.of(buffer.get(at + TYPE));
        if (type == null) throw new IllegalStateException("frame was not checked");
        return type;
    }

    static int unsynced(ByteBuffer buffer, int at) {
        return buffer.getInt(at + UNSYNCED);
    }

    static ChainHash hash(ByteBuffer buffer, int at) {
        return ChainHash.read(buffer, at + HASH);
    }

    /** Copies the stored hash. */
    static void hash(ByteBuffer buffer, int at, byte[] into) {
        buffer.get(at + HASH, into);
    }

    /** Whether the frame continues the chain behind this hash. */
    static boolean follows(ByteBuffer buffer, int at, byte[] previous) {
        int base = buffer.arrayOffset() + at + PREVIOUS;
        return Arrays.equals(buffer.array(), base, base + ChainHash.BYTES, previous, 0, ChainHash.BYTES);
    }

    /** Whether the stored hash is the hash of what is stored. */
    static boolean hashHolds(ByteBuffer buffer, int at, MessageDigest digest, byte[] scratch) {
        int base = buffer.arrayOffset() + at;
        digest.update(buffer.array(), base + INDEX, HASH - INDEX);
        digest.update(buffer.array(), base + HEADER_BYTES, length(buffer, at) - HEADER_BYTES);
        try {
            digest.digest(scratch, 0, ChainHash.BYTES);
        } catch (DigestException e) {
            throw new AssertionError("the scratch has room", e);
        }
        return Arrays.equals(buffer.array(), base + HASH, base + HASH + ChainHash.BYTES, scratch, 0, ChainHash.BYTES);
    }

    static LogRecord record(ByteBuffer buffer, int at) {
        byte[] payload = new byte[length(buffer, at) - HEADER_BYTES];
        buffer.get(at + HEADER_BYTES, payload);
        return new LogRecord(index(buffer, at), term(buffer, at), type(buffer, at), buffer.getInt(at + TENANT), ByteBuffer.wrap(payload));
    }
}
