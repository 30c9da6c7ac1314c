package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.BytesVector;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.DoubleVector;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.DatumComparator;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.sql.kernel.ArithmeticKernels;
import io.craton.sql.kernel.CompareKernels;
import io.craton.sql.kernel.Comparison;
import io.craton.sql.kernel.LikePattern;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators that run as kernels over primitive arrays. */
final class HotEvaluators {
    private HotEvaluators() {}

    static long @Nullable [] nulls(Vector vector) {
        return switch (vector) {
            case LongVector longs -> longs.nulls();
            case DoubleVector doubles -> doubles.nulls();
            case NumericVector numbers -> numbers.nulls();
            case BytesVector bytes -> bytes.nulls();
            case ConstantVector constant when !constant.mayHaveNulls() -> null;
            default -> {
                long[] bits = Nulls.create(vector.length());
                for (int i = 0; i < vector.length(); i++) if (vector.isNull(i)) Nulls.set(bits, i);
                yield bits;
            }
        };
    }

    /** Comparison of two operands of one representation. */
    static final class Compare extends Evaluator {
        private final Comparison comparison;
        private final Evaluator left;
        private final Evaluator right;
        private final PgType compared;

        Compare(Comparison comparison, Evaluator left, Evaluator right) {
            super(PgTypes.BOOL);
            this.comparison = comparison;
            this.left = left;
            this.right = right;
            this.compared = left.type();
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object a = left.value(scope, row);
            if (a == null) return null;
            Object b = right.value(scope, row);
            return b == null ? null : (Object) comparison.test(DatumComparator.compare(compared, a, b));
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            Vector a = left.vector(scope, batch);
            Vector b = right.vector(scope, batch);
            long[] values = new long[batch.rows()];
            int[] passed = new int[batch.selected()];
            int count = select(a, b, batch, passed);
            for (int i = 0; i < count; i++) values[passed[i]] = 1;
            return new LongVector(Repr.BOOL, values, batch.rows(), combinedNulls(a, b));
        }

        private static long @Nullable [] combinedNulls(Vector a, Vector b) {
            if (a instanceof ConstantVector constant && constant.mayHaveNulls()) a = constant.flat();
            if (b instanceof ConstantVector constant && constant.mayHaveNulls()) b = constant.flat();
            return Nulls.or(nulls(a), nulls(b));
        }

        @Override
        public int select(Scope scope, Batch batch, int[] result) {
            return select(left.vector(scope, batch), right.vector(scope, batch), batch, result);
        }

        private int select(Vector a, Vector b, Batch batch, int[] result) {
            if (a instanceof ConstantVector && !(b instanceof ConstantVector)) {
                return select(b, a, comparison.flipped().mask, batch, result);
            }
            return select(a, b, comparison.mask, batch, result);
        }

