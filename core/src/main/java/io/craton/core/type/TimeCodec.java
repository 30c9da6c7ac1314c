package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** time: micros of the day in eight bytes. */
final class TimeCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        DateTimeFormat.putTime((Long) value, out);
    }

    @Override
    public void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        DateTimeFormat.putTime(value, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putLong((Long) value);
    }

    @Override
    public void encodeBinaryLong(long value, FormatContext context, ByteWriter out) {
        out.putLong(value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        DateTimeReader reader = new DateTimeReader("time", text, context).readTime();
        return CivilTime.rounded(reader.micros, typmod);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return CivilTime.rounded(check(in.getLong()), typmod);
    }

    static long check(long micros) {
        if (micros < 0 || micros > CivilTime.MICROS_PER_DAY) throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "time out of range");
        return micros;
    }
}
