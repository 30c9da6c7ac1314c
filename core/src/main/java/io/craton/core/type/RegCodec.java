package io.craton.core.type;

/** regclass, regtype, regproc and the like: an oid that prints as a name. */
final class RegCodec implements TypeCodec {
    private final int typeOid;

    RegCodec(int typeOid) {
        this.typeOid = typeOid;
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putUtf8(context.names().print(typeOid, (Long) value & 0xffffffffL));
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putInt((int) (long) (Long) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return context.names().parse(typeOid, text);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return in.getInt() & 0xffffffffL;
    }
}
