package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import io.craton.core.batch.DictionaryVector;
import io.craton.core.batch.Vector;
import io.craton.core.error.PgException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** An expression over one column alone: when the column comes as a small dictionary, computed once for each entry. */
final class DictionaryEvaluator extends Evaluator {
    private final Evaluator whole;
    private final int column;

    DictionaryEvaluator(Evaluator whole, int column) {
        super(whole.type());
        this.whole = whole;
        this.column = column;
    }

    @Override
    public @Nullable Object value(Scope scope, RowView row) {
        return whole.value(scope, row);
    }

    /** The expression over the entries, and at the end over null; null when rows are the better way. */
    private @Nullable Batch entries(Batch batch) {
        if (!(batch.columns()[column] instanceof DictionaryVector coded)) return null;
        int size = coded.dictionary().length();
        if (size > 8 && size * 2 > batch.selected()) return null;
        int[] rows = new int[size + 1];
        for (int i = 0; i < size; i++) rows[i] = i;
        rows[size] = -1;
        Vector[] columns = new Vector[batch.columns().length];
        columns[column] = coded.dictionary().gather(rows, size + 1);
        return Batch.of(columns, size + 1);
    }

    @Override
    public Vector vector(Scope scope, Batch batch) {
        Batch entries = entries(batch);
        if (entries == null) return whole.vector(scope, batch);
        Vector results;
        try {
            results = whole.vector(scope, entries);
        } catch (PgException e) {
            return whole.vector(scope, batch); // an entry that no selected row has is no reason to fail
        }
        int[] codes = ((DictionaryVector) batch.columns()[column]).codes();
        int[] rows = new int[batch.rows()];
        for (int i = 0; i < rows.length; i++) rows[i] = codes[i] < 0 ? entries.rows() - 1 : codes[i];
        return switch (results.repr()) {
            case TEXT, BYTES, OBJECT -> new DictionaryVector(results.flat(), rows, rows.length);
            case BOOL, LONG, DOUBLE, NUMERIC -> results.gather(rows, rows.length).flat();
        };
    }

    @Override
    public int select(Scope scope, Batch batch, int[] result) {
        Batch entries = entries(batch);
        if (entries == null) return whole.select(scope, batch, result);
        int[] hits = new int[entries.rows()];
        int count;
        try {
            count = whole.select(scope, entries, hits);
        } catch (PgException e) {
            return whole.select(scope, batch, result);
        }
        boolean[] hit = new boolean[entries.rows()];
        for (int i = 0; i < count; i++) hit[hits[i]] = true;
        int[] codes = ((DictionaryVector) batch.columns()[column]).codes();
        int[] positions = batch.positions();
        int passed = 0;
        for (int i = 0; i < batch.selected(); i++) {
            int code = codes[positions[i]];
            if (hit[code < 0 ? hit.length - 1 : code]) result[passed++] = positions[i];
        }
        return passed;
    }

    /** The only column that an expression depends on, or -1. */
    static int onlyColumn(io.craton.sql.logical.Scalar scalar) {
        if (scalar instanceof io.craton.sql.logical.Scalar.Column || Scalars.isVolatile(scalar) || Scalars.hasSubquery(scalar)
                || Scalars.any(scalar, part -> part instanceof io.craton.sql.logical.Scalar.OuterColumn
                        || part instanceof io.craton.sql.logical.Scalar.CaseOperand || part instanceof io.craton.sql.logical.Scalar.DefaultMarker)) {
            return -1;
        }
        BitSet used = new BitSet();
        Scalars.columns(scalar, used);
        return used.cardinality() == 1 ? used.nextSetBit(0) : -1;
    }
}
