package io.craton.core.type;

/** timestamp and timestamptz: micros since 2000-01-01 in eight bytes; the extremes are the infinities. Typmod: digits of the fraction. */
final class TimestampCodec implements TypeCodec {
    private final boolean zoned;

    TimestampCodec(boolean zoned) {
        this.zoned = zoned;
    }

    private String name() {
        return zoned ? "timestamp with time zone" : "timestamp";
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        DateTimeFormat.putTimestamp((Long) value, zoned, context, out);
    }

    @Override
    public void encodeTextLong(long value, FormatContext context, ByteWriter out) {
        DateTimeFormat.putTimestamp(value, zoned, context, out);
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
        long plain = zoned ? PlainDateTime.instant(text, context.zone()) : PlainDateTime.timestamp(text);
        if (plain != PlainDateTime.OTHER) return CivilTime.rounded(plain, typmod);
        DateTimeReader reader = new DateTimeReader(name(), text, context).readDateTime();
        if (reader.special != null) {
            return switch (reader.special) {
                case LATE -> CivilTime.INFINITY;
                case EARLY -> CivilTime.MINUS_INFINITY;
                default -> -CivilTime.EPOCH_SECONDS * CivilTime.MICROS_PER_SECOND;
            };
        }
        long days = CivilTime.days(reader.year, reader.month, reader.day);
        if (Math.abs(days) > 110_000_000L) throw DateTimeErrors.outOfRange("timestamp", text);
        long micros = days * CivilTime.MICROS_PER_DAY + reader.micros;
        if (zoned) {
            Zone zone = reader.zone != null ? reader.zone : context.zone();
            micros -= zone.offsetOfLocal(micros) * CivilTime.MICROS_PER_SECOND;
        }
        if (micros < CivilTime.TIMESTAMP_MIN || micros >= CivilTime.TIMESTAMP_END) throw DateTimeErrors.outOfRange("timestamp", text);
        return CivilTime.rounded(micros, typmod);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return decodeBinaryLong(in, length, typmod, context);
    }

    @Override
    public long decodeBinaryLong(ByteReader in, int length, int typmod, FormatContext context) {
        long micros = in.getLong();
        return CivilTime.isInfinite(micros) ? micros : CivilTime.rounded(CivilTime.checkTimestamp(micros), typmod);
    }
}
