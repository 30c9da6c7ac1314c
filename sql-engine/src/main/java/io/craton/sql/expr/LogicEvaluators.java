package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.LongVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgTypes;
import io.craton.core.type.Repr;
import io.craton.sql.logical.Scalar.Truth;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Three-valued logic. AND and OR evaluate later arguments only where earlier ones left the answer open. */
final class LogicEvaluators {
    private LogicEvaluators() {}

    /** AND (decisive value false) or OR (decisive value true). */
    static final class AndOr extends Evaluator {
        private final boolean decisive;
        private final Evaluator[] arguments;

        AndOr(boolean decisive, Evaluator[] arguments) {
            super(PgTypes.BOOL);
            this.decisive = decisive;
            this.arguments = arguments;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            boolean unknown = false;
            for (Evaluator argument : arguments) {
                Object value = argument.value(scope, row);
                if (value == null) unknown = true;
                else if ((Boolean) value == decisive) return decisive;
            }
            return unknown ? null : (Object) !decisive;
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            long[] values = new long[batch.rows()];
            long[] nulls = Nulls.create(batch.rows());
            Arrays.fill(values, decisive ? 0 : 1);
            int[] open = Arrays.copyOf(batch.positions(), batch.selected());
            int count = open.length;
            for (Evaluator argument : arguments) {
                if (count == 0) break;
                Vector vector = argument.vector(scope, batch.select(open, count));
                int[] still = new int[count];
                int left = 0;
                for (int i = 0; i < count; i++) {
                    int row = open[i];
                    if (vector.isNull(row)) {
                        Nulls.set(nulls, row);
                        still[left++] = row;
                    } else if (vector.longAt(row) != 0 == decisive) {
                        values[row] = decisive ? 1 : 0;
                        nulls[row >>> 6] &= ~(1L << row);
                    } else {
                        still[left++] = row;
                    }
                }
                open = still;
                count = left;
            }
            return new LongVector(Repr.BOOL, values, batch.rows(), nulls);
        }

        @Override
        public int select(Scope scope, Batch batch, int[] result) {
            if (decisive) return selectOr(scope, batch, result);
            int[] positions = batch.positions();
            int count = batch.selected();
            for (Evaluator argument : arguments) {
                if (count == 0) return 0;
                int[] passed = new int[count];
                count = argument.select(scope, batch.select(positions, count), passed);
                positions = passed;
            }
            System.arraycopy(positions, 0, result, 0, count);
            return count;
        }

        private int selectOr(Scope scope, Batch batch, int[] result) {
            long[] hit = Nulls.create(batch.rows());
            int[] open = batch.positions();
            int count = batch.selected();
            for (Evaluator argument : arguments) {
                if (count == 0) break;
                int[] passed = new int[count];
                int hits = argument.select(scope, batch.select(open, count), passed);
                if (hits == 0) continue;
                for (int i = 0; i < hits; i++) Nulls.set(hit, passed[i]);
                int[] still = new int[count - hits];
                int left = 0;
                for (int i = 0; i < count; i++) if (!Nulls.get(hit, open[i])) still[left++] = open[i];
                open = still;
                count = left;
            }
            int[] positions = batch.positions();
            int passed = 0;
            for (int i = 0; i < batch.selected(); i++) {
                if (Nulls.get(hit, positions[i])) result[passed++] = positions[i];
            }
            return passed;
        }
    }

    static final class Not extends Evaluator {
        private final Evaluator argument;

        Not(Evaluator argument) {
            super(PgTypes.BOOL);
            this.argument = argument;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object value = argument.value(scope, row);
            return value == null ? null : (Object) !(Boolean) value;
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            LongVector input = (LongVector) argument.vector(scope, batch).flat();
            long[] values = new long[input.length()];
            for (int i = 0; i < values.length; i++) values[i] = input.values()[i] ^ 1;
            return new LongVector(Repr.BOOL, values, values.length, input.nulls());
        }
    }

    /** IS [NOT] NULL; rows are null when every field is, not null when no field is. */
    static final class IsNull extends Evaluator {
        private final Evaluator argument;
        private final boolean negated;
        private final boolean mayBeRow;

        IsNull(Evaluator argument, boolean negated) {
            super(PgTypes.BOOL);
            this.argument = argument;
            this.negated = negated;
            this.mayBeRow = argument.type().repr() == Repr.OBJECT;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return test(argument.value(scope, row));
        }

        private boolean test(@Nullable Object value) {
            if (value instanceof PgRecord record) {
                for (Object field : record.values()) if (field == null == negated) return false;
                return true;
            }
            return value == null != negated;
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            Vector input = argument.vector(scope, batch);
            long[] values = new long[batch.rows()];
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int row = positions[i];
                values[row] = (mayBeRow ? test(input.datum(row)) : input.isNull(row) != negated) ? 1 : 0;
            }
            return new LongVector(Repr.BOOL, values, values.length, null);
        }
    }

    static final class TruthTest extends Evaluator {
        private final Evaluator argument;
        private final @Nullable Boolean wanted;
        private final boolean negated;

        TruthTest(Evaluator argument, Truth truth, boolean negated) {
            super(PgTypes.BOOL);
            this.argument = argument;
            this.wanted = truth == Truth.UNKNOWN ? null : (Boolean) (truth == Truth.TRUE);
            this.negated = negated;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            return java.util.Objects.equals(argument.value(scope, row), wanted) != negated;
        }
    }

    /** IS [NOT] DISTINCT FROM. */
    static final class Distinct extends Evaluator {
        private final Evaluator left;
        private final Evaluator right;
        private final DatumEquality equality;
        private final boolean negated;

        Distinct(Evaluator left, Evaluator right, DatumEquality equality, boolean negated) {
            super(PgTypes.BOOL);
            this.left = left;
            this.right = right;
            this.equality = equality;
            this.negated = negated;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object a = left.value(scope, row);
            Object b = right.value(scope, row);
            boolean distinct = a == null || b == null ? a != b : !equality.same(scope, a, b);
            return distinct != negated;
        }
    }
}
