package io.craton.core.type;

/** pg_lsn: two hexadecimal halves with a slash between. */
final class LsnCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        long lsn = (Long) value;
        out.putAscii(Long.toHexString(lsn >>> 32).toUpperCase(java.util.Locale.ROOT));
        out.putByte('/');
        out.putAscii(Long.toHexString(lsn & 0xffffffffL).toUpperCase(java.util.Locale.ROOT));
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putLong((Long) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        int slash = text.indexOf('/');
        if (slash < 0) throw TypeErrors.invalidText("pg_lsn", text);
        return half(text.substring(0, slash), text) << 32 | half(text.substring(slash + 1), text);
    }

    private static long half(String digits, String text) {
        if (digits.isEmpty() || digits.length() > 8) throw TypeErrors.invalidText("pg_lsn", text);
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Ascii.hex(digits.charAt(i));
            if (digit < 0) throw TypeErrors.invalidText("pg_lsn", text);
            value = value << 4 | digit;
        }
        return value;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return in.getLong();
    }
}
