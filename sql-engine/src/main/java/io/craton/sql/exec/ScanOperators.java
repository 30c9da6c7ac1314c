package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.txn.Transaction.SequenceState;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sources of rows other than tables. */
public final class ScanOperators {
    private ScanOperators() {}

    /** Batches of rows that come one by one. */
    abstract static class RowByRow extends Operator {
        private final Repr[] reprs;
        private @Nullable Iterator<@Nullable Object[]> rows;

        RowByRow(Scope scope, Repr[] reprs) {
            super(scope);
            this.reprs = reprs;
        }

        abstract Iterator<@Nullable Object[]> rows();

        /** The next row by itself, in place of {@link #next}; null at the end. */
        @Nullable Object @Nullable [] nextRow() {
            if (rows == null) rows = rows();
            return rows.hasNext() ? rows.next() : null;
        }

        @Override
        public void open() {
            rows = null;
        }

        @Override
        public @Nullable Batch next() {
            if (rows == null) rows = rows();
            if (!rows.hasNext()) return null;
            scope.context().checkInterrupts();
            VectorBuilder[] builders = new VectorBuilder[reprs.length];
            for (int i = 0; i < builders.length; i++) builders[i] = VectorBuilder.of(reprs[i], 64);
            int count = 0;
            while (count < Batch.SIZE && rows.hasNext()) {
                Object[] row = rows.next();
                for (int i = 0; i < builders.length; i++) builders[i].append(row[i]);
                count++;
            }
            Vector[] columns = new Vector[builders.length];
            for (int i = 0; i < builders.length; i++) columns[i] = builders[i].build();
            return Batch.of(columns, count);
        }

        @Override
        public void close() {
            rows = null;
        }
    }

    public static final class Values extends RowByRow {
        private final List<Evaluator[]> rows;

        public Values(Scope scope, Repr[] reprs, List<Evaluator[]> rows) {
            super(scope, reprs);
            this.rows = rows;
        }

        @Override
        Iterator<@Nullable Object[]> rows() {
            return rows.stream().map(row -> {
                Object[] values = new Object[row.length];
                for (int i = 0; i < row.length; i++) values[i] = row[i].value(scope, RowView.EMPTY);
                return values;
            }).iterator();
        }
    }

    public static final class Virtual extends RowByRow {
        private final VirtualTable table;
        private final int column;
        private final @Nullable Evaluator key;

        /** @param key value that {@code column} must equal, when the condition says so */
        public Virtual(Scope scope, Repr[] reprs, VirtualTable table, int column, @Nullable Evaluator key) {
            super(scope, reprs);
            this.table = table;
            this.column = column;
            this.key = key;
        }

        @Override
        Iterator<@Nullable Object[]> rows() {
            if (key == null) return table.rows(scope.context());
            Object value = key.value(scope, RowView.EMPTY);
            return value == null ? java.util.Collections.emptyIterator() : table.rows(scope.context(), column, value);
        }
    }

    public static final class Sequence extends RowByRow {
        private final SequenceDef sequence;

        public Sequence(Scope scope, SequenceDef sequence) {
            super(scope, new Repr[] {Repr.LONG, Repr.LONG, Repr.BOOL});
            this.sequence = sequence;
        }

        @Override
        Iterator<@Nullable Object[]> rows() {
            SequenceState state = scope.context().transaction().sequenceState(sequence);
            return List.<Object[]>of(new Object[] {state.lastValue(), 0L, state.called()}).iterator();
        }
    }
}
