package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;

/**
 * A LIKE pattern: pieces between percent signs. The first and last are anchored unless the pattern begins or ends with one; those between are
 * found leftmost first, so matching never backtracks over more than one piece. Immutable.
 */
final class LikePattern {
    private static final int ANY_CHARACTER = -1;

    /** Literal when it has no underscore; otherwise code points with {@link #ANY_CHARACTER}. */
    private record Piece(String literal, int[] points, boolean plain) {
        boolean matches(String text, int at) {
            if (plain) return text.startsWith(literal, at);
            int i = at;
            for (int point : points) {
                if (i >= text.length()) return false;
                int have = text.codePointAt(i);
                if (point != ANY_CHARACTER && point != have) return false;
                i += Character.charCount(have);
            }
            return true;
        }

        /** Where a match that starts at {@code at} ends. */
        int end(String text, int at) {
            return plain ? at + literal.length() : text.offsetByCodePoints(at, points.length);
        }

        int find(String text, int from) {
            if (plain) return text.indexOf(literal, from);
            for (int i = from; i <= text.length(); i++) {
                if (i > 0 && i < text.length() && Character.isLowSurrogate(text.charAt(i)) && Character.isHighSurrogate(text.charAt(i - 1))) {
                    continue;
                }
                if (matches(text, i)) return i;
            }
            return -1;
        }

        /** Start of a match that ends with the text, at or after {@code from}; -1 for none. */
        int atEnd(String text, int from) {
            int start;
            if (plain) {
                start = text.length() - literal.length();
            } else {
                start = text.length();
                for (int i = 0; i < points.length; i++) {
                    if (start <= from) return -1;
                    start = text.offsetByCodePoints(start, -1);
                }
            }
            return start >= from && matches(text, start) ? start : -1;
        }
    }

    private final List<Piece> pieces;

    private LikePattern(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /** The pattern with backslash as its escape. */
    static LikePattern compile(String pattern) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        List<Integer> points = new ArrayList<>();
        boolean plain = true;
        for (int i = 0; i < pattern.length(); ) {
            int point = pattern.codePointAt(i);
            i += Character.charCount(point);
            if (point == '%') {
                pieces.add(piece(literal, points, plain));
                plain = true;
                continue;
            }
            boolean any = point == '_';
            if (point == '\\') {
                if (i >= pattern.length()) {
                    throw new PgException(SqlState.INVALID_ESCAPE_SEQUENCE, "LIKE pattern must not end with escape character");
                }
                point = pattern.codePointAt(i);
                i += Character.charCount(point);
            }
            plain &= !any;
            literal.appendCodePoint(point);
            points.add(any ? ANY_CHARACTER : point);
        }
        pieces.add(piece(literal, points, plain));
        return new LikePattern(List.copyOf(pieces));
    }

    private static Piece piece(StringBuilder literal, List<Integer> points, boolean plain) {
        Piece piece = new Piece(literal.toString(), plain ? new int[0] : points.stream().mapToInt(Integer::intValue).toArray(), plain);
        literal.setLength(0);
        points.clear();
        return piece;
    }

    boolean matches(String text) {
        Piece first = pieces.getFirst();
        if (!first.matches(text, 0)) return false;
        int at = first.end(text, 0);
        int last = pieces.size() - 1;
        if (last == 0) return at == text.length();
        for (int i = 1; i < last; i++) {
            Piece piece = pieces.get(i);
            int found = piece.find(text, at);
            if (found < 0) return false;
            at = piece.end(text, found);
        }
        return pieces.get(last).atEnd(text, at) >= 0;
    }

    /** like_escape(): a pattern with another escape character rewritten with backslashes. */
    static String withEscape(String pattern, String escape) {
        if (escape.isEmpty()) return pattern.replace("\\", "\\\\");
        if (CodePoints.length(escape) != 1) {
            throw io.craton.core.error.PgError.error(SqlState.INVALID_ESCAPE_SEQUENCE, "invalid escape string")
                    .withHint("Escape string must be empty or one character.").exception();
        }
        if (escape.equals("\\")) return pattern;
        int mark = escape.codePointAt(0);
        StringBuilder result = new StringBuilder(pattern.length() + 4);
        boolean afterEscape = false;
        for (int i = 0; i < pattern.length(); ) {
            int point = pattern.codePointAt(i);
            i += Character.charCount(point);
            if (point == mark && !afterEscape) {
                result.append('\\');
                afterEscape = true;
            } else if (point == '\\') {
                result.append('\\');
                if (!afterEscape) result.append('\\');
                afterEscape = false;
            } else {
                result.appendCodePoint(point);
                afterEscape = false;
            }
        }
        return result.toString();
    }
}
