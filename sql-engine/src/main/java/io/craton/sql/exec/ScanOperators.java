package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.txn.Transaction.SequenceState;
import java.util.ArrayList;
import java.util.BitSet;
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
            List<Object[]> batch = new ArrayList<>();
            while (batch.size() < Batch.SIZE && rows.hasNext()) batch.add(rows.next());
            Vector[] columns = new Vector[reprs.length];
            for (int i = 0; i < reprs.length; i++) columns[i] = reads(i) ? column(batch, i) : ConstantVector.of(reprs[i], null, batch.size());
            return Batch.of(columns, batch.size());
        }

        private Vector column(List<Object[]> batch, int column) {
            VectorBuilder builder = VectorBuilder.of(reprs[column], batch.size());
            for (Object[] row : batch) builder.append(row[column]);
            return builder.build();
        }

        /** Whether anyone looks at the column; one that nobody does is null. */
        boolean reads(int column) {
            return true;
        }

        @Override
        public void close() {
            if (rows instanceof ClosableRows<?> open) open.close();
            rows = null;
        }
    }

    /** Rows that hold something open until the last one. */
    public interface ClosableRows<T> extends Iterator<T>, AutoCloseable {
        @Override
        void close();
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
        private final SystemKeys keys;
        private final BitSet needed;

        /** @param needed fields that are read */
        public Virtual(Scope scope, Repr[] reprs, SystemKeys keys, BitSet needed) {
            super(scope, reprs);
            this.keys = keys;
            this.needed = needed;
        }

        @Override
        boolean reads(int column) {
            return needed.get(column);
        }

        @Override
        Iterator<@Nullable Object[]> rows() {
            return keys.rows(scope, RowView.EMPTY);
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
