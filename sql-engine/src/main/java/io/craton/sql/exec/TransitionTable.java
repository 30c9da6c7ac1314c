package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a query knows by a name: those that one statement took from a table or brought into it, for its triggers to read, or those that a change of a table has
 * still to convert. Filled, then only read.
 */
public final class TransitionTable {
    private final RowStore rows;

    TransitionTable(ExecContext context, List<Relation.Field> fields) {
        this(context, RowStore.reprs(fields));
    }

    /** @param reprs of the table's live, visible columns */
    public TransitionTable(ExecContext context, Repr[] reprs) {
        this.rows = new RowStore(context, reprs);
    }

    /** @param values of the table's live, visible columns */
    public void add(@Nullable Object[] values) {
        rows.add(values);
    }

    /** Gives its memory back. */
    public void release() {
        rows.release();
    }

    /** A scan of the rows that the trigger at work knows by a name. */
    public static final class Scan extends Operator {
        private final String name;
        private int at;

        public Scan(Scope scope, String name) {
            super(scope);
            this.name = name;
        }

        @Override
        public void open() {
            at = 0;
        }

        @Override
        public @Nullable Batch next() {
            RowStore rows = java.util.Objects.requireNonNull(scope.context().transitionTable(name)).rows;
            int count = Math.min(Batch.SIZE, rows.rows() - at);
            if (count == 0) return null;
            Batch batch = rows.slice(at, count);
            at += count;
            return batch;
        }

        @Override
        public void close() {}
    }
}
