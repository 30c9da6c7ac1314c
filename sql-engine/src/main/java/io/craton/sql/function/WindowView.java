package io.craton.sql.function;

import org.jspecify.annotations.Nullable;

/**
 * What a window function sees when it computes the value of one row: the ordered partition, the row's peers and its frame. Rows are
 * numbered from 0 within the partition; ranges are half-open. The Window operator moves one view over its rows; it is never kept.
 */
public interface WindowView {
    /** The current row. */
    int row();

    /** Rows of the partition. */
    int rowCount();

    /** First row of the current row's peer group. */
    int peerStart();

    /** The row behind the last peer of the current row. */
    int peerEnd();

    /** Number of the current row's peer group, from 0. */
    int peerGroup();

    /** First row of the frame, exclusion not considered; an empty frame has {@code frameStart >= frameEnd}. */
    int frameStart();

    int frameEnd();

    /** Whether EXCLUDE takes this row out of the frame. */
    default boolean excluded(int row) {
        return false;
    }

    /** An argument of the call, evaluated at any row of the partition. */
    @Nullable Object argument(int row, int index);

    /** The {@code n}th row (from 0) of the frame that is not excluded; -1 when there are not so many. */
    default int frameRow(int n) {
        int left = n;
        for (int row = frameStart(); row < frameEnd(); row++) {
            if (!excluded(row) && left-- == 0) return row;
        }
        return -1;
    }

    /** The last row of the frame that is not excluded; -1 when there is none. */
    default int frameLast() {
        for (int row = frameEnd() - 1; row >= frameStart(); row--) {
            if (!excluded(row)) return row;
        }
        return -1;
    }
}
