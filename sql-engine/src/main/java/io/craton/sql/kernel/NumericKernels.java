package io.craton.sql.kernel;

import io.craton.core.batch.Nulls;
import io.craton.sql.kernel.ArithmeticKernels.Operation;
import org.jspecify.annotations.Nullable;

/** Exact decimal arithmetic on scaled longs. A result that does not fit is reported, and the caller takes the road of objects. */
public final class NumericKernels {
    private static final long[] POWERS = powers();

    private NumericKernels() {}

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }

    /** Scale of the result, as PostgreSQL has it; only for +, - and *. */
    public static int scale(Operation operation, int left, int right) {
        return operation == Operation.MULTIPLY ? left + right : Math.max(left, right);
    }

    /** Ten to that power, or 0 when it does not fit a long. */
    public static long power(int exponent) {
        return exponent < POWERS.length ? POWERS[exponent] : 0;
    }

    /**
     * Selected rows of {@code left op right} at their positions; false when one overflows. A constant operand is an array of one value and a step of 0; the factors
     * bring operands of + and - to the same scale. Null rows may hold anything.
     */
    public static boolean apply(Operation operation, long[] left, int leftStep, long leftFactor, long[] right, int rightStep,
            long rightFactor, long @Nullable [] nulls, int[] rows, int count, long[] result) {
        long bad = 0;
        if (operation == Operation.MULTIPLY) {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                long a = left[row * leftStep];
                long b = right[row * rightStep];
                long product = a * b;
                result[row] = product;
                bad |= Math.multiplyHigh(a, b) ^ product >> 63;
            }
        } else {
            boolean plus = operation == Operation.ADD;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                long x = left[row * leftStep];
                long y = right[row * rightStep];
                long a = x * leftFactor;
                long b = y * rightFactor;
                bad |= Math.multiplyHigh(x, leftFactor) ^ a >> 63 | Math.multiplyHigh(y, rightFactor) ^ b >> 63;
                long sum = plus ? a + b : a - b;
                bad |= (plus ? (a ^ sum) & (b ^ sum) : (a ^ b) & (a ^ sum)) >> 63;
                result[row] = sum;
            }
        }
        return bad == 0 || nulls != null && fitsWithoutNulls(operation, left, leftStep, leftFactor, right, rightStep, rightFactor, nulls, rows,
                count);
    }

    /** The slow answer for batches in which only a null row may have overflowed. */
    private static boolean fitsWithoutNulls(Operation operation, long[] left, int leftStep, long leftFactor, long[] right, int rightStep,
            long rightFactor, long[] nulls, int[] rows, int count) {
        try {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (Nulls.get(nulls, row)) continue;
                long a = left[row * leftStep];
                long b = right[row * rightStep];
                switch (operation) {
                    case MULTIPLY -> Math.multiplyExact(a, b);
                    case ADD -> Math.addExact(Math.multiplyExact(a, leftFactor), Math.multiplyExact(b, rightFactor));
                    default -> Math.subtractExact(Math.multiplyExact(a, leftFactor), Math.multiplyExact(b, rightFactor));
                }
            }
            return true;
        } catch (ArithmeticException e) {
            return false;
        }
    }
}
