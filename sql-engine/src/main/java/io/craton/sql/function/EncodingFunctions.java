package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Encoding;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** encode and decode, conversions between character sets, Unicode normal forms and escapes. */
final class EncodingFunctions {
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private EncodingFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("binary_encode", (context, call, a) -> encode((byte[]) a[0], (String) a[1]));
        kernels.scalar("binary_decode", (context, call, a) -> decode((String) a[0], (String) a[1]));
        kernels.scalar("pg_convert_from", (context, call, a) -> fromBytes((byte[]) a[0], known("source ", (String) a[1])));
        kernels.scalar("pg_convert_to", (context, call, a) -> toBytes((String) a[0], known("destination ", (String) a[1])));
        kernels.scalar("pg_convert", (context, call, a) -> converted((byte[]) a[0], known("source ", (String) a[1]), known("destination ", (String) a[2])));
        kernels.scalar("length_in_encoding", (context, call, a) -> length((byte[]) a[0], known("", (String) a[1])));
        kernels.scalar("PG_encoding_to_char", (context, call, a) -> encodingName((Long) a[0]));
        kernels.scalar("PG_char_to_encoding", (context, call, a) -> encodingNumber((String) a[0]));
        kernels.scalar("pg_encoding_max_length_sql", (context, call, a) -> bytesMax((Long) a[0]));
        kernels.scalar("getdatabaseencoding", (context, call, a) -> "UTF8");
        kernels.scalar("pg_client_encoding", (context, call, a) -> {
            String name = context.session().setting("client_encoding");
            return name == null ? "UTF8" : name;
        });
        kernels.scalar("unicode_normalize_func",
                (context, call, a) -> Normalizer.normalize((String) a[0], form((String) a[1])));
        kernels.scalar("unicode_is_normalized",
                (context, call, a) -> Normalizer.isNormalized((String) a[0], form((String) a[1])));
        kernels.scalar("unistr", (context, call, a) -> unistr((String) a[0]));
    }

    private static String encode(byte[] bytes, String format) {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "hex" -> ByteaFunctions.hex(bytes);
            case "base64" -> encodeBase64(bytes);
            case "escape" -> encodeEscape(bytes);
            default -> throw unrecognized(format);
        };
    }

    private static byte[] decode(String text, String format) {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "hex" -> decodeHex(text);
            case "base64" -> decodeBase64(text);
            case "escape" -> decodeEscape(ByteaFunctions.utf8(text));
            default -> throw unrecognized(format);
        };
    }

    private static PgException unrecognized(String format) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, "unrecognized encoding: \"" + format + "\"");
    }

    private static String encodeBase64(byte[] bytes) {
        String plain = java.util.Base64.getEncoder().encodeToString(bytes);
        if (plain.length() <= 76) return plain.length() == 76 ? plain + "\n" : plain;
        StringBuilder lines = new StringBuilder(plain.length() + plain.length() / 76 + 1);
        for (int i = 0; i < plain.length(); i += 76) {
            int end = Math.min(i + 76, plain.length());
            lines.append(plain, i, end);
            if (end - i == 76) lines.append('\n');
        }
        return lines.toString();
    }

    private static String encodeEscape(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte b : bytes) {
            if (b == 0 || b < 0) text.append('\\').append(b >> 6 & 3).append(b >> 3 & 7).append(b & 7);
            else if (b == '\\') text.append("\\\\");
            else text.append((char) b);
        }
        return text.toString();
    }

    static byte[] decodeHex(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() / 2);
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                i++;
                continue;
            }
            int high = hexDigit(text, i++);
            if (i >= text.length()) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal data: odd number of digits");
            }
            out.write(high << 4 | hexDigit(text, i++));
        }
        return out.toByteArray();
    }

    private static int hexDigit(String text, int at) {
        int digit = text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
        if (digit < 0) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "invalid hexadecimal digit: \"" + Character.toString(text.codePointAt(at)) + "\"");
        }
        return digit;
    }

    private static byte[] decodeBase64(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() * 3 / 4);
        int bits = 0;
        int position = 0;
        int end = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
            int value = 0;
            if (c == '=') {
                if (end == 0) {
                    if (position == 2) end = 1;
                    else if (position == 3) end = 2;
                    else {
                        throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                                "unexpected \"=\" while decoding base64 sequence");
                    }
                }
            } else {
                value = BASE64.indexOf(c);
                if (value < 0) {
                    throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid symbol \""
                            + Character.toString(text.codePointAt(i)) + "\" found while decoding base64 sequence");
                }
            }
            bits = bits << 6 | value;
            if (++position == 4) {
                out.write(bits >> 16);
                if (end == 0 || end > 1) out.write(bits >> 8);
                if (end == 0 || end > 2) out.write(bits);
                bits = 0;
                position = 0;
            }
        }
        if (position != 0) {
            throw PgError.error(SqlState.INVALID_PARAMETER_VALUE, "invalid base64 end sequence")
                    .withHint("Input data is missing padding, is truncated, or is otherwise corrupted.").exception();
        }
        return out.toByteArray();
    }

    private static byte[] decodeEscape(byte[] text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '\\') {
                out.write(text[i]);
            } else if (i + 1 < text.length && text[i + 1] == '\\') {
                out.write('\\');
                i++;
            } else if (i + 3 < text.length && text[i + 1] >= '0' && text[i + 1] <= '3' && octal(text[i + 2]) && octal(text[i + 3])) {
                out.write(text[i + 1] - '0' << 6 | text[i + 2] - '0' << 3 | text[i + 3] - '0');
                i += 3;
            } else {
                throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type bytea");
            }
        }
        return out.toByteArray();
    }

    private static boolean octal(byte b) {
        return b >= '0' && b <= '7';
    }

    // ---- character sets --------------------------------------------------------------------------------------------

    private static String encodingName(long id) {
        Encoding encoding = Encoding.of(id);
        return encoding == null ? "" : encoding.name();
    }

    private static long encodingNumber(String name) {
        Encoding encoding = Encoding.find(name);
        return encoding == null ? -1 : encoding.ordinal();
    }

    private static @Nullable Object bytesMax(long id) {
        Encoding encoding = Encoding.of(id);
        return encoding == null ? null : (Object) (long) encoding.bytesMax();
    }

    /** @param role source or destination, where there are two */
    private static Encoding known(String role, String name) {
        Encoding encoding = Encoding.find(name);
        if (encoding == null) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid " + role + "encoding name \"" + name + "\"");
        return encoding;
    }

    private static Charset charset(Encoding encoding, boolean from) {
        Charset found = encoding.charset();
        if (found != null) return found;
        String conversion = from ? "\"" + encoding + "\" to \"UTF8\"" : "\"UTF8\" to \"" + encoding + "\"";
        if (encoding == Encoding.MULE_INTERNAL) throw new PgException(SqlState.UNDEFINED_FUNCTION, "default conversion function for encoding " + conversion + " does not exist");
        throw PgException.notSupported("conversion of " + conversion);
    }

    private static long length(byte[] bytes, Encoding encoding) {
        return encoding == Encoding.SQL_ASCII ? bytes.length : CodePoints.length(fromBytes(bytes, encoding));
    }

    /** Nothing is converted to SQL_ASCII. */
    private static byte[] converted(byte[] bytes, Encoding from, Encoding to) {
        String text = fromBytes(bytes, from);
        return to == Encoding.SQL_ASCII ? bytes : toBytes(text, to);
    }

    /** What is in SQL_ASCII is taken for UTF-8. */
    private static String fromBytes(byte[] bytes, Encoding written) {
        Encoding encoding = written == Encoding.SQL_ASCII ? Encoding.UTF8 : written;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = charset(encoding, true).newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(in).toString();
            int zero = text.indexOf('\0');
            if (zero < 0) return text;
            throw invalidBytes(encoding, new byte[] {0}, 0);
        } catch (CharacterCodingException e) {
            throw invalidBytes(encoding, bytes, in.position());
        }
    }

    private static PgException invalidBytes(Encoding encoding, byte[] bytes, int from) {
        int length = encoding == Encoding.UTF8 ? utf8Length(bytes[from]) : 1;
        StringBuilder list = new StringBuilder();
        for (int i = from; i < Math.min(from + length, bytes.length); i++) {
            list.append(list.isEmpty() ? "" : " ").append(String.format("0x%02x", bytes[i] & 0xff));
        }
        return new PgException(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"" + encoding + "\": " + list);
    }

    private static int utf8Length(byte lead) {
        if (lead >= 0) return 1;
        return (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf8) == 0xf0 ? 4 : 1;
    }

    private static byte[] toBytes(String text, Encoding encoding) {
        if (encoding == Encoding.UTF8 || encoding == Encoding.SQL_ASCII) return ByteaFunctions.utf8(text);
        CharBuffer in = CharBuffer.wrap(text);
        try {
            ByteBuffer out = charset(encoding, false).newEncoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).encode(in);
            byte[] bytes = new byte[out.remaining()];
            out.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            byte[] bad = Character.toString(text.codePointAt(Math.min(in.position(), text.length() - 1))).getBytes(StandardCharsets.UTF_8);
            StringBuilder list = new StringBuilder();
            for (byte b : bad) list.append(list.isEmpty() ? "" : " ").append(String.format("0x%02x", b & 0xff));
            throw new PgException(SqlState.UNTRANSLATABLE_CHARACTER, "character with byte sequence " + list
                    + " in encoding \"UTF8\" has no equivalent in encoding \"" + encoding + "\"");
        }
    }

    private static Normalizer.Form form(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "NFC" -> Normalizer.Form.NFC;
            case "NFD" -> Normalizer.Form.NFD;
            case "NFKC" -> Normalizer.Form.NFKC;
            case "NFKD" -> Normalizer.Form.NFKD;
            default -> throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid normalization form: " + name);
        };
    }

    private static String unistr(String text) {
        StringBuilder result = new StringBuilder(text.length());
        int pendingHigh = 0;
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            int point = -1;
            int used = 1;
            if (c == '\\') {
                char kind = i + 1 < text.length() ? text.charAt(i + 1) : 0;
                if (kind == '\\') {
                    used = 2;
                } else {
                    int skip = kind == 'u' || kind == '+' || kind == 'U' ? 2 : 1;
                    int digits = kind == 'U' ? 8 : kind == '+' ? 6 : 4;
                    point = hex(text, i + skip, digits);
                    used = skip + digits;
                    if (point < 0) {
                        throw PgError.error(SqlState.SYNTAX_ERROR, "invalid Unicode escape")
                                .withHint("Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.").exception();
                    }
                }
            }
            boolean low = point >= 0xdc00 && point <= 0xdfff;
            if (low != (pendingHigh != 0)) throw new PgException(SqlState.SYNTAX_ERROR, "invalid Unicode surrogate pair");
            if (point == 0 || point > 0x10ffff) {
                throw new PgException(SqlState.SYNTAX_ERROR,
                        "invalid Unicode code point: " + String.format("%04X", point));
            }
            if (low) {
                result.appendCodePoint(Character.toCodePoint((char) pendingHigh, (char) point));
                pendingHigh = 0;
            } else if (point >= 0xd800 && point <= 0xdbff) {
                pendingHigh = point;
            } else if (point >= 0) {
                result.appendCodePoint(point);
            } else {
                result.append(c);
            }
            i += used;
        }
        if (pendingHigh != 0) throw new PgException(SqlState.SYNTAX_ERROR, "invalid Unicode surrogate pair");
        return result.toString();
    }

    private static int hex(String text, int from, int digits) {
        if (from + digits > text.length()) return -1;
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) return -1;
            value = value << 4 | digit;
        }
        return (int) Math.min(value, 0x110000);
    }
}
