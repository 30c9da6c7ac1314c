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
        long plain = plain(text);
        if (plain != Long.MIN_VALUE) return plain;
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

    /** yyyy-mm-dd, the usual form; Long.MIN_VALUE for everything else. */
    private static long plain(String text) {
        if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') return Long.MIN_VALUE;
        int year = 0;
        for (int i = 0; i < 4; i++) {
            if (!Ascii.isDigit(text.charAt(i))) return Long.MIN_VALUE;
            year = year * 10 + (text.charAt(i) - '0');
        }
        int month = two(text, 5);
        int day = two(text, 8);
        if (year == 0 || month < 1 || month > 12 || day < 1 || day > CivilTime.daysInMonth(year, month)) return Long.MIN_VALUE;
        return CivilTime.days(year, month, day);
    }

    /** Two digits, or -1. */
    static int two(String text, int at) {
        int tens = text.charAt(at) - '0';
        int ones = text.charAt(at + 1) - '0';
        return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
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