        private int select(Vector a, Vector b, int mask, Batch batch, int[] result) {
            int[] rows = batch.positions();
            int count = batch.selected();
            if (b instanceof ConstantVector constant) {
                if (constant.mayHaveNulls()) return 0;
                if (a instanceof DictionaryVector coded && coded.dictionary().length() <= Math.max(16, count)) {
                    return selectCoded(coded, constant, mask, rows, count, result);
                }
                switch (a.flat()) {
                    case LongVector x -> {
                        return CompareKernels.longs(x.values(), constant.longAt(0), x.nulls(), mask, rows, count, result);
                    }
                    case DoubleVector x -> {
                        return CompareKernels.doubles(x.values(), constant.doubleAt(0), x.nulls(), mask, rows, count, result);
                    }
                    case NumericVector x -> {
                        Long digits = NumericEvaluators.at(x.scale(), (Numeric) constant.datum(0));
                        if (digits == null) return byDatums(x, b, mask, rows, count, result);
                        return CompareKernels.longs(x.values(), digits, x.nulls(), mask, rows, count, result);
                    }
                    case BytesVector plain -> {
                        BytesVector x = comparable(plain);
                        BytesVector y = comparable((BytesVector) constant.value());
                        byte[] bytes = Arrays.copyOfRange(y.heap(), y.starts()[0], y.starts()[0] + y.lengths()[0]);
                        return CompareKernels.bytes(x, bytes, x.nulls(), mask, rows, count, result);
                    }
                    default -> {
                        return byDatums(a, b, mask, rows, count, result);
                    }
                }
            }
            Vector x = a.flat();
            Vector y = b.flat();
            if (x instanceof LongVector p && y instanceof LongVector q) {
                return CompareKernels.longs(p.values(), q.values(), Nulls.or(p.nulls(), q.nulls()), mask, rows, count, result);
            }
            if (x instanceof DoubleVector p && y instanceof DoubleVector q) {
                return CompareKernels.doubles(p.values(), q.values(), Nulls.or(p.nulls(), q.nulls()), mask, rows, count, result);
            }
            if (x instanceof NumericVector p && y instanceof NumericVector q && p.scale() == q.scale()) {
                return CompareKernels.longs(p.values(), q.values(), Nulls.or(p.nulls(), q.nulls()), mask, rows, count, result);
            }
            if (x instanceof BytesVector first && y instanceof BytesVector second) {
                BytesVector p = comparable(first);
                BytesVector q = comparable(second);
                return CompareKernels.bytes(p, q, Nulls.or(p.nulls(), q.nulls()), mask, rows, count, result);
            }
            return byDatums(x, y, mask, rows, count, result);
        }

        /** Without the blanks at the end that do not count in char(n). */
        private BytesVector comparable(BytesVector vector) {
            if (compared.oid() != io.craton.core.type.TypeOid.BPCHAR) return vector;
            byte[] heap = vector.heap();
            int[] lengths = new int[vector.length()];
            for (int i = 0; i < lengths.length; i++) {
                int start = vector.starts()[i];
                int end = start + vector.lengths()[i];
                while (end > start && heap[end - 1] == ' ') end--;
                lengths[i] = end - start;
            }
            return new BytesVector(vector.repr(), heap, vector.starts(), lengths, vector.length(), vector.nulls());
        }

        private int selectCoded(DictionaryVector coded, ConstantVector constant, int mask, int[] rows, int count, int[] result) {
            int size = coded.dictionary().length();
            int[] entries = new int[size];
            Batch all = Batch.of(new Vector[] {coded.dictionary()}, size);
            int hits = select(coded.dictionary(), new ConstantVector(constant.value(), size), mask, all, entries);
            boolean[] hit = new boolean[size];
            for (int i = 0; i < hits; i++) hit[entries[i]] = true;
            int passed = 0;
            for (int i = 0; i < count; i++) {
                int code = coded.codes()[rows[i]];
                if (code >= 0 && hit[code]) result[passed++] = rows[i];
            }
            return passed;
        }

        private int byDatums(Vector a, Vector b, int mask, int[] rows, int count, int[] result) {
            int passed = 0;
            for (int i = 0; i < count; i++) {
                int row = rows[i];
                Object x = a.datum(row);
                Object y = x == null ? null : b.datum(row);
                if (y != null && (mask >> (Integer.signum(DatumComparator.compare(compared, x, y)) + 1) & 1) != 0) {
                    result[passed++] = row;
                }
            }
            return passed;
        }
    }

    /** Integer or float arithmetic. */
    static final class Arithmetic extends Evaluator {
        private final OperatorTable.Arithmetic operator;
        private final Evaluator left;
        private final Evaluator right;

