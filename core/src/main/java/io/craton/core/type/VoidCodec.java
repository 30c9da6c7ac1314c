package io.craton.core.type;

/** void: the empty string whatever the value. */
final class VoidCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {}

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {}

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return "";
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        in.skip(length);
        return "";
    }
}
