package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.nio.charset.StandardCharsets;

/** bytea: hex or escape text. */
final class ByteaCodec implements TypeCodec {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        byte[] bytes = (byte[]) value;
        if (context.byteaHex()) {
            out.ensure(2 + bytes.length * 2);
            out.putByte('\\');
            out.putByte('x');
            for (byte b : bytes) {
                out.putByte(HEX[b >> 4 & 15]);
                out.putByte(HEX[b & 15]);
            }
            return;
        }
        for (byte b : bytes) {
            if (b == '\\') {
                out.putByte('\\');
                out.putByte('\\');
            } else if (b < 0x20 || b > 0x7e) {
                out.putByte('\\');
                out.putByte('0' + (b >> 6 & 3));
                out.putByte('0' + (b >> 3 & 7));
                out.putByte('0' + (b & 7));
            } else {
                out.putByte(b);
            }
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putBytes((byte[]) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return text.startsWith("\\x") ? hex(text, 2) : escape(text);
    }

    /** Hex digits from {@code start}; white space between bytes is skipped. */
    static byte[] hex(String text, int start) {
        ByteWriter out = new ByteWriter((text.length() - start) / 2 + 1);
        int at = start;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                at++;
                continue;
            }
            int high = digit(text, at);
            if (at + 1 >= text.length()) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid hexadecimal data: odd number of digits");
            }
            out.putByte(high << 4 | digit(text, at + 1));
            at += 2;
        }
        return out.toByteArray();
    }

    private static int digit(String text, int at) {
        int value = Ascii.hex(text.charAt(at));
        if (value < 0) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE,
                    "invalid hexadecimal digit: \"" + text.substring(at, text.offsetByCodePoints(at, 1)) + "\"");
        }
        return value;
    }

    private static byte[] escape(String text) {
        byte[] source = text.getBytes(StandardCharsets.UTF_8);
        ByteWriter out = new ByteWriter(source.length);
        for (int at = 0; at < source.length; ) {
            if (source[at] != '\\') {
                out.putByte(source[at++]);
            } else if (at + 3 < source.length && source[at + 1] >= '0' && source[at + 1] <= '3' && octal(source[at + 2]) && octal(source[at + 3])) {
                out.putByte(source[at + 1] - '0' << 6 | source[at + 2] - '0' << 3 | source[at + 3] - '0');
                at += 4;
            } else if (at + 1 < source.length && source[at + 1] == '\\') {
                out.putByte('\\');
                at += 2;
            } else {
                throw new PgException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for type bytea");
            }
        }
        return out.toByteArray();
    }

    private static boolean octal(byte b) {
        return b >= '0' && b <= '7';
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return in.getBytes(length);
    }
}
