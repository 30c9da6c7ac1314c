package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic, mathematics and casts of float4 and float8. A float4 is a Double whose value is exactly a float. */
final class FloatFunctions {
    private FloatFunctions() {}

    static void register(Kernels kernels) {
        for (String name : new String[] {"float8", "float48", "float84"}) {
            binary(kernels, name + "pl", (x, y) -> overflow(x + y, x, y));
            binary(kernels, name + "mi", (x, y) -> overflow(x - y, x, y));
            binary(kernels, name + "mul", FloatFunctions::multiply);
            binary(kernels, name + "div", FloatFunctions::divide);
        }
        binary(kernels, "float4pl", (x, y) -> overflow((float) (x + y), x, y));
        binary(kernels, "float4mi", (x, y) -> overflow((float) (x - y), x, y));
        binary(kernels, "float4mul", (x, y) -> multiplied((float) x * (float) y, x, y));
        binary(kernels, "float4div", (x, y) -> {
            requireDivisor(x, y);
            return divided((float) x / (float) y, x, y);
        });
        for (String name : new String[] {"float4", "float8"}) {
            unary(kernels, name + "um", x -> -x);
            unary(kernels, name + "up", x -> x);
            unary(kernels, name + "abs", Math::abs);
        }
        mathematics(kernels);
        casts(kernels);
        kernels.scalar("width_bucket_float8",
                (context, call, a) -> widthBucket((Double) a[0], (Double) a[1], (Double) a[2], (Long) a[3]));
        kernels.scalar("drandom", (context, call, a) -> ThreadLocalRandom.current().nextDouble());
    }

    private static void unary(Kernels kernels, String name, DoubleUnaryOperator operator) {
        kernels.scalar(name, (context, call, a) -> operator.applyAsDouble((Double) a[0]));
    }

    private static void binary(Kernels kernels, String name, DoubleBinaryOperator operator) {
        kernels.scalar(name, (context, call, a) -> operator.applyAsDouble((Double) a[0], (Double) a[1]));
    }

    // ---- arithmetic ----------------------------------------------------------------------------------------------

