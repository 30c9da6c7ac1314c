package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads one array literal: optional bounds, nested braces, quoted and bare elements. Used once. */
final class ArrayTextReader {
    private static final int UNKNOWN = -1;

    private final String text;
    private final PgType elementType;
    private final boolean nulls;
    private final Function<String, Object> decode;
    private final List<Object> items = new ArrayList<>();
    private final int[] sizes = new int[ArrayCodec.DIMENSIONS_MAX];
    private int dimensions = UNKNOWN;
    private int at;

    ArrayTextReader(String text, PgType elementType, boolean nulls, Function<String, Object> decode) {
        this.text = text;
        this.elementType = elementType;
        this.nulls = nulls;
        this.decode = decode;
    }

    PgArray read() {
        skipSpace();
        List<int[]> bounds = new ArrayList<>();
        while (peek() == '[') bounds.add(bound());
        if (bounds.isEmpty()) {
            if (peek() != '{') throw malformed("Array value must start with \"{\" or dimension information.");
        } else {
            if (peek() != '=') throw malformed("Missing \"=\" after array dimensions.");
            at++;
            skipSpace();
            if (peek() != '{') throw malformed("Array contents must start with \"{\".");
        }
        java.util.Arrays.fill(sizes, UNKNOWN);
        array(0);
        skipSpace();
        if (at < text.length()) throw malformed("Junk after closing right brace.");
        if (items.isEmpty()) {
            return new PgArray(elementType, new int[0], new int[0], new Object[0]);
        }
        int[] shape = java.util.Arrays.copyOf(sizes, dimensions);
        int[] lowerBounds = new int[dimensions];
        java.util.Arrays.fill(lowerBounds, 1);
        if (!bounds.isEmpty()) {
            if (bounds.size() != dimensions) throw malformed("Specified array dimensions do not match array contents.");
            for (int i = 0; i < dimensions; i++) {
                if (bounds.get(i)[1] != shape[i]) throw malformed("Specified array dimensions do not match array contents.");
                lowerBounds[i] = bounds.get(i)[0];
            }
        }
        return new PgArray(elementType, shape, lowerBounds, items.toArray());
    }

    /** One {@code [lower:upper]}: lower bound and size. */
    private int[] bound() {
        at++;
        skipSpace();
        long first = number();
        skipSpace();
        long lower = 1;
        long upper = first;
        if (peek() == ':') {
            at++;
            skipSpace();
            lower = first;
            upper = number();
            skipSpace();
        }
        if (peek() != ']') throw malformed("Missing \"]\" after array dimensions.");
        at++;
        skipSpace();
        if (upper < lower) throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "upper bound cannot be less than lower bound");
        if (upper - lower + 1 > 134217727L) {
            throw new PgException(SqlState.PROGRAM_LIMIT_EXCEEDED, "array size exceeds the maximum allowed (134217727)");
        }
        return new int[] {(int) lower, (int) (upper - lower + 1)};
    }

    private long number() {
        int start = at;
        if (peek() == '-' || peek() == '+') at++;
        while (Ascii.isDigit(peek())) at++;
        if (at == start || at == start + 1 && !Ascii.isDigit(text.charAt(start))) throw malformed("Missing array dimension value.");
        if (at - start > 11) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "array bound is out of integer range");
        return Long.parseLong(text.substring(start, at));
    }

    private void array(int depth) {
        if (depth >= ArrayCodec.DIMENSIONS_MAX) throw ArrayCodec.tooManyDimensions(depth + 1);
        at++;
        int count = 0;
        skipSpace();
        if (peek() == '}' && depth == 0) {
            at++;
            return;
        }
        while (true) {
            skipSpace();
            int c = peek();
            if (c == -1) throw malformed("Unexpected end of input.");
            if (c == '{') {
                if (dimensions == depth + 1) throw mismatch();
                array(depth + 1);
            } else {
                if (dimensions == UNKNOWN) dimensions = depth + 1;
                else if (dimensions != depth + 1) throw mismatch();
                item();
            }
            count++;
            skipSpace();
            c = peek();
            if (c == elementType.delimiter()) {
                at++;
            } else if (c == '}') {
                at++;
                break;
            } else if (c == -1) {
                throw malformed("Unexpected end of input.");
            } else if (c == '{') {
                throw malformed("Unexpected \"{\" character.");
            } else {
                throw malformed("Unexpected array element.");
            }
        }
        if (sizes[depth] == UNKNOWN) sizes[depth] = count;
        else if (sizes[depth] != count) throw mismatch();
    }

    private PgException mismatch() {
        return malformed("Multidimensional arrays must have sub-arrays with matching dimensions.");
    }

    private void item() {
        int c = peek();
        if (c == '}' || c == elementType.delimiter()) throw malformed("Unexpected \"" + (char) c + "\" character.");
        StringBuilder out = new StringBuilder();
        if (c == '"') {
            quoted(out);
            skipSpace();
            int next = peek();
            if (next != -1 && next != '}' && next != '{' && next != elementType.delimiter()) {
                throw malformed(next == '"' ? "Unexpected array element." : "Incorrectly quoted array element.");
            }
            items.add(decode.apply(out.toString()));
            return;
        }
        int keep = 0;
        boolean escaped = false;
        for (; ; at++) {
            c = peek();
            if (c == -1) throw malformed("Unexpected end of input.");
            if (c == '}' || c == elementType.delimiter()) break;
            if (c == '{') throw malformed("Unexpected \"{\" character.");
            if (c == '"') throw malformed("Incorrectly quoted array element.");
            if (c == '\\') {
                escaped = true;
                at++;
                if (peek() == -1) throw malformed("Unexpected end of input.");
                out.append(text.charAt(at));
                keep = out.length();
            } else {
                out.append((char) c);
                if (!Ascii.isSpace(c)) keep = out.length();
            }
        }
        out.setLength(keep);
        boolean isNull = nulls && !escaped && out.length() == 4 && out.toString().equalsIgnoreCase("null");
        items.add(isNull ? null : decode.apply(out.toString()));
    }

    private void quoted(StringBuilder out) {
        for (at++; ; at++) {
            int c = peek();
            if (c == '"') break;
            if (c == '\\') {
                at++;
                c = peek();
            }
            if (c == -1) throw malformed("Unexpected end of input.");
            out.append((char) c);
        }
        at++;
    }

    private int peek() {
        return at < text.length() ? text.charAt(at) : -1;
    }

    private void skipSpace() {
        while (Ascii.isSpace(peek())) at++;
    }

    private PgException malformed(String detail) {
        return ArrayCodec.malformed(text, detail);
    }
}