        Arithmetic(PgType type, OperatorTable.Arithmetic operator, Evaluator left, Evaluator right) {
            super(type);
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object a = left.value(scope, row);
            if (a == null) return null;
            Object b = right.value(scope, row);
            if (b == null) return null;
            return operator.floating()
                    ? (Object) ArithmeticKernels.apply(operator.operation(), (double) (Double) a, (double) (Double) b, operator.width() == 4)
                    : (Object) ArithmeticKernels.apply(operator.operation(), (long) (Long) a, (long) (Long) b, operator.width());
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            Vector a = left.vector(scope, batch);
            Vector b = right.vector(scope, batch);
            if (a instanceof ConstantVector x && x.mayHaveNulls() || b instanceof ConstantVector y && y.mayHaveNulls()) {
                return ConstantVector.of(type().repr(), null, batch.rows());
            }
            if (a instanceof ConstantVector && b instanceof ConstantVector) a = a.flat();
            int stepA = a instanceof ConstantVector ? 0 : 1;
            int stepB = b instanceof ConstantVector ? 0 : 1;
            Vector x = a instanceof ConstantVector constant ? constant.value() : a.flat();
            Vector y = b instanceof ConstantVector constant ? constant.value() : b.flat();
            long[] nulls = Nulls.or(stepA == 0 ? null : nulls(x), stepB == 0 ? null : nulls(y));
            if (operator.floating()) {
                double[] result = new double[batch.rows()];
                ArithmeticKernels.doubles(operator.operation(), operator.width() == 4, ((DoubleVector) x).values(), stepA,
                        ((DoubleVector) y).values(), stepB, nulls, batch.positions(), batch.selected(), result);
                return new DoubleVector(result, batch.rows(), nulls);
            }
            long[] result = new long[batch.rows()];
            ArithmeticKernels.longs(operator.operation(), operator.width(), ((LongVector) x).values(), stepA,
                    ((LongVector) y).values(), stepB, nulls, batch.positions(), batch.selected(), result);
            return new LongVector(result, batch.rows(), nulls);
        }
    }

    /** LIKE with a constant pattern. */
    static final class Like extends Evaluator {
        private final Evaluator text;
        private final LikePattern pattern;
        private final boolean negated;

        Like(Evaluator text, String pattern, boolean negated) {
            super(PgTypes.BOOL);
            this.text = text;
            this.pattern = LikePattern.of(pattern.getBytes(StandardCharsets.UTF_8));
            this.negated = negated;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            if (!(text.value(scope, row) instanceof String string)) return null;
            byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
            return pattern.matches(bytes, 0, bytes.length) != negated;
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            Vector input = text.vector(scope, batch);
            if (!(input.flat() instanceof BytesVector bytes)) return super.vector(scope, batch);
            long[] values = new long[batch.rows()];
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                if (Nulls.get(bytes.nulls(), row)) continue;
                values[row] = pattern.matches(bytes.heap(), bytes.starts()[row], bytes.lengths()[row]) != negated ? 1 : 0;
            }
            return new LongVector(Repr.BOOL, values, batch.rows(), bytes.nulls());
        }
    }

    /** Integer widening and narrowing, integers to float8. */
    static final class IntegerCast extends Evaluator {
        private final Evaluator argument;
        private final int width;

        /** @param width bytes of the integer result, 0 for float8 */
        IntegerCast(PgType type, Evaluator argument, int width) {
            super(type);
            this.argument = argument;
            this.width = width;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object value = argument.value(scope, row);
            if (value == null) return null;
            long number = (Long) value;
            return width == 0 ? (Object) (double) number : (Object) ArithmeticKernels.checked(number, width);
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            Vector vector = argument.vector(scope, batch);
            if (width == 8) return vector;
            LongVector input = (LongVector) vector.flat();
            int[] positions = batch.positions();
            if (width == 0) {
                double[] values = new double[batch.rows()];
                for (int i = 0; i < batch.selected(); i++) values[positions[i]] = input.values()[positions[i]];
                return new DoubleVector(values, batch.rows(), input.nulls());
            }
            for (int i = 0; i < batch.selected(); i++) {
                if (!Nulls.get(input.nulls(), positions[i])) ArithmeticKernels.checked(input.values()[positions[i]], width);
            }
            return input;
        }
    }
}
