package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: what PostgreSQL accepts as text. Overlong forms, surrogates, zero bytes and values beyond U+10FFFF are 22021. */
public final class Utf8 {
    private Utf8() {}

    public static String decode(byte[] bytes, int offset, int length) {
        validate(bytes, offset, length);
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    /** Throws 22021 with the offending bytes unless the range is valid UTF-8 without U+0000. */
    public static void validate(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int c = bytes[at];
            if (c > 0) {
                at++;
                continue;
            }
            int size = sequence(bytes, at, end);
            if (size == 0) throw invalid(bytes, at, end);
            at += size;
        }
    }

    private static int sequence(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xff;
        int size = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
        if (size == 0 || end - at < size) return 0;
        for (int i = 1; i < size; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) return 0;
        }
        int second = bytes[at + 1] & 0xff;
        boolean valid = switch (lead) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second <= 0x9f;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second <= 0x8f;
            default -> true;
        };
        return valid ? size : 0;
    }

    private static PgException invalid(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xff;
        int claimed = lead < 0x80 ? 1 : (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf8) == 0xf0 ? 4 : 1;
        StringBuilder shown = new StringBuilder();
        for (int i = at; i < Math.min(end, at + claimed); i++) {
            shown.append(i > at ? " " : "").append("0x");
            shown.append(Character.forDigit(bytes[i] >> 4 & 15, 16)).append(Character.forDigit(bytes[i] & 15, 16));
        }
        return new PgException(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\": " + shown);
    }

    /** Order of the UTF-8 bytes of two strings: by code points. */
    public static int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean high = a >= 0xd800 && b >= 0xd800;
                return high ? Integer.compare(a >= 0xe000 ? a - 0x800 : a + 0x2000, b >= 0xe000 ? b - 0x800 : b + 0x2000)
                        : Integer.compare(a, b);
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /** Number of bytes of the text in UTF-8. */
    public static int length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x800 && !Character.isSurrogate(c)) bytes += 2;
            else if (c >= 0x80) bytes++;
        }
        return bytes;
    }
}
