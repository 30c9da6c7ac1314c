package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows that one statement took from a table or brought into it, for its triggers to read. Filled by one statement, then only read. */
public final class TransitionTable {
    private final RowStore rows;

    TransitionTable(ExecContext context, List<Relation.Field> fields) {
        this.rows = new RowStore(context, RowStore.reprs(fields));
    }

    /** @param values of the table's live, visible columns */
    void add(@Nullable Object[] values) {
        rows.add(values);
    }

    void release() {
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
