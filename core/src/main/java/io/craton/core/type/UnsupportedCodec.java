package io.craton.core.type;

import io.craton.core.error.PgException;

/** A type whose values we cannot hold yet: 0A000 with its name, both ways. */
final class UnsupportedCodec implements TypeCodec {
    private final PgType type;

    UnsupportedCodec(PgType type) {
        this.type = type;
    }

    private PgException refuse() {
        return PgException.notSupported("type " + type.name());
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        throw refuse();
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        throw refuse();
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        throw refuse();
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        throw refuse();
    }
}
