package io.craton.sql.function;

/** Text by characters as PostgreSQL counts them: code points. Strings without surrogates, which are nearly all, pay only for the count. */
final class CodePoints {
    private CodePoints() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Index in chars of the {@code n}th code point; the end of the text when there are fewer. Negative {@code n} is 0. */
    static int offset(String text, long n) {
        if (n <= 0) return 0;
        int count = length(text);
        if (n >= count) return text.length();
        return count == text.length() ? (int) n : text.offsetByCodePoints(0, (int) n);
    }

    /** Code points from {@code start} (0-based, may be outside) up to {@code end}, clipped to the text. */
    static String slice(String text, long start, long end) {
        int count = length(text);
        int from = (int) Math.clamp(start, 0, count);
        int to = (int) Math.clamp(end, from, count);
        if (count == text.length()) return text.substring(from, to);
        int first = text.offsetByCodePoints(0, from);
        return text.substring(first, text.offsetByCodePoints(first, to - from));
    }

    /** 1-based number of the character at a char index. */
    static long position(String text, int charIndex) {
        return text.codePointCount(0, charIndex) + 1L;
    }

    /** Order of the UTF-8 bytes, which is the order of code points: the C.UTF-8 collation. */
    static int compare(String left, String right) {
        int shared = Math.min(left.length(), right.length());
        for (int i = 0; i < shared; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean highA = a >= Character.MIN_SURROGATE;
                boolean highB = b >= Character.MIN_SURROGATE;
                if (highA && highB) {
                    boolean surrogateA = Character.isSurrogate(a);
                    if (surrogateA != Character.isSurrogate(b)) return surrogateA ? 1 : -1;
                }
                return a - b;
            }
        }
        return left.length() - right.length();
    }

    /** Bytes of the UTF-8 form. */
    static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) bytes += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
        }
        return bytes;
    }

    /** Without trailing blanks: how bpchar values compare and convert. */
    static String trimBlanks(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') end--;
        return end == text.length() ? text : text.substring(0, end);
    }

    /** The longest prefix of at most {@code bytes} UTF-8 bytes. */
    static String clipBytes(String text, int bytes) {
        int used = 0;
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i);
            used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (used > bytes) return text.substring(0, i);
            i += Character.charCount(point);
        }
        return text;
    }
}
