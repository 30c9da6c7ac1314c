package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** UNION ALL, INTERSECT, EXCEPT and DISTINCT ON. */
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

    /** INTERSECT or EXCEPT, [ALL]: counts the right side's rows, then passes or drops the left side's. */
    public static final class Compare extends Operator {
        private final RowSource left;
        private final RowSource right;
        private final boolean except;
        private final boolean all;
        private final PgType[] types;
        private @Nullable KeyTable table;
        private int[] counts = new int[0];
        private int rightKeys;

        public Compare(Scope scope, PlanNode left, PlanNode right, boolean except, boolean all) {
            super(scope);
            this.left = start(left);
            this.right = start(right);
            this.except = except;
            this.all = all;
            this.types = left.fields().stream().map(Relation.Field::type).toArray(PgType[]::new);
        }

        @Override
        public void open() {
            table = null;
        }

        private void count() {
            table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
            counts = new int[64];
            right.open();
            for (Batch batch = right.next(); batch != null; batch = right.next()) {
                int[] numbers = new int[batch.rows()];
                table.add(batch.columns(), batch, numbers);
                ensure();
                int[] positions = batch.positions();
                for (int i = 0; i < batch.selected(); i++) counts[numbers[positions[i]]]++;
            }
            right.close();
            rightKeys = table.size();
            left.open();
        }

        private void ensure() {
            if (table.size() > counts.length) counts = Arrays.copyOf(counts, Math.max(table.size(), counts.length * 2));
        }

        @Override
        public @Nullable Batch next() {
            if (table == null) count();
            for (Batch batch = left.next(); batch != null; batch = left.next()) {
                scope.context().checkInterrupts();
                int[] numbers = new int[batch.rows()];
                table.add(batch.columns(), batch, numbers);
                ensure();
                int[] passed = new int[batch.selected()];
                int count = 0;
                int[] positions = batch.positions();
                for (int i = 0; i < batch.selected(); i++) {
                    if (passes(numbers[positions[i]])) passed[count++] = positions[i];
                }
                if (count > 0) return batch.select(passed, count);
            }
            return null;
        }

        private boolean passes(int number) {
            boolean inRight = number < rightKeys;
            if (all) {
                boolean left = inRight && counts[number] > 0;
                if (left) counts[number]--;
                return left != except;
            }
            if (counts[number] < 0) return false;
            boolean passes = inRight != except;
            counts[number] = -1;
            return passes;
        }

        @Override
        public void close() {
            left.close();
            right.close();
            table = null;
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
