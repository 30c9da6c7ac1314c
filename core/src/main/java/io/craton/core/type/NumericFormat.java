package io.craton.core.type;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/** Text, binary and typmod of numeric. Binary: int16 count of base-10000 digits, weight, sign, display scale, digits. */
final class NumericFormat {
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int POSITIVE_INFINITY = 0xD000;
    private static final int NEGATIVE_INFINITY = 0xF000;
    private static final int EXPONENT_MAX = Integer.MAX_VALUE / 2;

    private NumericFormat() {}

    static Numeric parse(String text) {
        int at = 0;
        int end = text.length();
        while (at < end && Ascii.isSpace(text.charAt(at))) at++;
        while (end > at && Ascii.isSpace(text.charAt(end - 1))) end--;
        int start = at;
        boolean negative = false;
        if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) negative = text.charAt(at++) == '-';
        if (at < end && !Ascii.isDigit(text.charAt(at)) && text.charAt(at) != '.') return special(text, start, end);
        long digits = 0;
        int count = 0;
        int scale = 0;
        boolean point = false;
        boolean any = false;
        int first = at;
        for (; at < end; at++) {
            char c = text.charAt(at);
            if (Ascii.isDigit(c)) {
                any = true;
                if (count < 18) {
                    digits = digits * 10 + (c - '0');
                    if (digits != 0) count++;
                } else {
                    count++;
                }
                if (point) scale++;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (!any) throw invalid(text);
        int last = at;
        if (at < end) {
            if (text.charAt(at) != 'e' && text.charAt(at) != 'E') throw invalid(text);
            long exponent = exponent(text, at + 1, end);
            if (Math.abs(exponent) >= EXPONENT_MAX) throw Numeric.overflow();
            BigDecimal mantissa = new BigDecimal(text.substring(first, last));
            BigDecimal value = mantissa.signum() == 0 ? BigDecimal.ZERO.setScale((int) Math.max(0, Math.min(scale - exponent, Numeric.SCALE_MAX + 1)))
                    : new BigDecimal(mantissa.unscaledValue(), Math.toIntExact(scale - exponent));
            return Numeric.of(negative ? value.negate() : value);
        }
        if (count <= 18 && scale <= Numeric.SCALE_MAX) return Numeric.of(negative ? -digits : digits, scale);
        BigDecimal value = new BigDecimal(text.substring(first, last));
        return Numeric.of(negative ? value.negate() : value);
    }

    private static long exponent(String text, int from, int end) {
        int at = from;
        boolean negative = false;
        if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) negative = text.charAt(at++) == '-';
        if (at == end) throw invalid(text);
        long value = 0;
        for (; at < end; at++) {
            if (!Ascii.isDigit(text.charAt(at))) throw invalid(text);
            value = Math.min(value * 10 + (text.charAt(at) - '0'), EXPONENT_MAX);
        }
        return negative ? -value : value;
    }

    private static Numeric special(String text, int start, int end) {
        return switch (text.substring(start, end).toLowerCase(Locale.ROOT)) {
            case "nan" -> Numeric.NAN;
            case "inf", "+inf", "infinity", "+infinity" -> Numeric.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Numeric.NEGATIVE_INFINITY;
            default -> throw invalid(text);
        };
    }

    private static PgException invalid(String text) {
        return TypeErrors.invalidText("numeric", text);
    }

    /** A typmod is precision and scale, packed; -1 for none. */
    static Numeric applyTypmod(Numeric value, int typmod) {
        if (typmod < 4 || value.isNaN()) return value;
        int precision = typmod - 4 >> 16 & 0xffff;
        int scale = (typmod - 4 & 0x7ff ^ 1024) - 1024;
        if (value.isInfinite()) {
            throw fieldOverflow("A field with precision " + precision + ", scale " + scale + " cannot hold an infinite value.");
        }
        Numeric rounded = value.round(scale);
        if (rounded.signum() != 0) {
            BigDecimal decimal = rounded.toBigDecimal();
            int whole = decimal.precision() - decimal.scale();
            int most = precision - scale;
            if (whole > most) {
                throw fieldOverflow("A field with precision " + precision + ", scale " + scale
                        + " must round to an absolute value less than " + (most == 0 ? "1" : "10^" + most) + ".");
            }
        }
        return rounded;
    }

