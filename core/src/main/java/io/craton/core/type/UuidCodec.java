package io.craton.core.type;

import java.util.UUID;

/** uuid: hyphens are allowed after any group of four digits, braces around the whole. */
final class UuidCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putAscii(value.toString());
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        UUID uuid = (UUID) value;
        out.putLong(uuid.getMostSignificantBits());
        out.putLong(uuid.getLeastSignificantBits());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        int at = 0;
        boolean braces = text.startsWith("{");
        if (braces) at++;
        long high = 0;
        long low = 0;
        for (int i = 0; i < 16; i++) {
            int first = at < text.length() ? Ascii.hex(text.charAt(at)) : -1;
            int second = at + 1 < text.length() ? Ascii.hex(text.charAt(at + 1)) : -1;
            if (first < 0 || second < 0) throw TypeErrors.invalidText("uuid", text);
            if (i < 8) high = high << 8 | first << 4 | second;
            else low = low << 8 | first << 4 | second;
            at += 2;
            if (i % 2 == 1 && i < 15 && at < text.length() && text.charAt(at) == '-') at++;
        }
        if (braces && (at >= text.length() || text.charAt(at++) != '}') || at != text.length()) {
            throw TypeErrors.invalidText("uuid", text);
        }
        return new UUID(high, low);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        long high = in.getLong();
        return new UUID(high, in.getLong());
    }
}
