package io.craton.sql.kernel;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;

/**
 * A LIKE pattern (backslash escapes) made ready for UTF-8 bytes: literal pieces between {@code %}, in which {@code _} is one character.
 * Immutable.
 */
public final class LikePattern {
    /** One piece: bytes, and where {@code _} stands (marked in {@code any}). */
    private record Piece(byte[] bytes, boolean[] any, boolean plain) {}

    private final List<Piece> pieces;
    private final boolean anchoredStart;
    private final boolean anchoredEnd;
    private final boolean dangling;

    private LikePattern(List<Piece> pieces, boolean anchoredStart, boolean anchoredEnd, boolean dangling) {
        this.pieces = pieces;
        this.anchoredStart = anchoredStart;
        this.anchoredEnd = anchoredEnd;
        this.dangling = dangling;
    }

    public static LikePattern of(byte[] pattern) {
        List<Piece> pieces = new ArrayList<>();
        byte[] bytes = new byte[pattern.length];
        boolean[] any = new boolean[pattern.length];
        int size = 0;
        boolean start = true;
        boolean percent = false;
        boolean dangling = false;
        for (int i = 0; i < pattern.length; i++) {
            byte b = pattern[i];
            if (b == '%') {
                if (pieces.isEmpty() && size == 0) start = false;
                if (size > 0) pieces.add(piece(bytes, any, size));
                size = 0;
                percent = true;
                continue;
            }
            percent = false;
            any[size] = false;
            if (b == '\\') {
                if (++i == pattern.length) {
                    dangling = true;
                    break;
                }
                bytes[size++] = pattern[i];
            } else {
                any[size] = b == '_';
                bytes[size++] = b;
            }
        }
        if (size > 0 || pieces.isEmpty() && !percent) pieces.add(piece(bytes, any, size));
        return new LikePattern(List.copyOf(pieces), start, !percent, dangling);
    }

    private static Piece piece(byte[] bytes, boolean[] any, int size) {
        boolean plain = true;
        for (int i = 0; i < size; i++) plain &= !any[i];
        return new Piece(java.util.Arrays.copyOf(bytes, size), java.util.Arrays.copyOf(any, size), plain);
    }

    public boolean matches(byte[] text, int from, int length) {
        int at = from;
        int end = from + length;
        if (dangling) {
            throw new PgException(SqlState.INVALID_ESCAPE_SEQUENCE, "LIKE pattern must not end with escape character");
        }
        int last = pieces.size();
        for (int i = 0; i < last; i++) {
            Piece piece = pieces.get(i);
            boolean first = i == 0 && anchoredStart;
            boolean final_ = i == last - 1 && anchoredEnd;
            if (first) {
                at = matchAt(piece, text, at, end);
                if (at < 0) return false;
                if (final_) return at == end;
            } else if (final_) {
                return matchEnd(piece, text, at, end);
            } else {
                at = find(piece, text, at, end);
                if (at < 0) return false;
            }
        }
        return true;
    }

    /** Position behind the match, or -1. */
    private static int matchAt(Piece piece, byte[] text, int at, int end) {
        byte[] bytes = piece.bytes;
        if (piece.plain) {
            if (end - at < bytes.length) return -1;
            for (int i = 0; i < bytes.length; i++) if (text[at + i] != bytes[i]) return -1;
            return at + bytes.length;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (at >= end) return -1;
            if (piece.any[i]) {
                at++;
                while (at < end && (text[at] & 0xc0) == 0x80) at++;
            } else if (text[at++] != bytes[i]) {
                return -1;
            }
        }
        return at;
    }

    private static boolean matchEnd(Piece piece, byte[] text, int from, int end) {
        if (piece.plain) {
            int start = end - piece.bytes.length;
            return start >= from && matchAt(piece, text, start, end) == end;
        }
        for (int at = from; at <= end; at++) {
            if (at < end && at > from && (text[at] & 0xc0) == 0x80) continue;
            if (matchAt(piece, text, at, end) == end) return true;
        }
        return false;
    }

    private static int find(Piece piece, byte[] text, int from, int end) {
        byte[] bytes = piece.bytes;
        if (bytes.length == 0) return from;
        if (piece.plain) {
            byte head = bytes[0];
            int lastStart = end - bytes.length;
            for (int at = from; at <= lastStart; at++) {
                if (text[at] == head && matchAt(piece, text, at, end) >= 0) return at + bytes.length;
            }
            return -1;
        }
        for (int at = from; at < end; at++) {
            if ((text[at] & 0xc0) == 0x80 && at > from) continue;
            int behind = matchAt(piece, text, at, end);
            if (behind >= 0) return behind;
        }
        return -1;
    }
}
