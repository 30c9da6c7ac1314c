package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Division, roots, logarithms and powers of numeric. The number of digits of each result is estimated exactly as PostgreSQL does: from
 * base-10000 digits, so that at least 16 significant digits result and never fewer places than the inputs show.
 */
final class NumericMath {
    static final int RESULT_SCALE_MAX = 2000;
    private static final int DISPLAY_SCALE_MAX = 1000;
    private static final int SIGNIFICANT_MIN = 16;
    private static final double LOG10_E = 0.434294481903252;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal POINT_NINE = new BigDecimal("0.9");
    private static final BigDecimal ONE_POINT_ONE = new BigDecimal("1.1");
    private static final long[] POWERS = {1L, 10L, 100L, 1000L, 10_000L, 100_000L, 1_000_000L, 10_000_000L, 100_000_000L,
        1_000_000_000L, 10_000_000_000L, 100_000_000_000L, 1_000_000_000_000L, 10_000_000_000_000L, 100_000_000_000_000L,
        1_000_000_000_000_000L, 10_000_000_000_000_000L, 100_000_000_000_000_000L, 1_000_000_000_000_000_000L};

    private NumericMath() {}

    private static int clampScale(int scale) {
        return Math.min(Math.max(scale, 0), DISPLAY_SCALE_MAX);
    }

    private static int digits(long value) {
        long rest = Math.abs(value);
        if (rest < 0) return 19;
        int count = 1;
        while (count < 19 && rest >= POWERS[count]) count++;
        return count;
    }

    static Numeric divide(Numeric left, Numeric right) {
        if (right.signum() == 0) throw Numeric.divisionByZero();
        int scale = quotientScale(left, right);
        if (left.isCompact() && right.isCompact()) {
            int shift = scale + right.scale() - left.scale();
            long value = left.unscaled();
            if (shift >= 0 && shift < 19 && Math.multiplyHigh(value, POWERS[shift]) == value * POWERS[shift] >> 63) {
                long dividend = value * POWERS[shift];
                long divisor = right.unscaled();
                if (dividend != Long.MIN_VALUE && divisor != Long.MIN_VALUE) {
                    long quotient = dividend / divisor;
                    long rest = Math.abs(dividend % divisor);
                    if (rest >= Math.abs(divisor) - rest) quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
                    return Numeric.of(quotient, scale);
                }
            }
        }
        return Numeric.of(left.toBigDecimal().divide(right.toBigDecimal(), scale, RoundingMode.HALF_UP));
    }

    /** The quotient of operands that may be too large or too fine for numeric. */
    static Numeric divide(BigDecimal left, BigDecimal right) {
        int weight = weight(left) - weight(right);
        if (firstDigit(left) <= firstDigit(right)) weight--;
        int scale = clampScale(Math.max(Math.max(SIGNIFICANT_MIN - weight * 4, left.scale()), right.scale()));
        return Numeric.of(left.divide(right, scale, RoundingMode.HALF_UP));
    }

    private static int weight(BigDecimal value) {
        return value.signum() == 0 ? 0 : Math.floorDiv(value.precision() - value.scale() - 1, 4);
    }

    private static int firstDigit(BigDecimal value) {
        if (value.signum() == 0) return 0;
        int places = value.precision() - value.scale() - 1;
        return value.abs().movePointLeft(places - Math.floorMod(places, 4)).intValue();
    }

    private static int quotientScale(Numeric left, Numeric right) {
        int weight = weight(left) - weight(right);
        if (firstDigit(left) <= firstDigit(right)) weight--;
        int scale = SIGNIFICANT_MIN - weight * 4;
        return clampScale(Math.max(Math.max(scale, left.scale()), right.scale()));
    }

    /** Decimal weight of the first digit: 0 for 1..9, -1 for 0.1..0.9. Zero has weight 0. */
    private static int decimalWeight(Numeric value) {
        if (value.signum() == 0) return 0;
        int precision = value.isCompact() ? digits(value.unscaled()) : value.toBigDecimal().precision();
        return precision - value.scale() - 1;
    }

