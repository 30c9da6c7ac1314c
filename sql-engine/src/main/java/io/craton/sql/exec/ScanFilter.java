package io.craton.sql.exec;

import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.kernel.Comparison;
import java.util.BitSet;
import java.util.List;

/**
 * What a scan tests of each row. Immutable.
 *
 * @param free the conjuncts may be tested in any order: none can fail
 * @param fields all that are read
 */
public record ScanFilter(List<Conjunct> conjuncts, List<Bound> bounds, boolean free, BitSet fields) {
    public static final ScanFilter NONE = new ScanFilter(List.of(), List.of(), true);

    public ScanFilter {
        conjuncts = List.copyOf(conjuncts);
        bounds = List.copyOf(bounds);
    }

    public ScanFilter(List<Conjunct> conjuncts, List<Bound> bounds, boolean free) {
        this(conjuncts, bounds, free, all(conjuncts));
    }

    private static BitSet all(List<Conjunct> conjuncts) {
        BitSet all = new BitSet();
        for (Conjunct conjunct : conjuncts) all.or(conjunct.fields);
        return all;
    }

    /**
     * @param fields of the scan that it reads
     * @param cost of testing a row, the comparison of two integers being 1
     */
    public record Conjunct(Evaluator evaluator, BitSet fields, double cost) {}

    /** {@code field comparison value}, the value being the same for all rows: rows whose bounds are known may be passed over together. */
    public record Bound(int field, Comparison comparison, Evaluator value) {}

    public boolean isEmpty() {
        return conjuncts.isEmpty();
    }

    /** Whether one row passes. */
    boolean passes(Scope scope, RowView row) {
        for (Conjunct conjunct : conjuncts) if (!Boolean.TRUE.equals(conjunct.evaluator.value(scope, row))) return false;
        return true;
    }
}
