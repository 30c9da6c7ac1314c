package io.craton.sql.exec;

import io.craton.core.batch.LongVector;
import io.craton.core.batch.Vector;
import io.craton.core.type.Numeric;
import io.craton.core.type.Repr;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.kernel.Comparison;
import io.craton.storage.columnar.Chunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conjuncts of a scan and the filters of joins above it while it runs: tested in the order that drops most rows for least work, as seen so far. One scan, one
 * thread.
 */
final class ScanTests {
    /** After so many windows the order is thought over. */
    private static final int ROUND = 16;
    /** A join's filter that lets more than this share pass is not worth asking. */
    private static final double FILTER_SHARE = 0.9;
    private static final double FILTER_COST = 1.5;

    /** A conjunct or a filter with what came of it. */
    private static final class Test {
        final ScanFilter.@Nullable Conjunct conjunct;
        final int field;
        final @Nullable KeyFilter keys;
        final double cost;
        long seen;
        long passed;

        Test(ScanFilter.@Nullable Conjunct conjunct, int field, @Nullable KeyFilter keys, double cost) {
            this.conjunct = conjunct;
            this.field = field;
            this.keys = keys;
            this.cost = cost;
        }

        /** Work for each row that is dropped. */
        double rank() {
            if (seen == 0) return cost;
            return cost / Math.max(1e-3, 1 - (double) passed / seen);
        }
    }

    private record Limit(int field, Comparison comparison, Object value) {}

    private final Scope scope;
    private final boolean free;
    private final List<Test> tests = new ArrayList<>();
    private final List<Limit> limits = new ArrayList<>();
    private int windows;

    ScanTests(Scope scope, ScanFilter filter, List<KeyFilters.Entry> joins) {
        this.scope = scope;
        this.free = filter.free();
        for (KeyFilters.Entry join : joins) tests.add(new Test(null, join.field(), join.filter(), FILTER_COST));
        for (ScanFilter.Conjunct conjunct : filter.conjuncts()) tests.add(new Test(conjunct, -1, null, conjunct.cost()));
        for (ScanFilter.Bound bound : filter.bounds()) {
            Object value = bound.value().value(scope, RowView.EMPTY);
            if (value instanceof Long || value instanceof Numeric) limits.add(new Limit(bound.field(), bound.comparison(), value));
        }
    }

    boolean isEmpty() {
        return tests.isEmpty();
    }

    /** Narrows the rows of a window, in place, to those that pass. */
    int select(ScanWindow window, int[] rows, int count) {
        int left = count;
        for (int i = 0; i < tests.size() && left > 0; i++) {
            Test test = tests.get(i);
            test.seen += left;
            left = test.keys != null ? keys(test, window, rows, left) : conjunct(test.conjunct, window, rows, left);
            test.passed += left;
        }
        if (++windows % ROUND == 0) reorder();
        return left;
    }

    private int conjunct(ScanFilter.Conjunct conjunct, ScanWindow window, int[] rows, int count) {
        int[] passed = new int[count];
        int left = conjunct.evaluator().select(scope, window.batch(conjunct.fields(), rows, count), passed);
        System.arraycopy(passed, 0, rows, 0, left);
        return left;
    }

    private static int keys(Test test, ScanWindow window, int[] rows, int count) {
        Vector vector = window.vector(test.field).flat();
        return vector instanceof LongVector longs ? test.keys.select(longs.values(), longs.nulls(), rows, count) : count;
    }

    private void reorder() {
        tests.removeIf(test -> test.keys != null && test.seen > 0 && test.passed > test.seen * FILTER_SHARE);
        if (free) tests.sort(java.util.Comparator.comparingDouble(Test::rank));
        else if (windows == ROUND) tests.sort(java.util.Comparator.comparingInt(test -> test.keys != null ? 0 : 1));
    }

    /** False when no row of these chunks can pass. */
    boolean mayPass(java.util.function.IntFunction<@Nullable Chunk> chunks) {
        for (Limit limit : limits) {
            if (chunks.apply(limit.field) instanceof Chunk.Longs longs && !mayPass(limit, longs)) return false;
        }
        for (Test test : tests) {
            if (test.keys != null && chunks.apply(test.field) instanceof Chunk.Longs longs && !test.keys.mayHold(longs.smallest(), longs.largest())) return false;
        }
        return true;
    }

    private static boolean mayPass(Limit limit, Chunk.Longs longs) {
        int smallest;
        int largest;
        if (limit.value instanceof Numeric bound && longs.repr() == Repr.NUMERIC) {
            smallest = Numeric.of(longs.smallest(), longs.scale()).compareTo(bound);
            largest = Numeric.of(longs.largest(), longs.scale()).compareTo(bound);
        } else if (limit.value instanceof Long bound && longs.repr() == Repr.LONG) {
            smallest = Long.compare(longs.smallest(), bound);
            largest = Long.compare(longs.largest(), bound);
        } else {
            return true;
        }
        return switch (limit.comparison) {
            case LT -> smallest < 0;
            case LE -> smallest <= 0;
            case EQ -> smallest <= 0 && largest >= 0;
            case GE -> largest >= 0;
            case GT -> largest > 0;
            case NE -> true;
        };
    }
}
