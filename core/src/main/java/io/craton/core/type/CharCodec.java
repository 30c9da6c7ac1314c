package io.craton.core.type;

/** "char": one byte, a signed Long. Zero is the empty string; bytes beyond ASCII print as a backslash and three octal digits. */
final class CharCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        int c = (int) (long) (Long) value & 0xff;
        if (c >= 0x80) {
            out.putByte('\\');
            out.putByte('0' + (c >> 6));
            out.putByte('0' + (c >> 3 & 7));
            out.putByte('0' + (c & 7));
        } else if (c != 0) {
            out.putByte(c);
        }
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putByte((int) (long) (Long) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        if (text.isEmpty()) return 0L;
        if (text.length() == 4 && text.charAt(0) == '\\' && octal(text.charAt(1)) && octal(text.charAt(2)) && octal(text.charAt(3))) {
            return (long) (byte) ((text.charAt(1) - '0' << 6) + (text.charAt(2) - '0' << 3) + (text.charAt(3) - '0'));
        }
        return (long) text.substring(0, Character.charCount(text.codePointAt(0)))
                .getBytes(java.nio.charset.StandardCharsets.UTF_8)[0];
    }

    private static boolean octal(char c) {
        return c >= '0' && c <= '7';
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return (long) (byte) in.getByte();
    }
}
