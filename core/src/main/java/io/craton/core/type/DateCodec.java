package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** date: days since 2000-01-01 in four bytes; the extremes are the infinities. */
final class DateCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        DateTimeFormat.putDate((Long) value, context, out);
    }

    @Override
    public void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        DateTimeFormat.putDate(value, context, out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        out.putInt((int) (long) (Long) value);
    }

    @Override
    public void encodeBinaryLong(long value, FormatContext context, ByteWriter out) {
        out.putInt((int) value);
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        long plain = PlainDateTime.date(text);
        if (plain != PlainDateTime.OTHER) return plain;
        DateTimeReader reader = new DateTimeReader("date", text, context).readDateTime();
        if (reader.special != null) {
            return switch (reader.special) {
                case LATE -> CivilTime.DATE_INFINITY;
                case EARLY -> CivilTime.DATE_MINUS_INFINITY;
                default -> (long) -CivilTime.EPOCH_DAYS;
            };
        }
        long days = CivilTime.days(reader.year, reader.month, reader.day);
        if (!inRange(days)) throw DateTimeErrors.outOfRange("date", text);
        return days;
    }

    static boolean inRange(long days) {
        return days >= CivilTime.DATE_MIN && days < CivilTime.DATE_END;
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return decodeBinaryLong(in, length, typmod, context);
    }

    @Override
    public long decodeBinaryLong(ByteReader in, int length, int typmod, FormatContext context) {
        long days = in.getInt();
        if (!CivilTime.isInfiniteDate(days) && !inRange(days)) {
            throw new PgException(SqlState.DATETIME_FIELD_OVERFLOW, "date out of range");
        }
        return days;
    }
}
