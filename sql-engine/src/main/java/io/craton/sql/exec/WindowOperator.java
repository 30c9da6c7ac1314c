package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.AggregateKernel;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Window functions: sorts by partition and order, then computes every call for every row. */
public final class WindowOperator extends Operator {
    private final RowSource input;
    private final List<Relation.Field> inputFields;
    private final List<Relation.Field> fields;
    private final WindowSpec spec;
    private @Nullable RowStore store;
    private Vector @Nullable [] result;
    private int rows;
    private int at;

    public WindowOperator(Scope scope, PlanNode input, List<Relation.Field> fields, WindowSpec spec) {
        super(scope);
        this.input = start(input);
        this.inputFields = input.fields();
        this.fields = fields;
        this.spec = spec;
    }

    @Override
    public void open() {
        result = null;
        at = 0;
        input.open();
    }

    private void compute() {
        store = RowStore.of(scope.context(), input, inputFields);
        input.close();
        rows = store.rows();
        SortOrder all = joined(spec.partition(), spec.order());
        Batch sorted = store.gather(all.sort(scope, store.columns(), rows), rows);
        Vector[] partitionKeys = vectors(spec.partition(), sorted);
        Vector[] orderKeys = vectors(spec.order(), sorted);
        int calls = spec.calls().size();
        Vector[][] arguments = new Vector[calls][];
        Vector[] filters = new Vector[calls];
        VectorBuilder[] builders = new VectorBuilder[calls];
        for (int i = 0; i < calls; i++) {
            WindowSpec.Call call = spec.calls().get(i);
            arguments[i] = new Vector[call.arguments().length];
            for (int k = 0; k < arguments[i].length; k++) arguments[i][k] = call.arguments()[k].vector(scope, sorted);
            if (call.filter() != null) filters[i] = call.filter().vector(scope, sorted);
            builders[i] = VectorBuilder.of(fields.get(inputFields.size() + i).type().repr(), rows);
        }
        for (int first = 0; first < rows; ) {
            int end = first + 1;
            while (end < rows && samePartition(partitionKeys, first, end)) end++;
            WindowPartition partition = new WindowPartition(scope, spec, first, end - first, orderKeys);
            for (int i = 0; i < calls; i++) {
                partition.arguments(arguments[i]);
                call(spec.calls().get(i), partition, first, end - first, filters[i], builders[i]);
            }
            first = end;
        }
        Vector[] columns = java.util.Arrays.copyOf(sorted.columns(), fields.size());
        for (int i = 0; i < calls; i++) columns[inputFields.size() + i] = builders[i].build();
        result = columns;
        at = 0;
    }

    private static SortOrder joined(SortOrder left, SortOrder right) {
        int a = left.size();
        int b = right.size();
        var expressions = java.util.Arrays.copyOf(left.expressions(), a + b);
        var descending = java.util.Arrays.copyOf(left.descending(), a + b);
        var nullsFirst = java.util.Arrays.copyOf(left.nullsFirst(), a + b);
        var orders = java.util.Arrays.copyOf(left.orders(), a + b);
        System.arraycopy(right.expressions(), 0, expressions, a, b);
        System.arraycopy(right.descending(), 0, descending, a, b);
        System.arraycopy(right.nullsFirst(), 0, nullsFirst, a, b);
        System.arraycopy(right.orders(), 0, orders, a, b);
        return new SortOrder(expressions, descending, nullsFirst, orders);
    }

    private Vector[] vectors(SortOrder order, Batch batch) {
        Vector[] vectors = new Vector[order.size()];
        for (int i = 0; i < vectors.length; i++) vectors[i] = order.expressions()[i].vector(scope, batch);
        return vectors;
    }

    private boolean samePartition(Vector[] keys, int left, int right) {
        for (int i = 0; i < keys.length; i++) {
            if (spec.partition().compare(scope, i, keys[i].datum(left), keys[i].datum(right)) != 0) return false;
        }
        return true;
    }

    private void call(WindowSpec.Call call, WindowPartition partition, int first, int size, @Nullable Vector filter, VectorBuilder out) {
        if (call.window() != null) {
            for (int row = 0; row < size; row++) {
                if ((row & 1023) == 0) scope.context().checkInterrupts();
                partition.moveTo(row);
                out.append(call.window().value(scope.context(), call.info(), partition));
            }
            return;
        }
        aggregate(call, partition, first, size, filter, out);
    }

    /** A frame that only grows keeps its state; others are computed anew when they change. */
    private void aggregate(WindowSpec.Call call, WindowPartition partition, int first, int size, @Nullable Vector filter,
            VectorBuilder out) {
        AggregateKernel kernel = java.util.Objects.requireNonNull(call.aggregate());
        Object state = null;
        int from = 0;
        int to = 0;
        Object value = null;
        boolean known = false;
        for (int row = 0; row < size; row++) {
            if ((row & 255) == 0) scope.context().checkInterrupts();
            partition.moveTo(row);
            boolean grows = state != null && !partition.excludes() && partition.frameStart() == from && partition.frameEnd() >= to;
            if (!grows) {
                state = kernel.create(scope.context(), call.info());
                from = partition.frameStart();
                to = from;
                known = false;
            }
            for (int other = to; other < partition.frameEnd(); other++) {
                known = false;
                if (partition.excludes() && partition.excluded(other)) continue;
                if (filter != null && (filter.isNull(first + other) || filter.longAt(first + other) == 0)) continue;
                state = add(kernel, call, partition, other, state);
            }
            to = partition.frameEnd();
            if (!known) value = kernel.result(scope.context(), call.info(), state, new Object[0]);
            known = true;
            out.append(value);
        }
    }

    private Object add(AggregateKernel kernel, WindowSpec.Call call, WindowPartition partition, int row, Object state) {
        Object[] values = new Object[call.arguments().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = partition.argument(row, i);
            if (values[i] == null && kernel.strict()) return state;
        }
        return kernel.add(scope.context(), state, values);
    }

    @Override
    public @Nullable Batch next() {
        if (result == null) compute();
        if (at >= rows) return null;
        int count = Math.min(Batch.SIZE, rows - at);
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) positions[i] = at + i;
        at += count;
        return new Batch(result, rows, positions, count).dense();
    }

    @Override
    public void close() {
        input.close();
        if (store != null) store.release();
        store = null;
        result = null;
    }
}
