package io.craton.core.type;

/** boolean: t and f; any unambiguous prefix of true, false, yes, no, on, off, 1, 0 is read. */
final class BoolCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putByte((Boolean) value ? 't' : 'f');
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putByte((Boolean) value ? 1 : 0);
    }

    @Override
    public void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        out.putByte(value != 0 ? 't' : 'f');
    }

    @Override
    public void encodeBinaryLong(long value, FormatContext context, ByteWriter out) {
        out.putByte(value != 0 ? 1 : 0);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        String word = Ascii.strip(text);
        int length = word.length();
        if (length > 0) {
            if (prefix(word, "true", 1) || prefix(word, "yes", 1) || prefix(word, "on", 2) || word.equals("1")) return true;
            if (prefix(word, "false", 1) || prefix(word, "no", 1) || prefix(word, "off", 2) || word.equals("0")) return false;
        }
        throw TypeErrors.invalidText("boolean", text);
    }

    private static boolean prefix(String word, String whole, int least) {
        return word.length() >= least && word.length() <= whole.length() && whole.regionMatches(true, 0, word, 0, word.length());
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return in.getByte() != 0;
    }
}
