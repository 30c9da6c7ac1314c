package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** Columns of type anyarray hold arrays, each of a type of its own: it is written as that. There is no reading it. */
final class AnyArrayCodec implements TypeCodec {
    private static TypeCodec of(Object value, FormatContext context) {
        PgType element = ((PgArray) value).elementType();
        return new ArrayCodec(element, TypeCodecs.of(element, context.types()));
    }

    private static PgException refuse() {
        return new PgException(SqlState.FEATURE_NOT_SUPPORTED, "cannot accept a value of type anyarray");
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        of(value, context).encodeText(value, context, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        of(value, context).encodeBinary(value, context, out);
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
