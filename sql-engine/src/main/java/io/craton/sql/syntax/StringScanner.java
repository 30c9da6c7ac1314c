package io.craton.sql.syntax;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The quoted forms '..', E'..', B'..', X'..', U&'..' with doubled quotes, escapes and continuation over lines. */
final class StringScanner {
    enum Kind {
        PLAIN("unterminated quoted string"),
        /** Backslash escapes in a plain string (standard_conforming_strings off): warns. */
        ESCAPE("unterminated quoted string"),
        ESCAPE_EXPLICIT("unterminated quoted string"),
        BITS("unterminated bit string literal"),
        HEX("unterminated hexadecimal string literal"),
        UNICODE("unterminated quoted string");

        final String unterminated;

        Kind(String unterminated) {
            this.unterminated = unterminated;
        }
    }

    private final PgLexer lexer;
    private @Nullable String value;
    private boolean warn;

    StringScanner(PgLexer lexer) {
        this.lexer = lexer;
    }

    /** The value of the string scanned last; null when it is exactly the text between a pair of single quotes. */
    @Nullable String value() {
        return value;
    }

    /** Scans the string whose token starts at {@code start} and whose body starts at {@code from}; answers the token's end. */
    int scan(Kind kind, int start, int from) {
        String sql = lexer.sql;
        value = null;
        warn = kind == Kind.ESCAPE;
        boolean escapes = kind == Kind.ESCAPE || kind == Kind.ESCAPE_EXPLICIT;
        int end = sql.indexOf('\'', from);
        if (kind == Kind.PLAIN && end >= 0 && simpleEnd(sql, end)) return end + 1;
        StringBuilder out = new StringBuilder();
        if (kind == Kind.BITS) out.append('b');
        else if (kind == Kind.HEX) out.append('x');
        boolean rawBytes = false;
        int p = from;
        while (true) {
            if (p >= sql.length()) throw lexer.error(kind.unterminated, start, sql.length());
            char c = sql.charAt(p);
            if (c == '\'') {
                if (p + 1 < sql.length() && sql.charAt(p + 1) == '\'' && kind != Kind.BITS && kind != Kind.HEX) {
                    out.append('\'');
                    p += 2;
                    continue;
                }
                int next = lexer.continuation(p + 1);
                if (next < 0) break;
                p = next;
            } else if (c == '\\' && escapes && p + 1 < sql.length()) {
                int before = out.length();
                p = escape(out, start, p);
                // bytes from \ooo and \xhh are held as private characters until the end
                for (int i = before; i < out.length(); i++) rawBytes |= out.charAt(i) >= BYTE_BASE && out.charAt(i) < BYTE_BASE + 256;
            } else {
                out.append(c);
                p++;
            }
        }
        value = rawBytes ? decode(out, start) : out.toString();
        return p + 1;
    }

    /** U+F700..F7FF stand for bytes while a string is scanned; such characters in the source go through {@link #decode} unharmed by doubling the check there. */
    private static final char BYTE_BASE = '\uF700';

    private boolean simpleEnd(String sql, int end) {
        if (end + 1 >= sql.length()) return true;
        char next = sql.charAt(end + 1);
        if (next == '\'') return false;
        return next != ' ' && next != '\n' && next != '\r' && next != '\t' && next != '\f' && next != '-' || lexer.continuation(end + 1) < 0;
    }

