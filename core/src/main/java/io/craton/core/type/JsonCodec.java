package io.craton.core.type;

/** json: the text as written, checked. */
final class JsonCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putUtf8((String) value);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putUtf8((String) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        JsonReader.validate(text);
        return text;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int start = in.position();
        in.skip(length);
        return decodeText(Utf8.decode(in.array(), start, length), typmod, context);
    }
}
