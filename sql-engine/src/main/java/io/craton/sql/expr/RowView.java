package io.craton.sql.expr;

import io.craton.core.batch.Batch;
import org.jspecify.annotations.Nullable;

/** One row at hand. Views of batches are moved from row to row: take datums out before the owner goes on. */
public interface RowView {
    @Nullable Object datum(int column);

    RowView EMPTY = column -> {
        throw new IllegalStateException("column " + column + " of no row");
    };

    static RowView of(@Nullable Object[] datums) {
        return column -> datums[column];
    }

    /** Left columns, then right columns. */
    static RowView joined(RowView left, int leftWidth, RowView right) {
        return column -> column < leftWidth ? left.datum(column) : right.datum(column - leftWidth);
    }

    /** A movable view of a batch. One thread. */
    final class OfBatch implements RowView {
        private Batch batch;
        public int position;

        public OfBatch(Batch batch) {
            this.batch = batch;
        }

        public OfBatch at(Batch other, int row) {
            batch = other;
            position = row;
            return this;
        }

        @Override
        public @Nullable Object datum(int column) {
            return batch.columns()[column].datum(position);
        }
    }
}
