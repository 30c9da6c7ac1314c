package io.craton.sql.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OVER (..), OVER name, or a definition in WINDOW. {@code name} is set for a WINDOW definition, {@code existing} for a window that this one copies
 * ({@code OVER (w ..)}), {@code reference} for {@code OVER w} alone.
 */
public record WindowSpecification(
        @Nullable String name,
        @Nullable String reference,
        @Nullable String existing,
        List<Expr> partitionBy,
        List<SelectStatement.SortBy> orderBy,
        @Nullable Frame frame,
        int position) {
    public enum FrameMode { RANGE, ROWS, GROUPS }

    public enum BoundKind { UNBOUNDED_PRECEDING, PRECEDING, CURRENT_ROW, FOLLOWING, UNBOUNDED_FOLLOWING }

    public enum Exclusion { NO_OTHERS, CURRENT_ROW, GROUP, TIES }

    /** {@code offset} only with PRECEDING and FOLLOWING. */
    public record Bound(BoundKind kind, @Nullable Expr offset, int position) {}

    /** {@code end} null: the frame ends at the current row (no BETWEEN). */
    public record Frame(FrameMode mode, Bound start, @Nullable Bound end, Exclusion exclusion, int position) {}
}
