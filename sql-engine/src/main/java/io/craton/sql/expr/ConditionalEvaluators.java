package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** CASE, COALESCE, NULLIF, GREATEST and LEAST. Branches are evaluated only for the rows that take them. */
final class ConditionalEvaluators {
    private ConditionalEvaluators() {}

    /** Assembles one vector of the branches that rows took. */
    private static Vector merge(PgType type, int rows, byte[] branch, Vector[] vectors) {
        VectorBuilder builder = VectorBuilder.of(type.repr(), rows);
        for (int row = 0; row < rows; row++) {
            Vector source = branch[row] < 0 ? null : vectors[branch[row]];
            if (source == null) builder.appendNull();
            else builder.append(source, row);
        }
        return builder.build();
    }

    static final class Case extends Evaluator {
        private final @Nullable Evaluator operand;
        private final Evaluator[] conditions;
        private final Evaluator[] results;
        private final Evaluator otherwise;

        Case(PgType type, @Nullable Evaluator operand, Evaluator[] conditions, Evaluator[] results, Evaluator otherwise) {
            super(type);
            this.operand = operand;
            this.conditions = conditions;
            this.results = results;
            this.otherwise = otherwise;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            if (operand == null) return choose(scope, row);
            Object before = scope.caseOperand(operand.value(scope, row));
            try {
                return choose(scope, row);
            } finally {
                scope.caseOperand(before);
            }
        }

        private @Nullable Object choose(Scope scope, RowView row) {
            for (int i = 0; i < conditions.length; i++) {
                if (Boolean.TRUE.equals(conditions[i].value(scope, row))) return results[i].value(scope, row);
            }
            return otherwise.value(scope, row);
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            if (operand != null || conditions.length > 120) return super.vector(scope, batch);
            byte[] branch = new byte[batch.rows()];
            Arrays.fill(branch, (byte) -1);
            Vector[] vectors = new Vector[conditions.length + 1];
            int[] open = batch.positions();
            int count = batch.selected();
            for (int i = 0; i <= conditions.length && count > 0; i++) {
                Batch rest = batch.select(open, count);
                int[] taken = open;
                int hits = count;
                if (i < conditions.length) {
                    taken = new int[count];
                    hits = conditions[i].select(scope, rest, taken);
                }
                if (hits == 0) continue;
                Evaluator result = i < conditions.length ? results[i] : otherwise;
                vectors[i] = result.vector(scope, batch.select(taken, hits));
                for (int k = 0; k < hits; k++) branch[taken[k]] = (byte) i;
                int[] still = new int[count];
                int left = 0;
                for (int k = 0; k < count; k++) if (branch[open[k]] < 0) still[left++] = open[k];
                open = still;
                count = left;
            }
            return merge(type(), batch.rows(), branch, vectors);
        }
    }

    static final class Coalesce extends Evaluator {
        private final Evaluator[] arguments;

        Coalesce(PgType type, Evaluator[] arguments) {
            super(type);
            this.arguments = arguments;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            for (Evaluator argument : arguments) {
                Object value = argument.value(scope, row);
                if (value != null) return value;
            }
            return null;
        }

        @Override
        public Vector vector(Scope scope, Batch batch) {
            if (arguments.length > 120) return super.vector(scope, batch);
            Vector first = arguments[0].vector(scope, batch);
            if (!first.mayHaveNulls()) return first;
            byte[] branch = new byte[batch.rows()];
            Arrays.fill(branch, (byte) -1);
            Vector[] vectors = new Vector[arguments.length];
            int[] open = batch.positions();
            int count = batch.selected();
            for (int i = 0; i < arguments.length && count > 0; i++) {
                vectors[i] = i == 0 ? first : arguments[i].vector(scope, batch.select(open, count));
                int[] still = new int[count];
                int left = 0;
                for (int k = 0; k < count; k++) {
                    if (vectors[i].isNull(open[k])) still[left++] = open[k];
                    else branch[open[k]] = (byte) i;
                }
                open = still;
                count = left;
            }
            return merge(type(), batch.rows(), branch, vectors);
        }
    }

    static final class NullIf extends Evaluator {
        private final Evaluator left;
        private final Evaluator right;
        private final DatumEquality equality;

        NullIf(PgType type, Evaluator left, Evaluator right, DatumEquality equality) {
            super(type);
            this.left = left;
            this.right = right;
            this.equality = equality;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object a = left.value(scope, row);
            if (a == null) return null;
            Object b = right.value(scope, row);
            return b != null && equality.same(scope, a, b) ? null : a;
        }
    }

    static final class Extreme extends Evaluator {
        private final boolean greatest;
        private final DatumOrder order;
        private final Evaluator[] arguments;

        Extreme(PgType type, boolean greatest, DatumOrder order, Evaluator[] arguments) {
            super(type);
            this.greatest = greatest;
            this.order = order;
            this.arguments = arguments;
        }

        @Override
        public @Nullable Object value(Scope scope, RowView row) {
            Object best = null;
            for (Evaluator argument : arguments) {
                Object value = argument.value(scope, row);
                if (value == null) continue;
                if (best == null || order.compare(scope, value, best) > 0 == greatest && order.compare(scope, value, best) != 0) {
                    best = value;
                }
            }
            return best;
        }
    }
}
