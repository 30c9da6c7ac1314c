package io.craton.storage.row;

/** Reads the bytes of a key, inverted again where the part is descending. One thread. */
final class KeyReader {
    private final byte[] bytes;
    private int position;
    private int mask;

    KeyReader(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    void descending(boolean descending) {
        mask = descending ? 0xff : 0;
    }

    int position() {
        return position;
    }

    int next() {
        return (bytes[position++] ^ mask) & 0xff;
    }

    int peek() {
        return (bytes[position] ^ mask) & 0xff;
    }

    void skip(int count) {
        position += count;
    }

    long number(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) value = value << 8 | next();
        return value;
    }
}
