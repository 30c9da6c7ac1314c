package io.craton.sql.function;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** encode and decode, conversions between character sets, Unicode normal forms and escapes. */
final class EncodingFunctions {
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /** PostgreSQL's encodings by id; null where the JDK has no such character set. */
    private static final String[][] ENCODINGS = {
        {"SQL_ASCII", "US-ASCII"}, {"EUC_JP", "EUC-JP"}, {"EUC_CN", "GB2312"}, {"EUC_KR", "EUC-KR"}, {"EUC_TW", "x-EUC-TW"},
        {"EUC_JIS_2004", null}, {"UTF8", "UTF-8"}, {"MULE_INTERNAL", null}, {"LATIN1", "ISO-8859-1"}, {"LATIN2", "ISO-8859-2"},
        {"LATIN3", "ISO-8859-3"}, {"LATIN4", "ISO-8859-4"}, {"LATIN5", "ISO-8859-9"}, {"LATIN6", null}, {"LATIN7", "ISO-8859-13"},
        {"LATIN8", null}, {"LATIN9", "ISO-8859-15"}, {"LATIN10", "ISO-8859-16"}, {"WIN1256", "windows-1256"},
        {"WIN1258", "windows-1258"}, {"WIN866", "IBM866"}, {"WIN874", "x-windows-874"}, {"KOI8R", "KOI8-R"},
        {"WIN1251", "windows-1251"}, {"WIN1252", "windows-1252"}, {"ISO_8859_5", "ISO-8859-5"}, {"ISO_8859_6", "ISO-8859-6"},
        {"ISO_8859_7", "ISO-8859-7"}, {"ISO_8859_8", "ISO-8859-8"}, {"WIN1250", "windows-1250"}, {"WIN1253", "windows-1253"},
        {"WIN1254", "windows-1254"}, {"WIN1255", "windows-1255"}, {"WIN1257", "windows-1257"}, {"KOI8U", "KOI8-U"},
        {"SJIS", "windows-31j"}, {"BIG5", "Big5"}, {"GBK", "GBK"}, {"UHC", "x-windows-949"}, {"GB18030", "GB18030"},
        {"JOHAB", "x-Johab"}, {"SHIFT_JIS_2004", null},
    };

    private static final Map<String, Integer> ALIASES = Map.ofEntries(Map.entry("unicode", 6), Map.entry("utf8", 6),
            Map.entry("iso88591", 8), Map.entry("iso88592", 9), Map.entry("iso88593", 10), Map.entry("iso88594", 11),
            Map.entry("iso88599", 12), Map.entry("iso885910", 13), Map.entry("iso885913", 14), Map.entry("iso885914", 15),
            Map.entry("iso885915", 16), Map.entry("iso885916", 17), Map.entry("shiftjis", 35), Map.entry("mskanji", 35),
            Map.entry("win932", 35), Map.entry("windows932", 35), Map.entry("win936", 37), Map.entry("windows936", 37),
            Map.entry("win949", 38), Map.entry("windows949", 38), Map.entry("win950", 36), Map.entry("windows950", 36),
            Map.entry("koi8", 22), Map.entry("alt", 20), Map.entry("win", 23), Map.entry("abc", 19), Map.entry("tcvn", 19),
            Map.entry("vscii", 19), Map.entry("tcvn5712", 19), Map.entry("windows866", 20), Map.entry("windows874", 21),
            Map.entry("windows1250", 29), Map.entry("windows1251", 23), Map.entry("windows1252", 24),
            Map.entry("windows1253", 30), Map.entry("windows1254", 31), Map.entry("windows1255", 32),
            Map.entry("windows1256", 18), Map.entry("windows1257", 33), Map.entry("windows1258", 19));