    static PgException overflowError() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow");
    }

    private static PgException underflowError() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: underflow");
    }

    private static double overflow(double result, double x, double y) {
        if (Double.isInfinite(result) && !Double.isInfinite(x) && !Double.isInfinite(y)) throw overflowError();
        return result;
    }

    static double multiply(double x, double y) {
        return multiplied(x * y, x, y);
    }

    private static double multiplied(double result, double x, double y) {
        overflow(result, x, y);
        if (result == 0 && x != 0 && y != 0) throw underflowError();
        return result;
    }

    static double divide(double x, double y) {
        requireDivisor(x, y);
        return divided(x / y, x, y);
    }

    private static void requireDivisor(double x, double y) {
        if (y == 0 && !Double.isNaN(x)) throw IntegerFunctions.divisionByZero();
    }

    private static double divided(double result, double x, double y) {
        if (Double.isInfinite(result) && !Double.isInfinite(x)) throw overflowError();
        if (result == 0 && x != 0 && !Double.isInfinite(y)) throw underflowError();
        return result;
    }

    // ---- mathematics ---------------------------------------------------------------------------------------------

    private static void mathematics(Kernels kernels) {
        unary(kernels, "dround", Math::rint);
        unary(kernels, "dceil", Math::ceil);
        unary(kernels, "dfloor", Math::floor);
        unary(kernels, "dtrunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x));
        unary(kernels, "dsign", x -> Double.isNaN(x) ? 0 : Math.signum(x) == 0 ? 0 : Math.signum(x));
        unary(kernels, "dsqrt", FloatFunctions::sqrt);
        unary(kernels, "dcbrt", Math::cbrt);
        unary(kernels, "dexp", FloatFunctions::exp);
        unary(kernels, "dlog1", x -> Math.log(positive(x)));
        unary(kernels, "dlog10", x -> Math.log10(positive(x)));
        binary(kernels, "dpow", FloatFunctions::power);
        unary(kernels, "degrees", x -> divide(x, Math.PI / 180));
        unary(kernels, "radians", x -> multiply(x, Math.PI / 180));
        kernels.scalar("dpi", (context, call, a) -> Math.PI);
        unary(kernels, "dacos", x -> Math.acos(within(x)));
        unary(kernels, "dasin", x -> Math.asin(within(x)));
        unary(kernels, "datan", Math::atan);
        binary(kernels, "datan2", Math::atan2);
        unary(kernels, "dsin", x -> Math.sin(bounded(x)));
        unary(kernels, "dcos", x -> Math.cos(bounded(x)));
        unary(kernels, "dtan", x -> Math.tan(bounded(x)));
        unary(kernels, "dcot", x -> 1 / Math.tan(bounded(x)));
        unary(kernels, "dsinh", x -> overflowKept(Math.sinh(x), x));
        unary(kernels, "dcosh", Math::cosh);
        unary(kernels, "dtanh", Math::tanh);
        unary(kernels, "dasinh", FloatFunctions::asinh);
        unary(kernels, "dacosh", x -> {
            if (x < 1) throw inputOutOfRange();
            return Double.isInfinite(x) ? x : Math.log(x + Math.sqrt(x * x - 1));
        });
        unary(kernels, "datanh", x -> {
            if (x < -1 || x > 1) throw inputOutOfRange();
            return x == -1 ? Double.NEGATIVE_INFINITY : x == 1 ? Double.POSITIVE_INFINITY : 0.5 * Math.log1p(2 * x / (1 - x));
        });
        DegreeFunctions.register(kernels);
    }

    private static double overflowKept(double result, double x) {
        return Double.isInfinite(result) && !Double.isNaN(x) ? Math.copySign(Double.POSITIVE_INFINITY, x) : result;
    }

    static PgException inputOutOfRange() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "input is out of range");
    }

    private static double within(double x) {
        if (x < -1 || x > 1) throw inputOutOfRange();
        return x;
    }

    private static double bounded(double x) {
        if (Double.isInfinite(x)) throw inputOutOfRange();
        return x;
    }

    private static double asinh(double x) {
        if (x == 0 || Double.isInfinite(x) || Double.isNaN(x)) return x;
        double size = Math.abs(x);
        return Math.copySign(Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1))), x);
    }

    private static double sqrt(double x) {
        if (x < 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION, "cannot take square root of a negative number");
        }
        return Math.sqrt(x);
    }

    private static double positive(double x) {
        if (x == 0) throw new PgException(SqlState.INVALID_ARGUMENT_FOR_LOG, "cannot take logarithm of zero");
        if (x < 0) throw new PgException(SqlState.INVALID_ARGUMENT_FOR_LOG, "cannot take logarithm of a negative number");
        return x;
    }

    private static double exp(double x) {
        double result = Math.exp(x);
        if (Double.isInfinite(x) || Double.isNaN(x)) return result;
        if (Double.isInfinite(result)) throw overflowError();
        if (result == 0) throw underflowError();
        return result;
    }

    static double power(double x, double y) {
        if (Double.isNaN(x)) return y == 0 ? 1 : Double.NaN;
        if (Double.isNaN(y)) return x == 1 ? 1 : Double.NaN;
        if (x == 0 && y < 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION, "zero raised to a negative power is undefined");
        }
        if (x < 0 && Math.floor(y) != y) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_POWER_FUNCTION,
                    "a negative number raised to a non-integer power yields a complex result");
        }
        if (Math.abs(x) == 1 && Double.isInfinite(y)) return 1;
        double result = Math.pow(x, y);
        if (Double.isInfinite(x) || Double.isInfinite(y)) return result;
        if (Double.isInfinite(result)) throw overflowError();
        if (result == 0 && x != 0) throw underflowError();
        return result;
    }

    // ---- casts ---------------------------------------------------------------------------------------------------

    private static void casts(Kernels kernels) {
        ScalarKernel toDouble = (context, call, a) -> (double) (Long) a[0];
        ScalarKernel toFloat = (context, call, a) -> (double) (float) (Long) a[0];
        for (String name : new String[] {"i2tod", "i4tod", "i8tod"}) kernels.scalar(name, toDouble);
        for (String name : new String[] {"i2tof", "i4tof", "i8tof"}) kernels.scalar(name, toFloat);
        for (String prefix : new String[] {"dto", "fto"}) {
            kernels.scalar(prefix + "i2", (context, call, a) -> toInteger((Double) a[0], IntegerFunctions.Width.INT2));
            kernels.scalar(prefix + "i4", (context, call, a) -> toInteger((Double) a[0], IntegerFunctions.Width.INT4));
            kernels.scalar(prefix + "i8", (context, call, a) -> toInteger((Double) a[0], IntegerFunctions.Width.INT8));
        }
        kernels.scalar("ftod", (context, call, a) -> a[0]);
        kernels.scalar("dtof", (context, call, a) -> {
            double value = (Double) a[0];
            float result = (float) value;
            if (Float.isInfinite(result) && !Double.isInfinite(value)) throw overflowError();
            if (result == 0 && value != 0) throw underflowError();
            return (double) result;
        });
    }

    private static Long toInteger(double value, IntegerFunctions.Width width) {
        double whole = Math.rint(value);
        if (!(whole >= width.min && whole < -(double) width.min)) throw width.outOfRange();
        return (long) whole;
    }

    private static Long widthBucket(double operand, double low, double high, long count) {
        if (count <= 0) throw NumericFunctions.bucketError("count must be greater than zero");
        if (Double.isNaN(operand) || Double.isNaN(low) || Double.isNaN(high)) {
            throw NumericFunctions.bucketError("operand, lower bound, and upper bound cannot be NaN");
        }
        if (Double.isInfinite(low) || Double.isInfinite(high)) throw NumericFunctions.bucketError("lower and upper bounds must be finite");
        if (low == high) throw NumericFunctions.bucketError("lower bound cannot equal upper bound");
        boolean rising = low < high;
        if (rising ? operand < low : operand > low) return 0L;
        if (rising ? operand >= high : operand <= high) return IntegerFunctions.Width.INT4.check(count + 1);
        return (long) (rising ? count * (operand - low) / (high - low) + 1 : count * (low - operand) / (low - high) + 1);
    }
}
