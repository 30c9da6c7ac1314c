package io.craton.core.type;

/**
 * Reads the forms in which programs write dates and times, {@code 2024-02-29}, {@code 2024-02-29 23:59:59.123456} and the same with an offset like
 * {@code +01} or {@code -03:30}. Everything else, right or
 * wrong, is left to {@link DateTimeReader}.
 */
final class PlainDateTime {
    /** The text has another form. */
    static final long OTHER = Long.MIN_VALUE;

    private PlainDateTime() {}

    /** Days since 2000-01-01, or {@link #OTHER}. */
    static long date(String text) {
        return text.length() == 10 ? days(text) : OTHER;
    }

    /** Micros since 2000-01-01, or {@link #OTHER}. */
    static long timestamp(String text) {
        int length = text.length();
        if (length < 10) return OTHER;
        long days = days(text);
        if (days == OTHER) return OTHER;
        if (length == 10) return days * CivilTime.MICROS_PER_DAY;
        if (length < 19 || length > 26 || length == 20) return OTHER;
        if (text.charAt(10) != ' ' && text.charAt(10) != 'T' || text.charAt(13) != ':' || text.charAt(16) != ':') return OTHER;
        int hour = two(text, 11);
        int minute = two(text, 14);
        int second = two(text, 17);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return OTHER;
        long micros = 0;
        if (length > 20) {
            if (text.charAt(19) != '.') return OTHER;
            for (int i = 20; i < 26; i++) {
                int digit = i < length ? text.charAt(i) - '0' : 0;
                if (digit < 0 || digit > 9) return OTHER;
                micros = micros * 10 + digit;
            }
        }
        return days * CivilTime.MICROS_PER_DAY + (hour * 3600L + minute * 60L + second) * CivilTime.MICROS_PER_SECOND + micros;
    }

    /** Micros since 2000-01-01 UTC of a time in this zone, or at the offset behind it; or {@link #OTHER}. */
    static long instant(String text, Zone zone) {
        int length = text.length();
        int at = length - (length > 3 && text.charAt(length - 3) == ':' ? 6 : 3);
        if (at <= 16 || text.charAt(at) != '+' && text.charAt(at) != '-') {
            long local = timestamp(text);
            return local == OTHER ? OTHER : local - zone.offsetOfLocal(local) * CivilTime.MICROS_PER_SECOND;
        }
        long local = timestamp(text.substring(0, at));
        int hours = two(text, at + 1);
        int minutes = at + 3 == length ? 0 : two(text, at + 4);
        if (local == OTHER || hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return OTHER;
        long offset = (hours * 60L + minutes) * 60 * CivilTime.MICROS_PER_SECOND;
        return text.charAt(at) == '-' ? local + offset : local - offset;
    }

    private static long days(String text) {
        if (text.charAt(4) != '-' || text.charAt(7) != '-') return OTHER;
        int century = two(text, 0);
        int ofCentury = two(text, 2);
        int month = two(text, 5);
        int day = two(text, 8);
        if (century < 0 || ofCentury < 0 || month < 1 || month > 12 || day < 1) return OTHER;
        int year = century * 100 + ofCentury;
        if (year == 0 || day > CivilTime.daysInMonth(year, month)) return OTHER;
        return CivilTime.days(year, month, day);
    }

    /** Two digits, or -1. */
    private static int two(String text, int at) {
        int tens = text.charAt(at) - '0';
        int ones = text.charAt(at + 1) - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }
}
