package io.craton.sql.exec;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a pattern says of the beginning of all values that match it. Values of one beginning lie together where the order is that of bytes. What matches is still to be tested.
 *
 * @param start not empty: a String, or a byte[] of a bytea pattern
 * @param exact no other value matches
 */
public record PatternPrefix(Object start, boolean exact) {
    /** How a pattern is written, and whether letters' case counts. */
    public enum Form { LIKE, ILIKE, REGEX, IREGEX, START }

    private static final String SPECIAL = ".[]{}()*+?|^$\\";
    private static final int CODE_POINT_MAX = 0x10ffff;

    /** How a condition holds its left side against its right one; null when it is no pattern. */
    public static @Nullable Form form(FunctionDef condition) {
        return switch (condition.source()) {
            case "textlike", "namelike", "bytealike" -> Form.LIKE;
            case "texticlike", "nameiclike" -> Form.ILIKE;
            case "textregexeq", "nameregexeq" -> Form.REGEX;
            case "texticregexeq", "nameicregexeq" -> Form.IREGEX;
            case "text_starts_with" -> Form.START;
            default -> null;
        };
    }

    /** Null when values that match may begin with anything. */
    public static @Nullable PatternPrefix of(Form form, Object pattern) {
        if (pattern instanceof byte[] bytes) {
            PatternPrefix text = like(new String(bytes, StandardCharsets.ISO_8859_1), false);
            return text == null ? null : new PatternPrefix(((String) text.start).getBytes(StandardCharsets.ISO_8859_1), text.exact);
        }
        String text = (String) pattern;
        return switch (form) {
            case LIKE, ILIKE -> like(text, form == Form.ILIKE);
            case REGEX, IREGEX -> regex(text, form == Form.IREGEX);
            case START -> made(text, false);
        };
    }

    private static @Nullable PatternPrefix made(CharSequence start, boolean exact) {
        return start.isEmpty() ? null : new PatternPrefix(start.toString(), exact);
    }

    /** Whether a value may have another character in this one's place. */
    private static boolean hasCase(char c) {
        return c >= 0x80 || Character.isLetter(c);
    }

    private static @Nullable PatternPrefix like(String pattern, boolean anyCase) {
        StringBuilder start = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '%' || c == '_') return made(start, false);
            if (c == '\\' && ++i == pattern.length()) return null;
            if (anyCase && hasCase(pattern.charAt(i))) return made(start, false);
            start.append(pattern.charAt(i));
        }
        return made(start, true);
    }

    private static @Nullable PatternPrefix regex(String pattern, boolean anyCase) {
        if (!pattern.startsWith("^")) return null;
        if (pattern.startsWith("^(") && pattern.endsWith(")$")) {
            PatternPrefix group = literal(pattern.substring(2, pattern.length() - 2) + "$", anyCase);
            return group != null && group.exact ? group : null;
        }
        return pattern.indexOf('|') >= 0 ? null : literal(pattern.substring(1), anyCase);
    }

    /** Characters up to the first that stands for others. */
    private static @Nullable PatternPrefix literal(String pattern, boolean anyCase) {
        StringBuilder start = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '$') return made(start, i == pattern.length() - 1);
            if (c == '*' || c == '?' || c == '{') {
                if (!start.isEmpty()) start.setLength(start.offsetByCodePoints(start.length(), -1));
                return made(start, false);
            }
            if (c == '\\') {
                if (i + 1 == pattern.length() || SPECIAL.indexOf(pattern.charAt(i + 1)) < 0) return made(start, false);
                c = pattern.charAt(++i);
            } else if (SPECIAL.indexOf(c) >= 0) {
                return made(start, false);
            }
            if (anyCase && hasCase(c)) return made(start, false);
            start.append(c);
        }
        return made(start, false);
    }

    /** A value above all that begin so, and below all others that are above them; null when there is none. */
    public @Nullable Object above(PgType type) {
        if (start instanceof byte[] bytes) {
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == (byte) 0xff) end--;
            if (end == 0) return null;
            byte[] next = Arrays.copyOf(bytes, end);
            next[end - 1]++;
            return next;
        }
        String text = (String) start;
        int end = text.length();
        while (end > 0) {
            int last = text.codePointBefore(end);
            end -= Character.charCount(last);
            if (last == CODE_POINT_MAX) continue;
            int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
            if (next == ' ' && type.oid() == TypeOid.BPCHAR) next++; // trailing blanks of char(n) do not count
            return new StringBuilder(text.substring(0, end)).appendCodePoint(next).toString();
        }
        return null;
    }
}