    private EncodingFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("binary_encode", (context, call, a) -> encode((byte[]) a[0], (String) a[1]));
        kernels.scalar("binary_decode", (context, call, a) -> decode((String) a[0], (String) a[1]));
        kernels.scalar("pg_convert_from", (context, call, a) -> fromBytes((byte[]) a[0], sourceEncoding((String) a[1])));
        kernels.scalar("pg_convert_to", (context, call, a) -> toBytes((String) a[0], destinationEncoding((String) a[1])));
        kernels.scalar("pg_convert", (context, call, a) ->
                toBytes(fromBytes((byte[]) a[0], sourceEncoding((String) a[1])), destinationEncoding((String) a[2])));
        kernels.scalar("length_in_encoding", (context, call, a) ->
                (long) CodePoints.length(fromBytes((byte[]) a[0], lengthEncoding((String) a[1]))));
        kernels.scalar("PG_encoding_to_char", (context, call, a) -> encodingName((Long) a[0]));
        kernels.scalar("PG_char_to_encoding", (context, call, a) -> (long) encodingNumber((String) a[0]));
        kernels.scalar("pg_encoding_max_length_sql", (context, call, a) -> maxLength((Long) a[0]));
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

    static String encodingName(long number) {
        return number < 0 || number >= ENCODINGS.length ? "" : ENCODINGS[(int) number][0];
    }

    static int encodingNumber(String name) {
        String plain = plainName(name);
        for (int i = 0; i < ENCODINGS.length; i++) {
            if (plainName(ENCODINGS[i][0]).equals(plain)) return i;
        }
        return ALIASES.getOrDefault(plain, -1);
    }

    private static String plainName(String name) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x80 && Character.isLetterOrDigit(c)) plain.append(Character.toLowerCase(c));
        }
        return plain.toString();
    }

    private static @Nullable Object maxLength(long number) {
        if (number < 0 || number >= ENCODINGS.length) return null;
        return switch ((int) number) {
            case 1, 2, 3, 5 -> 3L;
            case 4, 6, 7, 39 -> 4L;
            case 35, 36, 37, 38, 41 -> 2L;
            case 40 -> 3L;
            default -> 1L;
        };
    }

    private static int sourceEncoding(String name) {
        return known(name, "source encoding name");
    }

    private static int destinationEncoding(String name) {
        return known(name, "destination encoding name");
    }

    private static int lengthEncoding(String name) {
        return known(name, "encoding name");
    }

    private static int known(String name, String what) {
        int number = encodingNumber(name);
        if (number < 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid " + what + " \"" + name + "\"");
        return number;
    }

    private static Charset charset(int encoding) {
        String name = ENCODINGS[encoding][1];
        if (name == null || !Charset.isSupported(name)) {
            throw new PgException(SqlState.UNDEFINED_FUNCTION, "default conversion function for encoding \""
                    + ENCODINGS[encoding][0] + "\" to \"UTF8\" does not exist");
        }
        return Charset.forName(name);
    }

    private static String fromBytes(byte[] bytes, int encoding) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = charset(encoding).newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(in).toString();
            int zero = text.indexOf('\0');
            if (zero < 0) return text;
            throw invalidBytes(encoding, new byte[] {0}, 0);
        } catch (CharacterCodingException e) {
            throw invalidBytes(encoding, bytes, in.position());
        }
    }

    private static PgException invalidBytes(int encoding, byte[] bytes, int from) {
        int length = encoding == 6 ? utf8Length(bytes[from]) : 1;
        StringBuilder list = new StringBuilder();
        for (int i = from; i < Math.min(from + length, bytes.length); i++) {
            list.append(list.isEmpty() ? "" : " ").append(String.format("0x%02x", bytes[i] & 0xff));
        }
        return new PgException(SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"" + ENCODINGS[encoding][0] + "\": " + list);
    }

    private static int utf8Length(byte lead) {
        if (lead >= 0) return 1;
        return (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : (lead & 0xf8) == 0xf0 ? 4 : 1;
    }

    private static byte[] toBytes(String text, int encoding) {
        if (encoding == 6 || encoding == 0) return ByteaFunctions.utf8(text);
        CharBuffer in = CharBuffer.wrap(text);
        try {
            ByteBuffer out = charset(encoding).newEncoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).encode(in);
            byte[] bytes = new byte[out.remaining()];
            out.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            byte[] bad = Character.toString(text.codePointAt(Math.min(in.position(), text.length() - 1))).getBytes(StandardCharsets.UTF_8);
            StringBuilder list = new StringBuilder();
            for (byte b : bad) list.append(list.isEmpty() ? "" : " ").append(String.format("0x%02x", b & 0xff));
            throw new PgException(SqlState.UNTRANSLATABLE_CHARACTER, "character with byte sequence " + list
                    + " in encoding \"UTF8\" has no equivalent in encoding \"" + ENCODINGS[encoding][0] + "\"");
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