    private int escape(StringBuilder out, int start, int p) {
        String sql = lexer.sql;
        char c = sql.charAt(p + 1);
        switch (c) {
            case 'u', 'U' -> {
                warnEscape(start);
                return unicode(out, p);
            }
            case 'x' -> {
                int q = p + 2;
                int code = 0;
                while (q < sql.length() && q < p + 4 && sql.charAt(q) < 128 && Character.digit(sql.charAt(q), 16) >= 0) {
                    code = code << 4 | Character.digit(sql.charAt(q++), 16);
                }
                warnEscape(start);
                if (q == p + 2) out.append('x');
                else appendByte(out, code);
                return q;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int q = p + 1;
                int code = 0;
                while (q < sql.length() && q < p + 4 && sql.charAt(q) >= '0' && sql.charAt(q) <= '7') code = code << 3 | sql.charAt(q++) - '0';
                warnEscape(start);
                appendByte(out, code & 0xFF);
                return q;
            }
            case '\'' -> {
                if (!lexer.settings.backslashQuote()) {
                    throw PgError.error(SqlState.NONSTANDARD_USE_OF_ESCAPE_CHARACTER, "unsafe use of \\' in a string literal")
                            .withHint("Use '' to write quotes in strings. \\' is insecure in client-only encodings.")
                            .withPosition(lexer.characterPosition(start)).exception();
                }
                warn(start, "nonstandard use of \\' in a string literal",
                        "Use '' to write quotes in strings, or use the escape string syntax (E'...').");
                out.append('\'');
            }
            case '\\' -> {
                warn(start, "nonstandard use of \\\\ in a string literal", "Use the escape string syntax for backslashes, e.g., E'\\\\'.");
                out.append('\\');
            }
            default -> {
                warnEscape(start);
                out.append(switch (c) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> c;
                });
            }
        }
        return p + 2;
    }

    private static void appendByte(StringBuilder out, int code) {
        if (code > 0 && code < 128) out.append((char) code);
        else out.append((char) (BYTE_BASE + code));
    }

    private int unicode(StringBuilder out, int p) {
        int code = unicodeCode(p);
        int q = p + (lexer.sql.charAt(p + 1) == 'u' ? 6 : 10);
        if (code >= 0xDC00 && code <= 0xDFFF) throw lexer.error("invalid Unicode surrogate pair", p, q);
        if (code >= 0xD800 && code <= 0xDBFF) {
            String sql = lexer.sql;
            boolean another = q + 1 < sql.length() && sql.charAt(q) == '\\' && (sql.charAt(q + 1) == 'u' || sql.charAt(q + 1) == 'U');
            if (!another) throw lexer.error("invalid Unicode surrogate pair", q, Math.min(q + 1, sql.length()));
            int low = unicodeCode(q);
            int end = q + (sql.charAt(q + 1) == 'u' ? 6 : 10);
            if (low < 0xDC00 || low > 0xDFFF) throw lexer.error("invalid Unicode surrogate pair", q, end);
            out.appendCodePoint(Character.toCodePoint((char) code, (char) low));
            return end;
        }
        if (code <= 0 || code > 0x10FFFF) throw lexer.error("invalid Unicode escape value", p, q);
        out.appendCodePoint(code);
        return q;
    }

    private int unicodeCode(int p) {
        int digits = lexer.sql.charAt(p + 1) == 'u' ? 4 : 8;
        for (int i = p + 2; i < p + 2 + digits; i++) {
            if (i >= lexer.sql.length() || lexer.sql.charAt(i) > 127 || Character.digit(lexer.sql.charAt(i), 16) < 0) {
                throw PgError.error(SqlState.INVALID_ESCAPE_SEQUENCE, "invalid Unicode escape")
                        .withHint("Unicode escapes must be \\uXXXX or \\UXXXXXXXX.").withPosition(lexer.characterPosition(p)).exception();
            }
        }
        return UnicodeEscapes.hex(lexer.sql, p + 2, digits);
    }

    private void warnEscape(int start) {
        warn(start, "nonstandard use of escape in a string literal", "Use the escape string syntax for escapes, e.g., E'\\r\\n'.");
    }

    private void warn(int start, String message, String hint) {
        if (warn && lexer.settings.escapeStringWarning()) {
            lexer.addNotice(PgError.warning(SqlState.NONSTANDARD_USE_OF_ESCAPE_CHARACTER, message).withHint(hint)
                    .withPosition(lexer.characterPosition(start)));
        }
        warn = false;
    }

    /** Makes text of characters and held bytes; the bytes must be valid UTF-8 where they stand. */
    private static String decode(StringBuilder out, int start) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(out.length() + 16);
        for (int i = 0; i < out.length(); ) {
            int c = out.codePointAt(i);
            i += Character.charCount(c);
            if (c >= BYTE_BASE && c < BYTE_BASE + 256) bytes.write(c - BYTE_BASE);
            else bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        }
        byte[] all = bytes.toByteArray();
        for (byte b : all) if (b == 0) throw invalidBytes("0x00");
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(all)).toString();
        } catch (CharacterCodingException e) {
            throw invalidBytes(firstInvalid(all));
        }
    }

    private static PgException invalidBytes(String shown) {
        return new PgException(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\": " + shown);
    }

    private static String firstInvalid(byte[] all) {
        int i = 0;
        while (true) {
            int lead = all[i] & 0xFF;
            int length = lead < 0x80 ? 1 : (lead & 0xE0) == 0xC0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : (lead & 0xF8) == 0xF0 ? 4 : 1;
            int available = Math.min(length, all.length - i);
            try {
                if (available < length) throw new CharacterCodingException();
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(all, i, length));
                i += length;
            } catch (CharacterCodingException e) {
                StringBuilder shown = new StringBuilder();
                for (int k = i; k < i + available; k++) shown.append(k > i ? " " : "").append("0x%02x".formatted(all[k] & 0xFF));
                return shown.toString();
            }
        }
    }
}
