package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.ArrayList;
import java.util.List;

/** Multiranges of one type. Binary: the number of ranges, then each with its length. */
final class MultirangeCodec implements TypeCodec {
    private final RangeCodec range;

    MultirangeCodec(RangeCodec range) {
        this.range = range;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putByte('{');
        boolean more = false;
        for (PgRange each : ((PgMultirange) value).ranges()) {
            if (more) out.putByte(',');
            range.encodeText(each, context, out);
            more = true;
        }
        out.putByte('}');
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        List<PgRange> ranges = ((PgMultirange) value).ranges();
        out.putInt(ranges.size());
        for (PgRange each : ranges) {
            int at = out.size();
            out.putInt(0);
            range.encodeBinary(each, context, out);
            out.setInt(at, out.size() - at - 4);
        }
    }

    private static PgException malformed(String text, String detail) {
        return PgError.error(SqlState.INVALID_TEXT_REPRESENTATION, "malformed multirange literal: \"" + text + "\"").withDetail(detail).exception();
    }

    private static int blanks(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) <= ' ' && Ascii.isSpace((byte) text.charAt(at))) at++;
        return at;
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        List<PgRange> ranges = new ArrayList<>();
        int at = blanks(text, 0);
        if (at >= text.length() || text.charAt(at) != '{') throw malformed(text, "Missing left brace.");
        at = blanks(text, at + 1);
        while (peek(text, at) != '}' || !ranges.isEmpty()) {
            int end = at;
            if (text.regionMatches(true, at, "empty", 0, 5)) end = at + 5;
            else if (peek(text, at) == '[' || peek(text, at) == '(') end = rangeEnd(text, at);
            else throw malformed(text, "Expected range start.");
            ranges.add((PgRange) range.decodeText(text.substring(at, end), typmod, context));
            at = blanks(text, end);
            char next = peek(text, at);
            if (next == '}') break;
            if (next != ',') throw malformed(text, "Expected comma or end of multirange.");
            at = blanks(text, at + 1);
        }
        if (blanks(text, at + 1) < text.length()) throw malformed(text, "Junk after closing right brace.");
        return PgMultirange.of(range.subtype(), ranges);
    }

    private static char peek(String text, int at) {
        if (at >= text.length()) throw malformed(text, "Unexpected end of input.");
        return text.charAt(at);
    }

    /** Behind the bracket that ends the range. */
    private static int rangeEnd(String text, int from) {
        boolean quoted = false;
        for (int at = from + 1; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\') at++;
            else if (c == '"') quoted = !quoted;
            else if (!quoted && (c == ']' || c == ')')) return at + 1;
        }
        throw malformed(text, "Unexpected end of input.");
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int count = in.getInt();
        List<PgRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = in.getInt();
            if (size < 0 || size > in.remaining()) throw TypeErrors.invalidBinary("insufficient data left in message");
            ranges.add((PgRange) range.decodeBinary(new ByteReader(in.array(), in.position(), size), size, typmod, context));
            in.skip(size);
        }
        return PgMultirange.of(range.subtype(), ranges);
    }
}