    private static PgException fieldOverflow(String detail) {
        return PgError.error(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "numeric field overflow").withDetail(detail).exception();
    }

    static void putText(Numeric value, ByteWriter out) {
        if (!value.isCompact() || value.scale() > 18) {
            out.putAscii(value.toString());
            return;
        }
        long unscaled = value.unscaled();
        int scale = value.scale();
        if (scale == 0 || unscaled == Long.MIN_VALUE) {
            if (scale == 0) out.putDecimal(unscaled);
            else out.putAscii(value.toString());
            return;
        }
        if (unscaled < 0) {
            out.putByte('-');
            unscaled = -unscaled;
        }
        long power = 1;
        for (int i = 0; i < scale; i++) power *= 10;
        out.putDecimal(unscaled / power);
        out.putByte('.');
        long fraction = unscaled % power;
        for (power /= 10; power > 0; power /= 10) out.putByte('0' + (int) (fraction / power % 10));
    }

    static void putBinary(Numeric value, ByteWriter out) {
        if (!value.isFinite()) {
            out.putShort(0);
            out.putShort(0);
            out.putShort(value.isNaN() ? NAN : value.signum() > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY);
            out.putShort(value.isNaN() ? 0 : 0x20);
            return;
        }
        int scale = value.scale();
        int header = out.size();
        out.putLong(0);
        int padding = (4 - scale % 4) % 4;
        int weight = 0;
        int count = 0;
        if (value.signum() != 0) {
            String digits = value.toBigDecimal().unscaledValue().abs().toString() + "0".repeat(padding);
            int groups = (digits.length() + 3) / 4;
            weight = groups - 1 - (scale + padding) / 4;
            int last = groups;
            while (group(digits, groups, last - 1) == 0) last--;
            for (int i = 0; i < last; i++) out.putShort(group(digits, groups, i));
            count = last;
        }
        out.setShort(header, count);
        out.setShort(header + 2, weight);
        out.setShort(header + 4, value.signum() < 0 ? NEGATIVE : 0);
        out.setShort(header + 6, scale);
    }

    private static int group(String digits, int groups, int index) {
        int end = digits.length() - 4 * (groups - 1 - index);
        int value = 0;
        for (int at = Math.max(0, end - 4); at < end; at++) value = value * 10 + (digits.charAt(at) - '0');
        return value;
    }

    static Numeric readBinary(ByteReader in) {
        int count = in.getShort() & 0xffff;
        int weight = in.getShort();
        int sign = in.getShort() & 0xffff;
        int scale = in.getShort() & 0xffff;
        switch (sign) {
            case 0, NEGATIVE -> { }
            case NAN -> {
                return Numeric.NAN;
            }
            case POSITIVE_INFINITY -> {
                return Numeric.POSITIVE_INFINITY;
            }
            case NEGATIVE_INFINITY -> {
                return Numeric.NEGATIVE_INFINITY;
            }
            default -> throw new PgException(SqlState.INVALID_BINARY_REPRESENTATION, "invalid sign in external \"numeric\" value");
        }
        if (scale > Numeric.SCALE_MAX) {
            throw new PgException(SqlState.INVALID_BINARY_REPRESENTATION, "invalid scale in external \"numeric\" value");
        }
        StringBuilder digits = new StringBuilder(count * 4 + 1).append('0');
        long compact = 0;
        for (int i = 0; i < count; i++) {
            int digit = in.getShort();
            if (digit < 0 || digit >= 10000) {
                throw new PgException(SqlState.INVALID_BINARY_REPRESENTATION, "invalid digit in external \"numeric\" value");
            }
            if (count <= 4) {
                compact = compact * 10000 + digit;
            } else {
                String part = Integer.toString(digit);
                digits.append("0".repeat(4 - part.length())).append(part);
            }
        }
        BigInteger unscaled = count <= 4 ? BigInteger.valueOf(compact) : new BigInteger(digits.toString());
        BigDecimal value = new BigDecimal(unscaled, (count - 1 - weight) * 4);
        BigDecimal shown = value.setScale(scale, java.math.RoundingMode.DOWN);
        return Numeric.of(sign == NEGATIVE ? shown.negate() : shown);
    }
}
