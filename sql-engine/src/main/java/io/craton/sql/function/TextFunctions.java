package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import java.util.HashMap;
import java.util.Map;

/** Everyday functions of text: length, parts, padding, case, search and replacement. Characters are code points throughout. */
final class TextFunctions {
    private static final int RESULT_BYTES_MAX = 0x3fffffff;

    private TextFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("textlen", (context, call, a) -> (long) CodePoints.length((String) a[0]));
        kernels.scalar("bpcharlen", (context, call, a) -> (long) CodePoints.length(CodePoints.trimBlanks((String) a[0])));
        kernels.scalar("textoctetlen", (context, call, a) -> (long) CodePoints.utf8Length((String) a[0]));
        kernels.scalar("bpcharoctetlen", (context, call, a) -> (long) CodePoints.utf8Length((String) a[0]));
        kernels.scalar("sql:1811", (context, call, a) -> 8L * CodePoints.utf8Length((String) a[0]));
        kernels.scalar("textcat", (context, call, a) -> ((String) a[0]).concat((String) a[1]));
        kernels.scalar("textpos", (context, call, a) -> position((String) a[0], (String) a[1]));
        kernels.scalar("text_starts_with", (context, call, a) -> ((String) a[0]).startsWith((String) a[1]));
        kernels.scalar("lower", (context, call, a) -> mapCase((String) a[0], letters(context, call), false));
        kernels.scalar("upper", (context, call, a) -> mapCase((String) a[0], letters(context, call), true));
        kernels.scalar("initcap", (context, call, a) -> capitalise((String) a[0], letters(context, call)));
        kernels.scalar("lpad", (context, call, a) -> pad((String) a[0], (Long) a[1], (String) a[2], true));
        kernels.scalar("rpad", (context, call, a) -> pad((String) a[0], (Long) a[1], (String) a[2], false));
        kernels.scalar("sql:879", (context, call, a) -> pad((String) a[0], (Long) a[1], " ", true));
        kernels.scalar("sql:880", (context, call, a) -> pad((String) a[0], (Long) a[1], " ", false));
        kernels.scalar("btrim", (context, call, a) -> trim((String) a[0], (String) a[1], true, true));
        kernels.scalar("ltrim", (context, call, a) -> trim((String) a[0], (String) a[1], true, false));
        kernels.scalar("rtrim", (context, call, a) -> trim((String) a[0], (String) a[1], false, true));
        kernels.scalar("btrim1", (context, call, a) -> trim((String) a[0], " ", true, true));
        kernels.scalar("ltrim1", (context, call, a) -> trim((String) a[0], " ", true, false));
        kernels.scalar("rtrim1", (context, call, a) -> CodePoints.trimBlanks((String) a[0]));
        kernels.scalar("text_substr", (context, call, a) -> substring((String) a[0], (Long) a[1], (Long) a[2]));
        kernels.scalar("text_substr_no_len",
                (context, call, a) -> CodePoints.slice((String) a[0], (Long) a[1] - 1, Integer.MAX_VALUE));
        kernels.scalar("text_left", (context, call, a) -> left((String) a[0], (Long) a[1]));
        kernels.scalar("text_right", (context, call, a) -> right((String) a[0], (Long) a[1]));
        kernels.scalar("text_reverse", (context, call, a) -> new StringBuilder((String) a[0]).reverse().toString());
        kernels.scalar("translate", (context, call, a) -> translate((String) a[0], (String) a[1], (String) a[2]));
        kernels.scalar("ascii", (context, call, a) -> ((String) a[0]).isEmpty() ? 0L : (long) ((String) a[0]).codePointAt(0));
        kernels.scalar("chr", (context, call, a) -> character((Long) a[0]));
        kernels.scalar("repeat", (context, call, a) -> repeat((String) a[0], (Long) a[1]));
        kernels.scalar("replace_text", (context, call, a) ->
                ((String) a[1]).isEmpty() ? a[0] : ((String) a[0]).replace((String) a[1], (String) a[2]));
        kernels.scalar("split_part", (context, call, a) -> splitPart((String) a[0], (String) a[1], (Long) a[2]));
        kernels.scalar("textoverlay", (context, call, a) -> overlay((String) a[0], (String) a[1], (Long) a[2], (Long) a[3]));
        kernels.scalar("textoverlay_no_len", (context, call, a) ->
                overlay((String) a[0], (String) a[1], (Long) a[2], CodePoints.length((String) a[1])));
        kernels.scalar("text_name", (context, call, a) -> CodePoints.clipBytes((String) a[0], 63));
        kernels.scalar("name_text", (context, call, a) -> a[0]);
        kernels.scalar("name_bpchar", (context, call, a) -> a[0]);
        kernels.scalar("bpchar_name", (context, call, a) -> CodePoints.clipBytes(CodePoints.trimBlanks((String) a[0]), 63));
        kernels.scalar("nameconcatoid", TextFunctions::nameConcatOid);
        kernels.scalar("char_text", (context, call, a) -> byteChar((Long) a[0]));
        kernels.scalar("char_bpchar", (context, call, a) -> byteChar((Long) a[0]));
        kernels.scalar("text_char", (context, call, a) -> toByteChar((String) a[0]));
        kernels.scalar("varchar", (context, call, a) -> limit((String) a[0], (Long) a[1], (Boolean) a[2]));
        kernels.scalar("bpchar", (context, call, a) -> blankPad((String) a[0], (Long) a[1], (Boolean) a[2]));
    }

    static long position(String text, String part) {
        int at = text.indexOf(part);
        return at < 0 ? 0 : CodePoints.position(text, at);
    }

    /** How letters have their case. */
    enum Letters {
        /** As C.UTF-8 has it: one code point to one. */
        UNICODE,
        ASCII;

        int upper(int point) {
            return this == UNICODE ? Character.toUpperCase(point) : point >= 'a' && point <= 'z' ? point - 32 : point;
        }

        int lower(int point) {
            return this == UNICODE ? Character.toLowerCase(point) : point >= 'A' && point <= 'Z' ? point + 32 : point;
        }

        boolean ofWord(int point) {
            return (this == UNICODE || point < 128) && Character.isLetterOrDigit(point);
        }
    }

    static Letters letters(ExecContext context, CallInfo call) {
        return CollationTable.lettersAreAscii(call.collation(), context) ? Letters.ASCII : Letters.UNICODE;
    }

    static String mapCase(String text, boolean upper) {
        return mapCase(text, Letters.UNICODE, upper);
    }

    static String mapCase(String text, Letters letters, boolean upper) {
        int i = 0;
        while (i < text.length() && (upper ? letters.upper(text.charAt(i)) : letters.lower(text.charAt(i))) == text.charAt(i)
                && !Character.isSurrogate(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) return text;
        StringBuilder result = new StringBuilder(text.length()).append(text, 0, i);
        while (i < text.length()) {
            int point = text.codePointAt(i);
            result.appendCodePoint(upper ? letters.upper(point) : letters.lower(point));
            i += Character.charCount(point);
        }
        return result.toString();
    }

    private static String capitalise(String text, Letters letters) {
        StringBuilder result = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            result.appendCodePoint(inWord ? letters.lower(point) : letters.upper(point));
            inWord = letters.ofWord(point);
            i += Character.charCount(point);
        }
        return result.toString();
    }

    static String pad(String text, long length, String fill, boolean atLeft) {
        if (length <= 0) return "";
        if (length > RESULT_BYTES_MAX / 4) throw tooLarge();
        int have = CodePoints.length(text);
        if (have >= length) return CodePoints.slice(text, 0, length);
        if (fill.isEmpty()) return text;
        int missing = (int) length - have;
        int fillLength = CodePoints.length(fill);
        String padding = fill.repeat(missing / fillLength) + CodePoints.slice(fill, 0, missing % fillLength);
        return atLeft ? padding + text : text + padding;
    }

    static String trim(String text, String set, boolean atLeft, boolean atRight) {
        int from = 0;
        int to = text.length();
        while (atLeft && from < to) {
            int point = text.codePointAt(from);
            if (set.indexOf(point) < 0) break;
            from += Character.charCount(point);
        }
        while (atRight && from < to) {
            int point = text.codePointBefore(to);
            if (set.indexOf(point) < 0) break;
            to -= Character.charCount(point);
        }
        return text.substring(from, to);
    }

    static String substring(String text, long start, long length) {
        if (length < 0) throw new PgException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
        return CodePoints.slice(text, start - 1, start - 1 + length);
    }

    private static String left(String text, long count) {
        return CodePoints.slice(text, 0, count >= 0 ? count : CodePoints.length(text) + count);
    }

    private static String right(String text, long count) {
        int length = CodePoints.length(text);
        return CodePoints.slice(text, count >= 0 ? length - count : -count, length);
    }

    private static String overlay(String text, String part, long start, long length) {
        if (start <= 0) throw new PgException(SqlState.SUBSTRING_ERROR, "negative substring length not allowed");
        long end = start + length;
        if (end > Integer.MAX_VALUE || end < Integer.MIN_VALUE) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "integer out of range");
        }
        return CodePoints.slice(text, 0, start - 1) + part + CodePoints.slice(text, end - 1, Integer.MAX_VALUE);
    }

    private static String translate(String text, String from, String to) {
        Map<Integer, Integer> map = new HashMap<>();
        int[] source = from.codePoints().toArray();
        int[] target = to.codePoints().toArray();
        for (int i = 0; i < source.length; i++) map.putIfAbsent(source[i], i < target.length ? target[i] : -1);
        StringBuilder result = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            int mapped = map.getOrDefault(point, point);
            if (mapped >= 0) result.appendCodePoint(mapped);
            i += Character.charCount(point);
        }
        return result.toString();
    }

    private static String character(long code) {
        if (code < 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "character number must be positive");
        if (code == 0) throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "null character not permitted");
        if (code > 0x10ffff) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "requested character too large for encoding: " + code);
        }
        if (code >= 0xd800 && code <= 0xdfff) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "requested character not valid for encoding: " + code);
        }
        return Character.toString((int) code);
    }

    private static String repeat(String text, long count) {
        if (count <= 0 || text.isEmpty()) return "";
        if (count * CodePoints.utf8Length(text) > RESULT_BYTES_MAX - 4) throw tooLarge();
        return text.repeat((int) count);
    }

    private static String splitPart(String text, String separator, long field) {
        if (field == 0) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "field position must not be zero");
        if (text.isEmpty()) return "";
        if (separator.isEmpty()) return field == 1 || field == -1 ? text : "";
        return field > 0 ? splitPartForward(text, separator, field) : splitPartBackward(text, separator, -field);
    }

    private static String splitPartForward(String text, String separator, long field) {
        int from = 0;
        for (long skip = field - 1; skip > 0; skip--) {
            int at = text.indexOf(separator, from);
            if (at < 0) return "";
            from = at + separator.length();
        }
        int to = text.indexOf(separator, from);
        return to < 0 ? text.substring(from) : text.substring(from, to);
    }

    private static String splitPartBackward(String text, String separator, long field) {
        // separators are found from the left, so that overlapping ones split as they do for positive fields
        long count = 1;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + separator.length())) count++;
        return field > count ? "" : splitPartForward(text, separator, count - field + 1);
    }

    private static Object nameConcatOid(ExecContext context, CallInfo call, Object[] a) {
        String suffix = "_" + ((Long) a[1] & 0xffffffffL);
        return CodePoints.clipBytes((String) a[0], 63 - suffix.length()) + suffix;
    }

    /** "char" as text: nothing for 0, an octal escape for bytes that are no ASCII. */
    private static String byteChar(long value) {
        int b = (int) value & 0xff;
        if (b == 0) return "";
        if (b < 0x80) return Character.toString(b);
        return "\\" + (b >> 6) + (b >> 3 & 7) + (b & 7);
    }

    private static Object toByteChar(String text) {
        if (text.length() == 4 && text.charAt(0) == '\\' && octal(text.charAt(1)) && octal(text.charAt(2)) && octal(text.charAt(3))) {
            return (long) (byte) Integer.parseInt(text.substring(1), 8);
        }
        return text.isEmpty() ? 0L : (long) ByteaFunctions.utf8(text)[0];
    }

    private static boolean octal(char c) {
        return c >= '0' && c <= '7';
    }

    private static Object limit(String text, long typmod, boolean explicit) {
        long max = typmod - 4;
        if (typmod < 4 || text.length() <= max || CodePoints.length(text) <= max) return text;
        return cut(text, max, explicit, "character varying");
    }

    private static Object blankPad(String text, long typmod, boolean explicit) {
        if (typmod < 4) return text;
        long max = typmod - 4;
        int length = CodePoints.length(text);
        if (length == max) return text;
        return length < max ? text + " ".repeat((int) max - length) : cut(text, max, explicit, "character");
    }

    private static String cut(String text, long max, boolean explicit, String type) {
        int end = CodePoints.offset(text, max);
        if (!explicit && !CodePoints.trimBlanks(text.substring(end)).isEmpty()) {
            throw new PgException(SqlState.STRING_DATA_RIGHT_TRUNCATION, "value too long for type " + type + "(" + max + ")");
        }
        return text.substring(0, end);
    }

    static PgException tooLarge() {
        return new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "requested length too large");
    }
}
