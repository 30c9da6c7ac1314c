package io.craton.storage.projection;

import io.craton.core.type.ByteWriter;
import org.jspecify.annotations.Nullable;

/**
 * RocksDB's write batch in its serialised form (sequence 8 bytes, count 4, both little-endian; records of a tag, and byte strings with LEB128
 * lengths), so that a whole run crosses JNI once. One thread.
 */
final class WriteBatchBuilder {
    private static final int HEADER = 12;
    private static final int DELETION = 0x0;
    private static final int VALUE = 0x1;
    private static final int RANGE_DELETION = 0xf;

    private final ByteWriter out = new ByteWriter(1 << 14);
    private final @Nullable ValueCipher cipher;
    private int count;

    /** @param cipher of the store it is for; null where values are not encrypted */
    WriteBatchBuilder(@Nullable ValueCipher cipher) {
        this.cipher = cipher;
        clear();
    }

    void clear() {
        out.clear();
        out.putLong(0);
        out.putInt(0);
        count = 0;
    }

    void put(byte[] key, byte[] value) {
        count++;
        out.putByte(VALUE);
        bytes(key);
        if (cipher == null) bytes(value);
        else cipher.seal(key, value, out);
    }

    /** A value that is stored as it is. */
    void putRaw(byte[] key, byte[] value) {
        count++;
        out.putByte(VALUE);
        bytes(key);
        bytes(value);
    }

    void delete(byte[] key) {
        count++;
        out.putByte(DELETION);
        bytes(key);
    }

    /** Everything in [from, to). */
    void deleteRange(byte[] from, byte[] to) {
        count++;
        out.putByte(RANGE_DELETION);
        bytes(from);
        bytes(to);
    }

    int size() {
        return out.size();
    }

    boolean isEmpty() {
        return count == 0;
    }

    byte[] toBytes() {
        out.setInt(8, Integer.reverseBytes(count));
        byte[] bytes = out.toByteArray();
        return bytes;
    }

    /** Records in a batch. */
    static int count(byte[] batch) {
        return batch[8] & 0xff | (batch[9] & 0xff) << 8 | (batch[10] & 0xff) << 16 | (batch[11] & 0xff) << 24;
    }

    private void bytes(byte[] value) {
        length(value.length, out);
        out.putBytes(value);
    }

    static void length(int length, ByteWriter out) {
        int rest = length;
        while ((rest & ~0x7f) != 0) {
            out.putByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.putByte(rest);
    }
}
