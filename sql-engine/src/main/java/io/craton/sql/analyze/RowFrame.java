package io.craton.sql.analyze;

import org.jspecify.annotations.Nullable;

/**
 * A row that expressions may see, as a link in the chain of rows from the nearest (level 0) outwards. The FROM clause of a query level makes one
 * row, its items side by side; a frame is a stretch of it. The main frame covers all of it. Conditions of a nested join see the stretch of that join. The right
 * side of a join sees, when it may be lateral, the left side's stretch as a level of its own; in the end the join is marked lateral if that frame was used
 * or crossed. So a reference becomes a position at once: the number of frames passed is its level.
 *
 * <p>Belongs to one analysis; {@code used} and {@code crossed} are set while it runs.
 */
final class RowFrame {
    final @Nullable Scope scope;
    final int first;
    final int end;
    final @Nullable RowFrame outer;
    boolean used;
    boolean crossed;

    /** Covers fields {@code first} (inclusive) to {@code end} (exclusive) of the scope's FROM row. */
    RowFrame(@Nullable Scope scope, int first, int end, @Nullable RowFrame outer) {
        this.scope = scope;
        this.first = first;
        this.end = end;
        this.outer = outer;
    }

    /** A level without columns: functions in FROM stand beside no row. */
    static RowFrame empty(@Nullable RowFrame outer) {
        return new RowFrame(null, 0, 0, outer);
    }

    boolean covers(Scope candidate, int index) {
        return scope == candidate && index >= first && index < end;
    }
}
