package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** UNION ALL and DISTINCT ON. */
public final class SetOperators {
    private SetOperators() {}

    /** Inputs one after the other. */
    public static final class Append extends Operator {
        private final RowSource[] inputs;
        private int current;

        public Append(Scope scope, List<PlanNode> inputs) {
            super(scope);
            this.inputs = inputs.stream().map(this::start).toArray(RowSource[]::new);
        }

        @Override
        public void open() {
            current = 0;
            inputs[0].open();
        }

        @Override
        public @Nullable Batch next() {
            while (current < inputs.length) {
                Batch batch = inputs[current].next();
                if (batch != null) return batch;
                inputs[current].close();
                if (++current < inputs.length) inputs[current].open();
            }
            return null;
        }

        @Override
        public void close() {
            for (RowSource input : inputs) input.close();
        }
    }

    /** The first row of each run of equal keys. */
    public static final class FirstOfRun extends Operator {
        private final RowSource input;
        private final Evaluator[] keys;
        private final DatumEquality[] equalities;
        private Object @Nullable [] last;

        public FirstOfRun(Scope scope, PlanNode input, Evaluator[] keys, DatumEquality[] equalities) {
            super(scope);
            this.input = start(input);
            this.keys = keys;
            this.equalities = equalities;
        }

        @Override
        public void open() {
            last = null;
            input.open();
        }

        @Override
        public @Nullable Batch next() {
            for (Batch batch = input.next(); batch != null; batch = input.next()) {
                RowView.OfBatch row = new RowView.OfBatch(batch);
                int[] passed = new int[batch.selected()];
                int count = 0;
                int[] positions = batch.positions();
                for (int i = 0; i < batch.selected(); i++) {
                    row.position = positions[i];
                    Object[] values = new Object[keys.length];
                    for (int k = 0; k < keys.length; k++) values[k] = keys[k].value(scope, row);
                    if (last == null || !same(values)) passed[count++] = positions[i];
                    last = values;
                }
                if (count > 0) return batch.select(passed, count);
            }
            return null;
        }

        private boolean same(Object[] values) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null || last[i] == null) {
                    if (values[i] != last[i]) return false;
                } else if (!equalities[i].same(scope, values[i], last[i])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            input.close();
        }
    }
}
