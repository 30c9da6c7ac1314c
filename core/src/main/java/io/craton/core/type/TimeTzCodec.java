package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;

/** timetz: micros of the day, then seconds west of UTC. */
final class TimeTzCodec implements TypeCodec {
    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        TimeTz time = (TimeTz) value;
        DateTimeFormat.putTime(time.micros(), out);
        DateTimeFormat.putOffset(-time.zoneSeconds(), out);
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        TimeTz time = (TimeTz) value;
        out.putLong(time.micros());
        out.putInt(time.zoneSeconds());
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        DateTimeReader reader = new DateTimeReader("time with time zone", text, context).readTime();
        Zone zone = reader.zone;
        if (zone == null) zone = context.zone();
        long days = reader.hasDate() ? CivilTime.days(reader.year, reader.month, reader.day)
                : Math.floorDiv(TimeZones.toLocal(context.nowMicros(), context.zone()), CivilTime.MICROS_PER_DAY);
        int offset = zone.offsetOfLocal(days * CivilTime.MICROS_PER_DAY + reader.micros);
        return new TimeTz(CivilTime.rounded(reader.micros, typmod), -offset);
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        long micros = TimeCodec.check(in.getLong());
        int zone = in.getInt();
        if (!TimeZones.validDisplacement(zone)) {
            throw new PgException(SqlState.INVALID_TIME_ZONE_DISPLACEMENT_VALUE, "time zone displacement out of range");
        }
        return new TimeTz(CivilTime.rounded(micros, typmod), zone);
    }
}
