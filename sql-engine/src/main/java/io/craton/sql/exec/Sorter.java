package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows in order: all of them, or the first n alone. Over the memory budget it writes sorted runs and merges them. Equal rows keep the order in which they came.
 * One thread.
 */
final class Sorter {
    /** Up to so many first rows are worth throwing the others away for. */
    private static final long FIRST_MAX = 100_000;
    private static final int FIRST_ROOM = 8192;
    /** A run is never shorter, however small the budget, unless its rows are so large. */
    private static final int RUN_ROWS_MIN = Batch.SIZE;
    private static final long RUN_BYTES_MIN = 1 << 20;
    /** So many runs are merged at a time, each with a batch in memory. */
    private static final int RUNS_MAX = 32;
    private static final long RUN_BATCH_BYTES = 128 << 10;
    private static final int RUN_BATCH_ROWS_MIN = 16;

    private final Scope scope;
    private final PgType[] types;
    private final Repr[] reprs;
    private final SortOrder order;
    private final long needed;
    private final List<SpillFile> runs = new ArrayList<>();
    /** Rows that are written to runs, and read from them, at a time: fewer when they are large. */
    private int runBatch = Batch.SIZE;
    private RowStore store;
    private int @Nullable [] sorted;
    private @Nullable RunMerger merger;
    private int at;
    private int end;

    /** @param needed so many first rows are asked for */
    Sorter(Scope scope, PgType[] types, SortOrder order, long needed) {
        this.scope = scope;
        this.types = types;
        this.order = order;
        this.needed = needed;
        this.reprs = Arrays.stream(types).map(PgType::repr).toArray(Repr[]::new);
        this.store = new RowStore(scope.context(), reprs);
    }

    void add(Batch batch) {
        scope.context().checkInterrupts();
        boolean fits = store.tryAdd(batch);
        if (needed < FIRST_MAX && store.rows() > Math.max(FIRST_ROOM, 4 * needed)) keepFirst((int) needed);
        else if (!fits && (store.rows() >= RUN_ROWS_MIN || store.bytes() >= RUN_BYTES_MIN)) spill();
    }

    private void keepFirst(int count) {
        int[] first = order.sort(scope, store.columns(), store.rows());
        RowStore next = new RowStore(scope.context(), reprs);
        next.tryAdd(store.gather(first, Math.min(count, first.length)));
        store.release();
        store = next;
    }

    private void spill() {
        int[] rows = order.sort(scope, store.columns(), store.rows());
        SpillFile run = SpillFile.create(scope, types);
        runs.add(run);
        runBatch = (int) Math.clamp(RUN_BATCH_BYTES * rows.length / Math.max(1, store.bytes()), RUN_BATCH_ROWS_MIN, runBatch);
        for (int from = 0; from < rows.length; from += runBatch) {
            int count = Math.min(runBatch, rows.length - from);
            run.write(store.gather(Arrays.copyOfRange(rows, from, from + count), count));
        }
        store.release();
        store = new RowStore(scope.context(), reprs);
    }

    /** Ends adding. */
    void sort() {
        if (!runs.isEmpty()) {
            if (store.rows() > 0) spill();
            while (runs.size() > RUNS_MAX) mergeRuns();
            merger = new RunMerger(scope, order, runs);
            return;
        }
        sorted = order.sort(scope, store.columns(), store.rows());
        end = (int) Math.min(needed, sorted.length);
        at = 0;
    }

    /** Neighbours become one, so that equal rows stay in their order. */
    private void mergeRuns() {
        List<SpillFile> merged = new ArrayList<>();
        for (int from = 0; from < runs.size(); from += RUNS_MAX) {
            List<SpillFile> part = runs.subList(from, Math.min(runs.size(), from + RUNS_MAX));
            if (part.size() == 1) {
                merged.add(part.getFirst());
                continue;
            }
            SpillFile run = SpillFile.create(scope, types);
            RunMerger rows = new RunMerger(scope, order, part);
            for (Batch batch = rows.next(); batch != null; batch = rows.next()) {
                for (int first = 0; first < batch.rows(); first += runBatch) run.write(batch.slice(first, Math.min(runBatch, batch.rows() - first)));
            }
            for (SpillFile each : part) each.close();
            merged.add(run);
        }
        runs.clear();
        runs.addAll(merged);
    }

    @Nullable Batch next() {
        if (merger != null) return merger.next();
        if (at >= end) return null;
        int count = Math.min(Batch.SIZE, end - at);
        int[] part = Arrays.copyOfRange(java.util.Objects.requireNonNull(sorted), at, at + count);
        at += count;
        return store.gather(part, count);
    }

    void release() {
        store.release();
        store = new RowStore(scope.context(), reprs);
        sorted = null;
        merger = null;
        for (SpillFile run : runs) run.close();
        runs.clear();
        runBatch = Batch.SIZE;
    }
}
