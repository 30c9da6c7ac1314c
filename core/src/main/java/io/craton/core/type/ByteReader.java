package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/** Big-endian reads over a part of a byte array. Reading past the end is 08P01, as for a malformed message. */
public final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    public byte[] array() {
        return bytes;
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public int getByte() {
        need(1);
        return bytes[position++];
    }

    public int getShort() {
        need(2);
        int value = (short) ((bytes[position] & 0xff) << 8 | bytes[position + 1] & 0xff);
        position += 2;
        return value;
    }

    public int getInt() {
        need(4);
        int value = (bytes[position] & 0xff) << 24 | (bytes[position + 1] & 0xff) << 16
                | (bytes[position + 2] & 0xff) << 8 | bytes[position + 3] & 0xff;
        position += 4;
        return value;
    }

    public long getLong() {
        return (long) getInt() << 32 | getInt() & 0xffffffffL;
    }

    public byte[] getBytes(int length) {
        need(length);
        byte[] value = new byte[length];
        System.arraycopy(bytes, position, value, 0, length);
        position += length;
        return value;
    }

    public String getUtf8(int length) {
        need(length);
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    public void skip(int length) {
        need(length);
        position += length;
    }

    private void need(int length) {
        if (length < 0 || end - position < length) {
            throw new PgException(SqlState.PROTOCOL_VIOLATION, "insufficient data left in message");
        }
    }
}
