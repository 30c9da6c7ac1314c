package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** float4 and float8. Text is the shortest that reads back the same when extra_float_digits is positive, else %g. */
final class FloatCodec implements TypeCodec {
    private final boolean single;

    FloatCodec(boolean single) {
        this.single = single;
    }

    private String name() {
        return single ? "real" : "double precision";
    }

    @Override
    public void encodeText(Object value, FormatContext context, ByteWriter out) {
        out.putAscii(format((Double) value, single, context.extraFloatDigits()));
    }

    static String format(double value, boolean single, int extraDigits) {
        if (Double.isNaN(value)) return "NaN";
        if (Double.isInfinite(value)) return value > 0 ? "Infinity" : "-Infinity";
        if (value == 0) return 1 / value < 0 ? "-0" : "0";
        if (extraDigits <= 0) {
            int precision = Math.max(1, (single ? 6 : 15) + extraDigits);
            BigDecimal rounded = new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN)).stripTrailingZeros();
            return layout(rounded.signum() < 0, rounded.unscaledValue().abs().toString(), rounded.precision() - rounded.scale() - 1, precision);
        }
        if (!single && value == (long) value && Math.abs(value) < 1e15) return Long.toString((long) value);
        String shortest = single ? Float.toString((float) Math.abs(value)) : Double.toString(Math.abs(value));
        BigDecimal decimal = new BigDecimal(shortest).stripTrailingZeros();
        if (decimal.precision() == 2) decimal = oneDigit(decimal, Math.abs(value), single);
        if (Math.abs(value) >= (single ? 1 << 24 : 1L << 53)) decimal = awayFromMidpoint(decimal, Math.abs(value), single);
        return layout(value < 0, decimal.unscaledValue().toString(), decimal.precision() - decimal.scale() - 1, single ? 6 : 15);
    }

    /** Java never prints fewer than two digits; where one is enough, PostgreSQL prints one. */
    private static BigDecimal oneDigit(BigDecimal decimal, double value, boolean single) {
        BigDecimal candidate = decimal.round(new MathContext(1, RoundingMode.HALF_EVEN));
        boolean same = single ? candidate.floatValue() == (float) value : candidate.doubleValue() == value;
        return same ? candidate.stripTrailingZeros() : decimal;
    }

    /** A decimal exactly between two neighbours reads back only by rounding to even; PostgreSQL does not rely on that. */
    private static BigDecimal awayFromMidpoint(BigDecimal decimal, double value, boolean single) {
        BigDecimal exact = new BigDecimal(value);
        BigDecimal reach = new BigDecimal(single ? Math.ulp((float) value) : Math.ulp(value)).divide(BigDecimal.TWO);
        BigDecimal candidate = decimal;
        for (int digits = decimal.precision(); digits <= 17 && candidate.subtract(exact).abs().compareTo(reach) >= 0; digits++) {
            candidate = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN)).stripTrailingZeros();
        }
        return candidate;
    }

    /** Digits d.ddd times ten to the exponent, as %g lays them out: fixed for exponents -4 up to the limit. */
    private static String layout(boolean negative, String digits, int exponent, int limit) {
        StringBuilder out = new StringBuilder(24);
        if (negative) out.append('-');
        if (exponent < -4 || exponent >= limit) {
            out.append(digits.charAt(0));
            if (digits.length() > 1) out.append('.').append(digits, 1, digits.length());
            int size = Math.abs(exponent);
            return out.append('e').append(exponent < 0 ? '-' : '+').append(size < 10 ? "0" : "").append(size).toString();
        }
        if (exponent < 0) return out.append("0.").append("0".repeat(-exponent - 1)).append(digits).toString();
        if (digits.length() <= exponent + 1) return out.append(digits).append("0".repeat(exponent + 1 - digits.length())).toString();
        return out.append(digits, 0, exponent + 1).append('.').append(digits, exponent + 1, digits.length()).toString();
    }

    @Override
    public void encodeBinary(Object value, FormatContext context, ByteWriter out) {
        double number = (Double) value;
        if (single) out.putInt(Float.floatToIntBits((float) number));
        else out.putLong(Double.doubleToLongBits(number));
    }

    @Override
    public Object decodeText(String text, int typmod, FormatContext context) {
        String word = Ascii.strip(text);
        if (word.isEmpty()) throw TypeErrors.invalidText(name(), text);
        int at = word.charAt(0) == '-' || word.charAt(0) == '+' ? 1 : 0;
        if (at == word.length()) throw TypeErrors.invalidText(name(), text);
        if (Ascii.isLetter(word.charAt(at))) return special(word, text);
        if (word.startsWith("0x", at) || word.startsWith("0X", at)) return hexadecimal(word, text);
        boolean digits = false;
        boolean nonZero = false;
        boolean point = false;
        for (; at < word.length(); at++) {
            char c = word.charAt(at);
            if (Ascii.isDigit(c)) {
                digits = true;
                nonZero |= c != '0';
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (!digits) throw TypeErrors.invalidText(name(), text);
        if (at < word.length()) {
            if ((word.charAt(at) | 0x20) != 'e') throw TypeErrors.invalidText(name(), text);
            at++;
            if (at < word.length() && (word.charAt(at) == '-' || word.charAt(at) == '+')) at++;
            int start = at;
            while (at < word.length() && Ascii.isDigit(word.charAt(at))) at++;
            if (at == start || at < word.length()) throw TypeErrors.invalidText(name(), text);
        }
        return checked(single ? Float.parseFloat(word) : Double.parseDouble(word), nonZero, word);
    }

    private Object hexadecimal(String word, String text) {
        try {
            String number = word.indexOf('p') < 0 && word.indexOf('P') < 0 ? word + "p0" : word;
            return checked(single ? Float.parseFloat(number) : Double.parseDouble(number), false, word);
        } catch (NumberFormatException e) {
            throw TypeErrors.invalidText(name(), text);
        }
    }

    private double checked(double value, boolean nonZero, String word) {
        if (Double.isInfinite(value) || value == 0 && nonZero) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "\"" + word + "\" is out of range for type " + name());
        }
        return value;
    }

    private Object special(String word, String text) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "nan", "+nan", "-nan" -> Double.NaN;
            case "inf", "infinity", "+inf", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw TypeErrors.invalidText(name(), text);
        };
    }

    @Override
    public Object decodeBinary(ByteReader in, int length, int typmod, FormatContext context) {
        return single ? (double) Float.intBitsToFloat(in.getInt()) : Double.longBitsToDouble(in.getLong());
    }
}
