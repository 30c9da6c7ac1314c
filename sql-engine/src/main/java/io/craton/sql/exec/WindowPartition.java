package io.craton.sql.exec;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.function.WindowView;
import io.craton.sql.logical.Relation.FrameBoundKind;
import io.craton.sql.logical.Relation.FrameExclusion;
import io.craton.sql.logical.Relation.FrameUnit;
import org.jspecify.annotations.Nullable;

/** One partition, moved from row to row: peers and frames. One thread. */
final class WindowPartition {
    private final Scope scope;
    private final WindowSpec spec;
    private final StoredRows kept;
    private final int rows;
    private final int orderAt;
    private final int[] groupOf;
    private final int[] groupStarts;
    private final int groups;
    private @Nullable Object startOffset;
    private @Nullable Object endOffset;
    private int row = -1;
    private int frameStart;
    private int frameEnd;
    /** Where the last bound of RANGE with an offset was found: for later rows it is not in front of that. */
    private int rangeStart;
    private int rangeEnd;

    /** @param orderAt column of the rows where the order keys begin */
    WindowPartition(Scope scope, WindowSpec spec, StoredRows kept, int orderAt) {
        this.scope = scope;
        this.spec = spec;
        this.kept = kept;
        this.rows = (int) kept.rows();
        this.orderAt = orderAt;
        this.groupOf = new int[rows];
        int[] starts = new int[rows + 1];
        int count = 0;
        int keys = spec.order().size();
        Object[] before = new Object[keys];
        for (int i = 0; i < rows; i++) {
            boolean peer = i > 0;
            for (int k = 0; k < keys; k++) {
                Object key = kept.datum(i, orderAt + k);
                if (peer && spec.order().compare(scope, k, before[k], key) != 0) peer = false;
                before[k] = key;
            }
            if (!peer) starts[count++] = i;
            groupOf[i] = count - 1;
        }
        starts[count] = rows;
        this.groupStarts = starts;
        this.groups = count;
        if (spec.startOffset() != null) startOffset = offset(spec.startOffset().value(scope, RowView.EMPTY), "starting");
        if (spec.endOffset() != null) endOffset = offset(spec.endOffset().value(scope, RowView.EMPTY), "ending");
    }

    private Object offset(@Nullable Object value, String which) {
        if (value == null) {
            throw new PgException(SqlState.NULL_VALUE_NOT_ALLOWED, "frame " + which + " offset must not be null");
        }
        if (spec.unit() != FrameUnit.RANGE && (Long) value < 0) {
            throw new PgException(SqlState.INVALID_PRECEDING_OR_FOLLOWING_SIZE, "frame " + which + " offset must not be negative");
        }
        return value;
    }

    @Nullable Object datum(int other, int column) {
        return kept.datum(other, column);
    }

    /** What a call sees whose arguments begin at a column of the rows. */
    WindowView view(int argumentsAt) {
        return new View(argumentsAt);
    }

    /** Rows are visited in ascending order. */
    void moveTo(int position) {
        if (position == row) return;
        row = position;
        frameStart = bound(spec.startKind(), startOffset, true);
        frameEnd = Math.max(frameStart, bound(spec.endKind(), endOffset, false));
    }

    /** First row inside (start) or first row behind (end) the frame. */
    private int bound(FrameBoundKind kind, @Nullable Object offset, boolean start) {
        return switch (kind) {
            case UNBOUNDED_PRECEDING -> 0;
            case UNBOUNDED_FOLLOWING -> rows;
            case CURRENT_ROW -> spec.unit() == FrameUnit.ROWS ? start ? row : row + 1 : start ? peerStart() : peerEnd();
            case PRECEDING -> offsetBound(offset, true, start);
            case FOLLOWING -> offsetBound(offset, false, start);
        };
    }

    private int offsetBound(Object offset, boolean preceding, boolean start) {
        if (spec.unit() == FrameUnit.RANGE) return rangeBound(offset, preceding, start);
        long distance = preceding ? -(Long) offset : (Long) offset;
        if (spec.unit() == FrameUnit.ROWS) return clamp(saturated(row, distance) + (start ? 0 : 1), rows);
        long group = saturated(groupOf[row], distance);
        if (group < 0) return 0;
        if (group >= groups) return rows;
        return groupStarts[(int) group + (start ? 0 : 1)];
    }

    private static long saturated(int base, long distance) {
        return distance > Integer.MAX_VALUE ? Integer.MAX_VALUE * 2L : base + distance;
    }

    private static int clamp(long value, int max) {
        return (int) Math.max(0, Math.min(max, value));
    }

    private int rangeBound(Object offset, boolean preceding, boolean start) {
        Object base = kept.datum(row, orderAt);
        if (base == null) return start ? peerStart() : peerEnd();
        boolean descending = spec.order().descending()[0];
        boolean subtract = preceding != descending;
        boolean less = !start != descending;
        int at = start ? rangeStart : rangeEnd;
        if (at == 0) while (at < rows && kept.datum(at, orderAt) == null) at++;
        while (at < rows) {
            Object value = kept.datum(at, orderAt);
            if (value == null) break;
            Object[] arguments = {value, base, offset, subtract, less};
            boolean inside = Boolean.TRUE.equals(spec.inRange().apply(scope.context(), spec.inRangeCall(), arguments));
            if (start ? inside : !inside) break;
            at++;
        }
        if (start) rangeStart = at;
        else rangeEnd = at;
        return at;
    }

    int peerStart() {
        return groupStarts[groupOf[row]];
    }

    int peerEnd() {
        return groupStarts[groupOf[row] + 1];
    }

    int frameStart() {
        return frameStart;
    }

    int frameEnd() {
        return frameEnd;
    }

    boolean excluded(int other) {
        return switch (spec.exclusion()) {
            case NONE -> false;
            case CURRENT_ROW -> other == row;
            case GROUP -> groupOf[other] == groupOf[row];
            case TIES -> groupOf[other] == groupOf[row] && other != row;
        };
    }

    boolean excludes() {
        return spec.exclusion() != FrameExclusion.NONE;
    }

    private final class View implements WindowView {
        private final int argumentsAt;

        View(int argumentsAt) {
            this.argumentsAt = argumentsAt;
        }

        @Override
        public int row() {
            return row;
        }

        @Override
        public int rowCount() {
            return rows;
        }

        @Override
        public int peerStart() {
            return WindowPartition.this.peerStart();
        }

        @Override
        public int peerEnd() {
            return WindowPartition.this.peerEnd();
        }

        @Override
        public int peerGroup() {
            return groupOf[row];
        }

        @Override
        public int frameStart() {
            return frameStart;
        }

        @Override
        public int frameEnd() {
            return frameEnd;
        }

        @Override
        public boolean excluded(int other) {
            return WindowPartition.this.excluded(other);
        }

        @Override
        public @Nullable Object argument(int other, int index) {
            return kept.datum(other, argumentsAt + index);
        }
    }
}
