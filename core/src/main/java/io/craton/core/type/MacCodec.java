package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** macaddr (6 bytes) and macaddr8 (8 bytes), held as the bits of a long. Six bytes given for macaddr8 get ff:fe in the middle. */
final class MacCodec implements TypeCodec {
    private final int size;

    MacCodec(int size) {
        this.size = size;
    }

    private String name() {
        return size == 6 ? "macaddr" : "macaddr8";
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        long bits = (Long) value;
        for (int i = size - 1; i >= 0; i--) {
            int b = (int) (bits >> i * 8 & 0xff);
            out.putByte(Character.forDigit(b >> 4, 16));
            out.putByte(Character.forDigit(b & 15, 16));
            if (i > 0) out.putByte(':');
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        long bits = (Long) value;
        for (int i = size - 1; i >= 0; i--) out.putByte((int) (bits >> i * 8));
    }

    /** Pairs of digits with one kind of separator after every pair, every two pairs, half, or none. */
    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        String word = Ascii.strip(text);
        char separator = '\0';
        StringBuilder digits = new StringBuilder();
        int group = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (Ascii.hex(c) >= 0) {
                digits.append(c);
                group++;
            } else if ((c == ':' || c == '-' || c == '.') && (separator == '\0' || separator == c) && group > 0 && i < word.length() - 1) {
                separator = c;
                if (group == 1) digits.insert(digits.length() - 1, '0');
                if (size == 6 && group == 3) throw overflow(text);
                group = 0;
            } else {
                throw TypeErrors.invalidText(name(), text);
            }
        }
        if (separator != '\0' && group == 1) digits.insert(digits.length() - 1, '0');
        if (size == 6 && separator == ':' && group == 3) throw overflow(text);
        if (digits.length() == 12 && size == 8) digits.insert(6, "fffe");
        if (digits.length() != size * 2) throw TypeErrors.invalidText(name(), text);
        return Long.parseUnsignedLong(digits.toString(), 16);
    }

    private PgException overflow(String text) {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "invalid octet value in \"macaddr\" value: \"" + text + "\"");
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        long bits = 0;
        int count = size == 8 && length == 6 ? 6 : size;
        for (int i = 0; i < count; i++) {
            if (count < size && i == 3) bits = bits << 16 | 0xfffe;
            bits = bits << 8 | in.getByte() & 0xff;
        }
        return bits;
    }
}
