package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Ranges of one type. Binary: flags, then each finite bound with its length. */
final class RangeCodec implements TypeCodec {
    private static final int EMPTY = 1;
    private static final int LOWER_INCLUSIVE = 2;
    private static final int UPPER_INCLUSIVE = 4;
    private static final int LOWER_INFINITE = 8;
    private static final int UPPER_INFINITE = 16;

    private final PgType subtype;
    private final TypeCodec bound;

    RangeCodec(PgType subtype, TypeCodec bound) {
        this.subtype = subtype;
        this.bound = bound;
    }

    PgType subtype() {
        return subtype;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        PgRange range = (PgRange) value;
        if (range.empty()) {
            out.putAscii("empty");
            return;
        }
        out.putByte(range.lowerInclusive() ? '[' : '(');
        if (range.lower() != null) putBound(range.lower(), context, out);
        out.putByte(',');
        if (range.upper() != null) putBound(range.upper(), context, out);
        out.putByte(range.upperInclusive() ? ']' : ')');
    }

    private void putBound(Object value, FormatContext context, ByteWriter out) {
        ByteWriter text = new ByteWriter(24);
        bound.encodeText(value, context, text);
        String plain = new String(text.array(), 0, text.size(), StandardCharsets.UTF_8);
        boolean quoted = plain.isEmpty() || plain.chars().anyMatch(c -> "\"\\()[],".indexOf(c) >= 0 || c <= ' ' && Ascii.isSpace((byte) c));
        out.putUtf8(quoted ? '"' + plain.replace("\\", "\\\\").replace("\"", "\"\"") + '"' : plain);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return new Reader(text, context).read();
    }

    /** Reads one range's text. Used once. */
    private final class Reader {
        private final String text;
        private final FormatContext context;
        private int at;

        Reader(String text, FormatContext context) {
            this.text = text;
            this.context = context;
        }

        private PgException malformed(String detail) {
            return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "malformed range literal: \"" + text + "\"").withDetail(detail).exception();
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void blanks() {
            while (at < text.length() && text.charAt(at) <= ' ' && Ascii.isSpace((byte) text.charAt(at))) at++;
        }

        PgRange read() {
            blanks();
            if (text.regionMatches(true, at, "empty", 0, 5)) {
                at += 5;
                blanks();
                if (at < text.length()) throw malformed("Junk after \"empty\" key word.");
                return PgRange.empty(subtype);
            }
            char open = peek();
            if (open != '[' && open != '(') throw malformed("Missing left parenthesis or bracket.");
            at++;
            String lower = bound();
            if (peek() != ',') throw malformed("Missing comma after lower bound.");
            at++;
            String upper = bound();
            char close = peek();
            if (close != ']' && close != ')') throw malformed("Too many commas.");
            at++;
            blanks();
            if (at < text.length()) throw malformed("Junk after right parenthesis or bracket.");
            return PgRange.of(subtype, value(lower), open == '[', value(upper), close == ']');
        }

        private @Nullable Object value(@Nullable String part) {
            return part == null ? null : bound.decodeText(part, -1, context);
        }

        private @Nullable String bound() {
            char first = peek();
            if (first == ',' || first == ')' || first == ']') return null;
            StringBuilder out = new StringBuilder();
            boolean quoted = false;
            while (quoted || peek() != ',' && peek() != ')' && peek() != ']') {
                if (at >= text.length()) throw malformed("Unexpected end of input.");
                char c = text.charAt(at++);
                if (c == '\\') {
                    if (at >= text.length()) throw malformed("Unexpected end of input.");
                    out.append(text.charAt(at++));
                } else if (c == '"') {
                    if (quoted && peek() == '"') {
                        out.append('"');
                        at++;
                    } else {
                        quoted = !quoted;
                    }
                } else {
                    out.append(c);
                }
            }
            return out.toString();
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        PgRange range = (PgRange) value;
        if (range.empty()) {
            out.putByte(EMPTY);
            return;
        }
        out.putByte((range.lower() == null ? LOWER_INFINITE : range.lowerInclusive() ? LOWER_INCLUSIVE : 0)
                | (range.upper() == null ? UPPER_INFINITE : range.upperInclusive() ? UPPER_INCLUSIVE : 0));
        putBinary(range.lower(), context, out);
        putBinary(range.upper(), context, out);
    }

    private void putBinary(@Nullable Object value, FormatContext context, ByteWriter out) {
        if (value == null) return;
        int at = out.size();
        out.putInt(0);
        bound.encodeBinary(value, context, out);
        out.setInt(at, out.size() - at - 4);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int flags = in.getByte() & 0xff;
        if ((flags & EMPTY) != 0) return PgRange.empty(subtype);
        Object lower = (flags & LOWER_INFINITE) != 0 ? null : binary(in, context);
        Object upper = (flags & UPPER_INFINITE) != 0 ? null : binary(in, context);
        return PgRange.of(subtype, lower, (flags & LOWER_INCLUSIVE) != 0, upper, (flags & UPPER_INCLUSIVE) != 0);
    }

    private Object binary(ByteReader in, FormatContext context) {
        int size = in.getInt();
        if (size < 0 || size > in.remaining()) throw TypeErrors.invalidBinary("insufficient data left in message");
        ByteReader part = new ByteReader(in.array(), in.position(), size);
        Object value = bound.decodeBinary(part, size, -1, context);
        in.skip(size);
        return value;
    }
}
