package io.craton.sql.function;

/**
 * PostgreSQL's hash of bytes and of 32-bit numbers: Bob Jenkins' lookup3 with PostgreSQL's start value, so that hashtext('x') is the same number here and
 * there. With a seed the result has 64 bits; its low half equals the plain hash when the seed is zero. Used once per value.
 */
final class HashBytes {
    private static final int START = 0x9e3779b9 + 3923095;

    private int a;
    private int b;
    private int c;

    private HashBytes(int length, long seed) {
        a = START + length;
        b = a;
        c = a;
        if (seed == 0) return;
        a += (int) (seed >>> 32);
        b += (int) seed;
        mix();
    }

    /** The 64-bit hash; the plain one is its low half. */
    static long of(byte[] bytes, long seed) {
        HashBytes hash = new HashBytes(bytes.length, seed);
        int at = 0;
        for (int left = bytes.length; left >= 12; left -= 12) {
            hash.a += word(bytes, at, 4);
            hash.b += word(bytes, at + 4, 4);
            hash.c += word(bytes, at + 8, 4);
            hash.mix();
            at += 12;
        }
        int rest = bytes.length - at;
        hash.a += word(bytes, at, Math.min(4, rest));
        if (rest > 4) hash.b += word(bytes, at + 4, Math.min(4, rest - 4));
        if (rest > 8) hash.c += word(bytes, at + 8, rest - 8) << 8; // the lowest byte is kept for the length
        hash.finish();
        return hash.result();
    }

    static long of(int number, long seed) {
        HashBytes hash = new HashBytes(4, seed);
        hash.a += number;
        hash.finish();
        return hash.result();
    }

    private long result() {
        return (long) b << 32 | c & 0xffffffffL;
    }

    private static int word(byte[] bytes, int from, int count) {
        int word = 0;
        for (int i = 0; i < count; i++) word |= (bytes[from + i] & 0xff) << 8 * i;
        return word;
    }

    private void mix() {
        a -= c;
        a ^= Integer.rotateLeft(c, 4);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 6);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 8);
        b += a;
        a -= c;
        a ^= Integer.rotateLeft(c, 16);
        c += b;
        b -= a;
        b ^= Integer.rotateLeft(a, 19);
        a += c;
        c -= b;
        c ^= Integer.rotateLeft(b, 4);
        b += a;
    }

    private void finish() {
        c ^= b;
        c -= Integer.rotateLeft(b, 14);
        a ^= c;
        a -= Integer.rotateLeft(c, 11);
        b ^= a;
        b -= Integer.rotateLeft(a, 25);
        c ^= b;
        c -= Integer.rotateLeft(b, 16);
        a ^= c;
        a -= Integer.rotateLeft(c, 4);
        b ^= a;
        b -= Integer.rotateLeft(a, 14);
        c ^= b;
        c -= Integer.rotateLeft(b, 24);
    }
}