    /** Weight of the first base-10000 digit. */
    static int weight(Numeric value) {
        return Math.floorDiv(decimalWeight(value), 4);
    }

    /** First base-10000 digit. */
    private static int firstDigit(Numeric value) {
        return value.signum() == 0 ? 0 : (int) leading(value, Math.floorMod(decimalWeight(value), 4) + 1);
    }

    /** The first {@code count} decimal digits as a number, filled up with zeros; at most 18. */
    private static long leading(Numeric value, int count) {
        if (value.isCompact()) {
            int precision = digits(value.unscaled());
            long digits = Math.abs(value.unscaled());
            if (digits >= 0) return precision > count ? digits / POWERS[precision - count] : digits * POWERS[count - precision];
        }
        BigDecimal decimal = value.toBigDecimal().abs();
        return decimal.movePointLeft(decimal.precision() - decimal.scale() - count).setScale(0, RoundingMode.DOWN).longValueExact();
    }

    static Numeric sqrt(Numeric value) {
        if (value.isNaN()) return value;
        if (value.signum() < 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION, "cannot take square root of a negative number");
        }
        if (value.isInfinite()) return value;
        int scale = clampScale(Math.max(SIGNIFICANT_MIN - (weight(value) * 4 / 2 + 1), value.scale()));
        BigDecimal decimal = value.toBigDecimal();
        int working = 2 * (scale + 1);
        BigInteger scaled = decimal.setScale(Math.max(working, decimal.scale()), RoundingMode.DOWN)
                .movePointRight(working).toBigInteger();
        return Numeric.of(new BigDecimal(scaled.sqrt(), scale + 1).setScale(scale, RoundingMode.HALF_UP));
    }

    static Numeric exp(Numeric value) {
        if (value.isNaN()) return value;
        if (value.isInfinite()) return value.signum() > 0 ? value : Numeric.ZERO;
        double weight = Math.max(-RESULT_SCALE_MAX, Math.min(RESULT_SCALE_MAX, value.doubleValue() * LOG10_E));
        int scale = clampScale(Math.max(SIGNIFICANT_MIN - (int) weight, value.scale()));
        if (Math.abs(value.doubleValue()) >= RESULT_SCALE_MAX * 3) {
            if (value.signum() > 0) throw Numeric.overflow();
            return Numeric.of(BigDecimal.ZERO.setScale(scale));
        }
        int precision = Math.max(1, scale + (int) weight + 1) + 8;
        return Numeric.of(exp(value.toBigDecimal(), precision).setScale(scale, RoundingMode.HALF_UP));
    }

    /** e to the power of x with about {@code precision} good digits: halve, Taylor, square. */
    private static BigDecimal exp(BigDecimal x, int precision) {
        if (x.signum() == 0) return BigDecimal.ONE;
        int halvings = Math.max(0, (int) Math.ceil(Math.log(Math.max(Math.abs(x.doubleValue()), 1e-9)) / Math.log(2)) + 6 + precision / 20);
        MathContext context = new MathContext(precision + halvings / 3 + 6);
        BigDecimal small = x.divide(new BigDecimal(BigInteger.ONE.shiftLeft(halvings)), context);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ONE;
        for (int i = 1; ; i++) {
            term = term.multiply(small, context).divide(BigDecimal.valueOf(i), context);
            if (term.signum() == 0 || term.precision() - term.scale() < -context.getPrecision()) break;
            sum = sum.add(term, context);
        }
        for (int i = 0; i < halvings; i++) sum = sum.multiply(sum, context);
        return sum;
    }

    static Numeric ln(Numeric value) {
        if (value.isNaN()) return value;
        requirePositive(value);
        if (value.isInfinite()) return value;
        int scale = clampScale(Math.max(SIGNIFICANT_MIN - lnWeight(value), value.scale()));
        return Numeric.of(ln(value, scale + 8).setScale(scale, RoundingMode.HALF_UP));
    }

    private static void requirePositive(Numeric value) {
        if (value.signum() < 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_LOG, "cannot take logarithm of a negative number");
        }
        if (value.signum() == 0) throw new PgException(SqlState.INVALID_ARGUMENT_FOR_LOG, "cannot take logarithm of zero");
    }

    /** Natural logarithm, good to {@code places} digits behind the point: Halley's iteration from a double's guess. */
    private static BigDecimal ln(Numeric value, int places) {
        BigDecimal x = value.toBigDecimal();
        if (x.compareTo(BigDecimal.ONE) == 0) return BigDecimal.ZERO;
        int count = Math.min(17, Math.max(1, x.precision()));
        double guess = Math.log(leading(value, count)) + (decimalWeight(value) - count + 1) * Math.log(10);
        MathContext context = new MathContext(places + 12);
        BigDecimal rounded = x.round(context);
        BigDecimal y = new BigDecimal(guess);
        for (int good = 10; ; good *= 3) {
            BigDecimal power = exp(y, context.getPrecision());
            BigDecimal step = rounded.subtract(power, context).multiply(TWO).divide(rounded.add(power, context), context);
            y = y.add(step).setScale(places + 4, RoundingMode.HALF_EVEN);
            if (good > places + 4) return y;
        }
    }

    /** PostgreSQL's estimate of the decimal weight of ln(value). */
    private static int lnWeight(Numeric value) {
        if (value.signum() <= 0) return 0;
        BigDecimal decimal = value.toBigDecimal();
        if (decimal.compareTo(POINT_NINE) >= 0 && decimal.compareTo(ONE_POINT_ONE) <= 0) {
            Numeric distance = Numeric.of(decimal.subtract(BigDecimal.ONE));
            return distance.signum() == 0 ? 0 : weight(distance) * 4 + (int) Math.log10(firstDigit(distance));
        }
        int count = Math.floorMod(decimalWeight(value), 4) + 1;
        int exponent = weight(value) * 4;
        if (decimal.stripTrailingZeros().precision() > count) {
            count += 4;
            exponent -= 4;
        }
        double estimate = Math.log(leading(value, count)) + exponent * 2.302585092994046;
        return (int) Math.log10(Math.abs(estimate));
    }

    static Numeric log(Numeric base, Numeric value) {
        if (base.isNaN() || value.isNaN()) return Numeric.NAN;
        requirePositive(base);
        requirePositive(value);
        if (base.isInfinite()) return value.isInfinite() ? Numeric.NAN : Numeric.ZERO;
        if (value.isInfinite()) return value;
        int baseWeight = lnWeight(base);
        int resultWeight = lnWeight(value) - baseWeight;
        int scale = clampScale(Math.max(Math.max(SIGNIFICANT_MIN - resultWeight, base.scale()), value.scale()));
        int places = Math.max(0, scale + Math.abs(resultWeight) + Math.abs(baseWeight)) + 12;
        BigDecimal divisor = ln(base, places);
        if (divisor.signum() == 0) throw Numeric.divisionByZero();
        return Numeric.of(ln(value, places).divide(divisor, scale, RoundingMode.HALF_UP));
    }

    static Numeric power(Numeric base, Numeric exponent) {
        if (!base.isFinite() || !exponent.isFinite()) return powerSpecial(base, exponent);
        if (base.signum() == 0 && exponent.signum() < 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION, "zero raised to a negative power is undefined");
        }
        Numeric whole = exponent.trimScale();
        if (base.signum() < 0 && whole.scale() > 0) throw complexResult();
        if (whole.scale() == 0 && whole.isCompact() && whole.unscaled() == (int) whole.unscaled()) {
            return powerInteger(base, (int) whole.unscaled(), exponent.scale());
        }
        if (base.signum() == 0) return Numeric.of(0, SIGNIFICANT_MIN);
        boolean negative = base.signum() < 0 && whole.toBigDecimal().toBigInteger().testBit(0);
        Numeric positive = base.abs();
        double estimate = ln(positive, Math.max(0, 8 - lnWeight(positive)) + 8).multiply(exponent.toBigDecimal()).doubleValue();
        if (Math.abs(estimate) > RESULT_SCALE_MAX * 3.01) {
            if (estimate > 0) throw Numeric.overflow();
            return Numeric.of(0, DISPLAY_SCALE_MAX);
        }
        double weight = estimate * LOG10_E;
        int scale = clampScale(Math.max(Math.max(SIGNIFICANT_MIN - (int) weight, base.scale()), exponent.scale()));
        int precision = Math.max(1, scale + (int) weight + 1) + 8;
        int places = precision + Math.max(0, decimalWeight(exponent)) + 8;
        BigDecimal result = exp(ln(positive, places).multiply(exponent.toBigDecimal()), precision);
        return Numeric.of((negative ? result.negate() : result).setScale(scale, RoundingMode.HALF_UP));
    }

    private static PgException complexResult() {
        return new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
                "a negative number raised to a non-integer power yields a complex result");
    }

    private static Numeric powerInteger(Numeric base, int exponent, int exponentScale) {
        double weight = 0;
        if (base.signum() != 0) {
            int count = Math.floorMod(decimalWeight(base), 4) + 1;
            int shift = weight(base) * 4;
            int precision = base.trimScale().toBigDecimal().stripTrailingZeros().precision();
            for (int group = 1; count < precision && group * 4 < 16; group++) {
                count += 4;
                shift -= 4;
            }
            weight = exponent * (Math.log10(leading(base, count)) + shift);
        }
        if (weight > Numeric.INTEGER_DIGITS_MAX) throw Numeric.overflow();
        int scale = clampScale(Math.max(Math.max(SIGNIFICANT_MIN, base.scale()), exponentScale));
        if (weight + 1 < -scale) return Numeric.of(BigDecimal.ZERO.setScale(scale));
        if (base.signum() == 0) return Numeric.of(exponent == 0 ? BigDecimal.ONE.setScale(scale) : BigDecimal.ZERO.setScale(scale));
        BigDecimal decimal = base.toBigDecimal();
        BigDecimal result = switch (exponent) {
            case 0 -> BigDecimal.ONE;
            case 1 -> decimal;
            case 2 -> decimal.multiply(decimal);
            default -> powerInteger(decimal, exponent, Math.max(1, scale + (int) weight + 1) + 16);
        };
        return Numeric.of(result.setScale(scale, RoundingMode.HALF_UP));
    }

    private static BigDecimal powerInteger(BigDecimal base, int exponent, int precision) {
        MathContext context = new MathContext(precision + 10);
        BigDecimal square = base;
        BigDecimal result = BigDecimal.ONE;
        for (long rest = Math.abs((long) exponent); ; square = square.multiply(square, context)) {
            if ((rest & 1) != 0) result = result.multiply(square, context);
            rest >>= 1;
            if (rest == 0) break;
        }
        return exponent < 0 ? BigDecimal.ONE.divide(result, context) : result;
    }

    private static Numeric powerSpecial(Numeric base, Numeric exponent) {
        if (base.isNaN()) return exponent.isFinite() && exponent.signum() == 0 ? Numeric.ONE : Numeric.NAN;
        if (exponent.isNaN()) return base.isFinite() && base.compareTo(Numeric.ONE) == 0 ? Numeric.ONE : Numeric.NAN;
        if (base.isFinite() && base.signum() == 0 && exponent.signum() < 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION, "zero raised to a negative power is undefined");
        }
        if (exponent.isInfinite()) {
            int magnitude = base.abs().compareTo(Numeric.ONE);
            if (magnitude == 0) return Numeric.ONE;
            return magnitude > 0 == exponent.signum() > 0 ? Numeric.POSITIVE_INFINITY : Numeric.ZERO;
        }
        if (exponent.signum() == 0) return Numeric.ONE;
        if (base.signum() > 0) return exponent.signum() > 0 ? Numeric.POSITIVE_INFINITY : Numeric.ZERO;
        Numeric whole = exponent.trimScale();
        if (whole.scale() > 0) throw complexResult();
        if (exponent.signum() < 0) return Numeric.ZERO;
        return whole.toBigDecimal().toBigInteger().testBit(0) ? Numeric.NEGATIVE_INFINITY : Numeric.POSITIVE_INFINITY;
    }
}
