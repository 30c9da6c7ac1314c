package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgArray;
import io.craton.sql.exec.ExecContext;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Arithmetic, mathematics and casts of numeric. Scales are {@link Numeric}'s. */
final class NumericFunctions {
    private static final Numeric TEN = Numeric.of(10);

    private NumericFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("numeric_add", (context, call, a) -> ((Numeric) a[0]).add((Numeric) a[1]));
        kernels.scalar("numeric_sub", (context, call, a) -> ((Numeric) a[0]).subtract((Numeric) a[1]));
        kernels.scalar("numeric_mul", (context, call, a) -> ((Numeric) a[0]).multiply((Numeric) a[1]));
        kernels.scalar("numeric_div", (context, call, a) -> ((Numeric) a[0]).divide((Numeric) a[1]));
        kernels.scalar("numeric_div_trunc", (context, call, a) -> ((Numeric) a[0]).divideTruncated((Numeric) a[1]));
        kernels.scalar("numeric_mod", (context, call, a) -> ((Numeric) a[0]).mod((Numeric) a[1]));
        kernels.scalar("numeric_uminus", (context, call, a) -> ((Numeric) a[0]).negate());
        kernels.scalar("numeric_uplus", (context, call, a) -> a[0]);
        kernels.scalar("numeric_abs", (context, call, a) -> ((Numeric) a[0]).abs());
        kernels.scalar("numeric_inc", (context, call, a) -> ((Numeric) a[0]).add(Numeric.ONE));
        kernels.scalar("numeric_sign", (context, call, a) -> ((Numeric) a[0]).isNaN() ? a[0] : Numeric.of(((Numeric) a[0]).signum()));
        kernels.scalar("numeric_round", (context, call, a) -> ((Numeric) a[0]).round(digits(a[1])));
        kernels.scalar("numeric_trunc", (context, call, a) -> ((Numeric) a[0]).trunc(digits(a[1])));
        kernels.scalar("sql:1708", (context, call, a) -> ((Numeric) a[0]).round(0));
        kernels.scalar("sql:1710", (context, call, a) -> ((Numeric) a[0]).trunc(0));
        kernels.scalar("numeric_ceil", (context, call, a) -> ((Numeric) a[0]).ceil());
        kernels.scalar("numeric_floor", (context, call, a) -> ((Numeric) a[0]).floor());
        kernels.scalar("numeric_sqrt", (context, call, a) -> ((Numeric) a[0]).sqrt());
        kernels.scalar("numeric_exp", (context, call, a) -> ((Numeric) a[0]).exp());
        kernels.scalar("numeric_ln", (context, call, a) -> ((Numeric) a[0]).ln());
        kernels.scalar("numeric_log", (context, call, a) -> ((Numeric) a[1]).log((Numeric) a[0]));
        kernels.scalar("sql:1741", (context, call, a) -> ((Numeric) a[0]).log(TEN));
        kernels.scalar("sql:1481", (context, call, a) -> ((Numeric) a[0]).log(TEN));
        kernels.scalar("numeric_power", (context, call, a) -> ((Numeric) a[0]).power((Numeric) a[1]));
        kernels.scalar("numeric_scale", (context, call, a) -> finiteScale((Numeric) a[0], false));
        kernels.scalar("numeric_min_scale", (context, call, a) -> finiteScale((Numeric) a[0], true));
        kernels.scalar("numeric_trim_scale", (context, call, a) -> ((Numeric) a[0]).trimScale());
        kernels.scalar("numeric_fac", (context, call, a) -> factorial(context, (Long) a[0]));
        kernels.scalar("numeric_gcd", (context, call, a) -> gcd((Numeric) a[0], (Numeric) a[1]));
        kernels.scalar("numeric_lcm", (context, call, a) -> lcm((Numeric) a[0], (Numeric) a[1]));
        kernels.scalar("width_bucket_numeric",
                (context, call, a) -> widthBucket((Numeric) a[0], (Numeric) a[1], (Numeric) a[2], (Long) a[3]));
        kernels.scalar("width_bucket_array", (context, call, a) -> widthBucketArray(call, a[0], (PgArray) a[1]));
        casts(kernels);
    }

    private static void casts(Kernels kernels) {
        ScalarKernel fromInteger = (context, call, a) -> Numeric.of((Long) a[0]);
        kernels.scalar("int2_numeric", fromInteger);
        kernels.scalar("int4_numeric", fromInteger);
        kernels.scalar("int8_numeric", fromInteger);
        kernels.scalar("float4_numeric", (context, call, a) -> Numeric.ofFloat((Double) a[0]));
        kernels.scalar("float8_numeric", (context, call, a) -> Numeric.ofDouble((Double) a[0]));
        kernels.scalar("numeric_int2", (context, call, a) -> ((Numeric) a[0]).toLong("smallint", Short.MIN_VALUE, Short.MAX_VALUE));
        kernels.scalar("numeric_int4", (context, call, a) -> ((Numeric) a[0]).toLong("integer", Integer.MIN_VALUE, Integer.MAX_VALUE));
        kernels.scalar("numeric_int8", (context, call, a) -> ((Numeric) a[0]).toLong("bigint", Long.MIN_VALUE, Long.MAX_VALUE));
        kernels.scalar("numeric_float8", (context, call, a) -> toDouble((Numeric) a[0]));
        kernels.scalar("numeric_float4", (context, call, a) -> toFloat((Numeric) a[0]));
        kernels.scalar("numeric", (context, call, a) -> ((Numeric) a[0]).applyTypmod((int) (long) (Long) a[1]));
    }

    private static int digits(@Nullable Object argument) {
        return (int) (long) (Long) argument;
    }

    private static @Nullable Object finiteScale(Numeric value, boolean least) {
        if (!value.isFinite()) return null;
        return (long) (least ? value.minScale() : value.scale());
    }

    static Double toDouble(Numeric value) {
        double result = value.doubleValue();
        if (value.isFinite() && (Double.isInfinite(result) || result == 0 && value.signum() != 0)) {
            throw outOfRange(value, "double precision");
        }
        return result;
    }

    static Double toFloat(Numeric value) {
        if (!value.isFinite()) return value.doubleValue();
        float result = value.toBigDecimal().floatValue();
        if (Float.isInfinite(result) || result == 0 && value.signum() != 0) throw outOfRange(value, "real");
        return (double) result;
    }

    private static PgException outOfRange(Numeric value, String type) {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "\"" + value + "\" is out of range for type " + type);
    }

    private static Numeric factorial(ExecContext context, long n) {
        if (n < 0) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "factorial of a negative number is undefined");
        if (n > 32177) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value overflows numeric format");
        BigInteger product = BigInteger.ONE;
        for (long i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
            if ((i & 255) == 0) context.checkInterrupts();
        }
        return Numeric.of(product);
    }

    private static Numeric gcd(Numeric left, Numeric right) {
        if (!left.isFinite() || !right.isFinite()) return Numeric.NAN;
        int scale = Math.max(left.scale(), right.scale());
        BigInteger a = left.toBigDecimal().setScale(scale).unscaledValue();
        return Numeric.of(new BigDecimal(a.gcd(right.toBigDecimal().setScale(scale).unscaledValue()), scale));
    }

    private static Numeric lcm(Numeric left, Numeric right) {
        if (!left.isFinite() || !right.isFinite()) return Numeric.NAN;
        int scale = Math.max(left.scale(), right.scale());
        if (left.signum() == 0 || right.signum() == 0) return Numeric.of(BigDecimal.ZERO.setScale(scale));
        BigInteger a = left.toBigDecimal().setScale(scale).unscaledValue();
        BigInteger b = right.toBigDecimal().setScale(scale).unscaledValue();
        return Numeric.of(new BigDecimal(a.divide(a.gcd(b)).multiply(b).abs(), scale));
    }

    private static Long widthBucket(Numeric operand, Numeric low, Numeric high, long count) {
        if (count <= 0) throw bucketError("count must be greater than zero");
        if (operand.isNaN() || low.isNaN() || high.isNaN()) throw bucketError("operand, lower bound, and upper bound cannot be NaN");
        if (low.isInfinite() || high.isInfinite()) throw bucketError("lower and upper bounds must be finite");
        int direction = low.compareTo(high);
        if (direction == 0) throw bucketError("lower bound cannot equal upper bound");
        boolean rising = direction < 0;
        if (rising ? operand.compareTo(low) < 0 : operand.compareTo(low) > 0) return 0L;
        if (rising ? operand.compareTo(high) >= 0 : operand.compareTo(high) <= 0) {
            return IntegerFunctions.Width.INT4.check(count + 1);
        }
        Numeric offset = operand.subtract(low).abs().multiply(Numeric.of(count));
        return offset.divide(high.subtract(low).abs()).floor().toLong("integer", 0, Integer.MAX_VALUE) + 1;
    }

    static PgException bucketError(String message) {
        return new PgException(SqlState.INVALID_ARGUMENT_FOR_WIDTH_BUCKET_FUNCTION, message);
    }

    private static Long widthBucketArray(CallInfo call, Object operand, PgArray thresholds) {
        if (thresholds.dimensions() > 1) throw new PgException(SqlState.ARRAY_SUBSCRIPT_ERROR, "thresholds must be one-dimensional array");
        long low = 0;
        long high = thresholds.elements().length;
        for (Object element : thresholds.elements()) {
            if (element == null) throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "thresholds array must not contain NULLs");
        }
        while (low < high) {
            long middle = (low + high) / 2;
            Object threshold = thresholds.elements()[(int) middle];
            if (DatumComparator.compare(call.argumentTypes().getFirst(), operand, threshold) < 0) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
