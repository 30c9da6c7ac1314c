package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Window functions: sorts by partition and order, keeps one partition at a time with what its calls need of each row, and gives its rows page by page with every call's
 * value. Rows and partitions that do not fit in memory are on disk.
 */
public final class WindowOperator extends Operator {
    private final RowSource input;
    private final List<Relation.Field> inputFields;
    private final List<Relation.Field> fields;
    private final WindowSpec spec;
    private final SortOrder order;
    /** What is kept of each row behind its fields: partition keys, order keys, and each call's arguments and filter. */
    private final Evaluator[] extras;
    private final int[] argumentsAt;
    private final int[] filtersAt;
    private @Nullable Sorter sorter;
    private @Nullable StoredRows partition;
    private WindowCallRun[] runs = new WindowCallRun[0];
    /** Sorted rows with their extras that were not put into a partition yet. */
    private @Nullable Batch rest;
    private int page;

    public WindowOperator(Scope scope, PlanNode input, List<Relation.Field> fields, WindowSpec spec) {
        super(scope);
        this.input = start(input);
        this.inputFields = input.fields();
        this.fields = fields;
        this.spec = spec;
        this.order = spec.partition().then(spec.order());
        List<Evaluator> all = new ArrayList<>(List.of(spec.partition().expressions()));
        all.addAll(List.of(spec.order().expressions()));
        argumentsAt = new int[spec.calls().size()];
        filtersAt = new int[spec.calls().size()];
        for (int i = 0; i < argumentsAt.length; i++) {
            WindowSpec.Call call = spec.calls().get(i);
            argumentsAt[i] = inputFields.size() + all.size();
            all.addAll(List.of(call.arguments()));
            filtersAt[i] = call.filter() == null ? -1 : inputFields.size() + all.size();
            if (call.filter() != null) all.add(call.filter());
        }
        extras = all.toArray(Evaluator[]::new);
    }

    @Override
    public void open() {
        release();
        input.open();
    }

    private Sorter sort() {
        Sorter sorted = new Sorter(scope, inputFields.stream().map(Relation.Field::type).toArray(PgType[]::new), order, Long.MAX_VALUE);
        sorter = sorted;
        for (Batch batch = input.next(); batch != null; batch = input.next()) sorted.add(batch);
        input.close();
        sorted.sort();
        return sorted;
    }

    @Override
    public @Nullable Batch next() {
        Sorter sorted = sorter == null ? sort() : sorter;
        while (true) {
            if (partition != null) {
                if (page < partition.pages()) return rows(partition, page++);
                partition.release();
                partition = null;
            }
            if (!nextPartition(sorted)) return null;
        }
    }

    /** Keeps the rows of the next partition; false when there is none. */
    private boolean nextPartition(Sorter sorted) {
        StoredRows rows = null;
        Object[] keys = null;
        while (true) {
            Batch batch = rest;
            rest = null;
            if (batch == null) {
                Batch next = sorted.next();
                batch = next == null ? null : extended(next);
            }
            if (batch == null) break;
            if (rows == null) {
                rows = new StoredRows(scope, types());
                keys = keys(batch, 0);
            }
            int end = endOfPartition(batch, keys);
            rows.add(end == batch.rows() ? batch : batch.slice(0, end));
            if (end < batch.rows()) {
                rest = batch.slice(end, batch.rows() - end).dense();
                break;
            }
        }
        if (rows == null) return false;
        partition = rows;
        page = 0;
        WindowPartition frames = new WindowPartition(scope, spec, rows, inputFields.size() + spec.partition().size());
        runs = new WindowCallRun[spec.calls().size()];
        for (int i = 0; i < runs.length; i++) runs[i] = new WindowCallRun(scope, spec.calls().get(i), frames, argumentsAt[i], filtersAt[i]);
        return true;
    }

    private PgType[] types() {
        PgType[] types = new PgType[inputFields.size() + extras.length];
        for (int i = 0; i < inputFields.size(); i++) types[i] = inputFields.get(i).type();
        for (int i = 0; i < extras.length; i++) types[inputFields.size() + i] = extras[i].type();
        return types;
    }

    private Batch extended(Batch batch) {
        scope.context().checkInterrupts();
        Vector[] columns = Arrays.copyOf(batch.columns(), inputFields.size() + extras.length);
        for (int i = 0; i < extras.length; i++) columns[inputFields.size() + i] = extras[i].vector(scope, batch);
        return Batch.of(columns, batch.rows());
    }

    private @Nullable Object[] keys(Batch batch, int row) {
        Object[] keys = new Object[spec.partition().size()];
        for (int i = 0; i < keys.length; i++) keys[i] = batch.columns()[inputFields.size() + i].datum(row);
        return keys;
    }

    private int endOfPartition(Batch batch, @Nullable Object[] keys) {
        if (keys.length == 0 || same(batch, batch.rows() - 1, keys)) return batch.rows();
        int low = 0; // same
        int high = batch.rows() - 1; // another one
        if (!same(batch, 0, keys)) return 0;
        while (high - low > 1) {
            int middle = low + high >>> 1;
            if (same(batch, middle, keys)) low = middle;
            else high = middle;
        }
        return high;
    }

    private boolean same(Batch batch, int row, @Nullable Object[] keys) {
        for (int i = 0; i < keys.length; i++) {
            if (spec.partition().compare(scope, i, batch.columns()[inputFields.size() + i].datum(row), keys[i]) != 0) return false;
        }
        return true;
    }

    /** One page of the partition with the calls' values. */
    private Batch rows(StoredRows rows, int number) {
        Batch kept = rows.page(number);
        Vector[] columns = Arrays.copyOf(kept.columns(), fields.size());
        int first = number * StoredRows.PAGE_ROWS;
        VectorBuilder[] values = new VectorBuilder[runs.length];
        for (int i = 0; i < runs.length; i++) values[i] = VectorBuilder.of(fields.get(inputFields.size() + i).type().repr(), kept.rows());
        for (int row = 0; row < kept.rows(); row++) {
            if ((row & 255) == 0) scope.context().checkInterrupts();
            for (int i = 0; i < runs.length; i++) values[i].append(runs[i].value(first + row));
        }
        for (int i = 0; i < runs.length; i++) columns[inputFields.size() + i] = values[i].build();
        return Batch.of(columns, kept.rows());
    }

    private void release() {
        if (sorter != null) sorter.release();
        sorter = null;
        if (partition != null) partition.release();
        partition = null;
        rest = null;
        runs = new WindowCallRun[0];
    }

    @Override
    public void close() {
        input.close();
        release();
    }
}
