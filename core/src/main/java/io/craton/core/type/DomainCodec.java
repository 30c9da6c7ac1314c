package io.craton.core.type;

/** A domain: its base type's forms under the domain's own typmod. Its constraints are checked by the executor, not here. */
final class DomainCodec implements TypeCodec {
    private final TypeCodec base;
    private final int typmod;

    DomainCodec(TypeCodec base, int typmod) {
        this.base = base;
        this.typmod = typmod;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        base.encodeText(value, context, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        base.encodeBinary(value, context, out);
    }

    @Override
    public Object decodeText(String text, int ignored, FormatContext context) {
        return base.decodeText(text, typmod, context);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int ignored, FormatContext context) {
        return base.decodeBinary(in, length, typmod, context);
    }
}
