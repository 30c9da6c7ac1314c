package io.craton.core.type;

import io.craton.core.error.PgException;

/** int2, int4, int8: decimal text, big-endian binary. */
final class IntegerCodec implements TypeCodec {
    private final String name;
    private final int size;
    private final long min;
    private final long max;

    IntegerCodec(String name, int size) {
        this.name = name;
        this.size = size;
        this.min = -1L << size * 8 - 1;
        this.max = ~min;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putDecimal((Long) value);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        encodeBinaryLong((Long) value, context, out);
    }

    @Override
    public void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        out.putDecimal(value);
    }

    @Override
    public void encodeBinaryLong(long value, FormatContext context, ByteWriter out) {
        switch (size) {
            case 2 -> out.putShort((int) value);
            case 4 -> out.putInt((int) value);
            default -> out.putLong(value);
        }
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        int end = text.length();
        int at = 0;
        while (at < end && Ascii.isSpace(text.charAt(at))) at++;
        boolean negative = false;
        if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) negative = text.charAt(at++) == '-';
        if (at == end || !Ascii.isDigit(text.charAt(at))) throw TypeErrors.invalidText(name, text);
        long value = 0;
        for (; at < end && Ascii.isDigit(text.charAt(at)); at++) {
            int digit = text.charAt(at) - '0';
            if (value < (min + digit) / 10) throw outOfRange(text);
            value = value * 10 - digit;
            if (value < min) throw outOfRange(text);
        }
        while (at < end && Ascii.isSpace(text.charAt(at))) at++;
        if (at != end) throw TypeErrors.invalidText(name, text);
        if (!negative) {
            if (value == min) throw outOfRange(text);
            value = -value;
        }
        return value;
    }

    private PgException outOfRange(String text) {
        return TypeErrors.outOfRange(name, text);
    }

    /** The usual case, digits that cannot overflow, without a String. */
    @Override
    public long decodeTextLong(byte[] bytes, int offset, int length, int typmod, FormatContext context) {
        int at = offset;
        int end = offset + length;
        boolean negative = length > 1 && bytes[at] == '-';
        if (negative) at++;
        if (end - at <= 18 && end > at) {
            long value = 0;
            while (at < end && bytes[at] >= '0' && bytes[at] <= '9') value = value * 10 + (bytes[at++] - '0');
            if (at == end) {
                if (negative) value = -value;
                if (value >= min && value <= max) return value;
            }
        }
        return (Long) decodeText(Utf8.decode(bytes, offset, length), typmod, context);
    }

    @Override
    public Object decodeText(byte[] bytes, int offset, int length, int typmod, FormatContext context) {
        return decodeTextLong(bytes, offset, length, typmod, context);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return decodeBinaryLong(in, length, typmod, context);
    }

    @Override
    public long decodeBinaryLong(ByteReader in, int length, int typmod, FormatContext context) {
        return switch (size) {
            case 2 -> in.getShort();
            case 4 -> in.getInt();
            default -> in.getLong();
        };
    }
}
