package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorts all rows, or keeps the first n. Over the memory budget it writes sorted runs and merges them. */
public final class SortOperator extends Operator {
    private final RowSource input;
    private final List<Relation.Field> fields;
    private final SortOrder order;
    private final @Nullable Evaluator limit;
    private final @Nullable Evaluator offset;
    private @Nullable RowStore store;
    private int @Nullable [] sorted;
    private int at;
    private int end;
    private final List<SpillFile> runs = new ArrayList<>();
    private @Nullable RunMerger merger;

    /** @param limit with {@code offset}: only so many first rows are needed; null for all */
    public SortOperator(Scope scope, PlanNode input, SortOrder order, @Nullable Evaluator limit, @Nullable Evaluator offset) {
        super(scope);
        this.input = start(input);
        this.fields = input.fields();
        this.order = order;
        this.limit = limit;
        this.offset = offset;
    }

    @Override
    public void open() {
        release();
        input.open();
    }

    private void sort() {
        long bound = limit == null ? Long.MAX_VALUE : LimitOperator.count(scope, limit);
        long skipped = limit == null ? 0 : LimitOperator.offset(scope, offset);
        long needed = bound > Long.MAX_VALUE - skipped ? Long.MAX_VALUE : bound + skipped;
        store = new RowStore(scope.context(), RowStore.reprs(fields));
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            scope.context().checkInterrupts();
            boolean fits = store.tryAdd(batch);
            if (needed < 100_000 && store.rows() > Math.max(8192, 4 * needed)) store = best((int) needed);
            else if (!fits) spill();
        }
        input.close();
        if (!runs.isEmpty()) {
            spill();
            merger = new RunMerger(scope, order, runs);
            return;
        }
        sorted = order.sort(scope, store.columns(), store.rows());
        end = (int) Math.min(needed, sorted.length);
        at = 0;
    }

    private RowStore best(int count) {
        int[] first = order.sort(scope, store.columns(), store.rows());
        RowStore next = new RowStore(scope.context(), RowStore.reprs(fields));
        next.add(store.gather(first, Math.min(count, first.length)));
        store.release();
        return next;
    }

    private void spill() {
        if (store.rows() > 0) {
            int[] rows = order.sort(scope, store.columns(), store.rows());
            SpillFile run = SpillFile.create(scope, fields);
            runs.add(run);
            for (int from = 0; from < rows.length; from += Batch.SIZE) {
                int count = Math.min(Batch.SIZE, rows.length - from);
                int[] part = java.util.Arrays.copyOfRange(rows, from, from + count);
                run.write(store.gather(part, count));
            }
            run.rewind();
        }
        store.release();
        store = new RowStore(scope.context(), RowStore.reprs(fields));
    }

    @Override
    public @Nullable Batch next() {
        if (sorted == null && merger == null) sort();
        if (merger != null) return merger.next();
        if (at >= end) return null;
        int count = Math.min(Batch.SIZE, end - at);
        int[] part = java.util.Arrays.copyOfRange(sorted, at, at + count);
        at += count;
        return store.gather(part, count);
    }

    private void release() {
        if (store != null) store.release();
        store = null;
        sorted = null;
        merger = null;
        for (SpillFile run : runs) run.close();
        runs.clear();
    }

    @Override
    public void close() {
        input.close();
        release();
    }
}
