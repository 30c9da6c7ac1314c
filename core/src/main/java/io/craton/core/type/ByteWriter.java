package io.craton.core.type;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte array, big-endian. Owned by one thread at a time; {@link #array} is the live buffer, valid until the next write. */
public final class ByteWriter {
    private byte[] bytes;
    private int size;

    public ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    public byte[] array() {
        return bytes;
    }

    public int size() {
        return size;
    }

    /** Forgets everything behind {@code newSize}. */
    public void truncate(int newSize) {
        size = newSize;
    }

    public void clear() {
        size = 0;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    public void ensure(int more) {
        if (bytes.length - size < more) bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }

    public void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    public void putShort(int value) {
        ensure(2);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
    }

    public void putInt(int value) {
        ensure(4);
        setInt(size, value);
        size += 4;
    }

    public void putLong(long value) {
        ensure(8);
        setInt(size, (int) (value >> 32));
        setInt(size + 4, (int) value);
        size += 8;
    }

    public void putBytes(byte[] source) {
        putBytes(source, 0, source.length);
    }

    public void putBytes(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** The UTF-8 bytes of the text. */
    public void putUtf8(String text) {
        putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The characters of a text that is known to be ASCII. */
    @SuppressWarnings("deprecation")
    public void putAscii(String text) {
        int length = text.length();
        ensure(length);
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    /** A decimal number as ASCII digits. */
    public void putDecimal(long value) {
        if (value == Long.MIN_VALUE) {
            putAscii("-9223372036854775808");
            return;
        }
        ensure(20);
        if (value < 0) {
            bytes[size++] = '-';
            value = -value;
        }
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) digits++;
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + value % 10);
            value /= 10;
        }
        size += digits;
    }

    /** Writes a 4-byte integer at an earlier place, for lengths known only afterwards. */
    public void setInt(int at, int value) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }

    public void setShort(int at, int value) {
        bytes[at] = (byte) (value >> 8);
        bytes[at + 1] = (byte) value;
    }
}
