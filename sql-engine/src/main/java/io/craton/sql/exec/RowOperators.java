package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** Operators that work batch by batch: filter, projection, limit. */
public final class RowOperators {
    private RowOperators() {}

    public static final class Filter extends Operator {
        private final RowSource input;
        private final Evaluator condition;

        public Filter(Scope scope, PlanNode input, Evaluator condition) {
            super(scope);
            this.input = start(input);
            this.condition = condition;
        }

        @Override
        public void open() {
            input.open();
        }

        @Override
        public @Nullable Batch next() {
            for (Batch batch = input.next(); batch != null; batch = input.next()) {
                scope.context().checkInterrupts();
                int[] passed = new int[batch.selected()];
                int count = condition.select(scope, batch, passed);
                if (count > 0) return batch.select(passed, count);
            }
            return null;
        }

        @Override
        public void close() {
            input.close();
        }
    }

    /** A filter that does not depend on the row: the input runs only when it is true. */
    public static final class Gate extends Operator {
        private final RowSource input;
        private final Evaluator condition;
        private boolean passes;

        public Gate(Scope scope, PlanNode input, Evaluator condition) {
            super(scope);
            this.input = start(input);
            this.condition = condition;
        }

        @Override
        public void open() {
            passes = Boolean.TRUE.equals(condition.value(scope, RowView.EMPTY));
            if (passes) input.open();
        }

        @Override
        public @Nullable Batch next() {
            return passes ? input.next() : null;
        }

        @Override
        public void close() {
            input.close();
        }
    }

    public static final class Project extends Operator {
        private final RowSource input;
        private final Evaluator[] expressions;
        private final boolean rowWise;

        /** @param rowWise several expressions have effects that must come row by row */
        public Project(Scope scope, PlanNode input, Evaluator[] expressions, boolean rowWise) {
            super(scope);
            this.input = start(input);
            this.expressions = expressions;
            this.rowWise = rowWise;
        }

        @Override
        public void open() {
            input.open();
        }

        @Override
        public @Nullable Batch next() {
            Batch batch = input.next();
            if (batch == null) return null;
            if (rowWise) return rowByRow(batch);
            Vector[] columns = new Vector[expressions.length];
            for (int i = 0; i < columns.length; i++) columns[i] = expressions[i].vector(scope, batch);
            return batch.with(columns);
        }

        private Batch rowByRow(Batch batch) {
            var builders = new io.craton.core.batch.VectorBuilder[expressions.length];
            for (int i = 0; i < builders.length; i++) {
                builders[i] = io.craton.core.batch.VectorBuilder.of(expressions[i].type().repr(), batch.selected());
            }
            RowView.OfBatch row = new RowView.OfBatch(batch);
            int[] positions = batch.positions();
            for (int k = 0; k < batch.selected(); k++) {
                row.position = positions[k];
                for (int i = 0; i < builders.length; i++) builders[i].append(expressions[i].value(scope, row));
            }
            Vector[] columns = new Vector[builders.length];
            for (int i = 0; i < columns.length; i++) columns[i] = builders[i].build();
            return Batch.of(columns, batch.selected());
        }

        @Override
        public void close() {
            input.close();
        }
    }
}
