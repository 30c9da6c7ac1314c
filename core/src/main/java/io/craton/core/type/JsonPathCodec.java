package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** jsonpath. Binary: version 1, then the text. */
final class JsonPathCodec implements TypeCodec {
    private static final int VERSION = 1;

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putUtf8(value.toString());
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putByte(VERSION);
        out.putUtf8(value.toString());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return JsonPath.parse(text);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        int version = in.getByte();
        if (version != VERSION) throw new PgException(SqlState.INTERNAL_ERROR, "unsupported jsonpath version number: " + version);
        int start = in.position();
        in.skip(length - 1);
        return decodeText(Utf8.decode(in.array(), start, length - 1), typmod, context);
    }
}
