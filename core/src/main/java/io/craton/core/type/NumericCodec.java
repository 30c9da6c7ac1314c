package io.craton.core.type;

/** numeric. See {@link NumericFormat} for the forms. */
final class NumericCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        NumericFormat.putText((Numeric) value, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        NumericFormat.putBinary((Numeric) value, out);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return NumericFormat.applyTypmod(NumericFormat.parse(text), typmod);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return NumericFormat.applyTypmod(NumericFormat.readBinary(in), typmod);
    }
}
