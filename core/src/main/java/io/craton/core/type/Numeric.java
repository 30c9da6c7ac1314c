package io.craton.core.type;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A value of numeric: a decimal with its display scale, NaN, or an infinity. Immutable.
 *
 * <ul>
 *   <li>Values whose unscaled digits fit a long are held as that long and the scale ({@code big} is null); others as BigDecimal.
 *   <li>The scale is the display scale, 0..16383; {@code 1.0} and {@code 1.00} are equal but print differently.
 *   <li>{@link #equals} and {@link #compareTo} are SQL's: NaN equals NaN and is greater than everything.
 * </ul>
 * Result scales of all operations are PostgreSQL's; those that need estimates live in {@link NumericMath}.
 */
public final class Numeric implements Comparable<Numeric> {
    /** Most digits behind the decimal point that a value can have. */
    public static final int SCALE_MAX = 16383;
    /** Most digits in front of the decimal point. */
    static final int INTEGER_DIGITS_MAX = 131072;

    private static final int FINITE = 0;
    private static final int NEGATIVE_INFINITE = 1;
    private static final int POSITIVE_INFINITE = 2;
    private static final int NOT_A_NUMBER = 3;

    public static final Numeric NAN = new Numeric(NOT_A_NUMBER, 0, 0, null);
    public static final Numeric POSITIVE_INFINITY = new Numeric(POSITIVE_INFINITE, 0, 0, null);
    public static final Numeric NEGATIVE_INFINITY = new Numeric(NEGATIVE_INFINITE, 0, 0, null);
    public static final Numeric ZERO = new Numeric(FINITE, 0, 0, null);
    public static final Numeric ONE = new Numeric(FINITE, 1, 0, null);

    private static final long[] POWERS = powers();

    private final int kind;
    private final long unscaled;
    private final int scale;
    private final @Nullable BigDecimal big;

    private Numeric(int kind, long unscaled, int scale, @Nullable BigDecimal big) {
        this.kind = kind;
        this.unscaled = unscaled;
        this.scale = scale;
        this.big = big;
    }

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }

    public static Numeric of(long value) {
        return new Numeric(FINITE, value, 0, null);
    }

    /** {@code unscaled} times ten to the power of minus {@code scale}. */
    public static Numeric of(long unscaled, int scale) {
        return new Numeric(FINITE, unscaled, scale, null);
    }

    public static Numeric of(BigInteger value) {
        return of(new BigDecimal(value));
    }

    /** The value with its scale as display scale (negative ones become 0); 22003 when it is too large for numeric. */
    public static Numeric of(BigDecimal value) {
        BigDecimal decimal = value;
        if (decimal.scale() < 0) {
            if (decimal.signum() != 0 && decimal.precision() - (long) decimal.scale() > INTEGER_DIGITS_MAX) throw overflow();
            decimal = decimal.setScale(0);
        } else if (decimal.scale() > SCALE_MAX) {
            throw overflow();
        }
        if (decimal.unscaledValue().bitLength() < 64) {
            return new Numeric(FINITE, decimal.unscaledValue().longValue(), decimal.scale(), null);
        }
        if (decimal.precision() - decimal.scale() > INTEGER_DIGITS_MAX) throw overflow();
        return new Numeric(FINITE, 0, decimal.scale(), decimal);
    }

    /** As the cast from double precision: 15 significant digits. */
    public static Numeric ofDouble(double value) {
        return ofFloating(value, 15);
    }

    /** As the cast from real: 6 significant digits. */
    public static Numeric ofFloat(double value) {
        return ofFloating(value, 6);
    }

    private static Numeric ofFloating(double value, int digits) {
        if (Double.isNaN(value)) return NAN;
        if (Double.isInfinite(value)) return value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
        if (value == 0) return ZERO;
        BigDecimal decimal = new BigDecimal(value)
                .round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN)).stripTrailingZeros();
        return of(decimal);
    }

    /** Parses the text form; 22P02 when it is none. */
    public static Numeric parse(String text) {
        return NumericFormat.parse(text);
    }

    static PgException overflow() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
    }

    static PgException divisionByZero() {
        return new PgException(SqlState.DIVISION_BY_ZERO, "division by zero");
    }

    // ---- what it is ----------------------------------------------------------------------------------------------

    public boolean isNaN() {
        return kind == NOT_A_NUMBER;
    }

    public boolean isInfinite() {
        return kind == POSITIVE_INFINITE || kind == NEGATIVE_INFINITE;
    }

    public boolean isFinite() {
        return kind == FINITE;
    }

    /** Whether {@link #unscaled} is the whole truth: finite and small enough for a long. */
    public boolean isCompact() {
        return kind == FINITE && big == null;
    }

    /** Digits as a long; only when {@link #isCompact}. */
    public long unscaled() {
        return unscaled;
    }

    /** Display scale; 0 for NaN and the infinities. */
    public int scale() {
        return scale;
    }

    /** -1, 0 or 1; infinities have their sign, NaN counts as 1. */
    public int signum() {
        return switch (kind) {
            case NEGATIVE_INFINITE -> -1;
            case FINITE -> big != null ? big.signum() : Long.signum(unscaled);
            default -> 1;
        };
    }

    /** A finite value as BigDecimal with the display scale. */
    public BigDecimal toBigDecimal() {
        if (kind != FINITE) throw new IllegalStateException("not finite");
        return big != null ? big : BigDecimal.valueOf(unscaled, scale);
    }

    /** Nearest double; beyond its range an infinity. */
    public double doubleValue() {
        return switch (kind) {
            case NOT_A_NUMBER -> Double.NaN;
            case POSITIVE_INFINITE -> Double.POSITIVE_INFINITY;
            case NEGATIVE_INFINITE -> Double.NEGATIVE_INFINITY;
            default -> scale == 0 && big == null ? (double) unscaled
                    : scale <= 15 && big == null && Math.abs(unscaled) < 1L << 53 ? unscaled / (double) POWERS[scale]
                    : toBigDecimal().doubleValue();
        };
    }

    /**
     * Rounded half away from zero to a whole number in [min, max]; 22003 "{type} out of range" outside,
     * 0A000 for NaN and infinity: the casts to the integer types.
     */
    public long toLong(String type, long min, long max) {
        if (kind != FINITE) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "cannot convert " + (kind == NOT_A_NUMBER ? "NaN" : "infinity") + " to " + type);
        }
        Numeric whole = round(0);
        if (whole.big != null || whole.unscaled < min || whole.unscaled > max) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, type + " out of range");
        }
        return whole.unscaled;
    }

    // ---- order ---------------------------------------------------------------------------------------------------

    @Override
    public int compareTo(Numeric other) {
        if (kind != FINITE || other.kind != FINITE) return Integer.compare(rank(), other.rank());
        if (big == null && other.big == null) {
            if (scale == other.scale) return Long.compare(unscaled, other.unscaled);
            int less = Long.signum(unscaled);
            int signs = Integer.compare(less, Long.signum(other.unscaled));
            if (signs != 0 || less == 0) return signs;
            int gap = scale - other.scale;
            if (gap > 0 && gap < 19) {
                long high = Math.multiplyHigh(other.unscaled, POWERS[gap]);
                long low = other.unscaled * POWERS[gap];
                if (high == low >> 63) return Long.compare(unscaled, low);
                return high < 0 ? 1 : -1;
            }
            if (gap < 0 && gap > -19) {
                long high = Math.multiplyHigh(unscaled, POWERS[-gap]);
                long low = unscaled * POWERS[-gap];
                if (high == low >> 63) return Long.compare(low, other.unscaled);
                return high < 0 ? -1 : 1;
            }
        }
        return toBigDecimal().compareTo(other.toBigDecimal());
    }

    private int rank() {
        return switch (kind) {
            case NEGATIVE_INFINITE -> 0;
            case FINITE -> 1;
            case POSITIVE_INFINITE -> 2;
            default -> 3;
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Numeric that && compareTo(that) == 0;
    }

    /** Equal for equal values, whatever their scales. */
    @Override
    public int hashCode() {
        if (kind != FINITE) return kind;
        Numeric plain = scale == 0 ? this : trimScale();
        return plain.big != null ? plain.big.hashCode() : Long.hashCode(plain.unscaled) * 31 + plain.scale;
    }

    // ---- arithmetic ----------------------------------------------------------------------------------------------

    public Numeric negate() {
        return switch (kind) {
            case NOT_A_NUMBER -> this;
            case POSITIVE_INFINITE -> NEGATIVE_INFINITY;
            case NEGATIVE_INFINITE -> POSITIVE_INFINITY;
            default -> big == null && unscaled != Long.MIN_VALUE ? of(-unscaled, scale) : of(toBigDecimal().negate());
        };
    }

    public Numeric abs() {
        return signum() < 0 ? negate() : this;
    }

    public Numeric add(Numeric other) {
        if (big == null && other.big == null && scale == other.scale && kind == FINITE && other.kind == FINITE) {
            long sum = unscaled + other.unscaled;
            if (((unscaled ^ sum) & (other.unscaled ^ sum)) >= 0) return of(sum, scale);
        }
        if (kind != FINITE || other.kind != FINITE) {
            if (isNaN() || other.isNaN()) return NAN;
            if (kind == FINITE) return other;
            return other.kind == FINITE || other.kind == kind ? this : NAN;
        }
        if (big == null && other.big == null && scale != other.scale) {
            int gap = Math.abs(scale - other.scale);
            long coarse = scale < other.scale ? unscaled : other.unscaled;
            long fine = scale < other.scale ? other.unscaled : unscaled;
            if (gap < 19 && Math.multiplyHigh(coarse, POWERS[gap]) == coarse * POWERS[gap] >> 63) {
                long aligned = coarse * POWERS[gap];
                long sum = aligned + fine;
                if (((aligned ^ sum) & (fine ^ sum)) >= 0) return of(sum, Math.max(scale, other.scale));
            }
        }
        return of(toBigDecimal().add(other.toBigDecimal()));
    }

    public Numeric subtract(Numeric other) {
        return add(other.negate());
    }

    public Numeric multiply(Numeric other) {
        if (kind != FINITE || other.kind != FINITE) {
            if (isNaN() || other.isNaN()) return NAN;
            int sign = signum() * other.signum();
            return sign == 0 ? NAN : sign > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
        }
        if (big == null && other.big == null && scale + other.scale <= SCALE_MAX) {
            long low = unscaled * other.unscaled;
            if (Math.multiplyHigh(unscaled, other.unscaled) == low >> 63) return of(low, scale + other.scale);
        }
        BigDecimal product = toBigDecimal().multiply(other.toBigDecimal());
        return of(product.scale() > SCALE_MAX ? product.setScale(SCALE_MAX, RoundingMode.HALF_UP) : product);
    }

    /** Quotient with PostgreSQL's scale: at least 16 significant digits; 22012 for zero. */
    public Numeric divide(Numeric divisor) {
        if (kind != FINITE || divisor.kind != FINITE) {
            if (isNaN() || divisor.isNaN()) return NAN;
            if (divisor.kind != FINITE) return kind != FINITE ? NAN : ZERO;
            if (divisor.signum() == 0) throw divisionByZero();
            return divisor.signum() > 0 ? this : negate();
        }
        return NumericMath.divide(this, divisor);
    }

    /** As {@link #divide} of operands that may be too large or too fine for numeric, such as sums of squares. */
    public static Numeric quotient(BigDecimal dividend, BigDecimal divisor) {
        if (divisor.signum() == 0) throw divisionByZero();
        return NumericMath.divide(dividend, divisor);
    }

    /** Whole part of the quotient, truncated toward zero: div(). */
    public Numeric divideTruncated(Numeric divisor) {
        if (kind != FINITE || divisor.kind != FINITE) return divide(divisor);
        if (divisor.signum() == 0) throw divisionByZero();
        return of(toBigDecimal().divideToIntegralValue(divisor.toBigDecimal()).setScale(0, RoundingMode.DOWN));
    }

    /** Remainder with the sign of the dividend; 22012 for zero. */
    public Numeric mod(Numeric divisor) {
        if (kind != FINITE || divisor.kind != FINITE) {
            if (isNaN() || divisor.isNaN()) return NAN;
            if (divisor.kind == FINITE && divisor.signum() == 0) throw divisionByZero();
            return kind != FINITE ? NAN : this;
        }
        if (divisor.signum() == 0) throw divisionByZero();
        if (big == null && divisor.big == null && scale == divisor.scale) {
            return of(divisor.unscaled == -1 ? 0 : unscaled % divisor.unscaled, scale);
        }
        return of(toBigDecimal().remainder(divisor.toBigDecimal()).setScale(Math.max(scale, divisor.scale)));
    }

    /** Rounded half away from zero; a negative {@code digits} rounds in front of the point. */
    public Numeric round(int digits) {
        return rescale(digits, RoundingMode.HALF_UP);
    }

    public Numeric trunc(int digits) {
        return rescale(digits, RoundingMode.DOWN);
    }

    public Numeric ceil() {
        return rescale(0, RoundingMode.CEILING);
    }

    public Numeric floor() {
        return rescale(0, RoundingMode.FLOOR);
    }

    private Numeric rescale(int digits, RoundingMode mode) {
        if (kind != FINITE || digits == scale) return this;
        int target = Math.max(-INTEGER_DIGITS_MAX - 1, Math.min(SCALE_MAX, digits));
        if (big == null) {
            int gap = target - scale;
            if (gap > 0 && gap < 19) {
                long low = unscaled * POWERS[gap];
                if (Math.multiplyHigh(unscaled, POWERS[gap]) == low >> 63) return of(low, target);
            } else if (gap < 0 && gap > -19 && target >= 0) {
                return of(shorten(unscaled, POWERS[-gap], mode), target);
            }
        }
        BigDecimal decimal = toBigDecimal();
        if (target < 0 && decimal.precision() - decimal.scale() < -target) return ZERO;
        BigDecimal rounded = decimal.setScale(target, mode);
        return of(target < 0 ? rounded.setScale(0) : rounded);
    }

    private static long shorten(long value, long power, RoundingMode mode) {
        long quotient = value / power;
        long rest = value % power;
        if (rest == 0) return quotient;
        return switch (mode) {
            case HALF_UP -> Math.abs(rest) >= power - Math.abs(rest) ? quotient + Long.signum(value) : quotient;
            case CEILING -> value > 0 ? quotient + 1 : quotient;
            case FLOOR -> value < 0 ? quotient - 1 : quotient;
            default -> quotient;
        };
    }

    /** Fewest digits behind the point that still hold the value: min_scale(). */
    public int minScale() {
        return trimScale().scale;
    }

    /** Without trailing zeros behind the point: trim_scale(). */
    public Numeric trimScale() {
        if (kind != FINITE || scale == 0) return this;
        if (big == null) {
            long digits = unscaled;
            int places = scale;
            if (digits == 0) return ZERO;
            while (places > 0 && digits % 10 == 0) {
                digits /= 10;
                places--;
            }
            return places == scale ? this : of(digits, places);
        }
        BigDecimal stripped = big.stripTrailingZeros();
        return of(stripped.scale() < 0 ? stripped.setScale(0) : stripped);
    }

    public Numeric sqrt() {
        return NumericMath.sqrt(this);
    }

    public Numeric exp() {
        return NumericMath.exp(this);
    }

    public Numeric ln() {
        return NumericMath.ln(this);
    }

    /** Logarithm of this to a base: log(base, this). */
    public Numeric log(Numeric base) {
        return NumericMath.log(base, this);
    }

    public Numeric power(Numeric exponent) {
        return NumericMath.power(this, exponent);
    }

    /** Applies numeric(p, s): rounds, then 22003 when there are too many digits in front of the point. */
    public Numeric applyTypmod(int typmod) {
        return NumericFormat.applyTypmod(this, typmod);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case NOT_A_NUMBER -> "NaN";
            case POSITIVE_INFINITE -> "Infinity";
            case NEGATIVE_INFINITE -> "-Infinity";
            default -> big == null && scale == 0 ? Long.toString(unscaled) : toBigDecimal().toPlainString();
        };
    }
}
