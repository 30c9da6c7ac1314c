package io.craton.wire.codec;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** PostgreSQL's check of UTF-8, with its words. */
final class Utf8 {
    private Utf8() {}

    /** Throws 22021 that names the first bad sequence. */
    static void check(byte[] bytes, int start, int length) {
        int end = start + length;
        int at = start;
        while (at < end) {
            int size = sequence(bytes, at, end);
            if (size == 0) throw invalid(bytes, at, end);
            at += size;
        }
    }

    /** Bytes of the valid sequence that starts here, 0 when there is none. */
    private static int sequence(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) return first == 0 ? 0 : 1;
        int size = announced(first);
        if (at + size > end || first < 0xc2 || first > 0xf4) return 0;
        for (int i = 1; i < size; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) return 0;
        }
        int second = bytes[at + 1] & 0xff;
        boolean good = switch (first) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second <= 0x9f;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second <= 0x8f;
            default -> true;
        };
        return good ? size : 0;
    }

    /** Length that the first byte announces, as PostgreSQL counts it. */
    private static int announced(int first) {
        if ((first & 0xe0) == 0xc0) return 2;
        if ((first & 0xf0) == 0xe0) return 3;
        return (first & 0xf8) == 0xf0 ? 4 : 1;
    }

    private static PgException invalid(byte[] bytes, int at, int end) {
        StringBuilder text = new StringBuilder("invalid byte sequence for encoding \"UTF8\":");
        int shown = Math.min(announced(bytes[at] & 0xff), end - at);
        for (int i = 0; i < shown; i++) text.append(String.format(" 0x%02x", bytes[at + i] & 0xff));
        return new PgException(SqlState.CHARACTER_NOT_IN_REPERTOIRE, text.toString());
    }
}
