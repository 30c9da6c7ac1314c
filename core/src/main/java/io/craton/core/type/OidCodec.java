package io.craton.core.type;

/** oid, xid, cid (unsigned 32 bits) and xid8 (unsigned 64 bits). */
final class OidCodec implements TypeCodec {
    private final String name;
    private final boolean wide;

    OidCodec(String name, boolean wide) {
        this.name = name;
        this.wide = wide;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        encodeTextLong((Long) value, context, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        encodeBinaryLong((Long) value, context, out);
    }

    @Override
    public void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        if (wide && value < 0) out.putAscii(Long.toUnsignedString(value));
        else out.putDecimal(wide ? value : value & 0xffffffffL);
    }

    @Override
    public void encodeBinaryLong(long value, FormatContext context, ByteWriter out) {
        if (wide) out.putLong(value);
        else out.putInt((int) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return parse(text);
    }

    /** Negative numbers down to the signed minimum wrap around, as C's strtoul does. */
    long parse(String text) {
        String digits = Ascii.strip(text);
        boolean strict = name.equals("oid");
        int at = 0;
        boolean negative = false;
        if (!digits.isEmpty() && (digits.charAt(0) == '-' || digits.charAt(0) == '+')) negative = digits.charAt(at++) == '-';
        int base = 10;
        if (!strict && digits.startsWith("0", at)) { // C's strtoul with base 0: hexadecimal and octal
            boolean hexadecimal = digits.length() > at + 2 && (digits.charAt(at + 1) | 32) == 'x' && Ascii.hex(digits.charAt(at + 2)) >= 0;
            base = hexadecimal ? 16 : 8;
            if (hexadecimal) at += 2;
        }
        int start = at;
        long value = 0;
        long most = wide ? -1L : 0xffffffffL;
        for (; at < digits.length() && Character.digit(digits.charAt(at), base) >= 0; at++) {
            int digit = Character.digit(digits.charAt(at), base);
            if (Long.compareUnsigned(value, Long.divideUnsigned(most - digit, base)) > 0) {
                if (strict) throw TypeErrors.outOfRange(name, text);
                return most;
            }
            value = value * base + digit;
        }
        if (strict && (at == start || at < digits.length())) throw TypeErrors.invalidText(name, text);
        if (negative) {
            if (strict && value > 0x80000000L) throw TypeErrors.outOfRange(name, text);
            value = wide ? -value : -value & 0xffffffffL;
        }
        return value;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return decodeBinaryLong(in, length, typmod, context);
    }

    @Override
    public long decodeBinaryLong(ByteReader in, int length, int typmod, FormatContext context) {
        return wide ? in.getLong() : in.getInt() & 0xffffffffL;
    }
}
