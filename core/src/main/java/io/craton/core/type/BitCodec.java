package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** bit(n) and bit varying(n): digits 0 and 1, or hexadecimal after an x. Binary: number of bits, then the bytes. */
final class BitCodec implements TypeCodec {
    private final boolean varying;

    BitCodec(boolean varying) {
        this.varying = varying;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putAscii(value.toString());
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        BitString bits = (BitString) value;
        out.putInt(bits.length());
        out.putBytes(bits.bytes());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        char prefix = text.isEmpty() ? '\0' : text.charAt(0);
        boolean hex = prefix == 'x' || prefix == 'X';
        String digits = hex || prefix == 'b' || prefix == 'B' ? text.substring(1) : text;
        int width = hex ? 4 : 1;
        byte[] bytes = new byte[(digits.length() * width + 7) / 8];
        for (int i = 0; i < digits.length(); i++) {
            int digit = hex ? Ascii.hex(digits.charAt(i)) : digits.charAt(i) - '0';
            if (digit < 0 || !hex && digit > 1) {
                throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "\"" + digits.substring(i, digits.offsetByCodePoints(i, 1))
                        + "\" is not a valid " + (hex ? "hexadecimal" : "binary") + " digit");
            }
            int bit = i * width;
            bytes[bit >> 3] |= (byte) (digit << 8 - width - (bit & 7));
        }
        return checked(new BitString(digits.length() * width, bytes), typmod);
    }

    private BitString checked(BitString bits, int typmod) {
        if (typmod <= 0) return bits;
        if (varying ? bits.length() > typmod : bits.length() != typmod) {
            if (varying) throw new PgException(SqlState.STRING_DATA_RIGHT_TRUNCATION, "bit string too long for type bit varying(" + typmod + ")");
            throw new PgException(SqlState.STRING_DATA_LENGTH_MISMATCH,
                    "bit string length " + bits.length() + " does not match type bit(" + typmod + ")");
        }
        return bits;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int bits = in.getInt();
        if (bits < 0 || (bits + 7L) / 8 > in.remaining()) throw TypeErrors.invalidBinary("invalid length in external bit string");
        byte[] bytes = in.getBytes((bits + 7) / 8);
        if ((bits & 7) != 0) bytes[bytes.length - 1] &= (byte) (0xff << 8 - (bits & 7));
        return checked(new BitString(bits, bytes), typmod);
    }
}
