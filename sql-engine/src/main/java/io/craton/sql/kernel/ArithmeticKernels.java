package io.craton.sql.kernel;

import io.craton.core.batch.Nulls;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import org.jspecify.annotations.Nullable;

/** Integer and float arithmetic on selected, non-null rows, with PostgreSQL's range errors. */
public final class ArithmeticKernels {
    private ArithmeticKernels() {}

    /** + - * / % */
    public enum Operation { ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO }

    /** Error of an integer type of so many bytes. */
    public static PgException outOfRange(int width) {
        String type = width == 2 ? "smallint" : width == 4 ? "integer" : "bigint";
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, type + " out of range");
    }

    public static PgException divisionByZero() {
        return new PgException(SqlState.DIVISION_BY_ZERO, "division by zero");
    }

    public static long apply(Operation operation, long left, long right, int width) {
        long result;
        switch (operation) {
            case ADD -> {
                result = left + right;
                if (((left ^ result) & (right ^ result)) < 0) throw outOfRange(8);
            }
            case SUBTRACT -> {
                result = left - right;
                if (((left ^ right) & (left ^ result)) < 0) throw outOfRange(8);
            }
            case MULTIPLY -> {
                result = left * right;
                if (width == 8 && Math.multiplyHigh(left, right) != result >> 63) throw outOfRange(8);
            }
            case DIVIDE -> {
                if (right == 0) throw divisionByZero();
                if (right == -1 && left == Long.MIN_VALUE) throw outOfRange(8);
                result = left / right;
            }
            case MODULO -> {
                if (right == 0) throw divisionByZero();
                return right == -1 ? 0 : left % right;
            }
            default -> throw new IllegalStateException();
        }
        return checked(result, width);
    }

    public static long checked(long value, int width) {
        if (width == 4 ? value != (int) value : width == 2 && value != (short) value) throw outOfRange(width);
        return value;
    }

    /** Row by row into {@code result}; a constant operand is given as an array of one value and a step of 0. */
    public static void longs(Operation operation, int width, long[] left, int leftStep, long[] right, int rightStep,
            long @Nullable [] nulls, int[] rows, int count, long[] result) {
        if (operation == Operation.DIVIDE || operation == Operation.MODULO || nulls != null && width == 8) {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (!Nulls.get(nulls, row)) {
                    result[row] = apply(operation, left[row * leftStep], right[row * rightStep], width);
                }
            }
            return;
        }
        long bad = 0;
        switch (operation) {
            case ADD -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[i];
                    long a = left[row * leftStep];
                    long b = right[row * rightStep];
                    long sum = a + b;
                    result[row] = sum;
                    bad |= overflow((a ^ sum) & (b ^ sum), sum, width);
                }
            }
            case SUBTRACT -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[i];
                    long a = left[row * leftStep];
                    long b = right[row * rightStep];
                    long difference = a - b;
                    result[row] = difference;
                    bad |= overflow((a ^ b) & (a ^ difference), difference, width);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    int row = rows[i];
                    long a = left[row * leftStep];
                    long b = right[row * rightStep];
                    long product = a * b;
                    result[row] = product;
                    bad |= overflow(width == 8 && Math.multiplyHigh(a, b) != product >> 63 ? -1 : 0, product, width);
                }
            }
        }
        if (bad < 0) {
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                if (!Nulls.get(nulls, row)) apply(operation, left[row * leftStep], right[row * rightStep], width);
            }
        }
    }

    /** Negative when the result does not fit. */
    private static long overflow(long sign, long value, int width) {
        return switch (width) {
            case 8 -> sign;
            case 4 -> value == (int) value ? 0 : -1;
            default -> value == (short) value ? 0 : -1;
        };
    }

    public static double apply(Operation operation, double left, double right, boolean single) {
        double result;
        switch (operation) {
            case ADD -> result = left + right;
            case SUBTRACT -> result = left - right;
            case MULTIPLY -> {
                result = single ? (float) left * (float) right : left * right;
                if (result == 0 && left != 0 && right != 0) throw underflow();
            }
            case DIVIDE -> {
                if (right == 0 && !Double.isNaN(left)) throw divisionByZero();
                result = single ? (float) left / (float) right : left / right;
                if (result == 0 && left != 0 && !Double.isInfinite(right)) throw underflow();
            }
            default -> throw new IllegalStateException();
        }
        if (single) result = narrowed(result);
        if (Double.isInfinite(result) && !Double.isInfinite(left) && !Double.isInfinite(right)) throw overflow();
        return result;
    }

    private static PgException overflow() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: overflow");
    }

    private static PgException underflow() {
        return new PgException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range: underflow");
    }

    public static void doubles(Operation operation, boolean single, double[] left, int leftStep, double[] right, int rightStep,
            long @Nullable [] nulls, int[] rows, int count, double[] result) {
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (!Nulls.get(nulls, row)) {
                result[row] = apply(operation, left[row * leftStep], right[row * rightStep], single);
            }
        }
    }

    /** The nearest float4, as a double. */
    private static double narrowed(double value) {
        return (float) value;
    }
}
