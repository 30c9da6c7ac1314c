package io.craton.core.type;

/** interval. Binary: micros, days, months. Typmod: a mask of fields in the high half, digits of the fraction in the low half. */
final class IntervalCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putAscii(IntervalFormat.format((Interval) value, context.intervalStyle()));
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        Interval interval = (Interval) value;
        out.putLong(interval.micros());
        out.putInt(interval.days());
        out.putInt(interval.months());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        return IntervalFormat.applyTypmod(IntervalReader.read(text, typmod, context.intervalStyle()), typmod);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        long micros = in.getLong();
        int days = in.getInt();
        return IntervalFormat.applyTypmod(new Interval(in.getInt(), days, micros), typmod);
    }
}
