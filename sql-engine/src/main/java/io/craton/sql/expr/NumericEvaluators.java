package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.NumericVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.Numeric;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.sql.kernel.ArithmeticKernels.Operation;
import io.craton.sql.kernel.NumericKernels;
import org.jspecify.annotations.Nullable;

/** Operators over numeric. */
final class NumericEvaluators {
    private NumericEvaluators() {}

    /** The vector's values as scaled longs; of a constant its only one. Null when they are not such. */
    static @Nullable NumericVector scaled(Vector vector) {
        Vector plain = vector instanceof ConstantVector constant ? constant.value() : vector.flat();
        return plain instanceof NumericVector numbers ? numbers : null;
    }

    /** The constant's digits at another scale; null when they do not fit or digits would be lost. */
    static @Nullable Long at(int scale, Numeric value) {
        Numeric trimmed = value.trimScale();
        if (!trimmed.isCompact() || trimmed.scale() > scale) return null;
        Numeric rescaled = trimmed.round(scale);
        return rescaled.isCompact() && rescaled.scale() == scale ? rescaled.unscaled() : null;
    }

    /** +, - and *. */
    static final class Arithmetic extends Evaluator {
        private final Operation operation;
        private final Evaluator left;
        private final Evaluator right;

        Arithmetic(Operation operation, Evaluator left, Evaluator right) {
            super(PgTypes.NUMERIC);
            this.operation = operation;
            this.left = left;
            this.right = right;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object a = left.value(scope, row);
            if (a == null) return null;
            Object b = right.value(scope, row);
            return b == null ? null : apply((Numeric) a, (Numeric) b);
        }

        private Numeric apply(Numeric a, Numeric b) {
            return switch (operation) {
                case ADD -> a.add(b);
                case SUBTRACT -> a.subtract(b);
                case MULTIPLY -> a.multiply(b);
                case DIVIDE, MODULO -> throw new IllegalStateException();
            };
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            Vector a = left.vector(scope, batch);
            Vector b = right.vector(scope, batch);
            if (a instanceof ConstantVector x && x.mayHaveNulls() || b instanceof ConstantVector y && y.mayHaveNulls()) {
                return ConstantVector.of(Repr.NUMERIC, null, batch.rows());
            }
            NumericVector x = scaled(a);
            NumericVector y = scaled(b);
            Vector result = x == null || y == null ? null : longs(batch, x, a instanceof ConstantVector ? 0 : 1, y, b instanceof ConstantVector ? 0 : 1);
            return result == null ? objects(batch, a, b) : result;
        }

        private @Nullable Vector longs(Batch batch, NumericVector x, int stepX, NumericVector y, int stepY) {
            int scale = NumericKernels.scale(operation, x.scale(), y.scale());
            long factorX = operation == Operation.MULTIPLY ? 1 : NumericKernels.power(scale - x.scale());
            long factorY = operation == Operation.MULTIPLY ? 1 : NumericKernels.power(scale - y.scale());
            if (factorX == 0 || factorY == 0 || scale > Numeric.SCALE_MAX) return null;
            long[] nulls = Nulls.or(stepX == 0 ? null : x.nulls(), stepY == 0 ? null : y.nulls());
            long[] values = new long[batch.rows()];
            boolean fits = NumericKernels.apply(operation, x.values(), stepX, factorX, y.values(), stepY, factorY, nulls, batch.positions(),
                    batch.selected(), values);
            return fits ? new NumericVector(values, scale, batch.rows(), nulls) : null;
        }

        private Vector objects(Batch batch, Vector a, Vector b) {
            VectorBuilder builder = VectorBuilder.of(Repr.NUMERIC, batch.rows());
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                while (builder.length() < row) builder.appendNull();
                Object x = a.datum(row);
                Object y = x == null ? null : b.datum(row);
                builder.append(y == null ? null : apply((Numeric) x, (Numeric) y));
            }
            while (builder.length() < batch.rows()) builder.appendNull();
            return builder.build();
        }
    }
}
