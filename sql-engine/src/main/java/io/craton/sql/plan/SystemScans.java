package io.craton.sql.plan;

import io.craton.core.type.Repr;
import io.craton.sql.exec.ExactPatterns;
import io.craton.sql.exec.SystemKeys;
import io.craton.sql.expr.DatumEquality;
import io.craton.sql.expr.ExpressionCompiler;
import io.craton.sql.expr.Scalars;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds what conditions say of the columns of system relations, so that rows are looked up in place of computing all. One planning, one thread. */
final class SystemScans {
    private final ExpressionCompiler compiler;
    private final Estimates estimates;

    SystemScans(ExpressionCompiler compiler, Estimates estimates) {
        this.compiler = compiler;
        this.estimates = estimates;
    }

    /**
     * The scan of what the conditions leave.
     *
     * @param first number of the relation's first column among the fields that the conditions are over
     * @param known tells which expressions have a value before the relation's row is found
     * @param needed of the relation's columns, beside those of the conditions; null for all
     */
    Nodes.VirtualScan scan(Relation.VirtualScan scan, List<Scalar> conditions, int first, Predicate<Scalar> known, @Nullable BitSet needed) {
        List<SystemKeys.Key> keys = new ArrayList<>();
        BitSet used = new BitSet();
        for (Scalar condition : conditions) {
            SystemKeys.Key key = key(condition, first, known);
            Scalars.columns(condition, used);
            if (key != null && keys.stream().noneMatch(other -> other.column() == key.column() && other.form() == key.form())) keys.add(key);
        }
        keys.sort(Comparator.comparingDouble(key -> -estimates.distinct(scan, key.column())));
        double rows = estimates.rows(scan);
        double least = 1;
        for (SystemKeys.Key key : keys) if (key.form() == SystemKeys.Form.EQUAL) least = Math.max(least, estimates.distinct(scan, key.column()));
        BitSet read = used.get(first, first + scan.fields().size());
        if (needed == null) read.set(0, scan.fields().size());
        else read.or(needed);
        return new Nodes.VirtualScan(new SystemKeys(scan.table(), keys), scan.alias(), scan.fields(), read, Math.max(1, rows / least));
    }

    private SystemKeys.@Nullable Key key(Scalar condition, int first, Predicate<Scalar> known) {
        if (!(condition instanceof Scalar.Call call) || call.arguments().size() != 2) return null;
        SystemKeys.Form pattern = ExactPatterns.form(call.function());
        if (pattern == null && !DatumEquality.hashable(call.function())) return null;
        for (int side = 0; side < (pattern == null ? 2 : 1); side++) {
            Scalar value = call.arguments().get(1 - side);
            if (!(bare(call.arguments().get(side)) instanceof Scalar.Column column) || column.index() < first || !known.test(value)
                    || value.type().repr() != column.type().repr() || pattern != null && column.type().repr() != Repr.TEXT) continue;
            return new SystemKeys.Key(column.index() - first, pattern == null ? SystemKeys.Form.EQUAL : pattern, compiler.compile(value));
        }
        return null;
    }

    /** An expression without changes of its type's name. */
    private static Scalar bare(Scalar scalar) {
        return scalar instanceof Scalar.Relabel relabel && relabel.type().repr() == relabel.argument().type().repr() ? bare(relabel.argument()) : scalar;
    }
}
