package io.craton.core.type;

import java.nio.charset.StandardCharsets;

/** Text forms of dates and times in the four output styles of DateStyle. */
public final class DateTimeFormat {
    private static final String[] MONTHS = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    private static final String[] DAYS = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

    private DateTimeFormat() {}

    private enum Style { ISO, SQL, POSTGRES, GERMAN }

    private static Style style(FormatContext context) {
        String name = context.dateStyle();
        if (name.equals("ISO")) return Style.ISO;
        if (name.equalsIgnoreCase("SQL")) return Style.SQL;
        if (name.equalsIgnoreCase("Postgres")) return Style.POSTGRES;
        return name.equalsIgnoreCase("German") ? Style.GERMAN : Style.ISO;
    }

    static void putDate(long days, FormatContext context, ByteWriter out) {
        if (CivilTime.isInfiniteDate(days)) {
            out.putAscii(days > 0 ? "infinity" : "-infinity");
            return;
        }
        CivilTime civil = CivilTime.ofDays(days, 0);
        boolean dayFirst = context.dateOrder().equals("DMY");
        switch (style(context)) {
            case ISO -> putYmd(civil, out);
            case SQL -> putThree(dayFirst ? civil.day() : civil.month(), dayFirst ? civil.month() : civil.day(), civil, '/', out);
            case GERMAN -> putThree(civil.day(), civil.month(), civil, '.', out);
            case POSTGRES -> putThree(dayFirst ? civil.day() : civil.month(), dayFirst ? civil.month() : civil.day(), civil, '-', out);
        }
        putEra(civil, out);
    }

    private static void putYmd(CivilTime civil, ByteWriter out) {
        putYear(civil, out);
        out.putByte('-');
        putTwo(civil.month(), out);
        out.putByte('-');
        putTwo(civil.day(), out);
    }

    private static void putThree(int first, int second, CivilTime civil, char delimiter, ByteWriter out) {
        putTwo(first, out);
        out.putByte(delimiter);
        putTwo(second, out);
        out.putByte(delimiter);
        putYear(civil, out);
    }

    private static void putYear(CivilTime civil, ByteWriter out) {
        int year = civil.year() > 0 ? civil.year() : 1 - civil.year();
        if (year < 10_000) {
            putTwo(year / 100, out);
            putTwo(year % 100, out);
        } else {
            out.putDecimal(year);
        }
    }

    private static void putEra(CivilTime civil, ByteWriter out) {
        if (civil.year() <= 0) out.putAscii(" BC");
    }

    private static void putTwo(int value, ByteWriter out) {
        out.putByte('0' + value / 10);
        out.putByte('0' + value % 10);
    }

    /** hh:mm:ss and as many digits of the fraction as are not zero. */
    static void putTime(long micros, ByteWriter out) {
        int seconds = (int) (micros / 1_000_000);
        putTwo(seconds / 3600, out);
        out.putByte(':');
        putTwo(seconds / 60 % 60, out);
        out.putByte(':');
        putTwo(seconds % 60, out);
        putFraction((int) (micros % 1_000_000), out);
    }

    static void putFraction(int micros, ByteWriter out) {
        if (micros == 0) return;
        out.putByte('.');
        int rest = micros;
        for (int power = 100_000; rest > 0; power /= 10) {
            out.putByte('0' + rest / power);
            rest %= power;
        }
    }

    /** Seconds east of UTC as {@code +hh[:mm[:ss]]}. */
    static void putOffset(int seconds, ByteWriter out) {
        int size = Math.abs(seconds);
        out.putByte(seconds < 0 ? '-' : '+');
        putTwo(size / 3600, out);
        if (size % 3600 == 0) return;
        out.putByte(':');
        putTwo(size / 60 % 60, out);
        if (size % 60 == 0) return;
        out.putByte(':');
        putTwo(size % 60, out);
    }

    /** A timestamp; {@code zoned} ones are shown in the session's zone. */
    static void putTimestamp(long micros, boolean zoned, FormatContext context, ByteWriter out) {
        if (CivilTime.isInfinite(micros)) {
            out.putAscii(micros > 0 ? "infinity" : "-infinity");
            return;
        }
        int offset = zoned ? context.zone().offsetAt(micros) : 0;
        long local = micros + offset * CivilTime.MICROS_PER_SECOND;
        long days = Math.floorDiv(local, CivilTime.MICROS_PER_DAY);
        CivilTime civil = CivilTime.ofDays(days, local - days * CivilTime.MICROS_PER_DAY);
        Style style = style(context);
        boolean dayFirst = context.dateOrder().equals("DMY");
        switch (style) {
            case ISO -> {
                putYmd(civil, out);
                out.putByte(' ');
                putTime(civil.micros(), out);
                if (zoned) putOffset(offset, out);
            }
            case SQL, GERMAN -> {
                boolean first = dayFirst || style == Style.GERMAN;
                putThree(first ? civil.day() : civil.month(), first ? civil.month() : civil.day(), civil, style == Style.SQL ? '/' : '.', out);
                out.putByte(' ');
                putTime(civil.micros(), out);
                if (zoned) putName(micros, context, out);
            }
            case POSTGRES -> {
                out.putAscii(DAYS[CivilTime.dayOfWeek(days)]);
                out.putByte(' ');
                if (dayFirst) {
                    putTwo(civil.day(), out);
                    out.putByte(' ');
                    out.putAscii(MONTHS[civil.month() - 1]);
                } else {
                    out.putAscii(MONTHS[civil.month() - 1]);
                    out.putByte(' ');
                    putTwo(civil.day(), out);
                }
                out.putByte(' ');
                putTime(civil.micros(), out);
                out.putByte(' ');
                putYear(civil, out);
                if (zoned) putName(micros, context, out);
            }
        }
        putEra(civil, out);
    }

    private static void putName(long micros, FormatContext context, ByteWriter out) {
        out.putByte(' ');
        out.putUtf8(context.zone().abbreviationAt(micros));
    }

    /** A timestamp's text form. */
    public static String timestampText(long micros, boolean zoned, FormatContext context) {
        ByteWriter out = new ByteWriter(40);
        putTimestamp(micros, zoned, context, out);
        return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
    }
}
