package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import org.jspecify.annotations.Nullable;

/** Arithmetic, bits and casts of int2, int4 and int8. All datums are Long; each result is checked against its type's range. */
final class IntegerFunctions {
    private IntegerFunctions() {}

    /** One of the integer types: its range and name in messages. */
    enum Width {
        INT2("smallint", Short.MIN_VALUE, Short.MAX_VALUE, 16),
        INT4("integer", Integer.MIN_VALUE, Integer.MAX_VALUE, 32),
        INT8("bigint", Long.MIN_VALUE, Long.MAX_VALUE, 64);

        final String type;
        final long min;
        final long max;
        final int bits;

        Width(String type, long min, long max, int bits) {
            this.type = type;
            this.min = min;
            this.max = max;
            this.bits = bits;
        }

        Long check(long value) {
            if (value < min || value > max) throw outOfRange();
            return value;
        }

        PgException outOfRange() {
            return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, type + " out of range");
        }

        Long cut(long value) {
            return switch (this) {
                case INT2 -> (long) (short) value;
                case INT4 -> (long) (int) value;
                case INT8 -> value;
            };
        }
    }

    static void register(Kernels kernels) {
        arithmetic(kernels, "int2", Width.INT2);
        arithmetic(kernels, "int4", Width.INT4);
        arithmetic(kernels, "int24", Width.INT4);
        arithmetic(kernels, "int42", Width.INT4);
        for (String name : new String[] {"int8", "int28", "int48", "int82", "int84"}) arithmetic(kernels, name, Width.INT8);
        single(kernels, "int2", Width.INT2);
        single(kernels, "int4", Width.INT4);
        single(kernels, "int8", Width.INT8);
        casts(kernels);
        kernels.scalar("int4inc", (context, call, a) -> Width.INT4.check((Long) a[0] + 1));
        kernels.scalar("int8inc", (context, call, a) -> add((Long) a[0], 1));
        kernels.scalar("int8dec", (context, call, a) -> subtract((Long) a[0], 1));
        kernels.scalar("int4gcd", (context, call, a) -> Width.INT4.check(gcd((Long) a[0], (Long) a[1])));
        kernels.scalar("int8gcd", (context, call, a) -> gcd8((Long) a[0], (Long) a[1]));
        kernels.scalar("int4lcm", (context, call, a) -> lcm(Width.INT4, (Long) a[0], (Long) a[1]));
        kernels.scalar("int8lcm", (context, call, a) -> lcm(Width.INT8, (Long) a[0], (Long) a[1]));
        kernels.scalar("to_hex32", (context, call, a) -> Integer.toHexString((int) (long) (Long) a[0]));
        kernels.scalar("to_hex64", (context, call, a) -> Long.toHexString((Long) a[0]));
    }

    private static void arithmetic(Kernels kernels, String name, Width width) {
        if (width == Width.INT8) {
            kernels.scalar(name + "pl", (context, call, a) -> add((Long) a[0], (Long) a[1]));
            kernels.scalar(name + "mi", (context, call, a) -> subtract((Long) a[0], (Long) a[1]));
            kernels.scalar(name + "mul", (context, call, a) -> multiply((Long) a[0], (Long) a[1]));
        } else {
            kernels.scalar(name + "pl", (context, call, a) -> width.check((Long) a[0] + (Long) a[1]));
            kernels.scalar(name + "mi", (context, call, a) -> width.check((Long) a[0] - (Long) a[1]));
            kernels.scalar(name + "mul", (context, call, a) -> width.check((Long) a[0] * (Long) a[1]));
        }
        kernels.scalar(name + "div", (context, call, a) -> divide(width, (Long) a[0], (Long) a[1]));
    }

    private static void single(Kernels kernels, String name, Width width) {
        kernels.scalar(name + "mod", (context, call, a) -> mod((Long) a[0], (Long) a[1]));
        kernels.scalar(name + "um", (context, call, a) -> negate(width, (Long) a[0]));
        kernels.scalar(name + "up", (context, call, a) -> a[0]);
        kernels.scalar(name + "abs", (context, call, a) -> (Long) a[0] < 0 ? negate(width, (Long) a[0]) : a[0]);
        kernels.scalar(name + "and", (context, call, a) -> (Long) a[0] & (Long) a[1]);
        kernels.scalar(name + "or", (context, call, a) -> (Long) a[0] | (Long) a[1]);
        kernels.scalar(name + "xor", (context, call, a) -> (Long) a[0] ^ (Long) a[1]);
        kernels.scalar(name + "not", (context, call, a) -> ~(Long) a[0]);
        int mask = Math.max(32, width.bits) - 1;
        kernels.scalar(name + "shl", (context, call, a) -> width.cut((Long) a[0] << ((Long) a[1] & mask)));
        kernels.scalar(name + "shr", (context, call, a) -> (Long) a[0] >> ((Long) a[1] & mask));
    }

    private static void casts(Kernels kernels) {
        kernels.scalar("i2toi4", (context, call, a) -> widened(call, (Long) a[0]));
        kernels.scalar("int28", (context, call, a) -> a[0]);
        kernels.scalar("int48", (context, call, a) -> a[0]);
        kernels.scalar("i4toi2", (context, call, a) -> Width.INT2.check((Long) a[0]));
        kernels.scalar("int82", (context, call, a) -> Width.INT2.check((Long) a[0]));
        kernels.scalar("int84", (context, call, a) -> Width.INT4.check((Long) a[0]));
        kernels.scalar("i8tooid", (context, call, a) -> toOid((Long) a[0]));
        kernels.scalar("oidtoi8", (context, call, a) -> (Long) a[0] & 0xffffffffL);
        kernels.scalar("i4tochar", (context, call, a) -> toChar((Long) a[0]));
        kernels.scalar("chartoi4", (context, call, a) -> a[0]);
    }

    /** int2 to oid and the reg types goes through this function too: negative numbers become large oids. */
    private static Object widened(CallInfo call, long value) {
        boolean signed = call.resultType().category() == 'N' && call.resultType().length() == 4
                && call.resultType().oid() == io.craton.core.type.TypeOid.INT4;
        return signed ? value : value & 0xffffffffL;
    }

    private static Long toOid(long value) {
        if (value < 0 || value > 0xffffffffL) throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "OID out of range");
        return value;
    }

    private static Long toChar(long value) {
        if (value < Byte.MIN_VALUE || value > Byte.MAX_VALUE) {
            throw new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "\"char\" out of range");
        }
        return value;
    }

    static Long add(long left, long right) {
        long sum = left + right;
        if (((left ^ sum) & (right ^ sum)) < 0) throw Width.INT8.outOfRange();
        return sum;
    }

    static Long subtract(long left, long right) {
        long difference = left - right;
        if (((left ^ right) & (left ^ difference)) < 0) throw Width.INT8.outOfRange();
        return difference;
    }

    static Long multiply(long left, long right) {
        long low = left * right;
        if (Math.multiplyHigh(left, right) != low >> 63) throw Width.INT8.outOfRange();
        return low;
    }

    private static Long divide(Width width, long left, long right) {
        if (right == 0) throw divisionByZero();
        if (right == -1) return negate(width, left);
        return left / right;
    }

    private static Long mod(long left, long right) {
        if (right == 0) throw divisionByZero();
        return right == -1 ? 0L : left % right;
    }

    static PgException divisionByZero() {
        return new PgException(SqlState.DIVISION_BY_ZERO, "division by zero");
    }

    private static Long negate(Width width, long value) {
        if (value == width.min) throw width.outOfRange();
        return -value;
    }

    private static long gcd(long left, long right) {
        long a = Math.abs(left);
        long b = Math.abs(right);
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    private static Long gcd8(long left, long right) {
        if (left == Long.MIN_VALUE || right == Long.MIN_VALUE) {
            java.math.BigInteger result = java.math.BigInteger.valueOf(left).gcd(java.math.BigInteger.valueOf(right));
            if (result.bitLength() > 63) throw Width.INT8.outOfRange();
            return result.longValue();
        }
        return gcd(left, right);
    }

    private static @Nullable Object lcm(Width width, long left, long right) {
        if (left == 0 || right == 0) return 0L;
        if (left == Long.MIN_VALUE || right == Long.MIN_VALUE) throw width.outOfRange();
        long product = multiply(left / gcd(left, right), right);
        if (product == Long.MIN_VALUE) throw width.outOfRange();
        return width.check(Math.abs(product));
    }
}
