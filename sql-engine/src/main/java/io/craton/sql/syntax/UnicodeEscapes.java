package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** Escapes of U&'..' and U&"..": \XXXX and \+XXXXXX with a chosen escape character. */
final class UnicodeEscapes {
    private UnicodeEscapes() {}

    static boolean isEscapeCharacter(char c) {
        return Character.digit(c, 16) < 0 && "+'\" \t\n\r\f".indexOf(c) < 0 && c < 128;
    }

    /** {@code base}: source offset that the first character of {@code raw} stands at (doubled quotes shift it, as in PostgreSQL). */
    static String resolve(String raw, char escape, PgLexer lexer, int base) {
        if (raw.indexOf(escape) < 0) return raw;
        StringBuilder out = new StringBuilder(raw.length());
        int first = 0;
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i);
            if (c != escape) {
                if (first != 0) throw invalidPair(lexer, base + i);
                out.append(c);
                i++;
                continue;
            }
            if (i + 1 < raw.length() && raw.charAt(i + 1) == escape) {
                if (first != 0) throw invalidPair(lexer, base + i);
                out.append(escape);
                i += 2;
                continue;
            }
            boolean longForm = i + 1 < raw.length() && raw.charAt(i + 1) == '+';
            int digits = longForm ? 6 : 4;
            int code = hex(raw, i + (longForm ? 2 : 1), digits);
            if (code < 0) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "invalid Unicode escape").withHint("Unicode escapes must be \\XXXX or \\+XXXXXX.")
                        .withPosition(lexer.characterPosition(base + i)).exception();
            }
            if (code == 0 || code > 0x10FFFF) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "invalid Unicode escape value")
                        .withPosition(lexer.characterPosition(base + i)).exception();
            }
            boolean high = code >= 0xD800 && code <= 0xDBFF;
            boolean low = code >= 0xDC00 && code <= 0xDFFF;
            if (first != 0 != low) throw invalidPair(lexer, base + i);
            if (high) {
                first = code;
            } else if (low) {
                out.appendCodePoint(Character.toCodePoint((char) first, (char) code));
                first = 0;
            } else {
                out.appendCodePoint(code);
            }
            i += digits + (longForm ? 2 : 1);
        }
        if (first != 0) throw invalidPair(lexer, base + i);
        return out.toString();
    }

    /** {@code count} hexadecimal digits at {@code from}, or -1. */
    static int hex(String text, int from, int count) {
        if (from + count > text.length()) return -1;
        int code = 0;
        for (int i = from; i < from + count; i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) return -1;
            code = code << 4 | digit;
        }
        return code;
    }

    private static PgException invalidPair(PgLexer lexer, int offset) {
        return PgError.error(SqlState.SYNTAX_ERROR, "invalid Unicode surrogate pair").withPosition(lexer.characterPosition(offset)).exception();
    }
}
